"""Declaring work: `@task` for what is enqueued, `@periodic` for what comes round by itself.

    @task(queue_name="mail", attempts=12)
    def send(message_ref: str) -> None: ...

    send.enqueue("7k2m9q0x4t")                                  # in a transaction: visible on commit
    send.using(key="digest", run_after=tomorrow).enqueue(...)   # not twice while one waits

Arguments are JSON: pass references, never rows. A job runs at least once; `effects.exactly_once` makes
its database effect happen exactly once.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ParamSpec, TypeVar

from django.utils.module_loading import autodiscover_modules
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME
from django_tasks.base import DEFAULT_TASK_PRIORITY, Task

from tremplin.core.jobs.rules import FIRST_PAUSE

P = ParamSpec("P")
T = TypeVar("T")
F = Callable[P, T]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTask(Task[P, T]):
    """A task with what our queue adds to the common API."""

    attempts: int = 5
    """How often it is tried before it counts as failed."""
    first_pause: timedelta = FIRST_PAUSE
    """The wait after the first failure; doubles with each further one."""
    lease: timedelta = timedelta(seconds=60)
    """How long after a worker's last sign of life another may take the job over."""
    key: str = ""
    """While a job with this key waits, no second one is enqueued."""

    def using(
        self,
        *,
        priority: int | None = None,
        queue_name: str | None = None,
        run_after: datetime | None = None,
        backend: str | None = None,
        key: str | None = None,
        attempts: int | None = None,
    ) -> "LeaseTask[P, T]":
        changes: dict[str, Any] = {
            "priority": priority,
            "queue_name": queue_name,
            "run_after": run_after,
            "backend": backend,
            "key": key,
            "attempts": attempts,
        }
        return replace(self, **{name: value for name, value in changes.items() if value is not None})


def task(
    *,
    priority: int = DEFAULT_TASK_PRIORITY,
    queue_name: str = DEFAULT_TASK_QUEUE_NAME,
    attempts: int = 5,
    first_pause: timedelta = FIRST_PAUSE,
    lease: timedelta = timedelta(seconds=60),
) -> Callable[[Callable[P, T]], LeaseTask[P, T]]:
    """Make a module-level function a task."""

    def declare(func: Callable[P, T]) -> LeaseTask[P, T]:
        return LeaseTask(
            func=func,
            priority=priority,
            queue_name=queue_name,
            backend=DEFAULT_TASK_BACKEND_ALIAS,
            attempts=attempts,
            first_pause=first_pause,
            lease=lease,
        )

    return declare


@dataclass(frozen=True, slots=True)
class Periodic:
    """A task that comes round every so often."""

    task: LeaseTask[[], Any]
    every: timedelta


_periodic: dict[str, Periodic] = {}


def periodic(*, every: timedelta) -> Callable[[LeaseTask[[], T]], LeaseTask[[], T]]:
    """Put above `@task(...)`: one worker enqueues the task each `every`, however many workers there are.

    What was missed while nothing ran is made up for by one run, not by many.
    """

    def declare(declared: LeaseTask[[], T]) -> LeaseTask[[], T]:
        _periodic[declared.module_path] = Periodic(declared, every)
        return declared

    return declare


def discover() -> dict[str, Periodic]:
    """Import the `tasks` module of every app; the periodic tasks by name."""
    autodiscover_modules("tasks")
    return dict(_periodic)
