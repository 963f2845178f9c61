"""Whoever mentored an applicant, or was mentored by one, in another cohort does not oversee the selection."""

from django.db.models import QuerySet

from tremplin.applications.models import Application
from tremplin.mentoring.models import Pairing
from tremplin.people.models import User
from tremplin.programmes.apart import register
from tremplin.programmes.models import Cohort


def _met(cohort: Cohort, user: User) -> QuerySet[Application]:
    """Pairs of this cohort are made when its places are given: they are no tie to its applicants."""
    pairs = Pairing.objects.exclude(scholar__cohort=cohort)
    scholars = pairs.filter(mentor__user=user).values("scholar__user")
    mentors = pairs.filter(scholar__user=user).values("mentor__user")
    rows = Application.objects.filter(cohort=cohort).exclude(submitted_at=None)
    return rows.filter(applicant__in=scholars) | rows.filter(applicant__in=mentors)


register("tied", _met)
