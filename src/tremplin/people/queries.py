"""What a person sees of their own account."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from tremplin.people.consents import known
from tremplin.people.models import Consent, MailedKey, Purpose, SignIn, User
from tremplin.people.rules import has_expired


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey, in words for its owner."""

    pk: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ways:
    """All ways in which a person can sign in, besides the mailed link that everybody has."""

    password: bool
    second_step: bool
    codes_left: int
    passkeys: Sequence[Passkey] = field(default=())


def ways(user: User) -> Ways:
    """The ways of `user` to sign in."""
    kept = list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))
    codes = next((row for row in kept if row.type == Authenticator.Type.RECOVERY_CODES), None)
    return Ways(
        password=user.has_usable_password(),
        second_step=any(row.type == Authenticator.Type.TOTP for row in kept),
        codes_left=len(codes.wrap().get_unused_codes()) if codes else 0,
        passkeys=[
            Passkey(row.pk, row.data.get("name", ""), row.created_at, row.last_used_at)
            for row in kept
            if row.type == Authenticator.Type.WEBAUTHN
        ],
    )


def signed_in(user: User, *, now: datetime) -> QuerySet[SignIn]:
    """The browsers in which `user` is signed in now, the newest first."""
    alive = Session.objects.filter(expire_date__gt=now).values("session_key")
    return SignIn.objects.filter(user=user, session_key__in=alive).order_by("-created_at", "-pk")


def roles_held(user: User) -> QuerySet[Any]:
    """The roles of `user` in cohorts, the newest cohort first."""
    return user.memberships.select_related("cohort__programme__institution", "cohort__version").order_by(
        "-cohort__created_at", "cohort", "role"
    )


@dataclass(frozen=True, slots=True)
class Word:
    """Where a person stands on one purpose: the text, their last word on it, and since when."""

    code: str
    label: str
    text: str
    given: bool
    since: datetime | None


def words(user: User) -> list[Word]:
    """Everything that `user` was asked to agree to, with their last word on each."""
    latest: dict[str, Consent] = {}
    for row in user.consents.order_by("pk"):
        latest[row.purpose] = row
    purposes = known()
    return [
        Word(
            code=code,
            label=str(purposes[code].label) if code in purposes else code,
            text=row.text,
            given=row.given,
            since=row.created_at,
        )
        for code, row in sorted(latest.items())
    ]


def live_key(purpose: Purpose, refs: Sequence[str], user: User, *, now: datetime) -> MailedKey | None:
    """The last key that this browser asked for, if its code may still be typed."""
    key = newest_key(purpose, refs, user)
    return key if key and key.used_at is None and not has_expired(key.created_at, now) else None


def newest_key(purpose: Purpose, refs: Sequence[str], user: User | None = None) -> MailedKey | None:
    """The last key that this browser asked for."""
    return (
        MailedKey.objects.filter(purpose=purpose, ref__in=refs, user=user)
        .order_by("-created_at", "-pk")
        .first()
    )
