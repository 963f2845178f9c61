"""How much scholars get done in a week, from those whose training is over."""

from datetime import datetime

from tremplin.programmes.models import Cohort
from tremplin.training import rules
from tremplin.training.models import Syllabus


def earlier_pace(cohort: Cohort, *, now: datetime) -> rules.Pace:
    """The pace in the institution's earlier cohorts; of invented scholars until five real ones are through. One query.

    Figures of all of them together and of nobody: what one scholar did is not in it.
    """
    over = Syllabus.objects.filter(
        scholar__cohort__programme__institution=cohort.programme.institution_id,
        scholar__cohort__date_rows__code="training_ends",
        scholar__cohort__date_rows__at__lt=now,
    ).exclude(scholar__cohort=cohort)
    return rules.pace_of(over.values_list("weeks", flat=True)) or rules.REHEARSED
