"""Privacy as time passes: what is over goes."""

from datetime import datetime

from tremplin.privacy import services
from tremplin.programmes.models import Cohort
from tremplin.programmes.rounds import every_round


@every_round
def retention(*, cohort: Cohort, now: datetime) -> None:
    services.purge(cohort=cohort, now=now)
