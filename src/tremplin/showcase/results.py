"""The showcase among what an edition leaves for everybody."""

from datetime import datetime

from django.utils.translation import gettext as _

from tremplin.core.ui.moments import moment_text
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.results import Result, register
from tremplin.showcase import queries


@register
def showcase(cohort: Cohort, now: datetime) -> list[Result]:
    """What the scholars made, once a page is published or the demo day is announced and near."""
    plan = cohort.plan.showcase
    day = cohort.dates.get("demo_day") if plan is not None and plan.demo_day else None
    to_come = day is not None and day >= now
    if plan is None or not (to_come or queries.anything_public(cohort)):
        return []
    text = _("Demo day: %(when)s.") % {"when": moment_text(day)} if day and to_come else ""
    return [Result(_("What the scholars made"), cohort_url(cohort, "showcase:gallery"), text)]
