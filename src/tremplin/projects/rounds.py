"""Projects as time passes: a mail before a milestone."""

from datetime import datetime

from tremplin.programmes.models import Cohort
from tremplin.programmes.rounds import every_round
from tremplin.projects import services


@every_round
def milestones(*, cohort: Cohort, now: datetime) -> None:
    if cohort.plan.runs("projects"):
        services.remind(cohort=cohort, now=now)
