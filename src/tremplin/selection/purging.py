"""When reasons of decisions that were changed by hand go by themselves. That they were changed, and by whom, stays."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import DataClass, register
from tremplin.selection.erasing import ERASED, blank
from tremplin.selection.models import Override


def _reasons(cohort: Cohort) -> QuerySet[Override]:
    return Override.objects.filter(proposal__cohort=cohort).exclude(reason=ERASED)


def _purge(cohort: Cohort, _now: datetime, limit: int) -> int:
    found = list(_reasons(cohort).order_by("pk").values_list("pk", flat=True)[:limit])
    return blank(Override.objects.filter(pk__in=found))


REASONS = register(
    DataClass(
        code="selection.reasons",
        what=_("Why decisions were changed by hand, or were not"),
        rule=_(
            "They explain a decision, and go with the last day on which it may have to be explained: "
            "%(days)s days after it."
        ),
        kept=_("The decisions and the draw as numbers, and who changed, signed and confirmed them."),
        rows=lambda cohort: [_reasons(cohort)],
        purge=_purge,
        limit="explain_days",
    )
)
