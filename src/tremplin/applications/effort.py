"""How long applying took, for the page of the call: from what was sent to this call on this form."""

from django.db.models import Q

from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.rules.effort import LEAST, spread
from tremplin.core.recall import recall
from tremplin.programmes.effort import Spread, register
from tremplin.programmes.models import Cohort

_MOST = 500  # the latest; more would change nothing that is said


@register
def writing_time(cohort: Cohort) -> Spread | None:
    """The middle half of the writing times in this cohort, and in earlier ones that used the very same file."""
    return recall(("writing time", cohort.pk), lambda: spread(_seconds(cohort)))


def _seconds(cohort: Cohort) -> list[int]:
    rows = Application.objects.filter(
        Q(cohort=cohort) | Q(cohort__version=cohort.version_id, cohort__rehearsal=cohort.rehearsal),
        state=ApplicationState.SUBMITTED,
        writing_seconds__gte=LEAST.total_seconds(),
    )
    return list(rows.order_by("-submitted_at").values_list("writing_seconds", flat=True)[:_MOST])
