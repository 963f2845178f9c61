"""A whole cohort on invented people, from the opening of its call to what became of its scholars a year later.

Each size is played by `tremplin rehearse` in a folder and a database of its own, in a process of its own: every
deed through the services that people use, every lab graded in its box. One size is played twice with one seed,
and the two databases are compared table by table. There is no peer: no other software for such programmes can
be rehearsed, so ours is held against its own bars.
"""

import argparse
import copy
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.installation import Installation, memory_of

HELP = "whole cohorts on invented people: seconds, memory, and the same from the same seed"
TEMPLATE = "openai-scholars-2019"
OPENS = "2027-01-11"
SIZES, QUICK = (60, 240, 550), (60,)
BAR_SECONDS, BAR_MIB = 60, 500


@dataclass(frozen=True, slots=True)
class Played:
    """One rehearsal: what it took, what it found, and a digest of each table that it left behind."""

    wall: float
    cpu: float
    boxes: float
    memory: float
    services: int
    report: dict[str, Any]
    digests: dict[str, str]

    @property
    def row(self) -> dict[str, float | int]:
        return {
            "wall_s": round(self.wall, 1),
            "cpu_s": round(self.cpu, 1),
            "cpu_in_boxes_s": round(self.boxes, 1),
            "memory_mib": round(self.memory),
            "services": self.services,
            "services_a_second": round(self.services / self.wall),
            "submitted": self.report["call"]["submitted"],
            "reads": self.report["reading"]["done"],
            "scholars": self.report["selection"]["scholars"],
            "labs_graded": self.report["training"]["lab_submissions"],
        }


def play(template: str, applicants: int, seed: int) -> Played:
    """One cohort in a fresh folder. Raises RuntimeError with what the command said when it fails."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = Installation(folder, settings="tremplin.web.settings")
        try:
            site.run("migrate")
            return _played(site, folder, template, applicants, seed)
        finally:
            site.close()


def _played(site: Installation, folder: Path, template: str, applicants: int, seed: int) -> Played:
    counts, found, log = folder / "services.json", folder / "report.json", folder / "log"
    words = ["rehearse", template, "--applicants", str(applicants), "--seed", str(seed)]
    command = [sys.executable, "-m", "bench.counting", str(counts), *words]
    with log.open("wb") as output:
        began = time.monotonic()
        process = subprocess.Popen(
            [*command, "--opens", OPENS, "--json", str(found)],
            env=site.environment,
            cwd=folder,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        watch = Watch(process)
        _pid, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    watch.over.set()
    if process.returncode:
        raise RuntimeError(log.read_text("utf-8", "replace"))
    played = _place_of(site)
    boxes = _cpu_in_boxes(played)
    return Played(
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime + boxes,
        boxes=boxes,
        memory=watch.peak,
        services=sum(json.loads(counts.read_text("utf-8")).values()),
        report=json.loads(found.read_text("utf-8")),
        digests=played.digests(),
    )


def _place_of(site: Installation) -> Installation:
    """The folder and the database that the rehearsal made for itself."""
    place = copy.copy(site)
    [place.data] = (site.data / "rehearsals").iterdir()
    place.server_url = ""
    return place


class Watch(threading.Thread):
    """Looks at the memory of a process and all that descend from it, a few times a second."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        super().__init__(daemon=True)
        self.process, self.peak, self.over = process, 0.0, threading.Event()
        self.start()

    def run(self) -> None:
        while not self.over.wait(0.2):
            self.peak = max(self.peak, memory_of(self.process))


def _cpu_in_boxes(site: Installation) -> float:
    """Seconds that handed-in code ran: a box that was ended does not pass them on to those who waited for it."""
    rows = site.rows("SELECT report FROM training_labsubmission WHERE state = 'graded'")
    reports = [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in rows]
    texts = [json.loads(report) if isinstance(report, str) else report for report in reports]
    return sum(float(report["cpu_ms"]) for report in texts) / 1000


def compare(first: Played, second: Played) -> dict[str, Any]:
    """What two rehearsals of one seed have in common."""
    apart = sorted(name for name, digest in first.digests.items() if second.digests[name] != digest)
    return {"figures_alike": first.report == second.report, "tables": len(first.digests), "apart": apart}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--template", default=TEMPLATE)
    parser.add_argument("--sizes", type=int, nargs="+", help=f"applicants (default: {SIZES}; quick: {QUICK})")
    parser.add_argument("--seed", type=int, default=1)


def run(args: argparse.Namespace) -> dict[str, Any]:
    sizes = args.sizes or (QUICK if args.quick else SIZES)
    twice = sorted(sizes)[len(sizes) // 2]
    print(
        f"{args.template}, seed {args.seed}, opening to one year later; {len(os.sched_getaffinity(0))} cores\n"
    )
    print("".join(f"{title:>{width}}" for title, width in _COLUMNS))
    rows, played = {}, {}
    for size in sizes:
        played[size] = play(args.template, size, args.seed)
        rows[str(size)] = row = played[size].row
        print(_line(size, row))
    same = compare(played[twice], play(args.template, twice, args.seed))
    last = rows[str(max(sizes))]
    met = last["wall_s"] < BAR_SECONDS and last["memory_mib"] < BAR_MIB and same["figures_alike"]
    print(f"\n{twice} twice with one seed: {_said(same)}")
    bar = f"bar ({max(sizes)} in {BAR_SECONDS} s and {BAR_MIB} MiB, the same from the same seed)"
    print(f"{bar}: {'met' if met else 'missed'}; load average {os.getloadavg()[0]:.1f}")
    return {"template": args.template, "seed": args.seed, "rows": rows, "twice": twice, **same, "met": met}


_COLUMNS = (
    ("people", 6), ("wall s", 9), ("CPU s", 8), ("in boxes", 10), ("MiB", 6), ("services", 10), ("a second", 10),
    ("sent", 6), ("reads", 7), ("scholars", 10), ("labs", 6),
)  # fmt: skip


def _line(size: int, row: dict[str, float | int]) -> str:
    return "".join(
        f"{value:>{width}}" for value, (_title, width) in zip((size, *row.values()), _COLUMNS, strict=True)
    )


def _said(same: dict[str, Any]) -> str:
    figures = "the same figures" if same["figures_alike"] else "OTHER figures"
    apart = (
        f"; apart, for the times and secrets they hold: {', '.join(same['apart'])}" if same["apart"] else ""
    )
    return f"{figures}, {same['tables'] - len(same['apart'])} of {same['tables']} tables alike{apart}"


def page(figures: dict[str, Any]) -> str:
    """The results as a page."""
    titles = [title for title, _width in _COLUMNS]
    lines = [
        f"A whole cohort of `{figures['template']}` (seed {figures['seed']}) on invented people, from the opening "
        "of its call to one year after training, through the real services; labs graded in their boxes.",
        "",
        "| " + " | ".join(titles) + " |",
        "|" + "--:|" * len(titles),
        *(
            f"| {size} | " + " | ".join(str(value) for value in row.values()) + " |"
            for size, row in figures["rows"].items()
        ),
        "",
        f"{figures['twice']} applicants twice with one seed: {_said(figures)}.",
        "",
        f"Bar: {max(map(int, figures['rows']))} applicants in less than {BAR_SECONDS} s and {BAR_MIB} MiB: "
        f"{'met' if figures['met'] else 'missed'}. No peer: nothing else we know of can rehearse a programme.",
    ]
    return "\n".join(lines)
