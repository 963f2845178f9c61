"""Applications as time passes: who might have begun until a moment, and did not, is forgotten; whoever has something
unsent shortly before the deadline is reminded; free hours follow the dates of training."""

from datetime import datetime

from tremplin.applications.services.freeing import keep_freed
from tremplin.applications.services.late_starts import forget_unused
from tremplin.applications.services.reminders import remind
from tremplin.programmes.models import Cohort
from tremplin.programmes.rounds import every_round


@every_round
def late_starts(*, cohort: Cohort, now: datetime) -> None:
    forget_unused(cohort=cohort, now=now)


@every_round
def reminders(*, cohort: Cohort, now: datetime) -> None:
    remind(cohort=cohort, now=now)


@every_round
def free_hours(*, cohort: Cohort, now: datetime) -> None:
    """Dates of training and doors may have moved."""
    keep_freed(cohort=cohort)
