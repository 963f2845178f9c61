"""What happens to linked answers because time passes: what was opened is sealed again."""

from datetime import datetime

from tremplin.equality.linked import asked
from tremplin.equality.unsealing import seal_what_is_over
from tremplin.programmes.models import Cohort
from tremplin.programmes.rounds import every_round


@every_round
def equality_round(*, cohort: Cohort, now: datetime) -> None:
    """Seal again what is over."""
    if asked(cohort):
        seal_what_is_over(cohort=cohort, now=now)
