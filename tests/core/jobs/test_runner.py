"""The worker itself: told to stop, without its database, overtaken by another one."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError

from tests.core.jobs import work
from tests.core.jobs.test_queue import QUEUES
from tremplin.core import clock
from tremplin.core.jobs import leases, runner, schedules
from tremplin.core.jobs.effects import Attempt, exactly_once
from tremplin.core.jobs.models import Job, JobState, Worker
from tremplin.core.jobs.runner import Runner
from tremplin.core.models import OnceKey

pytestmark = pytest.mark.django_db


class Impatient(threading.Event):
    """An event for which nobody waits; how long they would have is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        return self.is_set()


class Connections:
    """Stands for the connections of this thread, which the test itself still needs."""

    def __init__(self) -> None:
        self.closed = 0

    def close_all(self) -> None:
        self.closed += 1


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> Connections:
    mine = Connections()
    monkeypatch.setattr(runner, "connections", mine)
    monkeypatch.setattr(runner, "TICK", 0)
    return mine


@pytest.fixture
def worker(connections: Connections) -> Runner:
    made = Runner(QUEUES)
    made.stopping = Impatient()
    return made


def waits_of(worker: Runner) -> list[float | None]:
    assert isinstance(worker.stopping, Impatient)
    return worker.stopping.waits


def claimed() -> Job:
    job = leases.claim(QUEUES, worker="w", now=clock.now())
    assert job is not None
    return job


def away(times: int, error: Exception, then: Callable[..., Any]) -> Callable[..., Any]:
    """`then`, once the database has been away `times` times."""
    left = [error] * times

    def answer(*args: Any, **kwargs: Any) -> Any:
        if left:
            raise left.pop()
        return then(*args, **kwargs)

    return answer


def test_what_a_stopped_worker_could_not_finish_goes_back_and_costs_no_attempt(
    worker: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job itself stops its worker: it is cut off, and what it does later changes nothing any more."""
    stopped: list[bool] = []
    monkeypatch.setattr(work, "hook", lambda: stopped.append(worker.stop(grace=0)))
    work.hooked.enqueue()
    worker.run(claimed())
    assert stopped == [False]
    job = Job.objects.get()
    assert (job.state, job.attempts, job.lease_token) == (JobState.WAITING, 0, "")


def test_a_worker_that_holds_nothing_stops_at_once_and_signs_off(worker: Runner) -> None:
    schedules.sign_on(worker.name, QUEUES, now=clock.now())
    assert worker.stop()
    assert not Worker.objects.exists()


@pytest.mark.parametrize(
    "error", [OperationalError("database is locked"), InterfaceError("connection closed")]
)
def test_an_outcome_is_written_once_the_database_is_back(
    worker: Runner, connections: Connections, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(leases, "finish", away(3, error, leases.finish))
    work.add.enqueue(1, 1)
    worker.run(claimed())
    assert Job.objects.get().state == JobState.DONE
    assert waits_of(worker) == [0.2, 1.0, 5.0]
    assert connections.closed == 3


def test_an_outcome_that_cannot_be_written_leaves_the_job_to_whoever_comes_after_its_lease(
    worker: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "finish", away(99, OperationalError("gone"), leases.finish))
    work.add.enqueue(1, 1)
    with pytest.raises(OperationalError):
        worker.run(claimed())
    assert Job.objects.get().state == JobState.RUNNING
    assert leases.claim(QUEUES, worker="other", now=clock.now() + timedelta(seconds=61)) is not None


def test_a_queue_goes_on_after_the_database_was_away(
    worker: Runner,
    connections: Connections,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    claims = iter([*[claimed_by(worker, number) for number in range(2)], None])

    def next_one(*_args: Any, **_kwargs: Any) -> Job | None:
        job = next(claims)
        if job is None:
            worker.stopping.set()
        return job

    monkeypatch.setattr(leases, "queue_with_due", lambda queues, **_when: queues[0])
    monkeypatch.setattr(leases, "take", away(1, DatabaseError("secret: ada@example.org"), next_one))
    worker._serve("default")
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}
    assert "queue default wait" in caplog.text
    assert "ada@example.org" not in caplog.text
    assert connections.closed == 2  # after the fault, and at the end
    assert waits_of(worker) == [2]


@pytest.mark.django_db(transaction=True)
def test_the_log_says_what_broke_and_where_and_repeats_nobodys_data(
    worker: Runner, caplog: pytest.LogCaptureFixture
) -> None:
    """One fault of operation, whose words are the remedy; one of the code, whose words quote what it was given."""
    caplog.set_level("INFO", logger="tremplin.jobs")
    work.asks_what_is_not_there.enqueue("planted-marker@example.org")
    worker.run(claimed())
    work.fails.enqueue("planted-marker@example.org")
    worker.run(claimed())
    database, code = (record.getMessage() for record in caplog.records if record.name == "tremplin.jobs")
    assert "planted_table" in database
    assert "failed for good: django.db.utils." in database
    assert "(at tremplin/core/jobs/" in database
    assert "will be tried again: builtins.ValueError (at tremplin/core/jobs/" in code
    assert "planted-marker" not in caplog.text


def claimed_by(worker: Runner, number: int) -> Job:
    work.add.enqueue(number, 0)
    job = leases.claim(QUEUES, worker=worker.name, now=clock.now())
    assert job is not None
    return job


def test_the_pulse_goes_on_after_the_database_was_away(
    worker: Runner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def signed_on(*_args: Any, **_kwargs: Any) -> None:
        worker.stopping.set()

    monkeypatch.setattr(schedules, "sign_on", away(2, DatabaseError("gone"), signed_on))
    worker._pulse()
    assert caplog.text.count("leases and schedules wait") == 2
    assert Job.objects.filter(key__startswith="periodic:").exists()


def test_only_a_queue_that_waits_and_has_something_to_do_is_rung_for(worker: Runner) -> None:
    """Each ring costs its queue a transaction: three queues that all look for one mail cost twice what it does."""
    worker._idle = {"default", "mail"}
    work.add.enqueue(1, 1)
    worker._look()
    assert [queue for queue, bell in worker._bells.items() if bell.is_set()] == ["default"]
    worker._bells["default"].clear()
    worker._idle = {"mail"}  # the other is at work, and looks for itself when it is done
    worker._look()
    assert not any(bell.is_set() for bell in worker._bells.values())


def test_a_job_whose_holder_went_silent_is_rung_for_and_taken(
    worker: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.add.enqueue(1, 1)
    job = claimed()
    Job.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    monkeypatch.setattr(schedules, "enqueue_due", lambda **_when: worker.stopping.set())
    worker._pulse()
    assert worker._bells["default"].is_set()
    worker.stopping.clear()
    monkeypatch.setattr(worker, "_wait", lambda _queue: not worker.stopping.is_set())
    ran: list[Job] = []

    def run(taken: Job) -> None:
        ran.append(taken)
        worker.stopping.set()

    monkeypatch.setattr(worker, "run", run)
    worker._serve("default")
    assert [taken.pk for taken in ran] == [job.pk]


def test_a_worker_that_stops_keeps_the_lease_of_what_it_still_holds(
    worker: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pulse ends with the last job, not with the order to stop: nobody else may take that job over."""
    work.add.enqueue(1, 1)
    job = claimed()
    attempt = Attempt(job, job.lease_token)
    worker._held[attempt.token] = attempt
    worker.stopping.set()
    beats: list[bool] = []

    def extend(*_args: Any, **_kwargs: Any) -> bool:
        beats.append(True)
        worker._held.clear()
        return True

    monkeypatch.setattr(leases, "extend", extend)
    worker._pulse()
    assert beats == [True]


def test_a_lease_is_kept_until_another_worker_has_the_job(worker: Runner) -> None:
    work.add.enqueue(1, 1)
    job = claimed()
    attempt = Attempt(job, job.lease_token)
    worker._held[attempt.token] = attempt
    worker._keep_leases()
    first = attempt.extend_at
    worker._keep_leases()  # much too early for another sign of life
    assert attempt.extend_at == first > 0
    attempt.extend_at = 0
    assert leases.claim(QUEUES, worker="other", now=clock.now() + timedelta(seconds=90)) is not None
    worker._keep_leases()
    assert attempt.lost.is_set()
    worker._keep_leases()
    assert attempt.extend_at == 0


def test_outside_a_worker_an_effect_is_kept() -> None:
    with exactly_once():
        OnceKey.objects.create(key="effect", at=clock.now())
    assert OnceKey.objects.filter(key="effect").exists()


def test_jobs_that_are_due_are_shared_by_threads_and_each_runs_once(
    worker: Runner, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = [Job(task="any") for _number in range(6)]
    side_by_side = threading.Barrier(2, timeout=20)
    ran: list[Job] = []

    def claim(*_args: Any, **_kwargs: Any) -> Job | None:
        return due.pop() if due else None

    def run(job: Job) -> None:
        side_by_side.wait()  # passes only while two threads run a job each
        ran.append(job)

    monkeypatch.setattr(leases, "claim", claim)
    monkeypatch.setattr(worker, "run", run)
    assert worker.drain(threads=2) == 6
    assert len({id(job) for job in ran}) == 6
    assert connections.closed == 2
