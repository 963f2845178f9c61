"""What the page of background work shows."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from tremplin.core.jobs.models import Job, JobState, Schedule, Worker
from tremplin.core.jobs.rules import WORKER_GONE_AFTER


@dataclass(frozen=True, slots=True)
class Overview:
    """How the queue stands."""

    counts: dict[str, int]
    oldest_due: datetime | None
    workers: list[Worker]

    @property
    def nobody_works(self) -> bool:
        """Work is waiting and no worker lives: a person must start one."""
        return not self.workers

    def count(self, state: JobState) -> int:
        return self.counts.get(state, 0)


def overview(*, now: datetime) -> Overview:
    """Counts by state, the oldest job that could run now, the workers alive."""
    by_state = Job.objects.order_by().values_list("state").annotate(jobs=Count("pk"))
    due = Job.objects.filter(state=JobState.WAITING, run_after__lte=now)
    alive = Worker.objects.filter(seen_at__gte=now - WORKER_GONE_AFTER).order_by("name")
    oldest: datetime | None = due.aggregate(oldest=Min("run_after"))["oldest"]
    return Overview(dict(by_state), oldest, list(alive))


def listed(state: JobState) -> QuerySet[Job]:
    """The jobs of one state, those that a person would look at first on top."""
    order = {
        JobState.WAITING: ["-priority", "run_after", "id"],
        JobState.RUNNING: ["last_attempted_at", "id"],
    }.get(state, ["-finished_at", "-id"])
    return Job.objects.filter(state=state).order_by(*order)


def schedules() -> QuerySet[Schedule]:
    return Schedule.objects.order_by("next_run_at", "name")
