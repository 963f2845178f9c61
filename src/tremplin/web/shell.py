"""The frame around each page: navigation by role, the cohort at hand, the account."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tremplin.core import clock
from tremplin.core.text import say
from tremplin.core.ui.shell import NavLink, Shell
from tremplin.people.models import User
from tremplin.programmes.http import cohort_url, person
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.rehearsal.queries import played_ahead
from tremplin.rehearsal.words import ahead
from tremplin.web import navigation


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell`, `cohort`, `roles` and `demo`."""
    cohort: Cohort | None = getattr(request, "cohort", None)
    roles: frozenset[Role] = getattr(request, "roles", frozenset())
    return {
        "shell": _shell(request, cohort, roles),
        "cohort": cohort,
        "roles": roles,
        "demo": settings.DEMO,
        "site_name": settings.SITE_NAME,
    }


def _shell(request: HttpRequest, cohort: Cohort | None, roles: frozenset[Role]) -> Shell:
    return Shell(
        nav=navigation.links(request, cohort, roles) if cohort else [],
        cohort_label=cohort_label(cohort) if cohort else "",
        cohort_href=cohort_url(cohort, "programmes:call") if cohort else "",
        account_links=_account_links(request, person(request) if hasattr(request, "user") else None),
        footer_links=_footer_links(person(request) if hasattr(request, "user") else None, roles),
        site_name=settings.SITE_NAME,
        notice=_notice(cohort),
    )


def cohort_label(cohort: Cohort) -> str:
    """“Programme name · edition”, as a person reads it."""
    return f"{say(cohort.plan.programme.name)} · {cohort.title or cohort.slug}"


def _link(request: HttpRequest, label: Any, href: str) -> NavLink:
    return NavLink(label=label, href=href, current="page" if request.path == href else "")


def _account_links(request: HttpRequest, user: User | None) -> list[NavLink]:
    if user is None:
        back = urlencode({"next": request.get_full_path()})
        return [NavLink(label=_("Sign in"), href=f"{reverse('people:sign-in')}?{back}")]
    links = [_link(request, user.get_short_name(), reverse("people:account"))]
    if user.is_staff:
        links.append(_link(request, _("Jobs"), reverse("jobs:list")))
        links.append(_link(request, _("Erasure requests"), reverse("erasures:list")))
    return [*links, NavLink(label=_("Sign out"), href=reverse("people:sign-out"), post=True)]


def _footer_links(user: User | None, roles: frozenset[Role]) -> list[NavLink]:
    links = [
        NavLink(label=_("Accessibility"), href=reverse("accessibility")),
        NavLink(label=_("Your data"), href=reverse("data-protection")),
    ]
    # For those who run something here: an applicant has enough to read.
    if user is not None and (user.is_staff or roles - {Role.APPLICANT}):
        links.append(NavLink(label=_("For programs"), href=reverse("api")))
    if settings.DEMO:
        links.append(NavLink(label=_("Demonstration mailbox"), href=reverse("outbox:mailbox")))
        links.append(NavLink(label=_("Design system"), href=reverse("design")))
    return links


def _notice(cohort: Cohort | None) -> str:
    if settings.REHEARSAL:
        notice = _("Rehearsal: everyone here is invented, and nothing leaves this machine.")
        now = clock.now()
        until = played_ahead(cohort, now=now) if cohort is not None else None
        return f"{notice} {ahead(until, now=now)}" if until is not None else notice
    if settings.DEMO:
        return _("Demonstration: everyone here is invented, and nothing leaves this machine.")
    if cohort is not None and cohort.rehearsal:
        return _("Rehearsal: everyone in this cohort is invented.")
    return ""
