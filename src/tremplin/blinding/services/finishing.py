"""Copies that the rules make. A snapshot has one before anybody reads it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tremplin.applications.models import Application, Snapshot
from tremplin.blinding import making, queries
from tremplin.blinding.models import Correction, Maker, RedactedCopy
from tremplin.programmes.models import Cohort


@transaction.atomic
def finish(*, snapshot: Snapshot, now: datetime) -> RedactedCopy:
    """Make the copy of `snapshot` that reviewers read, unless there is one; corrections of earlier versions hold.

    Order: the application is held, the copy. There is no audit event: nobody decided anything.
    """
    Application.objects.select_for_update(of=("self",)).only("pk").get(pk=snapshot.application_id)
    found = queries.copy_of(snapshot)
    if found is not None:
        return found
    corrections = list(Correction.objects.filter(application=snapshot.application_id).order_by("pk"))
    return make(snapshot, corrections, maker=Maker.RULES, actor="", now=now)


def make(
    snapshot: Snapshot, corrections: Sequence[Correction], *, maker: Maker, actor: str, now: datetime
) -> RedactedCopy:
    """The next copy of `snapshot`, with one for each pass of reading; that of the first pass is returned.

    Called inside a service's transaction, which holds the application.
    """
    passes = making.passes_of(snapshot.version.plan)
    copies = [_made(snapshot, corrections, one, maker=maker, actor=actor, now=now) for one in passes]
    return copies[0]


def _made(
    snapshot: Snapshot,
    corrections: Sequence[Correction],
    pass_number: int,
    *,
    maker: Maker,
    actor: str,
    now: datetime,
) -> RedactedCopy:
    before = queries.copy_of(snapshot, pass_number)
    number = before.number + 1 if before else 1
    redaction = making.redaction_of(snapshot, corrections, pass_number)
    copy = RedactedCopy(
        snapshot=snapshot,
        pass_number=pass_number,
        number=number,
        maker=maker,
        actor=actor,
        texts=redaction.texts,
        marks=redaction.marks,
        checksum=making.checksum_of(snapshot, number, redaction.texts, pass_number),
        created_at=now,
    )
    copy.save(force_insert=True)
    return copy


def finish_all(*, cohort: Cohort, now: datetime, limit: int | None = None) -> int:
    """Finish what waits in `cohort`, each in a transaction of its own, so that nobody else's saving waits long.

    Where the rules fail on one, all others are finished first, then the fault is raised: administrators see it
    among the jobs, organisers that this one waits.
    """
    if not cohort.plan.runs("review"):
        return 0
    done, faults = 0, []
    for snapshot in queries.waiting(cohort)[:limit]:
        snapshot.application.cohort = cohort
        if snapshot.version_id == cohort.version_id:
            snapshot.version = cohort.version
        try:
            finish(snapshot=snapshot, now=now)
        except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as fault:
            faults.append(fault)
        else:
            done += 1
    if faults:
        raise ExceptionGroup(f"{len(faults)} copies could not be finished", faults)
    return done
