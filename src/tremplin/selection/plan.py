"""The choosing part of a cohort's plan."""

from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import OfferPlan, SelectionPlan


def selection_plan(cohort: Cohort) -> SelectionPlan:
    """How this cohort chooses. Raises Conflict when its programme has no selection stage."""
    plan = cohort.plan.selection
    if plan is None or not cohort.plan.runs("selection"):
        raise Conflict(
            _("This programme does not choose among applications."),
            _("Its file would have to name the stage “selection”."),
        )
    return plan


def offer_plan(cohort: Cohort) -> OfferPlan:
    """What this cohort offers. Raises Conflict when its programme offers nothing."""
    plan = cohort.plan.offer
    if plan is None:
        raise Conflict(
            _("This programme offers no places."), _("Its file would have to have a part [offer].")
        )
    return plan
