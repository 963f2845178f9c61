"""The reviewing part of a cohort's plan."""

from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import ReviewPlan


def review_plan(cohort: Cohort) -> ReviewPlan:
    """How this cohort reads. Raises Conflict when its programme has no reading stage."""
    plan = cohort.plan.review
    if plan is None or not cohort.plan.runs("review"):
        raise Conflict(
            _("This programme does not read applications."),
            _("Its file would have to name the stage “review”."),
        )
    return plan
