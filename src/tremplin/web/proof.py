"""The server's side of autosave.js: what it is told when a save did not come about, and the proof that one did.

A browser keeps what it sent until it knows that it has arrived. An address that leads on is no such proof (a sign-in
leads on too); the mark that the form carried, handed back by the answer of the page that took it, is one.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse

from tremplin.core.errors import Invalid, Stale, UserError
from tremplin.core.ui.posting import AGAIN
from tremplin.programmes.http import person
from tremplin.web.access import TABLE

MARK = "_mark"  # the field of a form that is sent by its button
PROOF = "saved"  # the cookie that the script reads and takes away
_MARK = re.compile(r"[a-z0-9]{8,60}")
KEPT = timedelta(days=7)  # as long as a browser keeps what it could not send


@dataclass(frozen=True, slots=True)
class Back:
    """The way on from a page that says what went wrong."""

    href: str
    label: str


def asks(request: HttpRequest) -> bool:
    """Whether the page's script saves, rather than a person who presses a button."""
    return request.headers.get("X-Requested-With") == "autosave"


def refusal(status: int, said: dict[str, Any]) -> JsonResponse:
    """What the script shows beside the form: `message`, `errors` by field, or a `href` to the sign-in."""
    return JsonResponse(said, status=status)


def said_of(fault: UserError) -> dict[str, Any]:
    """A refusal in the words of its service. That a page is stale the page itself says best."""
    if isinstance(fault, Invalid):
        return {"errors": fault.errors}
    return {} if isinstance(fault, Stale) else {"message": str(fault)}


def new_token(request: HttpRequest) -> JsonResponse:
    """A fresh token for a page from before a new sign-in, and whose session it is: the script goes on with it for the
    same person alone. Nobody on another site can read this answer, as little as any page with a form.
    """
    user = person(request)
    fields = {"csrfmiddlewaretoken": get_token(request)}
    return refusal(403, {"who": user.ref if user else "", "fields": fields})


def form_page(request: HttpRequest) -> str:
    """The page on which the form stood: its own address, or the one that it was sent from. Empty if none is known."""
    match = request.resolver_match
    access = TABLE.get(match.view_name) if match else None
    if access and "GET" in access.methods and not asks(request):
        asked = request.GET.copy()
        asked.pop(AGAIN, None)
        return f"{request.path}?{asked.urlencode()}" if asked else request.path
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc != request.get_host():
        return ""
    return f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path


def door(address: str) -> str:
    """The sign-in that leads on to `address`."""
    page = reverse(settings.LOGIN_URL)
    return f"{page}?{urlencode({'next': address})}" if address else page


def prove(request: HttpRequest, response: HttpResponseBase) -> None:
    """After a form that was taken and leads on: hand its mark back, so that the browser lets go of its copy.

    Only the view answers a POST by leading on: whoever is refused before it gets a page that says so.
    """
    if request.method != "POST" or response.status_code not in {302, 303}:
        return
    mark = request.POST.get(MARK, "")
    if _MARK.fullmatch(mark):
        response.set_cookie(PROOF, mark, max_age=KEPT, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
