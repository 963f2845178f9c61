"""Mentoring as time passes: check-ins open, come late, and silence raises a hand."""

from datetime import datetime

from tremplin.mentoring import services
from tremplin.programmes.models import Cohort
from tremplin.programmes.rounds import every_round


@every_round
def check_ins(*, cohort: Cohort, now: datetime) -> None:
    if cohort.plan.runs("mentoring"):
        services.remind(cohort=cohort, now=now)
