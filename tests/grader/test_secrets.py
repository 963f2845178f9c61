"""Nothing that is planted on the host is seen or reached from a box."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.grader.helpers import QUICK, attack, loot_of
from tests.grader.hostile import read
from tests.grader.world import SECRET, World, planted
from tremplin.grader import Lab, Limits, grade
from tremplin.grader.sandbox import Sandbox

THEFTS = read("thefts")
SEED = 0xBEEF_4711_0815
# These bring something home; what, is looked at. All others are to come back with empty hands.
TELL = {"the environment", "the stack above the environment", "inherited descriptors", "the seed"}
# Those that may run outside a box: they read and connect, and change nothing.
HARMLESS = (
    "files by their names", "files through links", "the environment", "inherited descriptors", "shared memory",
    "messages in a queue", "keys", "sockets",
)  # fmt: skip
LONG = Limits(wall_s=60, call_s=30)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with planted() as made:
        yield made


@pytest.mark.parametrize("name", THEFTS)
def test_a_theft_comes_back_with_empty_hands(world: World, box: Sandbox, name: str) -> None:
    found = loot_of(world.submission(THEFTS[name]), limits=LONG, sandbox=box)
    assert SECRET not in repr(found)
    assert "TREMPLIN" not in repr(found)
    assert found == [] or name in TELL
    assert world.visited() == []


def test_the_seed_is_not_in_the_box(tiny: Lab, box: Sandbox) -> None:
    source = attack(THEFTS["the seed"] + "\nprint(len(loot) > 3, *loot)")
    limits = LONG.with_values({"output_kb": 1024})
    report = grade(tiny, source, seed=SEED, limits=limits, sandbox=box)
    assert report.output.startswith("True")  # it looked, and found numbers
    assert str(SEED) not in report.output
    assert report.points <= 1


@pytest.mark.parametrize("name", HARMLESS)
def test_the_same_theft_succeeds_where_nothing_confines_it(world: World, name: str) -> None:
    """What does not succeed in a box is only worth something if it does outside."""
    source = world.submission(THEFTS[name]) + "\nprint(repr(target(np.zeros(5))))"
    command = [sys.executable, "-c", source]
    done = subprocess.run(command, close_fds=False, capture_output=True, text=True, check=True, timeout=60)
    assert (SECRET in done.stdout) != (name == "sockets")
    assert len(world.visited()) == (len(world.listeners) if name == "sockets" else 0)


def test_hidden_inputs_are_not_told_by_an_exception(tiny: Lab, box: Sandbox) -> None:
    source = "def double(x): return 2 * x\ndef target(x): raise ValueError('inputs ' + repr(x))\n"
    message = grade(tiny, source, seed=1, limits=QUICK, sandbox=box).check("target").message["en"]
    assert "ValueError" in message
    assert "line" in message
    assert "inputs" not in message


def test_another_seed_asks_other_questions(tiny: Lab, box: Sandbox) -> None:
    source = "seen = []\ndef target(x):\n    print(x)\n    return 0 * x\ndef double(x): return 2 * x\n"
    first, again, other = (grade(tiny, source, seed=seed, limits=QUICK, sandbox=box) for seed in (1, 1, 2))
    assert first.output == again.output
    assert first.output != other.output
