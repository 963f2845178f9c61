"""Tokens for programs: which there are, a new one, the end of one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import UserError
from tremplin.core.ui.posting import status_of
from tremplin.people import personal_data, queries
from tremplin.people.forms import TokenForm, show_fault
from tremplin.people.models import User
from tremplin.people.rules import MOST_TOKENS
from tremplin.people.services import tokens
from tremplin.people.views import doors
from tremplin.people.views.account import me


@never_cache
def show(request: HttpRequest) -> HttpResponse:
    """Every token of the person, with when it was last used and when it ends."""
    user, now = me(request), clock.now()
    found = list(queries.api_tokens(user))
    titles = personal_data.titles(token.scope for token in found if token.scope)
    rows = [
        {"token": token, "reach": titles.get(token.scope, ""), "over": token.expires_at <= now}
        for token in found
    ]
    live = sum(not row["over"] for row in rows)
    context = {"person": user, "rows": rows, "full": live >= MOST_TOKENS, "most": MOST_TOKENS}
    return render(request, "people/tokens.html", context)


@doors.proved
@never_cache
def make(request: HttpRequest) -> HttpResponse:
    """Make a token. Its secret stands in the answer to this form and nowhere else, ever."""
    user = me(request)
    form = TokenForm(request.POST or None, scopes=_scopes(user), scholar=queries.is_scholar(user))
    if form.is_valid():
        try:
            made = tokens.make_token(
                user=user, now=clock.now(), key=request.POST.get("once", ""), **form.cleaned_data
            )
        except UserError as fault:
            show_fault(form, fault)
        else:
            return _made(request, user, made)
    return render(request, "people/token_new.html", {"form": form}, status=status_of(form))


def _scopes(user: User) -> dict[str, str]:
    return personal_data.titles(row.cohort.scope for row in queries.roles_held(user))


def _made(request: HttpRequest, user: User, made: Any) -> HttpResponse:
    if made is None:  # the page was loaded anew: what it showed is gone
        messages.warning(request, _("This token was made before, and is shown only once."))
        return redirect("people:tokens")
    token, secret = made
    header = f"Authorization: Bearer {secret[:13]}…"
    context = {"token": token, "secret": secret, "header": header, "person": user}
    return render(request, "people/token_made.html", context)


def revoke(request: HttpRequest, ref: str) -> HttpResponse:
    """End a token at once."""
    user = me(request)
    if not queries.api_tokens(user).filter(ref=ref).exists():
        raise Http404
    tokens.revoke_token(user=user, ref=ref, now=clock.now())
    messages.success(request, _("Revoked. It opens nothing any more."))
    return redirect("people:tokens")
