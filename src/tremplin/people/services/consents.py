"""Saying yes, and taking it back as easily as it was given."""

import hashlib
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


def give(*, user: User, purpose: Purpose, now: datetime) -> Consent:
    """Record that `user` agrees to the text as it stands now, in the language they read it in."""
    return _say(user, purpose.code, str(purpose.text), given=True, now=now)


def withdraw(*, user: User, code: str, now: datetime) -> Consent:
    """Record that `user` takes their consent back. Raises Conflict when there is none to take back."""
    latest = newest(user, code)
    if latest is None or not latest.given:
        raise Conflict(_("You have not agreed to this, or have taken it back before."))
    purpose = known().get(code)
    return _say(user, code, str(purpose.text) if purpose else latest.text, given=False, now=now)


def newest(user: User, code: str) -> Consent | None:
    """The last word of `user` on a purpose."""
    return Consent.objects.filter(user=user, purpose=code).order_by("-pk").first()


def holds(user: User, purpose: Purpose) -> bool:
    """Whether `user` agrees now to `purpose`. Ask at the moment of the deed, not earlier."""
    latest = newest(user, purpose.code)
    return latest is not None and latest.given


@transaction.atomic
def _say(user: User, code: str, text: str, *, given: bool, now: datetime) -> Consent:
    row = Consent.objects.create(
        user=user,
        purpose=code,
        given=given,
        text=text,
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
        data={"purpose": code, "text": row.digest},
    )
    return row
