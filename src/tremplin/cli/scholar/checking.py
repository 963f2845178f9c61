"""`tremplin labs check` and `watch`: the lab's checks, on this machine, on what has been written so far.

They are the programme's own checks with other inputs, drawn anew each time; what counts is what the programme finds.
"""

from __future__ import annotations

import argparse
import json
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tremplin.cli.scholar import place, telling
from tremplin.cli.scholar.place import Memory, Place, Work
from tremplin.cli.scholar.words import Tongue
from tremplin.cli.sheets.faults import Wrong
from tremplin.grader import Lab, Report, grade, hints
from tremplin.grader.plain import PlainSandbox

LOOK_AGAIN = 0.15
PASSED, FAILED = 0, 1


def check(args: argparse.Namespace) -> int:
    """Check once. 0: every check passed; 1: not yet."""
    tongue = Tongue(args.lang)
    where = place.find(args.file, args.lab, tongue)
    work = place.read(where, tongue)
    report, sealed = judge(where.lab, work.code, args.seed)
    kept = count(where, work.code, report, tongue)
    if args.json:
        print(json.dumps(_as_data(where, work, report, kept, sealed=sealed), ensure_ascii=False, indent=1))
    else:
        for line in _lines(where, work, report, kept, tongue, sealed=sealed):
            print(line)
    return PASSED if report.passed else FAILED


def judge(lab: Lab, code: str, seed: int | None = None) -> tuple[Report, bool]:
    """The report, and whether the code ran in a sealed box: where there is none, it runs as their own code does."""
    seed = secrets.randbits(32) if seed is None else seed
    if sys.platform == "linux" and shutil.which("bwrap"):
        report = grade(lab, code, seed=seed)
        if not (report.status == "refused" and report.detail):
            return report, True
    return grade(lab, code, seed=seed, sandbox=PlainSandbox()), False


def count(where: Place, code: str, report: Report, tongue: Tongue) -> Memory:
    """Remember a try: its failures, which open hints, and the best so far. The same code again is no new try."""
    folder = where.file.parent
    kept = place.memory(folder, tongue) or Memory(where.lab.code)
    if kept.lab != where.lab.code:
        return Memory(where.lab.code)
    mark = place.digest(code)
    if report.status in {"refused", "error"} or mark == kept.last:
        return kept
    for found in report.checks:
        if not found.passed and not found.skipped:
            kept.failures[found.id] = kept.failures.get(found.id, 0) + 1
    kept.best = max(kept.best or 0.0, report.score)
    kept.last = mark
    place.remember(folder, kept)
    return kept


def _lines(
    where: Place, work: Work, report: Report, kept: Memory, tongue: Tongue, *, sealed: bool
) -> Iterator[str]:
    yield f"{tongue.text(where.lab.title)} · {where.file}"
    yield from (text for text in (where.notice, *work.left_out) if text)
    if not sealed:
        yield tongue("plain")
    if report.status in {"refused", "error"}:
        yield from _not_judged(where, report, tongue)
        return
    yield ""
    code = work.code if where.file.suffix == ".ipynb" else ""
    yield from telling.told(hints.told(report, kept.failures), tongue, code=code)
    yield from telling.printed(report.output, tongue)
    counted = [check for check in report.checks if check.id != telling.LOADS]
    passed = sum(check.passed for check in counted)
    yield ""
    yield tongue(
        "sum",
        passed=passed,
        all=len(counted),
        points=report.points,
        most=report.max_points,
        seconds=report.wall_ms / 1000,
    )
    yield tongue("hand-in") if report.passed else tongue("repeat", seed=report.seed)


def _not_judged(where: Place, report: Report, tongue: Tongue) -> Iterator[str]:
    yield tongue("not-judged")
    missing = where.lab.missing
    if missing:
        yield tongue("needs", library=", ".join(missing))
    else:
        yield tongue.text(report.message)
        yield from report.detail.splitlines()[-3:]


def _as_data(where: Place, work: Work, report: Report, kept: Memory, *, sealed: bool) -> dict[str, object]:
    return {
        "lab": where.lab.code,
        "file": str(where.file),
        "status": report.status,
        "passed": report.passed,
        "score": report.score,
        "message": report.message,
        "seed": report.seed,
        "seconds": report.wall_ms / 1000,
        "sealed": sealed,
        "left_out": list(work.left_out),
        "output": report.output,
        "checks": hints.told(report, kept.failures),
    }


def watch(
    args: argparse.Namespace, *, sleep: Callable[[float], None] = time.sleep, rounds: int | None = None
) -> int:
    """Check at once, and again after each save, until Ctrl-C. `rounds` ends it after so many looks."""
    tongue = Tongue(args.lang)
    where = place.find(args.file, args.lab, tongue)
    print(tongue("watching", file=where.file), flush=True)
    seen: tuple[int, int] | None = None
    looks = 0
    try:
        while rounds is None or looks < rounds:
            looks += 1
            now = _stamp(where.file)
            if now is None and seen is not None:
                print(tongue("gone", file=where.file), flush=True)
            if now is not None and now != seen:
                _again(where, tongue)
            seen = now
            sleep(LOOK_AGAIN)
    except KeyboardInterrupt:
        print("\n" + tongue("ended"), flush=True)
    return PASSED


def _stamp(file: Path) -> tuple[int, int] | None:
    """What changes with a save; None while an editor replaces the file."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _again(where: Place, tongue: Tongue) -> None:
    """One check within a watch: what is wrong with the file is said, and the watch goes on."""
    print(f"\n— {time.strftime('%H:%M:%S')} " + "—" * 40, flush=True)
    try:
        work = place.read(where, tongue)
    except Wrong as wrong:
        print(f"{wrong.message}\n  {wrong.remedy}", flush=True)
        return
    except OSError as error:
        print(error.strerror or type(error).__name__, flush=True)
        return
    report, sealed = judge(where.lab, work.code)
    kept = count(where, work.code, report, tongue)
    for line in _lines(where, work, report, kept, tongue, sealed=sealed):
        print(line)
    sys.stdout.flush()
