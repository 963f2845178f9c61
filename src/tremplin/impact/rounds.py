"""Impact as time passes: surveys fall due, and are counted when they have ended."""

from datetime import datetime

from tremplin.impact import services
from tremplin.impact.releasing import release_outcomes
from tremplin.programmes.models import Cohort
from tremplin.programmes.rounds import every_round


@every_round
def surveys(*, cohort: Cohort, now: datetime) -> None:
    if cohort.plan.runs("impact"):
        services.invite(cohort=cohort, now=now)
        release_outcomes(cohort=cohort, now=now)
