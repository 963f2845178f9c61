"""How long applying took, for the page of the call: from what was sent to this call on this form."""

from datetime import datetime, timedelta

from django.db.models import Q

from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.rules.earlier import unchanged
from tremplin.applications.rules.effort import Written, spread, typed
from tremplin.core import clock
from tremplin.programmes.effort import Spread, register
from tremplin.programmes.models import Cohort

_MOST = 500  # the latest; more would change nothing that is said
_STANDS = timedelta(minutes=10)
_known: dict[str, tuple[datetime, Spread | None]] = {}


@register
def writing_time(cohort: Cohort) -> Spread | None:
    """The range of the writing times in this cohort, and in earlier ones that used the very same file.

    It moves slowly, and the page of the call is asked for often: what was found stands for ten minutes.
    """
    now = clock.now()
    at, found = _known.get(cohort.ref, (None, None))
    if at is None or not at <= now < at + _STANDS:
        if len(_known) >= 256:
            _known.clear()
        found = spread(_written(cohort))
        _known[cohort.ref] = now, found
    return found


def _written(cohort: Cohort) -> list[Written]:
    rows = Application.objects.filter(
        Q(cohort=cohort) | Q(cohort__version=cohort.version_id, cohort__rehearsal=cohort.rehearsal),
        state=ApplicationState.SUBMITTED,
        gone_at=None,
    ).order_by("-submitted_at")
    form, found = cohort.plan.application, []
    for seconds, saves, answers, carried, spoken in rows.values_list(
        "writing_seconds", "version", "answers", "carried", "uncounted"
    )[:_MOST]:
        taken = unchanged(carried.get("answers", {}), answers)
        found.append(Written(seconds, saves, typed(form, answers, {*taken, *spoken})))
    return found
