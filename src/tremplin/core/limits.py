"""Rate limits: a bucket of tokens for each key, in the database, so that all processes count together.

A bucket holds `burst` tokens and, once empty, fills up again in `refill`. One moment a bucket is enough to
know its level: when it will be full again. A bucket that is full need not exist, so old ones are forgotten.
Keys are stored as keyed hashes: the table tells nobody's address.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core.errors import Message, TooMany
from tremplin.core.models import TokenBucket
from tremplin.core.prepared import Prepared
from tremplin.core.saved import add_if_new


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `burst` at once, and in the long run `burst` in each `refill`."""

    name: str
    burst: int
    refill: timedelta

    @property
    def token(self) -> timedelta:
        """The time in which one token comes back."""
        return self.refill / self.burst


def take(rate: Rate, who: str, *, now: datetime) -> timedelta:
    """Take a token from the bucket of `who`; zero if there was one, else how long until there is."""
    key = _key(rate, who)
    if add_if_new(TokenBucket(key=key, full_at=now + rate.token)):
        return timedelta(0)  # a full one is not kept, and holds at least one
    with transaction.atomic():
        found = _BUCKET(key)
        if not found:
            return timedelta(0)  # full again, and forgotten at this very moment
        [bucket] = found
        full_at = max(bucket.full_at, now) + rate.token
        excess = full_at - now - rate.refill
        if excess > timedelta(0):
            return excess
        bucket.full_at = full_at
        bucket.save(update_fields=["full_at"])
    return timedelta(0)


_BUCKET = Prepared(lambda key: TokenBucket.objects.select_for_update().filter(pk=key), str)


def give_back(rate: Rate, who: str, *, now: datetime) -> None:
    """Put a token back: the attempt was a good one."""
    with transaction.atomic():
        bucket = TokenBucket.objects.select_for_update().filter(key=_key(rate, who)).first()
        if bucket is not None:
            bucket.full_at = max(bucket.full_at - rate.token, now)
            bucket.save(update_fields=["full_at"])


def require(rate: Rate, who: str, *, now: datetime, message: Message = "") -> None:
    """Take a token. Raises TooMany, saying how long to wait, when there is none."""
    wait = take(rate, who, now=now)
    if wait:
        raise TooMany(message or _("Too many attempts in a short time."), wait_text(wait))


def wait_text(wait: timedelta) -> str:
    """“Try again in 6 minutes.”"""
    minutes = max(1, ceil(wait / timedelta(minutes=1)))
    if minutes > 90:
        hours = ceil(minutes / 60)
        return ngettext("Try again in %(n)s hour.", "Try again in %(n)s hours.", hours) % {"n": hours}
    return ngettext("Try again in %(n)s minute.", "Try again in %(n)s minutes.", minutes) % {"n": minutes}


def forget_full(*, now: datetime) -> int:
    """Delete the buckets that are full again; how many there were."""
    deleted, _by_model = TokenBucket.objects.filter(full_at__lte=now).delete()
    return deleted


def _key(rate: Rate, who: str) -> str:
    return salted_hmac("tremplin.limits", f"{rate.name}:{who}", algorithm="sha256").hexdigest()
