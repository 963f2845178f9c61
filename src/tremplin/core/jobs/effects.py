"""What a running task may say about itself, and effects that happen exactly once."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event

from django.db import transaction

from tremplin.core import clock
from tremplin.core.jobs import leases
from tremplin.core.jobs.models import Job


class Retry(Exception):
    """Raised by a task: not now. `reason` is kept and shown, so it must name no person.

    Counts as an attempt, unless `free`: then the job simply comes back at its time.
    """

    def __init__(self, reason: str, *, after: timedelta | None = None, free: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.after, self.free = reason, after, free


class GiveUp(Exception):
    """Raised by a task: trying again cannot help. `reason` is kept and shown, so it must name no person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LeaseLost(Exception):
    """Another worker took the job over; whatever this one was about to write is rolled back."""


class WorkerLost(Exception):
    """Every worker that took the job stopped without a word: killed, out of memory, power cut."""


@dataclass(eq=False)
class Attempt:
    """One worker's hold on one job."""

    job: Job
    token: str
    extend_at: float = 0.0
    settled: bool = False
    lost: Event = field(default_factory=Event)


_current: ContextVar[Attempt | None] = ContextVar("tremplin_job_attempt", default=None)


def current() -> Attempt | None:
    """The attempt that this code runs in; None outside a worker."""
    return _current.get()


@contextmanager
def running(attempt: Attempt) -> Iterator[None]:
    """Make `attempt` the current one; the runner's business."""
    before = _current.set(attempt)
    try:
        yield
    finally:
        _current.reset(before)


@contextmanager
def exactly_once(*, now: datetime | None = None) -> Iterator[None]:
    """The database effect of the current job and its done-mark, in one transaction.

    A worker that is killed before the commit leaves neither, after it both: the effect happens exactly
    once. If the lease went to another worker, LeaseLost rises and nothing is written. To be used once
    in a task, as its last step; what the task returns is then not kept. Outside a worker: a transaction.
    """
    attempt = current()
    with transaction.atomic(durable=True):
        if attempt is not None and not leases.finish(
            attempt.job, token=attempt.token, result=None, now=now or clock.now()
        ):
            attempt.lost.set()
            raise LeaseLost
        yield
    if attempt is not None:
        attempt.settled = True
