"""The job that each submission sets going."""

import time
from datetime import timedelta

from bench.site.models import Effect
from tremplin.core.jobs.effects import current, exactly_once
from tremplin.core.jobs.task import task


@task(attempts=200, lease=timedelta(seconds=3), first_pause=timedelta(seconds=0.1))
def effect(key: str) -> None:
    """Something slow outside, then an effect in the database that must happen once."""
    time.sleep(0.02)
    attempt = current()
    with exactly_once():
        Effect.objects.create(key=key, attempt=attempt.job.attempts if attempt else 0)
        time.sleep(0.005)
