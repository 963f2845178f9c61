"""Letting go what is over, whether or not anybody asks. The clock does it; nobody has to remember."""

from datetime import datetime

from django.db import transaction

from tremplin.people.services import erasure
from tremplin.privacy.queries.retention import PURGED, holds_in_force
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import DataClass, classes, counts, freeze

BATCH = 100


def purge(*, cohort: Cohort, now: datetime) -> dict[str, int]:
    """Let go everything whose day has come and that nothing holds; how many of which class. Again, it changes nothing.

    Each batch is a transaction of its own: whoever is stopped in the middle goes on where they were. Order in a
    batch: the cohort, locked; the hold, looked at anew; the figures that reports need, once; the rows; the audit
    event, which counts and names nobody. Rehearsals keep everything, shown or hidden: their people are invented.
    """
    gone: dict[str, int] = {}
    if cohort.invented:
        return gone
    for kept in classes():
        day = kept.first_day(cohort) if kept.purge else None
        while day is not None and day <= now and (count := _batch(cohort, kept, now)):
            gone[kept.code] = gone.get(kept.code, 0) + count
    return gone


@transaction.atomic
def _batch(cohort: Cohort, kept: DataClass, now: datetime) -> int:
    """One batch of one class; how many went."""
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    if (
        kept.purge is None
        or kept.code in holds_in_force(cohort, now)
        or not counts(cohort, [kept])[kept.code]
    ):
        return 0
    freeze(kept, cohort, now=now)
    count = kept.purge(cohort, now, BATCH)
    if count:
        log(cohort=cohort, actor=None, verb=PURGED, subject=cohort, now=now, **{kept.code: count})
    return count


def catch_up(*, now: datetime) -> int:
    """Let go in every cohort what should have gone by `now`, ended ones too; how many things went.

    For a backup that was restored: what it brought back and whose time is over goes at once.
    """
    cohorts = Cohort.objects.filter(invented=False).select_related("programme__institution", "version")
    gone = sum(
        sum(purge(cohort=cohort, now=now).values())
        for cohort in cohorts.prefetch_related("date_rows").order_by("pk")
    )
    erasure.erase_what_is_due(now=now)
    return gone
