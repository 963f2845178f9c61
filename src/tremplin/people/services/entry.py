"""Signing in: asking for a mailed key, using it, or giving a password.

Whether an address is known changes nothing that can be seen from outside: the same answer, the same work,
the same limits. A person comes into being when they prove that the address is theirs, not before.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When
from django.utils.translation import gettext as _

from tremplin.core import audit, limits
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.outbox.models import MessageState, OutboxMessage
from tremplin.core.prepared import Prepared, PreparedChange
from tremplin.core.zones import known_zone
from tremplin.people import keys, mails
from tremplin.people.models import MailedKey, Purpose, User, normal_email
from tremplin.people.rules import (
    CODES_FOR_AN_ADDRESS,
    KEY_LIFE,
    MAILS_FROM_A_NETWORK,
    MAILS_TO_AN_ADDRESS,
    PASSWORDS_FOR_AN_ADDRESS,
    PASSWORDS_FROM_A_NETWORK,
    WRONG_CODES,
    has_expired,
    normal_code,
    safe_next,
)


class LinkGone(Conflict):
    """The link was used before, is too old, or never existed. `key` is what is still known of it."""

    status = 410

    def __init__(self, key: MailedKey | None = None) -> None:
        super().__init__(
            _("This link has been used, or it is more than 30 minutes old."), _("Ask for a new one.")
        )
        self.key = key


def ask_for_link(
    *,
    address: str,
    origin: str,
    next_url: str,
    language: str,
    now: datetime,
    carried: Mapping[str, Any] | None = None,
) -> MailedKey:
    """Mail a link and a code with which the owner of `address` can sign in, whether they are known or not.

    `carried` goes with them to the browser in which they are used.

    Order: limits by network and by address, the key, its mail. `origin` is the network address of the
    asker. Raises TooMany.
    """
    address = normal_email(address)
    limits.require(MAILS_FROM_A_NETWORK, origin, now=now)
    limits.require(
        MAILS_TO_AN_ADDRESS,
        address,
        now=now,
        message=_("We have sent several mails to this address. Look among unwanted mail, too."),
    )
    known = next(iter(_READER(address)), None)
    return send_key(
        purpose=Purpose.SIGN_IN,
        address=address,
        user=None,
        reader=known,
        language=known.language if known else language,
        next_url=safe_next(next_url),
        now=now,
        carried=carried,
    )


_READER = Prepared(lambda address: User.objects.filter(email=address).only("pk", "ref", "language"), str)


@transaction.atomic
def send_key(
    *,
    purpose: Purpose,
    address: str,
    user: User | None,
    reader: User | None,
    language: str,
    now: datetime,
    next_url: str = "",
    carried: Mapping[str, Any] | None = None,
) -> MailedKey:
    """Make a key and mail it, in one transaction."""
    link, code = keys.new_link(), keys.new_code()
    key = MailedKey(
        purpose=purpose, address=address, user=user, next=next_url, language=language, created_at=now
    )
    key.link_hash = keys.link_hash(link) if purpose is Purpose.SIGN_IN else None
    key.code_hash = keys.code_hash(code, key.ref)
    key.carried = dict(carried or {})
    key.save(force_insert=True)
    mails.send_key(key, link=link, code=code, to=reader, now=now)
    return key


def find_link(*, link: str, now: datetime) -> MailedKey:
    """The key behind a link, unchanged: mail scanners open links too. Raises LinkGone."""
    key = next(iter(_BY_LINK(keys.link_hash(link))), None)
    if key is None or key.used_at is not None or has_expired(key.created_at, now):
        raise LinkGone(key)
    return key


_BY_LINK = Prepared(lambda hashed: MailedKey.objects.filter(purpose=Purpose.SIGN_IN, link_hash=hashed), str)


@transaction.atomic
def use_link(*, link: str, now: datetime, time_zone: str = "") -> tuple[User, MailedKey]:
    """Use a link up, and be the owner of its address, who is made if new. Raises LinkGone."""
    key = find_link(link=link, now=now)
    if not use_up(key, now=now):
        raise LinkGone(key)
    return _owner(key, now=now, time_zone=time_zone), key


def use_code(
    *, refs: Sequence[str], typed: str, now: datetime, time_zone: str = ""
) -> tuple[User, MailedKey]:
    """Sign in by the code of a key that this browser asked for; `refs` are the keys it asked for.

    Raises Invalid for a wrong code, TooMany when no more may be tried (links go on working).
    """
    key = right_key(purpose=Purpose.SIGN_IN, refs=refs, typed=typed, now=now)
    with transaction.atomic():
        if not use_up(key, now=now):
            raise no_code_left()
        return _owner(key, now=now, time_zone=time_zone), key


def right_key(
    *, purpose: Purpose, refs: Sequence[str], typed: str, now: datetime, user: User | None = None
) -> MailedKey:
    """The key (of `user`, who is signed in) whose code was typed, not yet used up. Raises Invalid, TooMany.

    The attempt is counted, and stays counted, before the code is looked at: many guesses at once gain
    nothing. So this must not run in a transaction that its own refusal would roll back.
    """
    asked = MailedKey.objects.filter(
        purpose=purpose,
        user=user,
        ref__in=refs,
        used_at=None,
        wrong_codes__lt=WRONG_CODES,
        created_at__gte=now - KEY_LIFE,
    )
    tried = list(asked.order_by("-created_at"))
    if not asked.filter(pk__in=[key.pk for key in tried]).update(wrong_codes=F("wrong_codes") + 1):
        raise no_code_left()
    limits.require(
        CODES_FOR_AN_ADDRESS,
        tried[0].address,
        now=now,
        message=_("Too many wrong codes were typed for this address. Use the link in the mail instead."),
    )
    code = normal_code(typed)
    found = next((key for key in tried if keys.same_code(code, key.ref, key.code_hash)), None)
    if found is None:
        raise Invalid({"code": [_("This is not the code. Compare it with the newest mail.")]})
    limits.give_back(CODES_FOR_AN_ADDRESS, found.address, now=now)
    return found


def no_code_left() -> Invalid:
    return Invalid({"code": [_("No code can be used here any more. Ask for a new mail.")]})


def use_up(key: MailedKey, *, now: datetime) -> bool:
    """Make a key, and every other one for the same purpose and address, useless. False: someone was faster.

    The mails lose their text: what they said opens nothing any more, and nobody needs to read it again.
    """
    if not _USE_UP(key.pk, now):
        return False
    others = _UNUSED(str(key.purpose), key.address)
    for other in others:
        _USE_UP(other.pk, now)
    blank(mails.key_of(each) for each in (key, *others))
    return True


_USE_UP = PreparedChange(
    lambda pk, now: (MailedKey.objects.filter(pk=pk, used_at=None), {"used_at": now, "carried": {}}),
    int, datetime,
)  # fmt: skip
_UNUSED = Prepared(
    lambda purpose, address: MailedKey.objects.filter(purpose=purpose, address=address, used_at=None),
    str,
    str,
)


def blank(mail_keys: Iterable[str]) -> None:
    """Take the secrets out of mails whose keys open nothing any more; those not yet sent stay here."""
    for key in mail_keys:
        _BLANK(key)


_STAYS = Case(When(state=MessageState.QUEUED, then=Value(MessageState.CANCELLED)), default=F("state"))
_BLANK = PreparedChange(
    lambda key: (
        OutboxMessage.objects.filter(key=key).exclude(state=MessageState.SENDING),
        {"subject": "—", "body": "—\n", "state": _STAYS},
    ),
    str,
)


def _owner(key: MailedKey, *, now: datetime, time_zone: str) -> User:
    """The person whose address a key proved, made if there is none."""
    for known in _BY_ADDRESS(key.address):
        return learn_zone(user=known, time_zone=time_zone) if known.last_login is None else known
    zone = time_zone if known_zone(time_zone) else "UTC"
    try:
        with transaction.atomic():
            user = User.objects.create_user(key.address, language=key.language, time_zone=zone, now=now)
    except IntegrityError:
        return User.objects.get(email=key.address)
    audit.record(scope=mails.SCOPE, actor=user.ref, verb="people.joined", subject=user, now=now)
    return user


_BY_ADDRESS = Prepared(lambda address: User.objects.filter(email=address), str)


def learn_zone(*, user: User, time_zone: str) -> User:
    """Where the clock of a person's device stands, while all we know is the UTC that accounts begin with."""
    if user.time_zone == "UTC" and time_zone != "UTC" and known_zone(time_zone):
        user.time_zone = time_zone
        user.save(update_fields=["time_zone"])
    return user


def check_password(*, address: str, password: str, origin: str, now: datetime) -> User:
    """The person with this address and password. Raises Invalid, TooMany (a link goes on working).

    Only wrong passwords are counted. Unknown addresses take as long as known ones.
    """
    address = normal_email(address)
    instead = _("Too many wrong passwords. Ask for a link instead: it works at once.")
    limits.require(PASSWORDS_FROM_A_NETWORK, origin, now=now, message=instead)
    limits.require(PASSWORDS_FOR_AN_ADDRESS, address, now=now, message=instead)
    user = authenticate(email=address, password=password)
    if not isinstance(user, User):
        raise Invalid(
            {
                "password": [
                    _("This address and this password do not go together. You can ask for a link instead.")
                ]
            }
        )
    limits.give_back(PASSWORDS_FROM_A_NETWORK, origin, now=now)
    limits.give_back(PASSWORDS_FOR_AN_ADDRESS, address, now=now)
    return user
