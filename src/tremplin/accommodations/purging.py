"""When what was asked in confidence goes by itself: whole, as soon as no decision has to be explained any more."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tremplin.accommodations.models import Request
from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import DataClass, register


def _purge(cohort: Cohort, _now: datetime, limit: int) -> int:
    found = list(Request.objects.filter(cohort=cohort).order_by("pk").values_list("pk", flat=True)[:limit])
    Request.objects.filter(pk__in=found).delete()
    return len(found)


CONFIDENCES = register(
    DataClass(
        code="accommodations.requests",
        what=_("What people asked in confidence, the answers to it, and recordings"),
        rule=_("It served the application alone, and goes whole %(days)s days after the decisions."),
        kept=_("That somebody had more time, without why."),
        rows=lambda cohort: [Request.objects.filter(cohort=cohort)],
        purge=_purge,
        limit="explain_days",
    )
)
