"""Whoever is tied to an applicant does not oversee the selection, as they would not read the application."""

from django.db.models import Q, QuerySet

from tremplin.applications.models import Application
from tremplin.people.models import User
from tremplin.programmes.apart import register, register_asked
from tremplin.programmes.models import Cohort, Membership
from tremplin.programmes.roles import Role
from tremplin.review.models import DeclaredConflict
from tremplin.review.ties import above, organisation


def _declared(cohort: Cohort, user: User) -> QuerySet[DeclaredConflict]:
    return DeclaredConflict.objects.filter(cohort=cohort, reviewer=user)


def _tied(cohort: Cohort, user: User) -> bool:
    """Whether both have addresses at one organisation. Nothing is asked for an address that anybody can have."""
    near = _near(cohort, user)
    sent = Application.objects.filter(cohort=cohort).exclude(submitted_at=None)
    return near is not None and sent.filter(near).exists()


def _near(cohort: Cohort, user: User) -> Q | None:
    """Applicants with an address at the organisation of `user`, at a part of it or at the whole; None at home.

    At home, where the programme's contact address is or another organiser has theirs, an address says nothing.
    """
    domain = organisation(user.email)
    if not domain or not _home(cohort, user).isdisjoint(above(domain)):
        return None
    found = Q(applicant__email__iendswith=f".{domain}")
    for higher in above(domain):
        found |= Q(applicant__email__iendswith=f"@{higher}")
    return found


def _home(cohort: Cohort, user: User) -> set[str]:
    others = Membership.objects.filter(cohort=cohort, role__in=(Role.ORGANISER, Role.OBSERVER))
    addresses = others.exclude(user=user).values_list("user__email", flat=True)
    contact = cohort.plan.programme.contact
    return {found for address in (*addresses, contact) if (found := organisation(address))}


register("said-tie", _declared)
register_asked("tied", _tied)
