"""Hostile submissions: none earns a mark, each leaves the honest answer beside it its own.

Nothing here is skipped where a sandbox is missing: without one these tests fail, as grading does.
"""

from __future__ import annotations

import time

import pytest

from tests.grader.helpers import QUICK, SOLUTION, attack
from tests.grader.hostile import ATTACKS, SPOIL_THEMSELVES
from tremplin.grader import Lab, Report, grade
from tremplin.grader.sandbox import Sandbox


def test_there_are_enough_of_them() -> None:
    assert len(ATTACKS) >= 200
    assert set(ATTACKS) > SPOIL_THEMSELVES


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_earns_nothing_and_spares_the_honest_answer(tiny: Lab, box: Sandbox, name: str) -> None:
    report = grade(tiny, attack(ATTACKS[name]), seed=3, limits=QUICK, sandbox=box)
    target, honest = report.check("target"), report.check("honest")
    assert not target.passed
    assert target.message["en"]
    assert target.message["fr"]
    assert report.points <= 1
    assert report.check("after").skipped
    assert honest.passed or name in SPOIL_THEMSELVES, honest.message
    assert report.status in {"failed", "timeout", "memory"}
    assert not any(ord(c) < 32 and c not in "\n\t" for c in report.to_json())
    assert len(report.to_json()) < 60_000
    assert Report.from_json(report.to_json()) == report


def test_after_all_of_them_an_honest_submission_still_passes(tiny: Lab, box: Sandbox) -> None:
    for name in sorted(SPOIL_THEMSELVES):
        grade(tiny, attack(ATTACKS[name]), seed=3, limits=QUICK, sandbox=box)
        assert grade(tiny, SOLUTION, seed=3, limits=QUICK, sandbox=box).passed, name


@pytest.mark.parametrize(
    "code",
    [
        "sys.exit(0)", "os._exit(0)", "time.sleep(1e6)", "raise KeyboardInterrupt", "os.execv('/bin/true', ['x'])",
        "sys.modules['lab'] = None", "import lab; lab.double = None; raise SystemExit", "os.kill(0, 9)", "\x00",
        "del __builtins__\nimport os", "def double(x): return x * 2\nglobals().clear()", "x = ((((" * 200,
        "return 1", "-" * 100_000 + "1", "x = " + "(" * 10_000 + ")" * 10_000,
    ],
)  # fmt: skip
def test_a_file_that_does_not_finish_loading_earns_nothing(tiny: Lab, box: Sandbox, code: str) -> None:
    report = grade(tiny, f"import os, sys, time\n{code}\n", seed=3, limits=QUICK, sandbox=box)
    assert not any(check.passed for check in report.checks if check.id != "loads")


def test_a_whole_grading_has_an_end(tiny: Lab, box: Sandbox) -> None:
    started = time.monotonic()
    limits = QUICK.with_values({"wall_s": 2, "call_s": 10})
    report = grade(tiny, attack("time.sleep(1e6)"), seed=1, limits=limits, sandbox=box)
    assert time.monotonic() - started < 4
    assert report.status == "timeout"
    assert "2 seconds" in report.check("target").message["en"]


def test_a_forged_frame_is_no_answer_even_when_it_knows_the_form(tiny: Lab, box: Sandbox) -> None:
    report = grade(tiny, attack(ATTACKS["forged: a known form"]), seed=1, limits=QUICK, sandbox=box)
    assert "could not be understood" in report.check("target").message["en"]


def test_one_who_knows_the_number_of_the_question_can_only_give_a_wrong_answer(
    tiny: Lab, box: Sandbox
) -> None:
    body = ATTACKS["forged: the right number, the wrong values"]
    target = grade(tiny, attack(body), seed=1, limits=QUICK, sandbox=box).check("target")
    assert target.actual == "0"  # it was heard, and judged
    assert not target.passed
