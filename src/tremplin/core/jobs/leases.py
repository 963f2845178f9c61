"""Taking, keeping and settling jobs. Each function is one short transaction of its own."""

import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from tremplin.core.jobs.models import Job, JobState
from tremplin.core.jobs.rules import KEEP_ERRORS
from tremplin.core.prepared import Prepared, PreparedChange, ready_cursor
from tremplin.core.saved import add_if_new

WORKER_LOST = "tremplin.core.jobs.effects.WorkerLost"
_FREE: dict[str, Any] = {"lease_token": "", "lease_until": None}


@contextmanager
def bookkeeping() -> Iterator[None]:
    """A transaction that a power cut may undo: what it writes is made again at no cost.

    It does not wait for the disk, which a commit otherwise does for milliseconds: the queue's own notes then
    hold up nobody's submission. Commits stay in their order, so whatever waits for the disk later makes this
    one durable too; and a killed process loses nothing either way.
    """
    connection = transaction.get_connection()
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    sqlite = connection.vendor == "sqlite"
    if sqlite:
        _execute("PRAGMA synchronous=NORMAL")
    try:
        with transaction.atomic():
            if not sqlite:
                _execute("SET LOCAL synchronous_commit TO OFF")
            yield
    finally:
        if sqlite:
            _execute("PRAGMA synchronous=FULL")


def _execute(statement: str) -> None:
    with ready_cursor(transaction.get_connection()) as cursor:
        cursor.execute(statement)


def add(jobs: Sequence[Job]) -> None:
    """Insert `jobs`; one whose key already waits is left out."""
    if len(jobs) == 1:
        add_if_new(jobs[0])
        return
    Job.objects.bulk_create(jobs, batch_size=500, ignore_conflicts=any(job.key for job in jobs))


def _expired(now: datetime, *queues: str) -> QuerySet[Job]:
    running = Job.objects.filter(state=JobState.RUNNING, queue__in=queues, lease_until__lt=now)
    return running.order_by("lease_until")


def _due(now: datetime, *queues: str) -> QuerySet[Job]:
    waiting = Job.objects.filter(state=JobState.WAITING, queue__in=queues, run_after__lte=now)
    return waiting.order_by("-priority", "run_after", "id")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a worker asks again and again, for so many queues: put into SQL once."""

    first_due: Prepared[Job]
    first_expired: Prepared[Job]
    due: Prepared[Job]
    expired: Prepared[Job]


@cache
def _asked(queues: int) -> _Asked:
    kinds = [datetime, *[str] * queues]
    return _Asked(
        first_due=Prepared(lambda *words: _due(*words).order_by().only("pk", "queue")[:1], *kinds),
        first_expired=Prepared(lambda *words: _expired(*words).order_by().only("pk", "queue")[:1], *kinds),
        due=Prepared(lambda *words: _due(*words).select_for_update(skip_locked=True)[:1], *kinds),
        expired=Prepared(lambda *words: _expired(*words).select_for_update(skip_locked=True)[:20], *kinds),
    )


def queue_with_due(queues: Collection[str], *, now: datetime) -> str | None:
    """One of `queues` in which a job is due, None if none is: a read that takes no lock, so that looking is cheap."""
    return next((job.queue for job in _asked(len(queues)).first_due(now, *queues)), None)


def queue_with_silent(queues: Collection[str], *, now: datetime) -> str | None:
    """One of `queues` in which the holder of a job went silent, None if none is; takes no lock either."""
    return next((job.queue for job in _asked(len(queues)).first_expired(now, *queues)), None)


def claim(queues: Collection[str], *, worker: str, now: datetime) -> Job | None:
    """Lease the next job of `queues`, if a look that takes no lock finds one: see `take`."""
    if queue_with_due(queues, now=now) or queue_with_silent(queues, now=now):
        return take(queues, worker=worker, now=now)
    return None


def take(queues: Collection[str], *, worker: str, now: datetime) -> Job | None:
    """Lease the next job of `queues`: first one whose holder went silent, then by priority and age.

    A silent job that has no attempt left fails here: whatever it does kills its workers.
    """
    with bookkeeping():
        asked = _asked(len(queues))
        for silent in asked.expired(now, *queues):
            if silent.attempts < silent.max_attempts:
                return _lease(silent, worker=worker, now=now)
            _bury_silent(silent, now=now)
        found = asked.due(now, *queues)
        return _lease(found[0], worker=worker, now=now) if found else None


def _lease(job: Job, *, worker: str, now: datetime) -> Job:
    job.state = JobState.RUNNING
    job.attempts += 1
    job.workers = [*job.workers[-9:], worker]
    job.lease_token = secrets.token_hex(16)
    job.lease_until = now + timedelta(seconds=job.lease_seconds)
    job.started_at = job.started_at or now
    job.last_attempted_at = now
    fields = ["state", "attempts", "workers", "lease_token", "lease_until", "started_at", "last_attempted_at"]
    job.save(update_fields=fields)
    return job


def _bury_silent(job: Job, *, now: datetime) -> None:
    kept = {"at": now.isoformat(), "exception": WORKER_LOST, "reason": "Its workers stopped without a word."}
    job.errors = [*job.errors, {**kept, "frames": []}][-KEEP_ERRORS:]
    job.state, job.lease_token, job.lease_until, job.finished_at = JobState.FAILED, "", None, now
    job.save(update_fields=["state", "lease_token", "lease_until", "finished_at", "errors"])


def _held(job: Job, token: str) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, lease_token=token)


def extend(job: Job, *, token: str, now: datetime) -> bool:
    """A sign of life: the lease runs anew from `now`. False if another worker has the job."""
    until = now + timedelta(seconds=job.lease_seconds)
    with bookkeeping():
        return bool(_held(job, token).update(lease_until=until))


_DONE = PreparedChange(
    lambda pk, token, now: (
        _held(Job(pk=pk), token),
        {"state": JobState.DONE, "finished_at": now, "result": None, **_FREE},
    ),
    int, str, datetime,
)  # fmt: skip


def finish(job: Job, *, token: str, result: Any, now: datetime) -> bool:
    """Done, if the lease is still ours. Called inside the transaction of the task's effect, or alone."""
    done = {"state": JobState.DONE, **_FREE}
    if not (
        _DONE(job.pk, token, now)
        if result is None
        else _held(job, token).update(finished_at=now, result=result, **done)
    ):
        return False
    job.state, job.finished_at, job.result = JobState.DONE, now, result
    return True


def fail(job: Job, *, token: str, error: dict[str, Any], now: datetime) -> bool:
    """No further attempt."""
    errors = [*job.errors, error][-KEEP_ERRORS:]
    return bool(_held(job, token).update(state=JobState.FAILED, finished_at=now, errors=errors, **_FREE))


def put_back(
    job: Job,
    *,
    token: str,
    run_after: datetime,
    now: datetime,
    error: dict[str, Any] | None = None,
    free: bool = False,
) -> bool:
    """Wait for another attempt at `run_after`; `free` takes back the attempt just made.

    If a newer job under the same key came to wait meanwhile, it will do the work: this one is discarded.
    """
    errors = [*job.errors, error][-KEEP_ERRORS:] if error else job.errors
    changes: dict[str, Any] = {"run_after": run_after, "errors": errors, **_FREE}
    if free:
        changes["attempts"] = F("attempts") - 1
    try:
        with transaction.atomic():
            return bool(_held(job, token).update(state=JobState.WAITING, **changes))
    except IntegrityError:
        ended: dict[str, Any] = {"finished_at": now, "errors": errors, **_FREE}
        return bool(_held(job, token).update(state=JobState.DISCARDED, **ended))


def forget(*, before: datetime) -> int:
    """Delete what was done or discarded before a moment; failed jobs stay until a person decides."""
    old = Q(state__in=[JobState.DONE, JobState.DISCARDED], finished_at__lt=before)
    deleted, _ = Job.objects.filter(old).delete()
    return deleted
