"""Impact reports among what an edition leaves for everybody."""

from datetime import datetime

from django.utils.translation import gettext as _

from tremplin.impact import queries
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.results import Result, register


@register
def reports(cohort: Cohort, _now: datetime) -> list[Result]:
    """The reports on what came of an edition, once there is one."""
    if not queries.published_reports(cohort).exists():
        return []
    href = cohort_url(cohort, "impact:reports")
    return [Result(_("Impact reports"), href, _("What it led to, with what cannot be known."))]
