"""Enqueueing: what becomes a row, when, and what does not become a second one."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist, TaskResultMismatch
from pytest_django import DjangoAssertNumQueries

from tests.core.jobs import work
from tremplin.core import clock
from tremplin.core.jobs import leases
from tremplin.core.jobs.backend import enqueue_many
from tremplin.core.jobs.models import Job, JobState
from tremplin.core.jobs.runner import Runner
from tremplin.core.jobs.task import task

QUEUES = ["default", "mail", "grading"]

pytestmark = pytest.mark.django_db


def run_all() -> int:
    return Runner(QUEUES).drain()


@pytest.fixture(autouse=True)
def forget() -> None:
    work.ran.clear()


def test_a_job_runs_with_its_arguments_and_keeps_its_result() -> None:
    result = work.add.enqueue(2, right=3)
    assert result.status == TaskResultStatus.READY
    run_all()
    result.refresh()
    assert result.status == TaskResultStatus.SUCCESSFUL
    assert result.return_value == 5
    assert result.attempts == 1
    assert work.add.get_result(result.id).return_value == 5


def test_tasks_declared_with_the_common_decorator_work_too() -> None:
    shout, count = work.plain.enqueue("hello"), work.with_context.enqueue()
    run_all()
    for result in (shout, count):
        result.refresh()
    assert (shout.return_value, count.return_value) == ("HELLO", 1)


def test_a_job_asked_for_in_a_transaction_that_fails_was_never_asked_for() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        work.add.enqueue(1, 1)
        _ = 1 / 0
    assert not Job.objects.exists()


@pytest.mark.parametrize("bad", [object(), {1, 2}, datetime(2027, 1, 1, tzinfo=UTC)])
def test_arguments_that_are_not_json_are_refused_at_once(bad: object) -> None:
    with pytest.raises(TypeError):
        work.add.enqueue(1, bad)
    assert not Job.objects.exists()


def test_while_a_job_waits_its_key_brings_no_second_one() -> None:
    digest = work.add.using(key="digest")
    first, second = digest.enqueue(1, 1), digest.enqueue(2, 2)
    assert first.id == second.id
    run_all()
    assert work.ran == [(1, 1)]
    assert digest.enqueue(3, 3).id != first.id


def test_a_running_job_does_not_keep_its_key_from_a_new_one() -> None:
    """The running one may have read its data before the new occasion."""
    digest = work.add.using(key="digest")
    first = digest.enqueue(1, 1)
    assert leases.claim(QUEUES, worker="w", now=clock.now()) is not None
    assert digest.enqueue(2, 2).id != first.id


def test_many_jobs_are_enqueued_in_few_statements_and_keys_hold(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    work.add.using(key="k7").enqueue(0, 0)
    with django_assert_max_num_queries(5):
        enqueue_many(work.add, [(f"k{number}", [number, 1]) for number in range(100)])
    assert Job.objects.count() == 100
    run_all()
    assert (0, 0) in work.ran
    assert (7, 1) not in work.ran


def test_higher_priority_comes_first_and_equals_come_in_order() -> None:
    for number, priority in [(1, 0), (2, 10), (3, 10), (4, -5)]:
        work.add.using(priority=priority).enqueue(number, 0)
    run_all()
    assert [left for left, _right in work.ran] == [2, 3, 1, 4]


def test_a_job_waits_for_its_time() -> None:
    later = clock.now() + timedelta(hours=1)
    work.add.using(run_after=later).enqueue(1, 1)
    assert leases.claim(QUEUES, worker="w", now=later - timedelta(seconds=1)) is None
    assert leases.claim(QUEUES, worker="w", now=later) is not None


def test_a_worker_takes_jobs_of_its_own_queues_alone() -> None:
    work.urgent.enqueue()
    assert Runner(["default"]).drain() == 0
    assert Runner(["mail"]).drain() == 1


def test_a_task_for_an_unknown_queue_cannot_be_declared() -> None:
    with pytest.raises(InvalidTaskError):
        task(queue_name="nowhere")(work.add.func)


def test_results_are_found_by_their_own_task_alone() -> None:
    result = work.add.enqueue(1, 1)
    with pytest.raises(TaskResultMismatch):
        work.plain.get_result(result.id)
    with pytest.raises(TaskResultDoesNotExist):
        work.add.get_result("0000000000")


def test_finished_jobs_are_forgotten_after_a_while_and_failed_ones_are_not() -> None:
    now = clock.now()
    for state in JobState:
        leased = {"lease_token": "t", "lease_until": now} if state == JobState.RUNNING else {}
        Job.objects.create(task="x", state=state, run_after=now, created_at=now, finished_at=now, **leased)
    assert leases.forget(before=now + timedelta(seconds=1)) == 2
    assert set(Job.objects.values_list("state", flat=True)) == {"waiting", "running", "failed"}
