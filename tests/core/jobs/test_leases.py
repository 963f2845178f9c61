"""Holding a job: one holder at a time, and what becomes of a job whose holder fails or falls silent."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.core.jobs import work
from tests.core.jobs.test_queue import QUEUES, run_all
from tremplin.core import clock
from tremplin.core.jobs import leases
from tremplin.core.jobs.effects import Attempt, LeaseLost, current, exactly_once, running
from tremplin.core.jobs.models import Job, JobState
from tremplin.core.jobs.rules import LONGEST_PAUSE, pause_before_retry
from tremplin.core.jobs.runner import Runner
from tremplin.core.models import OnceKey

pytestmark = pytest.mark.django_db


def claim(**when: float) -> Job | None:
    return leases.claim(QUEUES, worker="w", now=clock.now() + timedelta(**when))


def only() -> Job:
    return Job.objects.get()


@pytest.fixture(autouse=True)
def forget() -> None:
    work.ran.clear()


def test_a_leased_job_is_nobody_elses() -> None:
    work.add.enqueue(1, 1)
    assert claim() is not None
    assert claim() is None


def test_a_job_whose_holder_fell_silent_is_taken_over_after_its_lease() -> None:
    work.add.enqueue(1, 1)
    first = claim()
    assert claim(seconds=59) is None
    second = claim(seconds=61)
    assert first is not None
    assert second is not None
    assert second.pk == first.pk
    assert second.attempts == 2
    assert second.lease_token != first.lease_token


def test_a_sign_of_life_moves_the_end_of_the_lease() -> None:
    work.add.enqueue(1, 1)
    job = claim()
    assert job is not None
    assert leases.extend(job, token=job.lease_token, now=clock.now() + timedelta(seconds=50))
    assert claim(seconds=61) is None


@pytest.mark.parametrize("settle", ["finish", "fail", "put_back", "extend"])
def test_a_holder_whose_job_was_taken_over_settles_nothing(settle: str) -> None:
    work.add.enqueue(1, 1)
    first = claim()
    second = claim(seconds=61)
    assert first is not None
    assert second is not None
    now = clock.now()
    more: dict[str, dict[str, Any]] = {
        "finish": {"result": 9},
        "fail": {"error": {}},
        "put_back": {"run_after": now},
        "extend": {},
    }
    assert not getattr(leases, settle)(first, token=first.lease_token, now=now, **more[settle])
    assert only().state == JobState.RUNNING
    assert leases.finish(second, token=second.lease_token, result=None, now=now)


def test_a_job_that_kills_its_workers_fails_when_its_attempts_are_used_up() -> None:
    work.add.using(attempts=2).enqueue(1, 1)
    claim()
    claim(seconds=61)
    assert claim(seconds=200) is None
    job = only()
    assert job.state == JobState.FAILED
    assert "stopped without a word" in job.errors[-1]["reason"]


def test_a_failing_job_comes_back_later_and_fails_for_good_in_the_end() -> None:
    work.fails.enqueue("ada@example.org")
    for attempt in (1, 2, 3):
        Job.objects.update(run_after=clock.now())
        run_all()
        job = only()
        assert job.attempts == attempt
        assert job.state == (JobState.FAILED if attempt == 3 else JobState.WAITING)
        if attempt < 3:
            assert job.run_after > clock.now() + timedelta(seconds=4)


def test_what_is_kept_of_an_error_says_where_and_never_what_the_data_was() -> None:
    result = work.fails.enqueue("ada@example.org")
    run_all()
    result.refresh()
    error = result.errors[0]
    assert error.exception_class is ValueError
    assert "work.py" in error.traceback
    assert "ada@" not in str(only().errors)


def test_a_task_can_say_when_it_wants_to_come_back() -> None:
    work.comes_later.enqueue()
    before = clock.now()
    run_all()
    job = only()
    assert job.state == JobState.WAITING
    assert timedelta(minutes=2.9) < job.run_after - before < timedelta(minutes=3.1)
    assert job.errors[0]["reason"] == "the other side is away"


def test_coming_back_later_can_be_free_of_charge() -> None:
    work.not_yet.enqueue()
    for _round in range(3):
        Job.objects.update(run_after=clock.now())
        run_all()
    job = only()
    assert (job.state, job.attempts, job.errors) == (JobState.WAITING, 0, [])


def test_a_task_can_give_up_at_once() -> None:
    work.hopeless.enqueue()
    run_all()
    job = only()
    assert job.state == JobState.FAILED
    assert job.attempts == 1
    assert job.errors[0]["reason"] == "the address does not exist"


def test_a_task_that_wants_to_exit_does_not_take_the_worker_with_it() -> None:
    work.leaves.enqueue()
    run_all()
    assert only().state == JobState.WAITING


def test_a_task_that_this_release_does_not_know_waits_for_one_that_does() -> None:
    now = clock.now()
    Job.objects.create(task="tremplin.core.gone.away", run_after=now, created_at=now)
    run_all()
    job = only()
    assert job.state == JobState.WAITING
    assert job.run_after > now + timedelta(minutes=9)


def test_a_job_that_fails_while_a_newer_one_of_its_key_waits_makes_room() -> None:
    work.fails.using(key="report").enqueue("a")
    job = claim()
    assert job is not None
    newer = work.fails.using(key="report").enqueue("b")
    Runner(QUEUES).run(job)
    job.refresh_from_db()
    assert job.state == JobState.DISCARDED
    assert Job.objects.get(ref=newer.id).state == JobState.WAITING


def test_an_effect_and_its_done_mark_are_one() -> None:
    work.writes_once.enqueue("effect")
    run_all()
    assert only().state == JobState.DONE
    assert OnceKey.objects.filter(key="effect").exists()


def test_an_effect_that_fails_leaves_neither() -> None:
    work.writes_once.enqueue("effect", fail_inside=True)
    run_all()
    assert only().state == JobState.WAITING
    assert not OnceKey.objects.filter(key="effect").exists()


def test_a_fault_after_the_effect_does_not_bring_the_job_back() -> None:
    work.writes_once.enqueue("effect", then_fail=True)
    run_all()
    assert only().state == JobState.DONE


def test_a_holder_that_lost_its_job_writes_no_effect() -> None:
    work.writes_once.enqueue("effect")
    job = claim()
    assert job is not None
    assert claim(seconds=61) is not None
    attempt = Attempt(job, job.lease_token)
    with running(attempt), pytest.raises(LeaseLost):
        work.writes_once.call("effect")
    assert attempt.lost.is_set()
    assert not OnceKey.objects.filter(key="effect").exists()
    assert only().state == JobState.RUNNING


def test_a_runner_that_lost_its_job_leaves_it_to_the_new_holder() -> None:
    work.writes_once.enqueue("effect")
    job = claim()
    assert job is not None
    assert claim(seconds=61) is not None
    Runner(QUEUES).run(job)
    assert only().state == JobState.RUNNING


def test_outside_a_worker_an_effect_is_a_transaction() -> None:
    assert current() is None
    with pytest.raises(ZeroDivisionError), exactly_once():
        OnceKey.objects.create(key="effect", at=clock.now())
        _ = 1 / 0
    assert not OnceKey.objects.exists()


def test_a_task_knows_its_own_job() -> None:
    result = work.looks_around.enqueue()
    run_all()
    result.refresh()
    assert result.return_value == result.id


def test_the_database_refuses_a_running_job_without_a_lease() -> None:
    now = clock.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(task="x", state="running", run_after=now, created_at=now)


def test_the_pause_doubles_is_spread_and_ends_at_two_hours() -> None:
    first = timedelta(seconds=10)
    middle = [pause_before_retry(attempt, first=first, jitter=0.5) for attempt in (1, 2, 3)]
    assert middle == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)]
    assert pause_before_retry(1, first=first, jitter=0.0) == timedelta(seconds=5)
    assert pause_before_retry(60, first=first, jitter=0.5) == LONGEST_PAUSE
    spread = {pause_before_retry(3, first=first) for _ in range(20)}
    assert len(spread) > 1
