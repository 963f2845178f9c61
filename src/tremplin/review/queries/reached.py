"""Whether somebody has begun to read."""

from tremplin.applications.models import Application
from tremplin.review.models import AssignmentState, Review

_LIVE = (AssignmentState.ASSIGNED, AssignmentState.SUBMITTED)


def reading_begun(application: Application) -> bool:
    """Whether a reviewer has kept anything on what was sent. A read that was only given out is not begun."""
    return Review.objects.filter(assignment__application=application.pk, assignment__state__in=_LIVE).exists()
