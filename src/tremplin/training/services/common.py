"""What the deeds of training share."""

from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import TrainingPlan


def plan_of(cohort: Cohort) -> TrainingPlan:
    """The training part of the cohort's plan. Raises Conflict when the programme has no training."""
    if cohort.plan.training is None:
        raise Conflict(_("This programme has no training."))
    return cohort.plan.training
