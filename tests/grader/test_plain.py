"""A box without walls, for a learner's own machine: the same verdicts, and a clock."""

import subprocess
import sys
import time
from dataclasses import replace

import pytest

from tremplin.grader import grade, hints, read_lab
from tremplin.grader.cli import SHIPPED
from tremplin.grader.plain import PlainSandbox
from tremplin.grader.report import CheckResult

SOFTMAX = read_lab(SHIPPED / "softmax")


def plainly(lab, code, seed=3):
    return grade(lab, code, seed=seed, sandbox=PlainSandbox())


@pytest.mark.parametrize("lab", ["softmax", "checkpoint"])
def test_a_solution_passes_as_it_does_in_a_sealed_box(lab):
    found = read_lab(SHIPPED / lab)
    report = plainly(found, found.solution)
    assert report.passed, [check for check in report.checks if not check.passed]
    assert report.layers == ("clock",)


def test_known_mistakes_fail_the_same_check():
    for wrong in SOFTMAX.wrong:
        report = plainly(SOFTMAX, wrong.file.read_bytes())
        first = next(check for check in report.checks if not check.passed)
        assert (first.id, wrong.says in first.message["en"]) == (wrong.fails, True), wrong.file.name


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import os; os._exit(3)", "ended the Python process"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "crashed"),
        ("import sys; sys.exit()", "asked Python to stop"),
        ("x = (", "cannot read line 1"),
        ("input()", "waits for someone to type"),
        ("while True: print('x' * 1000)", "printed so much"),
        ("import inmate_of_nobody", "not there"),
    ],
)
def test_what_breaks_is_explained(code, says):
    assert says in plainly(SOFTMAX, code).checks[0].message["en"]


def test_a_loop_without_end_is_stopped_in_time():
    lab = replace(SOFTMAX, limits=replace(SOFTMAX.limits, call_s=0.2))
    began = time.monotonic()
    report = plainly(lab, "while True: pass")
    assert (report.status, time.monotonic() - began < 20) == ("timeout", True)


def test_what_the_code_prints_is_shown_and_is_no_answer():
    report = plainly(SOFTMAX, "print('{\"id\": 1}')\n" + SOFTMAX.solution)
    assert report.passed
    assert report.output.startswith('{"id": 1}')


def test_a_library_that_is_missing_is_named():
    lab = replace(SOFTMAX, libraries=("numpy", "no_such_library"))
    report = plainly(lab, SOFTMAX.solution)
    assert (report.status, "no_such_library" in report.detail) == ("refused", True)


def test_nothing_that_a_server_runs_can_reach_it():
    code = (
        "import sys, tremplin.grader, tremplin.grader.cli; sys.exit('tremplin.grader.plain' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def check(name, *, passed=False, skipped=False):
    return CheckResult(name, {}, passed, skipped=skipped)


def test_a_hint_opens_after_three_failed_tries_at_its_check():
    tries = [
        [check("a"), check("b", skipped=True)],
        [check("a"), check("b")],
        [check("a", passed=True), check("b")],
    ]
    counted = hints.failures(tries)
    assert (counted["a"], counted["b"], counted["c"]) == (2, 2, 0)
    assert [hints.left(failed) for failed in (0, 2, 3, 9)] == [3, 1, 0, 0]
