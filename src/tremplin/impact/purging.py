"""When outcomes go by themselves: single answers on the profile's last day. Reports and rounded figures stay."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tremplin.impact import figures
from tremplin.impact.models import OutcomeRelease, SurveyResponse
from tremplin.impact.releasing import release_outcomes
from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import DataClass, goes_on, register


def _responses(cohort: Cohort) -> QuerySet[SurveyResponse]:
    return SurveyResponse.objects.filter(cohort=cohort)


def _figures(cohort: Cohort) -> dict[str, Any]:
    """The outcomes as a report shows them, by the ledger: the last count before the answers go."""
    now = goes_on(cohort, "outcome_days")
    release_outcomes(cohort=cohort, now=now, again=True, going=True)
    return {"outcomes": figures.outcomes(cohort, now=now)}


def _purge(cohort: Cohort, _now: datetime, limit: int) -> int:
    """The answers; with the last of them the exact counts behind what was shown."""
    found = list(_responses(cohort).order_by("pk").values_list("pk", flat=True)[:limit])
    SurveyResponse.objects.filter(pk__in=found).delete()
    if not _responses(cohort).exists():
        OutcomeRelease.objects.filter(cohort_ref=cohort.ref).update(basis=b"")
    return len(found)


OUTCOMES = register(
    DataClass(
        code="impact.outcomes",
        what=_("What people answered when they were asked how it went on"),
        rule=_(
            "The profile keeps outcomes of one person for %(days)s days after the decisions at the longest."
        ),
        kept=_("Every report that is out, and the rounded figures of each survey."),
        rows=lambda cohort: [_responses(cohort)],
        purge=_purge,
        limit="outcome_days",
        freeze=_figures,
    )
)
