"""The queue's own housekeeping."""

from datetime import timedelta

from tremplin.core import clock
from tremplin.core.jobs import leases, schedules
from tremplin.core.jobs.rules import KEEP_DONE
from tremplin.core.jobs.task import periodic, task


@periodic(every=timedelta(hours=6))
@task(attempts=1)
def tidy() -> None:
    """Forget old finished jobs, workers that are gone and schedules of tasks that no longer exist."""
    now = clock.now()
    leases.forget(before=now - KEEP_DONE)
    schedules.forget_gone(now=now)
    schedules.forget_undeclared()
