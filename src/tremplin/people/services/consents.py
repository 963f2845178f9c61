"""Saying yes, and taking it back as easily as it was given. Nothing else in the house keeps consent."""

import hashlib
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tremplin.core import audit
from tremplin.core.errors import Conflict
from tremplin.people import mails
from tremplin.people.consents import Purpose, known
from tremplin.people.models import Consent, User


def digest(text: str) -> str:
    """The fingerprint of a text, by which one version is told from the next."""
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def give(*, user: User, purpose: Purpose, now: datetime, about: str = "") -> Consent:
    """Record that `user` agrees to the text as it stands now, in the language they read it in.

    Who agrees already, to this version, says nothing new.
    """
    latest = newest(user, purpose.code, about)
    if latest is not None and latest.given and latest.version == purpose.version:
        return latest
    return _say(user, purpose.code, about, str(purpose.text), purpose.version, given=True, now=now)


@transaction.atomic
def refuse(*, user: User, purpose: Purpose, now: datetime, about: str = "") -> Consent:
    """Record that `user` does not agree, or no longer. A stage calls this where it undoes what consent allowed."""
    latest = newest(user, purpose.code, about)
    if latest is not None and not latest.given:
        return latest
    return _say(user, purpose.code, about, str(purpose.text), purpose.version, given=False, now=now)


@transaction.atomic
def withdraw(*, user: User, code: str, now: datetime, about: str = "") -> Consent:
    """Take a consent back, and with it what it allowed.

    Order: there is one; the effect, which is the business of the stage that asked; the word itself.
    Raises Conflict when there is none to take back.
    """
    latest = newest(user, code, about)
    if latest is None or not latest.given:
        raise Conflict(_("You have not agreed to this, or have taken it back before."))
    registered = known().get(code)
    if registered is None:  # a later release does not ask this any more
        return _say(user, code, about, latest.text, latest.version, given=False, now=now)
    registered.take_back(user, about, now)
    return refuse(user=user, purpose=registered.purpose, about=about, now=now)


def newest(user: User, code: str, about: str = "") -> Consent | None:
    """The last word of `user` on a purpose."""
    return Consent.objects.filter(user=user, purpose=code, about=about).order_by("-pk").first()


def holds(user: User, purpose: Purpose, about: str = "") -> bool:
    """Whether `user` agrees now to `purpose`. Ask at the moment of the deed, not earlier."""
    latest = newest(user, purpose.code, about)
    return latest is not None and latest.given


def standing(purpose: Purpose, abouts: Collection[str]) -> set[tuple[int, str]]:
    """Who agrees now, and to what of `abouts`: pairs of a person's key and a thing. One query."""
    rows = Consent.objects.filter(purpose=purpose.code, about__in=abouts).order_by("pk")
    last = {(user, about): given for user, about, given in rows.values_list("user_id", "about", "given")}
    return {pair for pair, given in last.items() if given}


def _say(
    user: User, code: str, about: str, text: str, version: int, *, given: bool, now: datetime
) -> Consent:
    row = Consent.objects.create(
        user=user,
        purpose=code,
        about=about,
        given=given,
        text=text,
        version=version,
        language=translation.get_language() or user.language,
        digest=digest(text),
        created_at=now,
    )
    verb = "people.consent-given" if given else "people.consent-withdrawn"
    audit.record(
        scope=mails.SCOPE,
        actor=user.ref,
        verb=verb,
        subject=row,
        now=now,
        data={"purpose": code, "about": about, "version": version, "text": row.digest},
    )
    return row
