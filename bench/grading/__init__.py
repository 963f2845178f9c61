"""Submissions of one assignment graded by us, by nbgrader and by otter, in turn on one core; then our own bars.

Softmax and the gradient of the cross-entropy in NumPy, causal attention and an MLP trained by 150 steps of Adam in
torch; twenty submissions, five of them wrong in one task. The others grade notebooks with the same tests, as their
manuals say and without any isolation; we grade the same functions in sealed boxes.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import peers
from bench.grading import theirs
from bench.grading.submissions import WHOLE, small, submissions

HELP = "submissions graded a second beside nbgrader and otter; box ready, memory, drain of 1,000, 30 at once"
PACKAGES = {
    "nbgrader": ("nbgrader==0.9.6", "ipykernel", "alembic"),
    "otter": ("otter-grader==7.0.0", "ipykernel"),
}
ROOT = Path(__file__).parent.parent.parent
_BATCH = 5


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--alone", action="store_true", help="without nbgrader and otter")
    parser.add_argument("--drain", type=int, default=1000, help="how many submissions the queue holds")


def run(args: argparse.Namespace) -> dict[str, Any]:
    few = args.quick
    with tempfile.TemporaryDirectory() as place:
        folders = {"large": WHOLE, "small": small(Path(place))}
        sizes = {
            name: size(folder, beside=not (args.alone or few), few=few, queue=args.drain)
            for name, folder in folders.items()
        }
    figures: dict[str, Any] = {
        "sizes": sizes,
        "quiet": ours("quiet", 30 if few else 100, WHOLE, pinned=True),
        "ready": ours("ready", 20 if few else 100, WHOLE, pinned=True),
        "together": ours("together", 30, WHOLE, pinned=False),
    }
    figures["bars"] = bars(figures)
    print(page(figures))
    return figures


def size(folder: Path, *, beside: bool, few: bool, queue: int) -> dict[str, Any]:
    """Everything that depends on how much the scholar trains."""
    return {
        "side_by_side": side_by_side(folder) if beside else {},
        "throughput": ours("throughput", 20 if few else 100, folder, pinned=True),
        "floor": ours("floor", 20, folder, pinned=True),
        "memory": ours("memory", 5 if few else 20, folder, pinned=True),
        "drain": ours("drain", 100 if few else queue, folder, pinned=False),
    }


def ours(part: str, count: int, folder: Path, *, pinned: bool) -> dict[str, Any]:
    """One part of `ours.py` in a process of its own, with one thread of arithmetic."""
    single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "BENCH_ASSIGNMENT": str(folder)}
    done = subprocess.run(
        [sys.executable, "-m", "bench.grading.ours", part, str(count)], cwd=ROOT, env=os.environ | single,
        preexec_fn=theirs.pin if pinned else None, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def side_by_side(folder: Path) -> dict[str, Any]:
    """Batches of five, ours, theirs, ours, theirs …, all on one core."""
    found: dict[str, dict[str, Any]] = {"ours": {"seconds": 0.0, "graded": 0, "wrong": 0}}
    cores = os.sched_getaffinity(0)
    theirs.pin()
    try:
        with tempfile.TemporaryDirectory() as place:
            others = {name: _other(name, Path(place), folder) for name in PACKAGES}
            for first in range(0, 20, _BATCH):
                for name, other in others.items():
                    mine = ours("throughput", 20, folder, pinned=True)
                    for key in ("seconds", "graded", "wrong"):
                        found["ours"][key] += mine[key]
                    if other is not None:
                        row = found.setdefault(name, {"seconds": 0.0, "graded": 0})
                        row["seconds"] += other.grade(range(first, first + _BATCH))
                        row["graded"] += _BATCH
            wanted = {number: right for number, (_, right) in enumerate(submissions(folder))}
            for name, other in others.items():
                if other is not None:
                    found[name]["wrong"] = sum(got != wanted[n] for n, got in other.verdicts().items())
    finally:
        os.sched_setaffinity(0, cores)
    for row in found.values():
        row["a_second"] = row["graded"] / row["seconds"]
    return found


def _other(name: str, place: Path, folder: Path) -> theirs.Nbgrader | theirs.Otter | None:
    packages = peers.install(name, *PACKAGES[name])
    if packages is None:
        return None
    return (theirs.Nbgrader if name == "nbgrader" else theirs.Otter)(place, packages, folder)


def bars(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """Each bar, what was measured, and whether it is met; those that depend on the training, at both sizes."""
    ready = figures["ready"]
    rows: list[tuple[str, float, float, bool]] = [
        row for name, found in figures["sizes"].items() for row in _bars_of(name, found)
    ]
    rows += [
        ("submissions a second on one core without training", 40, figures["quiet"]["three tasks"], True),
        (
            "ms until a box with torch is ready, forked when asked",
            10,
            _middle(ready["torch forked when asked"]),
            False,
        ),
        ("ms until a box with torch that waited is ready", 10, _middle(ready["torch waiting"]), False),
        ("s until the last of 30 at once has a verdict", 1.5, figures["together"]["last_s"], False),
    ]
    return [
        {
            "bar": words,
            "wanted": wanted,
            "measured": round(got, 2),
            "met": got >= wanted if most else got <= wanted,
        }
        for words, wanted, got, most in rows
        if got
    ]


def _bars_of(name: str, found: dict[str, Any]) -> list[tuple[str, float, float, bool]]:
    beside, drain = found["side_by_side"], found["drain"]
    above = found["throughput"]["median_ms"] - found["floor"]["median_ms"]
    share = found["floor"]["ms"] / 1000 * drain["graded"] / (drain["seconds"] * drain["cores"])
    return [
        (f"{name}: times as many submissions a second as nbgrader", 50, _ratio(beside, "nbgrader"), True),
        (f"{name}: times as many as otter", 80, _ratio(beside, "otter"), True),
        (f"{name}: ms above the scholar's own compute", 30, above, False),
        (f"{name}: MB that are a box's own at its end", 8, found["memory"]["median_mb"], False),
        (f"{name}: % of the cores' time in scholars' code, {drain['graded']} drained", 90, 100 * share, True),
    ]


def _middle(row: dict[str, float]) -> float:
    return row["median_ms"]


def _ratio(beside: dict[str, Any], name: str) -> float:
    return float(beside["ours"]["a_second"] / beside[name]["a_second"]) if name in beside else 0.0


def page(figures: dict[str, Any]) -> str:
    lines = [
        "| grader | network | submissions | seconds each | a second | wrong verdicts |",
        "|---|---|---|---|---|---|",
    ]
    for network, found in figures["sizes"].items():
        for name, row in found["side_by_side"].items():
            cells = (
                name,
                network,
                row["graded"],
                f"{row['seconds'] / row['graded']:.3f}",
                f"{row['a_second']:.2f}",
            )
            lines.append("| " + " | ".join(map(str, (*cells, row["wrong"]))) + " |")
    lines += ["", "| bar | wanted | measured | |", "|---|---|---|---|"]
    for bar in figures["bars"]:
        lines.append(
            f"| {bar['bar']} | {bar['wanted']} | {bar['measured']} | {'met' if bar['met'] else 'missed'} |"
        )
    for network, found in figures["sizes"].items():
        lines += ["", _said(network, found)]
    lines += [
        "", "| box | median ms | p95 ms |", "|---|---|---|",
        *(f"| {name} | {row['median_ms']:.1f} | {row['p95_ms']:.1f} |" for name, row in figures["ready"].items()),
        "", "| without training | a second on one core |", "|---|---|",
        *(f"| {name} | {rate:.0f} |" for name, rate in figures["quiet"].items()),
    ]  # fmt: skip
    return "\n".join(lines)


def _said(network: str, found: dict[str, Any]) -> str:
    floor, drain = found["floor"], found["drain"]
    return (
        f"With the {network} network the scholar's own compute is {floor['median_ms']:.1f} ms a submission, in one "
        f"warm process without a box. {drain['graded']} submissions took {drain['seconds']:.1f} s on "
        f"{drain['cores']} cores, "
        f"{drain['right']} verdicts were right; the boxes used {drain['boxes_cpu_s']:.1f} s of CPU."
    )
