"""Remembers in which browsers a person is signed in, and logs who came in and who was refused."""

import logging
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from tremplin.core import clock
from tremplin.core.saved import add_if_new
from tremplin.people.models import SignIn, User
from tremplin.people.rules import device
from tremplin.people.views.doors import SIGN_IN, way_in

log = logging.getLogger(__name__)


@receiver(user_logged_in)
def remember_sign_in(request: HttpRequest, user: User, **_rest: Any) -> None:
    """A row for the new session; the session knows its row."""
    row = SignIn(
        session_key=request.session.session_key or "",
        user=user,
        device=device(request.META.get("HTTP_USER_AGENT", "")),
        way=way_in(request, user),
        created_at=clock.now(),
    )
    if not add_if_new(row):  # somebody who signs in once more keeps the session, and it begins anew
        again = SignIn.objects.filter(session_key=row.session_key)
        again.update(user=user, device=row.device, way=row.way, created_at=row.created_at)
        row = again.get()
    request.session[SIGN_IN] = row.ref
    log.info("%s signed in by %s", user.ref, row.way or "the server")


@receiver(user_logged_out)
def forget_sign_in(request: HttpRequest, **_rest: Any) -> None:
    SignIn.objects.filter(session_key=request.session.session_key or "").delete()


@receiver(user_login_failed)
def log_refusal(**_credentials: Any) -> None:
    """That a password was refused; not for which address, which may be a password typed in the wrong box."""
    log.warning("A password was refused.")
