"""What a person sees of their own account."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from tremplin.core.prepared import Prepared
from tremplin.people.consents import Registered, Subject, known
from tremplin.people.models import ApiToken, Consent, MailedKey, Purpose, SignIn, User
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


def api_tokens(user: User) -> QuerySet[ApiToken]:
    """The tokens of `user` for programs, the newest first; those that ended not long ago as well."""
    return user.api_tokens.order_by("-created_at", "-pk")


def roles_held(user: User) -> QuerySet[Any]:
    """The roles of `user` in cohorts, the newest cohort first."""
    return user.memberships.select_related("cohort__programme__institution", "cohort__version").order_by(
        "-cohort__created_at", "cohort", "role"
    )


def is_scholar(user: User) -> bool:
    """Whether `user` is a scholar of any cohort."""
    return roles_held(user).filter(role="scholar").exists()


@dataclass(frozen=True, slots=True)
class Word:
    """Where a person stands on one purpose: what it is about, the text, their last word on it, and since when."""

    code: str
    about: str
    label: str
    subject: Subject | None
    text: str
    version: int
    given: bool
    since: datetime
    seen_by: str
    taking_back: str


def words(user: User) -> list[Word]:
    """Everything that `user` was asked to agree to, with their last word on each; what stands comes first."""
    latest = {(row.purpose, row.about): row for row in user.consents.order_by("pk")}
    subjects = _subjects(latest)
    found = [_word(row, known().get(row.purpose), subjects.get(key)) for key, row in latest.items()]
    return sorted(
        found, key=lambda word: (not word.given, word.label, word.subject.title if word.subject else "")
    )


def _subjects(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Subject]:
    """What each consent is about, asked of the stages once for each purpose."""
    abouts: dict[str, set[str]] = {}
    for code, about in keys:
        abouts.setdefault(code, set()).add(about)
    return {
        (code, about): subject
        for code, found in abouts.items()
        if code in known()
        for about, subject in known()[code].describe(found).items()
    }


def _word(row: Consent, registered: Registered | None, subject: Subject | None) -> Word:
    purpose = registered.purpose if registered else None
    return Word(
        code=row.purpose,
        about=row.about,
        label=str(purpose.label) if purpose else row.purpose,
        subject=subject,
        text=row.text,
        version=row.version,
        given=row.given,
        since=row.created_at,
        seen_by=str(purpose.seen_by) if purpose else "",
        taking_back=str(purpose.taking_back) if purpose else "",
    )


def live_key(purpose: Purpose, refs: Sequence[str], user: User, *, now: datetime) -> MailedKey | None:
    """The last key that this browser asked for, if its code may still be typed."""
    key = newest_key(purpose, refs, user)
    return key if key and key.used_at is None and not has_expired(key.created_at, now) else None


def newest_key(purpose: Purpose, refs: Sequence[str], user: User | None = None) -> MailedKey | None:
    """The last key that this browser asked for."""
    if user is None:
        return next(iter(_newest(len(refs))(str(purpose), *refs)), None) if refs else None
    return (
        MailedKey.objects.filter(purpose=purpose, ref__in=refs, user=user)
        .order_by("-created_at", "-pk")
        .first()
    )


@cache
def _newest(many: int) -> Prepared[MailedKey]:
    """Among so many keys: asked by the page on which everybody waits for their mail."""
    return Prepared(
        lambda purpose, *refs: MailedKey.objects.filter(purpose=purpose, ref__in=refs, user=None).order_by(
            "-created_at", "-pk"
        )[:1],
        *[str] * (1 + many),
    )
