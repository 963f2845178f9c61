"""Two boxes at once, or one after the other, do not see, hear or disturb each other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.grader.helpers import QUICK, SOLUTION, attack
from tremplin.grader import Lab, Limits, grade
from tremplin.grader.calls import Calls, Session
from tremplin.grader.sandbox import BoxSpec, Sandbox

MARK = "left-by-a-neighbour"

LEAVE = f"""
import socket
for place in ("/tmp", "/dev/shm", "."):
    open(place + "/{MARK}", "w").write("{MARK}")
    try:
        os.chmod(place, 0o1777)
    except PermissionError:  # it is not the box's own
        pass
for name in ("\\0{MARK}", "/tmp/{MARK}.sock", "/dev/shm/{MARK}.sock"):
    s = socket.socket(socket.AF_UNIX)
    s.bind(name)
    s.listen()
    globals().setdefault("KEPT", []).append(s)
os.environ["{MARK}"] = "1"
np.{MARK.replace("-", "_")} = sys.{MARK.replace("-", "_")} = "{MARK}"
np.random.seed(5)
loot = [os.getuid(), os.getpid()]
"""

LOOK = f"""
import socket
loot = []
for place in ("/tmp", "/dev/shm", "."):
    loot += [place + "/" + n for n in os.listdir(place)]
for name in ("\\0{MARK}", "/tmp/{MARK}.sock", "/dev/shm/{MARK}.sock"):
    try:
        socket.socket(socket.AF_UNIX).connect(name)
        loot.append(name)
    except OSError:
        pass
loot += [n for n in os.environ if "{MARK}" in n]
loot += [m.__name__ for m in (np, sys) if hasattr(m, "{MARK.replace("-", "_")}")]
for n in range(1, 40000):
    try:
        if n not in (os.getpid(), os.getppid(), 1):
            os.kill(n, 0)
            loot.append(n)
    except ProcessLookupError:
        pass
    except PermissionError:
        loot.append(n)
"""


@contextmanager
def opened(box: Sandbox, body: str, limits: Limits = QUICK, *, seed: int = 0) -> Iterator[Any]:
    session = Session(box, BoxSpec(limits), attack(body).encode(), seed=seed)
    try:
        session.start()
        yield lambda: Calls(session).call("target", 0)
    finally:
        session.stop()


def test_a_box_finds_nothing_of_one_that_runs_beside_it(box: Sandbox) -> None:
    with opened(box, LEAVE) as leave, opened(box, LOOK) as look:
        leave()
        assert look() == []


def test_a_box_finds_nothing_of_one_that_ran_before_it(box: Sandbox) -> None:
    for _ in range(3):
        with opened(box, LEAVE) as leave:
            leave()
        with opened(box, LOOK) as look:
            assert look() == []


def test_limits_are_counted_for_each_box_alone(box: Sandbox) -> None:
    """One that has used up its processes leaves its neighbour all of its own."""
    fork = (
        "loot = 0\nwhile loot < 100:\n    try:\n        if os.fork() == 0: time.sleep(100)\n"
        "        loot += 1\n    except OSError: break"
    )
    with opened(box, fork) as first, opened(box, fork) as second:
        assert first() == second() > 2


def test_a_box_that_floods_leaves_its_neighbour_its_verdict(tiny: Lab, box: Sandbox) -> None:
    flood = "for _ in range(6): os.fork()\nwhile True: pass"
    with opened(box, flood) as started:
        session = pytest.raises(Exception)
        with session:
            started()
        assert grade(tiny, SOLUTION, seed=1, limits=QUICK.with_values({"call_s": 10}), sandbox=box).passed


def test_random_numbers_of_two_boxes_differ(box: Sandbox) -> None:
    """Two submissions, which have a seed each, draw otherwise also where one zygote made both boxes."""
    draw = "import random\nloot = [float(np.random.random()), random.random(), os.urandom(4).hex()]"
    found = []
    for seed in range(2):
        with opened(box, draw, seed=seed) as drawn:
            found.append(drawn())
    assert all(a != b for a, b in zip(*found, strict=True))
