"""What is asked in confidence, as time passes: the officer is reminded of whoever still waits."""

from datetime import datetime

from tremplin.accommodations.services.reminding import remind
from tremplin.programmes.models import Cohort
from tremplin.programmes.rounds import every_round


@every_round
def reminders(*, cohort: Cohort, now: datetime) -> None:
    remind(cohort=cohort, now=now)
