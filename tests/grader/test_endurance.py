"""Honest and hostile submissions in a row: each gets its verdict, and nothing of them stays behind.

Forty in the suite, a thousand in `make soak`, as many as TREMPLIN_SUBMISSIONS says where it is set.
"""

from __future__ import annotations

import gc
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.grader.helpers import QUICK, SOLUTION, attack
from tests.grader.hostile import ATTACKS
from tests.grader.traces import settled, traces
from tremplin.grader import Lab, Report, grade
from tremplin.grader.sandbox import Sandbox

SIDE_BY_SIDE = 4
# Hanging is cut short so that a thousand take minutes; what hangs is ended by the same clock.
LIMITS = QUICK.with_values({"call_s": 1, "wall_s": 20})


def submissions(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Half of them honest, the others drawn until each attack has had its turn."""
    chance = random.Random(seed)
    hostile: list[str] = []
    for number in range(count):
        if number % 2:
            yield "honest", SOLUTION
            continue
        if not hostile:
            hostile = chance.sample(sorted(ATTACKS), len(ATTACKS))
        name = hostile.pop()
        yield name, attack(ATTACKS[name])


@pytest.mark.parametrize("count", [40, pytest.param(1000, marks=pytest.mark.soak)])
def test_nothing_of_many_submissions_stays_behind(tiny: Lab, box: Sandbox, count: int) -> None:
    count = int(os.environ.get("TREMPLIN_SUBMISSIONS", count))
    assert grade(tiny, SOLUTION, seed=1, limits=LIMITS, sandbox=box).passed  # what is made once is made now
    before, memory, started = traces(), _memory(), time.monotonic()
    work = list(submissions(count, seed=count))

    def judge(numbered: tuple[int, tuple[str, str]]) -> Report:
        number, (_, source) = numbered
        return grade(tiny, source, seed=number, limits=LIMITS, sandbox=box)

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        reports = list(pool.map(judge, enumerate(work)))
    seconds = time.monotonic() - started
    wrong = [
        (name, report.status, report.points)
        for (name, _), report in zip(work, reports, strict=True)
        if (report.passed if name != "honest" else not report.passed)
    ]
    over = settled(before)
    grown = _memory() - memory
    found = Counter(report.status for report in reports)
    sys.stdout.write(
        f"\n{count} in {seconds:.0f} s: {dict(found)}; left: {over or 'nothing'}; {grown} MB more\n"
    )
    assert wrong == []
    assert over == {}
    assert grown < 100


def _memory() -> int:
    """What this process holds now, in megabytes: answers of 32 MB that came side by side are gone again."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() >> 20
