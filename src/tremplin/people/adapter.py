"""How django-allauth fits in: it owns the steps of signing in, passkeys, the second step and its codes.

Addresses, passwords, mails and words are ours, so its pages for those are not mounted.
"""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tremplin.core import clock
from tremplin.core.prepared import Prepared
from tremplin.core.sealed import seal, unseal
from tremplin.people.models import User
from tremplin.people.rules import device, safe_next
from tremplin.people.services import account

_SEALED_FOR = "mfa_authenticator/data"
_NOTICES = {
    "mfa/email/totp_activated": "second-step-on",
    "mfa/email/totp_deactivated": "second-step-off",
    "mfa/email/webauthn_removed": "passkey-removed",
    "mfa/email/recovery_codes_generated": "recovery-codes-made",
}
_MESSAGES = {
    "mfa/messages/totp_activated.txt": _(
        "The second step is on. You will be asked for a code when you sign in."
    ),
    "mfa/messages/totp_deactivated.txt": _("The second step is off."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "mfa/messages/recovery_codes_generated.txt": _(
        "New recovery codes were made. Keep them where you find them."
    ),
}
_FAULTS = {
    "incorrect_code": _("This code is wrong or too old. Type the one that is shown now."),
    "too_many_login_attempts": _("Too many wrong attempts. Wait five minutes, then try again."),
    "rate_limited": _("Too many attempts in a short time. Wait a little, then try again."),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is partly untyped
    """The steps of signing in, with our pages, our mails and our idea of a safe address."""

    error_messages = {**DefaultAccountAdapter.error_messages, **_FAULTS}

    def is_safe_url(self, url: str) -> bool:
        return bool(safe_next(url or ""))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse(settings.LOGIN_REDIRECT_URL)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        """One page proves who somebody is, by whatever they have."""
        if not user.is_authenticated:
            return []
        return [{"id": "proof", "description": "", "url": reverse("people:proof")}]

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        return render(request, "people/closed.html", status=403)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        text = message or _MESSAGES.get(message_template or "")
        if text:
            messages.add_message(request, level, text, extra_tags=extra_tags)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        account.tell(user, _NOTICES[template_prefix], now=clock.now())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail goes through the outbox alone; a page that would send another way is a mistake of ours."""
        raise NotImplementedError(template_prefix)

    def get_client_ip(self, request: HttpRequest) -> str:
        return origin(request)


def origin(request: HttpRequest) -> str:
    """The network address of the asker. The server has already put a trusted proxy's word in its place."""
    return str(request.META.get("REMOTE_ADDR") or "unknown")


_WAYS = Prepared(lambda user: Authenticator.objects.filter(user_id=user).only("pk", "type"), int)


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is partly untyped
    """Passkeys are a way in; the app with its codes is the second step."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        **_FAULTS,
        "cannot_generate_recovery_codes": _("Recovery codes belong to the second step. Switch it on first."),
    }

    def is_mfa_enabled(self, user: Any, types: list[str] | None = None) -> bool:
        """Whether `user` has one of `types`; asked for the second step, whether they chose to have one.

        A passkey alone does not ask for a second step after the mailed link: who loses the phone that holds
        it would stand before a locked door, and the mail opens a new passkey anyway.
        """
        wanted = set(types or ())
        if not wanted or wanted == {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN}:
            types = [Authenticator.Type.TOTP]
        if user.is_anonymous:
            return False
        kinds = {row.type for row in _WAYS(user.pk)}
        return bool(kinds if types is None else kinds.intersection(types))

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        """The device at hand: that is where the passkey will be."""
        return device(context.request.headers.get("User-Agent", "")) or str(_("Passkey"))

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(text, context=_SEALED_FOR)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(base64.b64decode(encrypted_text), context=_SEALED_FOR)

    def build_totp_svg(self, url: str) -> str:
        """The picture for the app, on white: it is read by a camera, also from a dark page."""
        picture = str(super().build_totp_svg(url))
        return picture.replace("<path", '<rect width="100%" height="100%" fill="#fff"/><path', 1)

    def get_totp_label(self, user: User) -> str:
        return user.email

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """What the device shows beside the passkey."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return {**entity, "name": user.email, "display_name": user.get_full_name()}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": settings.SITE_NAME}
