"""Our queue behind the common tasks API (`django_tasks` now, `django.tasks` later)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ParamSpec, TypeVar

from django.db import transaction
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.signals import task_enqueued
from django_tasks.utils import normalize_json

from tremplin.core import clock
from tremplin.core.jobs import leases
from tremplin.core.jobs.models import Job, JobState
from tremplin.core.jobs.task import LeaseTask
from tremplin.core.jobs.traces import text

P = ParamSpec("P")
T = TypeVar("T")

_STATUS = {
    JobState.WAITING: TaskResultStatus.READY,
    JobState.RUNNING: TaskResultStatus.RUNNING,
    JobState.DONE: TaskResultStatus.SUCCESSFUL,
    JobState.FAILED: TaskResultStatus.FAILED,
    JobState.DISCARDED: TaskResultStatus.FAILED,
}


class LeaseBackend(BaseTaskBackend):
    """Jobs are rows: enqueued with the transaction that asks for them, or not at all.

    OPTIONS may hold `longest_lease` (seconds), which shortens the leases of all tasks; tests use it.
    """

    task_class = LeaseTask
    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Task[P, T], args: Any, kwargs: Any) -> TaskResult[T]:
        """Insert one job. While one with the same key waits, that one is returned instead."""
        self.validate_task(task)
        job = _row(task, args, kwargs)
        with transaction.atomic():
            leases.add([job])
            if job.key:
                job = Job.objects.get(key=job.key, state=JobState.WAITING)
        result = result_of(job, task, self.alias)
        task_enqueued.send(type(self), task_result=result)
        return result

    def get_result(self, result_id: str) -> TaskResult[Any]:
        job = Job.objects.filter(ref=result_id).first()
        task = task_of(job) if job else None
        if job is None or task is None:
            raise TaskResultDoesNotExist(result_id)
        return result_of(job, task, self.alias)


def enqueue_many(task: LeaseTask[P, T], calls: Iterable[tuple[str, Sequence[Any]]]) -> None:
    """Enqueue `task` once for each (key, arguments), with as few statements as possible."""
    task.get_backend().validate_task(task)
    leases.add([_row(task.using(key=key), args, {}) for key, args in calls])


def task_of(job: Job) -> Task[..., Any] | None:
    """The declared task of `job`, None if this release does not know it."""
    try:
        found = import_string(job.task)
    except ImportError:
        return None
    return found if isinstance(found, Task) else None


def _row(task: Task[P, T], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Job:
    now = clock.now()
    own = task if isinstance(task, LeaseTask) else None
    lease = own.lease.total_seconds() if own else 60
    return Job(
        task=task.module_path,
        queue=task.queue_name,
        priority=task.priority,
        args=normalize_json(args),
        kwargs=normalize_json(kwargs),
        key=own.key if own else "",
        max_attempts=own.attempts if own else 5,
        lease_seconds=int(min(lease, task.get_backend().options.get("longest_lease", lease))),
        run_after=task.run_after or now,
        created_at=now,
    )


def result_of(job: Job, task: Task[..., T], alias: str = "default") -> TaskResult[T]:
    """`job` as the common API describes it."""
    errors = [TaskError(exception_class_path=kept["exception"], traceback=text(kept)) for kept in job.errors]
    result: TaskResult[T] = TaskResult(
        task=task,
        id=job.ref,
        status=_STATUS[JobState(job.state)],
        enqueued_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        last_attempted_at=job.last_attempted_at,
        args=job.args,
        kwargs=job.kwargs,
        backend=alias,
        errors=errors,
        worker_ids=job.workers,
    )
    object.__setattr__(result, "_return_value", job.result)
    return result
