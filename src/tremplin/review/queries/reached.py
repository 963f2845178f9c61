"""Whether somebody has begun to read."""

from tremplin.applications.models import Application
from tremplin.programmes.models import Cohort
from tremplin.review.models import AssignmentState, Review

_LIVE = (AssignmentState.ASSIGNED, AssignmentState.SUBMITTED)


def reading_begun(application: Application) -> bool:
    """Whether a reviewer has kept anything on what was sent. A read that was only given out is not begun."""
    return Review.objects.filter(assignment__application=application.pk, assignment__state__in=_LIVE).exists()


def reads_begun(cohort: Cohort) -> int:
    """How many reads of the cohort a reviewer has kept anything of."""
    return Review.objects.filter(assignment__cohort=cohort, assignment__state__in=_LIVE).count()
