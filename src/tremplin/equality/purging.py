"""When linked answers go by themselves: on the profile's last day, with their keys. Rounded figures stay."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tremplin.core import clock, personal_keys
from tremplin.equality.linked import asked
from tremplin.equality.models import Kind, LinkedAnswers, Release
from tremplin.programmes import funnel
from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import DataClass, goes_on, register


def _rows(cohort: Cohort) -> QuerySet[LinkedAnswers]:
    return LinkedAnswers.objects.filter(cohort_ref=cohort.ref)


def _count(cohort: Cohort) -> int:
    """As if everybody who applied had answered, until they go: staff who watched the number would see who answers."""
    if not asked(cohort) or goes_on(cohort, "equality_days") <= clock.now():
        return _rows(cohort).count()
    return len(funnel.steps()[0].people(cohort))


def _purge(cohort: Cohort, _now: datetime, limit: int) -> int:
    """Rows and keys; with the last of them the exact counts behind what was shown."""
    handles = list(_rows(cohort).order_by("handle").values_list("handle", flat=True)[:limit])
    LinkedAnswers.objects.filter(handle__in=handles).delete()
    transaction.on_commit(lambda: personal_keys.destroy(cohort.ref, handles))
    if not _rows(cohort).exists():
        Release.objects.filter(cohort_ref=cohort.ref, kind=Kind.LINKED).update(basis=b"")
    return len(handles)


LINKED_ANSWERS = register(
    DataClass(
        code="equality.linked",
        what=_(
            "Equality answers that are kept, sealed, with applications; counted as if all who applied had answered"
        ),
        rule=_(
            "The profile keeps single equality answers for %(days)s days after the decisions at the longest."
        ),
        kept=_("The rounded numbers of groups that were counted, and who opened the count, when and why."),
        count=_count,
        purge=_purge,
        limit="equality_days",
    )
)
