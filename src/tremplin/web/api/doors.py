"""Who asks: the person whose token it is. A browser's session opens nothing here, a token opens no page."""

from datetime import datetime
from math import ceil
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse

from tremplin.core import clock
from tremplin.core.recall import recall
from tremplin.people.models import ApiToken
from tremplin.people.services import tokens
from tremplin.programmes.http import CohortRequest
from tremplin.programmes.queries import cohort_and_roles
from tremplin.programmes.services.programs import note_reading
from tremplin.web.access import Access, Scope
from tremplin.web.api.problems import problem
from tremplin.web.shut import stands_apart

COHORT_KEYS = ("institution", "programme", "cohort")
# Figures name nobody, and a reviewer's own reads are theirs: what shows other people is noted in the cohort's log.
NOTED = frozenset({"applications", "application", "decisions", "scholars", "pairings", "stipends", "stipend"})


class ApiRequest(HttpRequest):
    """A request with a token, as the doors hand it on."""

    api_token: ApiToken


class ApiCohortRequest(CohortRequest):
    """The same, below the address of a cohort."""

    api_token: ApiToken


def enter(request: Any, name: str, access: Access, kwargs: dict[str, Any]) -> HttpResponse | None:
    """Decide as the access table says; None lets the request in.

    Order: the person, by the token alone, and how often it asks; the cohort of the address with their roles of this
    moment; the refusal, a stranger's being 404; a line in the cohort's log. Raises Http404.
    """
    now = clock.now()
    token = None if access.scope is Scope.PUBLIC else _token(request, now)
    request.user = token.user if token else AnonymousUser()
    request.api_token = token
    if token is not None and (wait := tokens.count_use(token, now=now)):
        return problem(429, headers={"Retry-After": str(ceil(wait.total_seconds()))})
    if COHORT_KEYS[2] in kwargs:
        _enter_cohort(request, token, kwargs)
    refusal = _refusal(request, access, token)
    if refusal is not None:
        return refusal
    method = "GET" if request.method == "HEAD" else request.method
    if method not in access.methods:
        return problem(405, headers={"Allow": ", ".join(_allowed(access))})
    if token is not None and name in NOTED:
        note_reading(cohort=request.cohort, actor=token.user, what=name, token=token.ref, now=now)
    return None


def _allowed(access: Access) -> list[str]:
    return [*access.methods, *(["HEAD"] if "GET" in access.methods else [])]


def _token(request: HttpRequest, now: datetime) -> ApiToken | None:
    """The token of the header; never one in an address, which would stand in logs and histories."""
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return tokens.bearer(secret.strip(), now=now) if kind.lower() == "bearer" else None


def _enter_cohort(request: Any, token: ApiToken | None, kwargs: dict[str, Any]) -> None:
    """The cohort of the address. One that the token was not made for is not there. Raises Http404."""
    user = token.user if token else None
    cohort, roles = cohort_and_roles(user, *(kwargs[key] for key in COHORT_KEYS))
    if cohort is None or (token is not None and token.scope and token.scope != cohort.scope):
        raise Http404
    request.cohort, request.roles = cohort, roles
    recall(("roles", user.pk if user else None, cohort.pk), lambda: roles)


def _refusal(request: Any, access: Access, token: ApiToken | None) -> HttpResponse | None:
    if access.scope is Scope.PUBLIC:
        return None
    if token is None:
        return problem(401, headers={"WWW-Authenticate": 'Bearer realm="tremplin"'})
    if access.scope in {Scope.OWN, Scope.COHORT}:
        if not request.roles:
            raise Http404
        if request.roles.isdisjoint(access.roles) or stands_apart(request, access):
            return problem(403)
    return None
