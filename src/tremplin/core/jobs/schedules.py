"""Periodic tasks and workers that are alive."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tremplin.core.jobs import leases
from tremplin.core.jobs.models import Schedule, Worker
from tremplin.core.jobs.rules import WORKER_GONE_AFTER
from tremplin.core.jobs.task import discover


def enqueue_due(*, now: datetime) -> list[str]:
    """Enqueue the periodic tasks that are due; the names of those that this call enqueued.

    Moving a schedule's `next_run_at` and inserting its job are one transaction, and only one worker can
    move a given moment on: with many workers each round still runs once.
    """
    declared = discover()
    known = dict(Schedule.objects.values_list("name", "next_run_at"))
    enqueued = []
    for name, entry in declared.items():
        if name in known and known[name] > now:
            continue
        with transaction.atomic():
            if not _move(name, known.get(name), now + entry.every, now):
                continue
            entry.task.using(key=f"periodic:{name}").enqueue()
        enqueued.append(name)
    return enqueued


def _move(name: str, seen: datetime | None, onward: datetime, now: datetime) -> bool:
    if seen is None:
        _, created = Schedule.objects.get_or_create(
            name=name, defaults={"next_run_at": onward, "last_run_at": now}
        )
        return created
    waiting = Schedule.objects.filter(name=name, next_run_at=seen)
    return bool(waiting.update(next_run_at=onward, last_run_at=now))


def forget_undeclared() -> int:
    """Delete schedules whose task no longer exists."""
    deleted, _ = Schedule.objects.exclude(name__in=discover()).delete()
    return deleted


def sign_on(name: str, queues: Sequence[str], *, now: datetime) -> None:
    """Say that a worker lives; a write at most every half of the time after which it counts as gone."""
    seen = Worker.objects.filter(name=name).values_list("seen_at", flat=True).first()
    if seen is not None and now - seen < WORKER_GONE_AFTER / 2 - WORKER_GONE_AFTER / 8:
        return
    with leases.bookkeeping():
        _see(name, queues, now)


def _see(name: str, queues: Sequence[str], now: datetime) -> None:
    Worker.objects.update_or_create(
        name=name,
        defaults={"queues": ",".join(queues), "seen_at": now},
        create_defaults={"queues": ",".join(queues), "seen_at": now, "started_at": now},
    )


def sign_off(name: str) -> None:
    Worker.objects.filter(name=name).delete()


def forget_gone(*, now: datetime) -> int:
    """Delete workers that stopped without signing off."""
    deleted, _ = Worker.objects.filter(seen_at__lt=now - WORKER_GONE_AFTER * 5).delete()
    return deleted
