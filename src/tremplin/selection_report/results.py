"""The account of the selection among what an edition leaves for everybody."""

from datetime import datetime

from django.utils.translation import gettext as _

from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.results import Result, register
from tremplin.selection_report import queries


@register
def report(cohort: Cohort, _now: datetime) -> list[Result]:
    """How people were chosen, once that is published."""
    if not queries.published(cohort).exists():
        return []
    href = cohort_url(cohort, "selection_report:newest")
    return [
        Result(
            _("Selection report"),
            href,
            _("How people were chosen: rules, reading, the draw, what went wrong."),
        )
    ]
