"""Work that comes round by itself, and workers that say that they live."""

from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.core.jobs import work
from tremplin.core import clock
from tremplin.core.jobs import queries, schedules, tasks
from tremplin.core.jobs.models import Job, JobState, Schedule, Worker
from tremplin.core.jobs.rules import WORKER_GONE_AFTER
from tremplin.core.jobs.task import discover

pytestmark = pytest.mark.django_db

NAME = work.comes_round.module_path


def test_a_periodic_task_is_enqueued_once_a_round() -> None:
    now = clock.now()
    assert NAME in schedules.enqueue_due(now=now)
    assert NAME not in schedules.enqueue_due(now=now + timedelta(minutes=59))
    Job.objects.all().delete()
    assert NAME in schedules.enqueue_due(now=now + timedelta(minutes=61))
    assert Job.objects.filter(task=NAME).count() == 1


def test_rounds_missed_while_nothing_ran_are_made_up_for_by_one() -> None:
    now = clock.now()
    schedules.enqueue_due(now=now)
    schedules.enqueue_due(now=now + timedelta(days=3))
    assert Job.objects.filter(task=NAME, state=JobState.WAITING).count() == 1


def test_of_two_workers_that_see_the_same_round_one_enqueues() -> None:
    now = clock.now()
    schedules.enqueue_due(now=now)
    seen = Schedule.objects.get(name=NAME).next_run_at
    later = now + timedelta(hours=2)
    assert schedules._move(NAME, seen, later + timedelta(hours=1), later)
    assert not schedules._move(NAME, seen, later + timedelta(hours=1), later)
    assert not schedules._move(NAME, None, later, later)


def test_schedules_of_tasks_that_are_gone_are_forgotten() -> None:
    Schedule.objects.create(name="gone.away", next_run_at=clock.now())
    schedules.enqueue_due(now=clock.now())
    tasks.tidy.call()
    assert set(Schedule.objects.values_list("name", flat=True)) == set(discover())


def test_a_worker_that_lives_is_seen_and_one_that_stopped_is_not() -> None:
    now = clock.now()
    schedules.sign_on("one", ["default"], now=now)
    assert [worker.name for worker in queries.overview(now=now).workers] == ["one"]
    assert queries.overview(now=now + WORKER_GONE_AFTER * 2).nobody_works
    schedules.sign_off("one")
    assert queries.overview(now=now).nobody_works


def test_signing_on_writes_now_and_then_only(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    now = clock.now()
    schedules.sign_on("one", ["default"], now=now)
    with django_assert_num_queries(1):
        schedules.sign_on("one", ["default"], now=now + timedelta(seconds=10))
    schedules.sign_on("one", ["default"], now=now + timedelta(seconds=80))
    assert Worker.objects.get().seen_at == now + timedelta(seconds=80)
    assert Worker.objects.get().started_at == now


def test_workers_gone_for_long_are_forgotten() -> None:
    Worker.objects.create(
        name="old", queues="", started_at=clock.now(), seen_at=clock.now() - timedelta(days=1)
    )
    tasks.tidy.call()
    assert not Worker.objects.exists()


def test_a_worker_that_is_overtaken_between_looking_and_moving_enqueues_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    move = schedules._move

    def overtaken(name: str, seen: datetime | None, onward: datetime, now: datetime) -> bool:
        assert move(name, seen, onward, now)  # the other worker's
        return move(name, seen, onward, now)

    monkeypatch.setattr(schedules, "_move", overtaken)
    assert schedules.enqueue_due(now=clock.now()) == []
    assert not Job.objects.exists()
