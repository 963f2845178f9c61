"""Whoever applied to a cohort does not oversee its selection, unless they took it back before they ever sent it."""

from django.db.models import QuerySet

from tremplin.applications.models import Application, ApplicationState
from tremplin.people.models import User
from tremplin.programmes.apart import register
from tremplin.programmes.models import Cohort


def _own(cohort: Cohort, user: User) -> QuerySet[Application]:
    """What was sent counts for good; so does a draft as long as it is kept, for it can be sent."""
    rows = Application.objects.filter(cohort=cohort, applicant=user)
    return rows.exclude(state=ApplicationState.WITHDRAWN, submitted_at=None)


register("applied", _own)
