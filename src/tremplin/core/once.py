"""Deeds that must happen once, however often the button is pressed or the line breaks."""

from datetime import datetime

from tremplin.core.models import OnceKey
from tremplin.core.saved import add_if_new


def first(key: str, *, now: datetime) -> bool:
    """True the first time that `key` is seen. Call inside the transaction of the deed it guards.

    An empty key is always first: the caller chose not to guard. Of two deeds at once under one key the
    database lets one through and the other waits for it, then sees the key.
    """
    if not key:
        return True
    return add_if_new(OnceKey(key=key[:200], at=now))
