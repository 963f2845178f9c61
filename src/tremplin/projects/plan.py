"""The project part of a cohort's plan."""

from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import ProjectPlan


def plan_of(cohort: Cohort) -> ProjectPlan:
    """The project part of the cohort's plan. Raises Conflict when the programme has no projects."""
    if cohort.plan.project is None:
        raise Conflict(_("This programme has no projects."))
    return cohort.plan.project
