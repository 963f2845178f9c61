"""What the browser's session knows: which mails it asked for, who is in it, and how freshly that was proved."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import (
    get_authentication_records,
    perform_login,
    record_authentication,
)
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tremplin.core.text import language_name
from tremplin.people.destinations import put_down
from tremplin.people.models import MailedKey, SignIn, User
from tremplin.people.rules import PROOF_LIFE, safe_next

_ASKED = "mailed_keys"
SIGN_IN = "sign_in"
View = Callable[..., HttpResponseBase]


def remember(request: HttpRequest, key: MailedKey) -> None:
    """This browser asked for `key`, so here its code may be typed. Older ones count, too: mails cross."""
    request.session[_ASKED] = [*asked(request), key.ref][-5:]


def asked(request: HttpRequest) -> Sequence[str]:
    """The keys that this browser asked for."""
    refs: Sequence[str] = request.session.get(_ASKED, [])
    return refs


def wanted(request: HttpRequest) -> str:
    """Where the person wanted to go, if that is a page of this site."""
    return safe_next(request.POST.get("next", "") or request.GET.get("next", ""))


def enter(
    request: HttpRequest, user: User, *, way: str, next_url: str, carried: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Let `user` in, over the second step if they have one, and on to where they wanted to go.

    `carried` are the notes of the browser that asked for the mail; they go on in this one.
    """
    if request.user.is_authenticated and request.user.pk != user.pk:
        logout(request)
    put_down(carried or {}, request.session)
    _tell_language(request, user)
    record_authentication(request, user, method=way, reauthenticated=True)
    login = Login(user=user, email=user.email, redirect_url=safe_next(next_url) or None)
    with transaction.atomic():  # session, person and sign-in wait for the disk once, not each by itself
        response: HttpResponse = perform_login(request, login)
    return response


def _tell_language(request: HttpRequest, user: User) -> None:
    """Say it where the pages turn to the language of the account: in the one that was being read."""
    read = getattr(request, "LANGUAGE_CODE", user.language)
    if read == user.language or getattr(request, "language_chosen", False):
        return
    with translation.override(read):
        name = language_name(user.language)
        text = _(
            "Your account is set to this language: %(language)s. You can change it there under “About you”."
        )
        messages.info(request, text % {"language": name})


def way_in(request: HttpRequest, user: User) -> str:
    """By what the person came in: “link”, “code”, “password” or “passkey”."""
    records = get_authentication_records(request, user)
    first = records[0]["method"] if records else ""
    return "passkey" if first == "mfa" else first


def prove(request: HttpRequest, user: User, *, way: str) -> None:
    """The person has just shown that it is they."""
    record_authentication(request, user, method=way, reauthenticated=True)


def is_proved(request: HttpRequest) -> bool:
    """Whether the person has shown within the last quarter of an hour that it is they."""
    shown = [
        record["at"]
        for record in get_authentication_records(request, request.user)
        if record.get("reauthenticated")
    ]
    return bool(shown) and time.time() - shown[-1] < PROOF_LIFE.total_seconds()


def proved(view: View) -> View:
    """For pages that change how one signs in, or show much at once: a session left open is not enough."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_proved(request):
            # Never a stash of what was posted, as allauth would keep it: it may be a new password.
            return redirect(f"{reverse('people:proof')}?{urlencode({'next': request.path})}")
        return view(request, *args, **kwargs)

    return guarded


def renew(request: HttpRequest, user: User) -> None:
    """Keep this session after something has ended all sessions of the person."""
    update_session_auth_hash(request, user)
    if ref := request.session.get(SIGN_IN):
        SignIn.objects.filter(ref=ref).update(session_key=request.session.session_key)
