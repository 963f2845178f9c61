"""What a person changes about themselves: name, language, address, password, and where they are signed in."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tremplin.core import audit, limits
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.zones import known_zone
from tremplin.people import mails
from tremplin.people.models import MailedKey, Purpose, SignIn, User, normal_email
from tremplin.people.rules import MAILS_FROM_A_NETWORK, MAILS_TO_AN_ADDRESS
from tremplin.people.services import entry


def save_details(*, user: User, name: str, language: str, time_zone: str) -> None:
    """Keep how a person is called and spoken to. Raises Invalid for a time zone that does not exist."""
    if not known_zone(time_zone):
        raise Invalid({"time_zone": [_("Choose a time zone from the list.")]})
    user.name, user.language, user.time_zone = " ".join(name.split()), language, time_zone
    user.save(update_fields=["name", "name_folded", "language", "time_zone"])


def ask_for_address(*, user: User, address: str, origin: str, now: datetime) -> MailedKey:
    """Mail a code to an address that `user` wants to have from now on.

    Whether the address belongs to somebody else is not told here, but to the one who can read its mail.
    Order: limits, the key, its mail. Raises Invalid when it is the address they have, TooMany.
    """
    address = normal_email(address)
    if address == user.email:
        raise Invalid({"address": [_("This is the address you have now.")]})
    return _mail_code(user, Purpose.ADDRESS, address, origin, now)


def ask_for_proof(*, user: User, origin: str, now: datetime) -> MailedKey:
    """Mail a code with which `user` shows that it is really they who sit there. Raises TooMany."""
    return _mail_code(user, Purpose.PROOF, user.email, origin, now)


def _mail_code(user: User, purpose: Purpose, address: str, origin: str, now: datetime) -> MailedKey:
    limits.require(MAILS_FROM_A_NETWORK, origin, now=now)
    limits.require(MAILS_TO_AN_ADDRESS, address, now=now)
    return entry.send_key(
        purpose=purpose, address=address, user=user, reader=user, language=user.language, now=now
    )


def confirm_address(*, user: User, refs: Sequence[str], typed: str, now: datetime) -> None:
    """Give `user` the address to which the code went.

    Order: the code, counted; then at once the key, the address, the audit event, a notice to the old
    address. Raises Invalid for a wrong code, TooMany, Conflict when the address has an account of its own.
    """
    key = entry.right_key(purpose=Purpose.ADDRESS, refs=refs, typed=typed, now=now, user=user)
    with transaction.atomic():
        if not entry.use_up(key, now=now):
            raise entry.no_code_left()
        if User.objects.exclude(pk=user.pk).filter(email=key.address).exists():
            raise Conflict(
                _("This address has an account of its own."),
                _("Sign in with it and close that account first, or go on with the address you have."),
            )
        before, user.email = user.email, key.address
        user.save(update_fields=["email", "name_folded"])
        audit.record(scope=mails.SCOPE, actor=user.ref, verb="people.address-changed", subject=user, now=now)
        mails.send_notice(user, "address-changed", now=now, key=key.ref, to=before)


def confirm_proof(*, user: User, refs: Sequence[str], typed: str, now: datetime) -> None:
    """Accept a code mailed to `user` as proof that it is they. Raises Invalid, TooMany."""
    key = entry.right_key(purpose=Purpose.PROOF, refs=refs, typed=typed, now=now, user=user)
    if not entry.use_up(key, now=now):
        raise entry.no_code_left()


@transaction.atomic
def set_password(*, user: User, password: str, now: datetime) -> None:
    """Set or replace the password; every other session of the person ends by it. Raises Invalid."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid({"password": error.messages}) from error
    user.set_password(password)
    user.save(update_fields=["password"])
    tell(user, "password-set", now=now)


@transaction.atomic
def remove_password(*, user: User, now: datetime) -> None:
    """From now on, a link or a passkey is the way in; every other session ends."""
    if not user.has_usable_password():
        return
    user.set_unusable_password()
    user.save(update_fields=["password"])
    tell(user, "password-removed", now=now)


@transaction.atomic
def tell(user: User, code: str, *, now: datetime) -> None:
    """Log that a way into an account has changed, and mail its owner, who may not have done it."""
    audit.record(scope=mails.SCOPE, actor=user.ref, verb=f"people.{code}", subject=user, now=now)
    mails.send_notice(user, code, now=now, key=f"{user.ref}:{now.isoformat()}")


@transaction.atomic
def end_other_sessions(*, user: User, keep: str, now: datetime) -> int:
    """Sign the person out of every browser but the one with session `keep`; how many were known.

    The epoch ends also those sessions that no row tells of. The caller renews the session it keeps.
    """
    others = SignIn.objects.filter(user=user).exclude(session_key=keep)
    session_keys = list(others.values_list("session_key", flat=True))
    ended, _by_model = Session.objects.filter(session_key__in=session_keys).delete()
    others.delete()
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    audit.record(scope=mails.SCOPE, actor=user.ref, verb="people.signed-out-elsewhere", subject=user, now=now)
    return ended


@transaction.atomic
def end_session(*, user: User, ref: str, now: datetime) -> bool:
    """Sign the person out of one browser. False if it is not theirs, or was ended before."""
    row = SignIn.objects.filter(user=user, ref=ref).first()
    if row is None:
        return False
    Session.objects.filter(session_key=row.session_key).delete()
    row.delete()
    audit.record(scope=mails.SCOPE, actor=user.ref, verb="people.signed-out-elsewhere", subject=user, now=now)
    return True
