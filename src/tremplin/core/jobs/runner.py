"""The worker: a thread a queue that claims and runs, one thread that keeps leases and schedules."""

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.utils import translation
from django_tasks.base import TaskContext
from django_tasks.signals import task_finished, task_started
from django_tasks.utils import normalize_json

from tremplin.core import clock
from tremplin.core.jobs import leases, schedules
from tremplin.core.jobs.backend import result_of, task_of
from tremplin.core.jobs.effects import Attempt, GiveUp, LeaseLost, Retry, running
from tremplin.core.jobs.models import Job
from tremplin.core.jobs.rules import FIRST_PAUSE, pause_before_retry
from tremplin.core.jobs.task import LeaseTask, discover
from tremplin.core.jobs.traces import Trace, line, trace

logger = logging.getLogger("tremplin.jobs")

DATABASE_AWAY = (DatabaseError, InterfaceError)
TICK = 0.5
SILENT = 2.0  # seconds between two looks for jobs whose holder went silent: a lease is thirty times as long
BACKSTOP = 5.0  # seconds; then a queue looks for itself, should whoever rings be kept by a busy database


class Runner:
    """Runs the jobs of some queues until it is told to stop.

    A queue that found nothing waits for its bell; one look at the database for all that wait rings the right one.
    """

    def __init__(self, queues: Sequence[str], *, rounds: float = 10.0) -> None:
        self.queues = list(queues)
        self.name = f"{socket.gethostname()[:60]}-{os.getpid()}-{secrets.token_hex(3)}"
        self.rounds = rounds
        self._bells = {queue: threading.Event() for queue in self.queues}
        self._idle: set[str] = set()
        self.stopping = threading.Event()
        self._held: dict[str, Attempt] = {}
        self._guard = threading.Lock()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the threads and return."""
        discover()
        self._launch("jobs-pulse", self._pulse)
        for queue in self.queues:
            self._launch(f"jobs-{queue}", partial(self._serve, queue))

    def _launch(self, name: str, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    def stop(self, *, grace: float = 20.0) -> bool:
        """Finish what runs, for `grace` seconds at most; give the rest back. True if nothing was cut off."""
        self.stopping.set()
        self._ring()
        deadline = clock.now() + timedelta(seconds=grace)
        for thread in self._threads:
            thread.join(max(0.0, (deadline - clock.now()).total_seconds()))
        with self._guard:
            cut_off = list(self._held.values())
        for attempt in cut_off:
            now = clock.now()
            leases.put_back(attempt.job, token=attempt.token, run_after=now, now=now, free=True)
        schedules.sign_off(self.name)
        connections.close_all()
        return not cut_off

    def drain(self, *, threads: int = 1) -> int:
        """Run what is due now until nothing is, here or in so many threads side by side; how many jobs that were."""
        if threads == 1:
            return self._drain()
        with ThreadPoolExecutor(threads) as pool:
            apart = [pool.submit(copy_context().run, self._drain_apart) for _ in range(threads)]
        return sum(part.result() for part in apart)

    def _drain_apart(self) -> int:
        try:
            return self._drain()
        finally:
            connections.close_all()

    def _drain(self) -> int:
        done = 0
        while job := leases.claim(self.queues, worker=self.name, now=clock.now()):
            self.run(job)
            done += 1
        return done

    def run(self, job: Job) -> None:
        """One attempt at `job`, which this runner has just claimed."""
        attempt = Attempt(job, job.lease_token)
        with self._guard:
            self._held[attempt.token] = attempt
        try:
            with running(attempt), translation.override(settings.LANGUAGE_CODE):
                self._attempt(attempt)
        finally:
            with self._guard:
                del self._held[attempt.token]

    def _attempt(self, attempt: Attempt) -> None:
        job = attempt.job
        task = task_of(job)
        try:
            if task is None:
                raise Retry("This release does not know the task.", after=timedelta(minutes=10))
            context = result_of(job, task)
            task_started.send(type(task.get_backend()), task_result=context)
            given = [TaskContext(task_result=context), *job.args] if task.takes_context else job.args
            result = normalize_json(task.call(*given, **job.kwargs))
        except LeaseLost:
            logger.warning("job %s (%s) was taken over by another worker", job.ref, job.task)
        except (Exception, SystemExit) as error:
            self._failed(attempt, error)
        else:
            done = attempt.settled or self._settle(
                lambda: leases.finish(job, token=attempt.token, result=result, now=clock.now())
            )
            if not done:  # whoever took it over decides
                job.refresh_from_db()
            task_finished.send(type(task.get_backend()), task_result=result_of(job, task))

    def _failed(self, attempt: Attempt, error: BaseException) -> None:
        job, now = attempt.job, clock.now()
        kept = trace(error, now=now)
        if attempt.settled:
            logger.error("job %s (%s) failed after its effect: %s", job.ref, job.task, line(kept))
            return
        free = isinstance(error, Retry) and error.free
        final = isinstance(error, GiveUp) or (job.attempts >= job.max_attempts and not free)
        self._report(job, kept, error, final=final)
        if final:
            self._settle(lambda: leases.fail(job, token=attempt.token, error=dict(kept), now=now))
            return
        again: dict[str, Any] = {"run_after": now + _pause(job, error), "now": now, "free": free}
        self._settle(
            lambda: leases.put_back(job, token=attempt.token, error=None if free else dict(kept), **again)
        )

    def _report(self, job: Job, kept: Trace, error: BaseException, *, final: bool) -> None:
        log = logger.error if final else logger.info
        verdict = "failed for good" if final else "will be tried again"
        words = (job.ref, job.task, job.attempts, verdict, line(kept))
        log("job %s (%s) attempt %s %s: %s", *words, exc_info=_details(error))

    def _settle(self, write: Callable[[], bool]) -> bool:
        """Write an outcome, however busy the database; past the lease another worker does the job again."""
        for pause in (0.2, 1.0, 5.0):
            try:
                return write()
            except DATABASE_AWAY:
                connections.close_all()
                self.stopping.wait(pause)
        return write()

    def _serve(self, queue: str) -> None:
        bell, rung = self._bells[queue], False
        while not self.stopping.is_set():
            try:
                bell.clear()  # before the look: what comes meanwhile rings again
                job = self._next(queue, rung=rung)
                if job is None:
                    rung = self._wait(queue)
                else:
                    self.run(job)
                    rung = False
            except Exception as error:
                self._trouble(f"queue {queue}", error)
        connections.close_all()

    def _next(self, queue: str, *, rung: bool) -> Job | None:
        """The next job of a queue. Whoever rang has seen one; otherwise a look that takes no lock comes first."""
        now = clock.now()
        if rung or leases.queue_with_due([queue], now=now):
            return leases.take([queue], worker=self.name, now=now)
        return None

    def _wait(self, queue: str) -> bool:
        """Wait for the bell of a queue, not for ever; whether it rang."""
        self._idle.add(queue)
        try:
            return self._bells[queue].wait(0 if self.stopping.is_set() else BACKSTOP)
        finally:
            self._idle.discard(queue)

    def _pulse(self) -> None:
        """Extend leases before they end, enqueue what is due by schedule, say that this worker lives."""
        rounds_due = silent_due = 0.0
        while not (self.stopping.is_set() and not self._held_now()):
            try:
                self._keep_leases()
                if time.monotonic() >= rounds_due and not self.stopping.is_set():
                    schedules.sign_on(self.name, self.queues, now=clock.now())
                    schedules.enqueue_due(now=clock.now())
                    rounds_due = time.monotonic() + self.rounds
                self._look()
                if time.monotonic() >= silent_due:
                    self._look_for_silent()
                    silent_due = time.monotonic() + SILENT
            except Exception as error:
                self._trouble("leases and schedules", error)
            time.sleep(TICK)
        connections.close_all()

    def _look(self) -> None:
        """Ring for the queues that wait and have a job; one that is at work looks for itself when it is done."""
        waiting = set(self._idle)
        while waiting and (queue := leases.queue_with_due(sorted(waiting), now=clock.now())):
            self._bells[queue].set()
            waiting.remove(queue)

    def _look_for_silent(self) -> None:
        queue = leases.queue_with_silent(self.queues, now=clock.now())
        if queue:
            self._bells[queue].set()

    def _ring(self) -> None:
        for bell in self._bells.values():
            bell.set()

    def _trouble(self, what: str, error: Exception) -> None:
        """A thread of the worker never dies of an error: the next round may find the database again."""
        connections.close_all()
        logger.warning("%s wait: %s", what, line(trace(error, now=clock.now())), exc_info=_details(error))
        self.stopping.wait(2)

    def _held_now(self) -> list[Attempt]:
        with self._guard:
            return list(self._held.values())

    def _keep_leases(self) -> None:
        for attempt in self._held_now():
            if attempt.lost.is_set() or time.monotonic() < attempt.extend_at:
                continue
            if leases.extend(attempt.job, token=attempt.token, now=clock.now()):
                attempt.extend_at = time.monotonic() + attempt.job.lease_seconds / 3
            else:
                attempt.lost.set()


def _pause(job: Job, error: BaseException) -> timedelta:
    if isinstance(error, Retry) and error.after is not None:
        return error.after
    task = task_of(job)
    first = task.first_pause if isinstance(task, LeaseTask) else FIRST_PAUSE
    return pause_before_retry(job.attempts, first=first)


def _details(error: BaseException) -> BaseException | None:
    """The whole traceback only where no real person's data can be in it."""
    return error if settings.DEBUG else None
