"""Bubblewrap is waited for once, whoever ends it and whenever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from tests.grader.helpers import QUICK, SOLUTION
from tremplin.grader import Lab, grade
from tremplin.grader.child import Started


def started(code: str) -> tuple[subprocess.Popen[bytes], Started]:
    process = subprocess.Popen([sys.executable, "-S", "-c", code])
    return process, Started(process)


def ended(process: subprocess.Popen[bytes]) -> None:
    """Wait for its end without waiting for it in the sense of the kernel."""
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)


def test_its_end_is_told_and_counted() -> None:
    _, child = started("x = 0\nfor i in range(2_000_000): x += i\nraise SystemExit(3)")
    assert child.code is None
    assert child.wait(10, lambda: None)
    assert child.code == 3
    assert child.cpu_ms > 0
    assert child.wait(0, lambda: None)


def test_killing_one_that_has_just_ended_does_not_take_its_end_away() -> None:
    process, child = started("raise SystemExit(4)")
    ended(process)
    child.kill()
    assert child.wait(5, lambda: None)
    assert child.code == 4
    child.kill()


def test_one_that_lives_on_is_waited_for_no_longer_than_said() -> None:
    _, child = started("import time; time.sleep(60)")
    seen: list[int] = []
    assert not child.wait(0.05, lambda: seen.append(1))
    assert seen
    child.kill()
    assert child.wait(5, lambda: None)
    assert child.code == -signal.SIGKILL


def test_one_that_the_host_has_waited_for_counts_as_ended() -> None:
    process, child = started("pass")
    os.waitpid(process.pid, 0)
    assert child.wait(5, lambda: None)
    assert child.code == 0


def test_one_that_does_not_go_is_given_up() -> None:
    process, child = started("import time; time.sleep(60)")
    child.give_up()
    assert child.code == -signal.SIGKILL
    os.kill(process.pid, signal.SIGKILL)
    os.waitpid(process.pid, 0)


def test_two_threads_may_end_it_at_once() -> None:
    for _ in range(20):
        _, child = started("import time; time.sleep(0.01)")
        threads = [threading.Thread(target=child.kill) for _ in range(3)]
        for thread in threads:
            thread.start()
        assert child.wait(10, lambda: None)
        for thread in threads:
            thread.join()


@pytest.mark.parametrize("delay", [0.0, 0.02])
def test_a_slow_machine_does_not_lose_the_end_of_a_box(
    tiny: Lab, monkeypatch: pytest.MonkeyPatch, delay: float
) -> None:
    """Every wait is over before it began, so that each box is ended again and again while it is going."""
    real = Started.wait

    def hasty(self: Started, seconds: float, meanwhile: object) -> bool:
        time.sleep(delay)
        return seconds > 5 and real(self, seconds, lambda: None)

    monkeypatch.setattr(Started, "wait", hasty)
    report = grade(tiny, SOLUTION, seed=1, limits=QUICK)
    assert report.passed, report.detail
