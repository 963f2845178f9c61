"""The clock's rounds: what happens in a cohort because time passes, not because somebody clicks.

A stage declares its rounds in a module `rounds.py`, found by name in every app. Each is safe to run again at
any time: whatever it has done is keyed, so a second round changes nothing.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from django.utils.module_loading import autodiscover_modules

from tremplin.core import clock
from tremplin.core.jobs.task import periodic, task
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import cohorts_in_progress

Round = Callable[..., object]
_rounds: dict[str, Round] = {}


def every_round(work: Round) -> Round:
    """Declare `work(*, cohort, now)` as a part of each round of a cohort."""
    _rounds[f"{work.__module__}.{work.__name__}"] = work
    return work


def go_round(*, cohort: Cohort, now: datetime) -> None:
    """Do every stage's round of one cohort, in the order of the journey's app names."""
    _discover()
    for name in sorted(_rounds):
        _rounds[name](cohort=cohort, now=now)


@cache
def _discover() -> None:
    autodiscover_modules("rounds")


@periodic(every=timedelta(minutes=30))
@task(attempts=3)
def go_all_rounds() -> None:
    """Look after every cohort that has begun and not ended, one job each, so that one fault stops one cohort."""
    now = clock.now()
    for cohort in cohorts_in_progress(now):
        one_round.using(key=f"round:{cohort.pk}").enqueue(cohort.pk)


@task(attempts=3)
def one_round(pk: int) -> None:
    """One cohort's round."""
    go_round(cohort=Cohort.objects.get(pk=pk), now=clock.now())
