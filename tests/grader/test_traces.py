"""When a grading has ended, nothing of its box runs, waits or lies about."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.grader.helpers import QUICK, attack
from tests.grader.traces import settled, traces
from tremplin.grader import Lab, grade
from tremplin.grader.calls import CallFailed, Calls, Session
from tremplin.grader.sandbox import BoxSpec, Sandbox

STAYERS = {
    "a daemon": "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: time.sleep(1e6)\n    os._exit(0)",
    "a daemon that ignores signals": (
        "import signal\nif os.fork() == 0:\n    os.setsid()\n"
        "    for s in {*range(1, 65)} - {9, 19, 32, 33}: signal.signal(s, signal.SIG_IGN)\n    time.sleep(1e6)"
    ),
    "a stopped child": "import signal\npid = os.fork()\nif pid == 0: os.kill(os.getpid(), signal.SIGSTOP)",
    "a zombie": "if os.fork() == 0: os._exit(0)\ntime.sleep(0.1)",
    "a child that forks for ever": (
        "if os.fork() == 0:\n    while True:\n        if os.fork(): os._exit(0)\n        time.sleep(0.001)"
    ),
    "a child that waits in the kernel": "os.mkfifo('/tmp/p')\nif os.fork() == 0: open('/tmp/p')",
    "files": "for n in range(50): open(f'/tmp/{n}', 'w').write('x')\nopen('/dev/shm/x', 'w').write('x')",
    "another program": (
        "if os.fork() == 0:\n    os.setsid()\n"
        "    os.execv(sys.executable, [sys.executable, '-c', 'import time; time.sleep(1e6)'])"
    ),
}


@pytest.mark.parametrize("name", STAYERS)
def test_nothing_of_a_box_outlives_the_grading(tiny: Lab, box: Sandbox, name: str) -> None:
    grade(tiny, attack("loot = x"), seed=1, limits=QUICK, sandbox=box)
    before = traces()
    report = grade(tiny, attack(STAYERS[name] + "\nloot = x"), seed=1, limits=QUICK, sandbox=box)
    assert report.check("honest").passed
    assert settled(before, 2) == {}


@pytest.mark.parametrize("name", STAYERS)
def test_nothing_of_a_box_outlives_one_that_crashed(tiny: Lab, box: Sandbox, name: str) -> None:
    grade(tiny, attack("loot = x"), seed=1, limits=QUICK, sandbox=box)
    before = traces()
    report = grade(tiny, attack(STAYERS[name] + "\nos._exit(1)"), seed=1, limits=QUICK, sandbox=box)
    assert report.check("honest").passed
    assert settled(before, 2) == {}


def test_a_box_is_gone_when_close_returns(box: Sandbox) -> None:
    for body in STAYERS.values():
        session = Session(box, BoxSpec(QUICK), attack(body).encode())
        before = traces().of_private_users
        session.start()
        with contextlib.suppress(CallFailed):
            Calls(session).call("target", 0)
        session.stop()
        assert traces().of_private_users <= before


_WORKER = """
import sys, threading, time
from pathlib import Path
from tests.grader.boxes import opened
from tests.grader.helpers import QUICK, attack
from tremplin.grader.calls import Calls, Session
from tremplin.grader.sandbox import BoxSpec

session = Session(opened(sys.argv[1]), BoxSpec(QUICK), attack(sys.argv[2]).encode())
session.start()
threading.Timer(0.3, print, ("ready",), {"flush": True}).start()
Calls(session).call("target", 0)
"""


@pytest.mark.parametrize("death", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_is_killed_takes_its_boxes_with_it(
    request: pytest.FixtureRequest, box: Sandbox, death: int
) -> None:
    kind = request.node.callspec.params["box"]
    mark = f"tremplin-orphan-{os.getpid()}-{death}"
    body = f"""
import ctypes
ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)  # as if nobody had to end with whoever started it
for _ in range(2):
    if os.fork() == 0:
        os.setsid()
        os.execv(sys.executable, [sys.executable, "-S", "-c", "import time; time.sleep(1e6)", "{mark}"])
time.sleep(1e6)
"""
    worker = subprocess.Popen(
        [sys.executable, "-c", _WORKER, kind, body],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    assert marked(mark)
    worker.send_signal(death)
    worker.wait(10)
    worker.stdout.close()
    until = time.monotonic() + 5
    while marked(mark) and time.monotonic() < until:
        time.sleep(0.05)
    assert marked(mark) == []


def marked(mark: str) -> list[str]:
    """Processes, other than the worker itself, with this word among their arguments."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = path.read_bytes().split(b"\0")
            if mark.encode() in words:
                found.append(path.parent.name)
    return found
