"""Deeds that must happen once, however often the button is pressed or the line breaks."""

from datetime import datetime

from django.db import IntegrityError, transaction

from tremplin.core.models import OnceKey


def first(key: str, *, now: datetime) -> bool:
    """True the first time that `key` is seen. Call inside the transaction of the deed it guards.

    An empty key is always first: the caller chose not to guard. Of two deeds at once under one key the
    database lets one through and the other waits for it, then sees the key.
    """
    if not key:
        return True
    try:
        with transaction.atomic():
            OnceKey.objects.create(key=key[:200], at=now)
    except IntegrityError:
        return False
    return True
