"""What programs read in people's names, noted once a day: whoever looks after a cohort can see where its data goes."""

from datetime import datetime

from django.db import transaction

from tremplin.core import once
from tremplin.core.models import OnceKey
from tremplin.people.models import User
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort


def note_reading(*, cohort: Cohort, actor: User, what: str, token: str, now: datetime) -> None:
    """Log that a program of `actor` reads `what` of this cohort, the first time on each day."""
    key = f"api-read:{token}:{cohort.ref}:{what}:{now:%Y-%m-%d}"
    if OnceKey.objects.filter(key=key).exists():
        return
    with transaction.atomic():
        if once.first(key, now=now):
            log(
                cohort=cohort,
                actor=actor,
                verb="programmes.read-by-program",
                subject=cohort,
                now=now,
                what=what,
                token=token,
            )
