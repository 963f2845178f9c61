"""How long applying took, for the page of the call: from what was sent to this call on this form."""

from datetime import datetime, timedelta

from django.db.models import Q

from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.rules.effort import LEAST, spread
from tremplin.core import clock
from tremplin.programmes.effort import Spread, register
from tremplin.programmes.models import Cohort

_MOST = 500  # the latest; more would change nothing that is said
_STANDS = timedelta(minutes=10)
_known: dict[str, tuple[datetime, Spread | None]] = {}


@register
def writing_time(cohort: Cohort) -> Spread | None:
    """The middle half of the writing times in this cohort, and in earlier ones that used the very same file.

    It moves slowly, and the page of the call is asked for often: what was found stands for ten minutes.
    """
    now = clock.now()
    at, found = _known.get(cohort.ref, (None, None))
    if at is None or not at <= now < at + _STANDS:
        if len(_known) >= 256:
            _known.clear()
        found = spread(_seconds(cohort))
        _known[cohort.ref] = now, found
    return found


def _seconds(cohort: Cohort) -> list[int]:
    rows = Application.objects.filter(
        Q(cohort=cohort) | Q(cohort__version=cohort.version_id, cohort__rehearsal=cohort.rehearsal),
        state=ApplicationState.SUBMITTED,
        writing_seconds__gte=LEAST.total_seconds(),
    )
    return list(rows.order_by("-submitted_at").values_list("writing_seconds", flat=True)[:_MOST])
