"""The pages that belong to no stage: home, desk, language, legal notes."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from tremplin.core import clock
from tremplin.core.states import State
from tremplin.people.models import User
from tremplin.programmes import queries
from tremplin.programmes.desk import Card
from tremplin.programmes.facts import all_dates
from tremplin.programmes.http import CohortRequest, person
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.states import call_state
from tremplin.web.cookies import cookies
from tremplin.web.demo import demo_accounts
from tremplin.web.middleware import remember_language
from tremplin.web.shut import roles_for
from tremplin.web.stages import STAGES, desks

_URGENCY = {"now": 0, "soon": 1, "calm": 2, "done": 3}


def home(request: HttpRequest) -> HttpResponse:
    """Open calls for everybody; for a person who is signed in, their cohorts first."""
    user, now = person(request), clock.now()
    context = {
        "mine": _own_cohorts(user, now) if user else [],
        "calls": queries.open_calls(now),
        "accounts": demo_accounts() if settings.DEMO else [],
    }
    return render(request, "web/home.html", context)


def _own_cohorts(user: User, now: datetime) -> list[tuple[Cohort, State, list[str]]]:
    """The cohorts of a person, each with where it stands and what they are in it."""
    held = queries.roles_by_cohort(user)
    return [
        (cohort, call_state(cohort, now, user), [str(Role(role).label) for role in held[cohort.pk]])
        for cohort in queries.cohorts_of(user)
    ]


def desk(request: CohortRequest) -> HttpResponse:
    """What needs this person now, over all stages, most urgent first."""
    now = clock.now()
    cards: list[Card] = []
    for stage, module in zip(STAGES, desks(), strict=True):
        roles = roles_for(stage, request.cohort, request.user, request.roles)
        cards += module.cards(cohort=request.cohort, actor=request.user, roles=roles, now=now)
    cards.sort(key=lambda card: (_URGENCY[card.urgency], card.due is None, card.due or now))
    dates = all_dates(request.cohort)
    return render(request, "web/desk.html", {"cards": cards, "dates": dates, "now": now})


def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in the browser and in the account, and go back to the same page."""
    language = request.POST.get("language", "")
    to = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(to, {request.get_host()}, request.is_secure()):
        to = "/"
    response = HttpResponseRedirect(to)
    if language in dict(settings.LANGUAGES):
        remember_language(response, language)
        if user := person(request):
            User.objects.filter(pk=user.pk).update(language=language)
    return response


def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read what is public; everything else asks them to sign in anyway."""
    lines = ["User-agent: *", "Disallow: /account/", "Disallow: /sign-in/", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def accessibility(request: HttpRequest) -> HttpResponse:
    """What we promise to people who use a keyboard, a screen reader, a small screen or a slow line."""
    return render(request, "web/accessibility.html")


def data_protection(request: HttpRequest) -> HttpResponse:
    """Who sees what, every cookie, and what a person can do about it."""
    return render(request, "web/data_protection.html", {"cookies": cookies()})
