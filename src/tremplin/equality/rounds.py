"""What happens to linked answers because time passes: what was opened is sealed again."""

from datetime import datetime

from tremplin.core import personal_keys
from tremplin.equality.linked import asked
from tremplin.equality.models import LinkedAnswers
from tremplin.equality.unsealing import seal_what_is_over
from tremplin.programmes.models import Cohort
from tremplin.programmes.rounds import every_round


@every_round
def equality_round(*, cohort: Cohort, now: datetime) -> None:
    """Seal again what is over; destroy keys that a broken deed left behind."""
    if not asked(cohort):
        return
    seal_what_is_over(cohort=cohort, now=now)
    rows = LinkedAnswers.objects.filter(cohort_ref=cohort.ref)
    personal_keys.sweep(cohort.ref, wanted=set(rows.values_list("handle", flat=True)), now=now)
