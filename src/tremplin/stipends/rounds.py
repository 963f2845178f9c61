"""Stipends as time passes: instalments are laid out for new scholars and follow their dates, details come and go."""

from datetime import datetime

from tremplin.programmes.models import Cohort
from tremplin.programmes.rounds import every_round
from tremplin.selection.models import Scholar
from tremplin.stipends import services


@every_round
def instalments(*, cohort: Cohort, now: datetime) -> None:
    if not Scholar.objects.filter(cohort=cohort).exists():
        return
    if cohort.plan.runs("stipends"):
        services.plan_instalments(cohort=cohort, now=now)
        services.settle_dates(cohort=cohort, now=now)
        services.ask_for_details(cohort=cohort, now=now)
    services.forget_details(cohort=cohort, now=now)
