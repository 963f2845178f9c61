"""Marks calibrated, ranks of a funding panel, comparisons in pairs: time, truth and coverage, beside other software."""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from bench.calibration.worlds import Law, comparisons, keep, marks
from bench.growth import growth
from bench.peers import install

HELP = "marks calibrated, expected ranks, comparisons in pairs: seconds, Kendall's tau, coverage of intervals"
ROOT = Path(__file__).parent.parent.parent
JOB = Path(__file__).parent / "job.py"
PEERS = ("choix==0.4.1", "statsmodels==0.15.0", "pandas")
SIZES = ((120, 12), (1000, 50), (3000, 150), (10_000, 500))
PAIRS = ((100, 1000), (1000, 10_000), (10_000, 100_000))
NAMES = {
    "marks": "ours, ordinal marks with habits",
    "habits": "ours, scores with habits",
    "severity": "ours, severity alone",
    "rubric": "ours, four criteria with a halo",
    "mean": "raw mean",
    "standard": "z-score per reviewer",
    "mixed": "statsmodels MixedLM",
    "pairs": "ours",
    "ep": "choix ep_pairwise",
    "ilsr": "choix ilsr_pairwise",
}
# lme4 1.1-31, the same model as ours with severity alone, marks 1 to 7 with a ceiling and 3 reads; another instance of
# the same kind, measured once in November 2026 and frozen: seconds, tau, coverage.
LME4 = {
    (1000, 50): (0.20, 0.7092, 0.870),
    (3000, 150): (1.7, 0.7089, 0.880),
    (10_000, 500): (16.7, 0.7003, 0.874),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--times", type=int, default=3, help="runs of each solver on each instance")
    parser.add_argument(
        "--simulations", type=int, default=500, help="worlds a regime of coverage; the soak tests take 2,000"
    )
    parser.add_argument("--large", type=int, default=0, help="worlds of 1,000 x 50 and 3,000 x 150")
    parser.add_argument("--alone", action="store_true", help="without choix and statsmodels")


def run(args: argparse.Namespace) -> dict[str, Any]:
    from bench.calibration.coverage import measured

    folder = None if args.alone else install("calibration", *PEERS)
    times = 1 if args.quick else args.times
    with tempfile.TemporaryDirectory() as name:
        rows = _marks(Path(name), SIZES, times, folder)
        rows += _rubrics(Path(name), SIZES, times)
        rows += _pairs(Path(name), PAIRS, times, folder)
    panel = _panel()
    print("\ncoverage of intervals of 90 %")
    many = 40 if args.quick else args.simulations
    covered = measured(many, args.large)
    bars = _bars(rows, panel, covered, many)
    print()
    for words, met in bars:
        print(f"{'met   ' if met else 'missed'} {words}")
    return {
        "rows": rows,
        "panel": panel,
        "coverage": covered,
        "bars": [{"bar": words, "met": met} for words, met in bars],
    }


def _once(solver: str, path: Path, folder: Path | None) -> dict[str, Any] | None:
    """One solver in a process of its own, on one core; None if it fails or takes more than five minutes."""
    paths = [str(ROOT), str(ROOT / "src"), *([str(folder)] if folder else [])]
    where = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    try:
        done = subprocess.run(
            [sys.executable, str(JOB), solver, str(path)], env=where, capture_output=True, text=True, timeout=300,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None
    return dict(json.loads(done.stdout.splitlines()[-1])) if done.returncode == 0 else None


def _beside(solvers: list[tuple[str, Path | None]], path: Path, times: int) -> list[dict[str, Any]]:
    """All solvers, one after the other, so many times over."""
    found: dict[str, list[dict[str, Any]]] = {}
    for _time in range(times):
        for solver, folder in solvers:
            done = _once(solver, path, folder)
            if done is not None:
                found.setdefault(solver, []).append(done)
    rows = []
    for solver, runs in found.items():
        walls, cpus = ([one[key] for one in runs] for key in ("wall_s", "cpu_s"))
        rows.append(
            {**runs[0], "solver": solver, "wall_s": median(walls), "spread_s": round(max(walls) - min(walls), 3),
             "cpu_s": median(cpus)}
        )  # fmt: skip
    return rows


def _marks(
    folder: Path, sizes: tuple[tuple[int, int], ...], times: int, peers: Path | None
) -> list[dict[str, Any]]:
    rows = []
    for size in sizes:
        path = keep(folder / f"marks-{size[0]}.npz", marks(*size, 3, 1, Law()))
        solvers: list[tuple[str, Path | None]] = [
            (solver, None) for solver in ("marks", "habits", "severity", "mean", "standard")
        ]
        if peers is not None and size[0] <= 120:
            solvers.append(("mixed", peers))
        done = _beside(solvers, path, times)
        print(f"\n{size[0]:,} applicants x {size[1]:,} reviewers, 3 marks from 1 to 7 each, with a ceiling")
        _show(done)
        if size in LME4:
            seconds, tau, covered = LME4[size]
            print(
                f"  {'lme4 1.1-31 (frozen, another instance)':<40}{seconds:>8.2f}{'':>8}{tau:>8.3f}{covered:>9.3f}"
            )
        rows += [{"kind": "marks", "size": size, **row} for row in done]
    return rows


def _rubrics(folder: Path, sizes: tuple[tuple[int, int], ...], times: int) -> list[dict[str, Any]]:
    rows = []
    for applicants, reviewers in sizes:
        path = folder / f"rubric-{applicants}.npz"
        np.savez(path, applicants=applicants, reviewers=reviewers, seed=1)
        done = _beside([("rubric", None)], path, times)
        print(
            f"\n{applicants:,} applicants x {reviewers:,} reviewers x 4 criteria, 3 readings each, marks from 1 to 5"
        )
        _show(done)
        rows += [{"kind": "criteria", "size": (applicants, reviewers), **row} for row in done]
    return rows


def _pairs(
    folder: Path, sizes: tuple[tuple[int, int], ...], times: int, peers: Path | None
) -> list[dict[str, Any]]:
    rows = []
    for size in sizes:
        path = keep(folder / f"pairs-{size[0]}.npz", comparisons(*size, 1))
        solvers: list[tuple[str, Path | None]] = [("pairs", None)]
        if peers is not None and size[0] <= 1000:
            solvers.append(("ilsr", peers))
        if peers is not None and size[0] <= 100:
            solvers.append(("ep", peers))
        done = _beside(solvers, path, times)
        print(f"\n{size[0]:,} items, {size[1]:,} comparisons")
        _show(done)
        rows += [{"kind": "pairs", "size": size, **row} for row in done]
    return rows


def _show(rows: list[dict[str, Any]]) -> None:
    print(f"  {'':<40}{'wall s':>8}{'cpu s':>8}{'tau':>8}{'covers':>9}{'MiB':>7}")
    for row in rows:
        covers = f"{row['covered']:.3f}" if row["covered"] else "–"
        print(
            f"  {NAMES[row['solver']]:<40}{row['wall_s']:>8.2f}{row['cpu_s']:>8.2f}{row['tau']:>8.3f}"
            f"{covers:>9}{row['memory_mib']:>7}"
        )


def _panel() -> dict[str, Any] | None:
    """The 353 proposals of the Swiss National Science Foundation, where their votes are at hand."""
    from tremplin.methods.calibration import Read, panel_ranks

    folder = Path(os.environ.get("TREMPLIN_RESEARCH_DATA") or ROOT.parent / "shared" / "data") / "snsf"
    if not folder.exists():
        print(
            "\nSNSF: the votes (doi 10.5281/zenodo.4531160) are not here; name their folder in TREMPLIN_RESEARCH_DATA"
        )
        return None
    with (folder / "mint_sections.csv").open() as file:
        votes = list(csv.DictReader(file))
    with (folder / "intervals.csv").open() as file:
        published = [float(row["m"]) for row in csv.DictReader(file)]
    names = list(dict.fromkeys(row["proposal"] for row in votes))
    reads = [Read(row["proposal"], row["assessor"], float(row["num_grade"])) for row in votes]
    sections = {row["proposal"]: row["section"] for row in votes}
    walls, cpus = [], []
    for _time in range(5):
        began, worked = time.perf_counter(), time.process_time()
        rows = panel_ranks(reads, sections=sections, places=106)
        walls.append(time.perf_counter() - began)
        cpus.append(time.process_time() - worked)
    found = {row.applicant: row.expected for row in rows}
    errors = [abs(found[name] - rank) for name, rank in zip(names, published, strict=True)]
    order = sorted(range(len(names)), key=lambda at: published[at])
    last = rows[105].expected
    tied = {row.applicant for row in rows if abs(row.expected - last) < 1e-6}
    same = {names[at] for at in order[:106]} - tied == {row.applicant for row in rows[:106]} - tied
    panel = {
        "mean_error": round(sum(errors) / len(errors), 3), "largest_error": round(max(errors), 2),
        "same_funded": same, "wall_s": round(median(walls), 3), "cpu_s": round(median(cpus), 3),
    }  # fmt: skip
    print(
        f"\nSNSF, 353 proposals: mean error {panel['mean_error']} of a rank, largest {panel['largest_error']}, "
        f"the same 106 {'funded' if same else 'NOT funded'}, {panel['wall_s']} s (published: hours of JAGS)"
    )
    return panel


def _bars(
    rows: list[dict[str, Any]], panel: dict[str, Any] | None, covered: dict[str, dict[str, float]], many: int
) -> list[tuple[str, bool]]:
    found = {(row["kind"], tuple(row["size"]), row["solver"]): row for row in rows}
    bars = []
    large = found.get(("marks", (10_000, 500), "marks"))
    if large:
        words = (
            f"10,000 x 500 marks: tau {large['tau']:.3f} (≥ .725), covers {large['covered']:.3f} (.89–.91)"
        )
        met = large["tau"] >= 0.725 and 0.89 <= large["covered"] <= 0.91
        bars.append((words, met))
        bars.append(
            (
                f"10,000 x 500 marks: {large['cpu_s']:.2f} s of one core (≤ 5; moonshot 1.5)",
                large["cpu_s"] <= 5,
            )
        )
    rubric = found.get(("criteria", (10_000, 500), "rubric"))
    if rubric:
        words = f"10,000 x 500 x 4 criteria: {rubric['cpu_s']:.2f} s of one core (≤ 5; moonshot 1.5)"
        bars.append((words, rubric["cpu_s"] <= 5))
        words = f"10,000 x 500 x 4 criteria: covers {rubric['covered']:.3f} (.89–.91)"
        bars.append((words, 0.89 <= rubric["covered"] <= 0.91))
    pairs = found.get(("pairs", (10_000, 100_000), "pairs"))
    if pairs:
        bars.append((f"10,000 items, 100,000 comparisons: covers {pairs['covered']:.3f} (.89–.91)",
                     0.89 <= pairs["covered"] <= 0.91))  # fmt: skip
        bars.append(
            (f"the same: {pairs['cpu_s']:.2f} s of one core (≤ 2; moonshot 0.5)", pairs["cpu_s"] <= 2)
        )
    if panel:
        bars.append((f"SNSF: mean error {panel['mean_error']} (≤ 0.25; moonshot 0.1), the same 106",
                     panel["mean_error"] <= 0.25 and panel["same_funded"]))  # fmt: skip
        bars.append((f"SNSF: {panel['cpu_s']} s of one core (≤ 1; moonshot 0.3)", panel["cpu_s"] <= 1))
    low, high = (
        min(row["covered"] for row in covered.values()),
        max(row["covered"] for row in covered.values()),
    )
    bars.append((f"coverage in every regime, {many:,} worlds each: {low:.3f} to {high:.3f} (.88–.92)",
                 low >= 0.88 and high <= 0.92))  # fmt: skip
    return bars


def page(figures: dict[str, Any]) -> str:
    """The results as a page, with a picture of the growth."""
    lines: dict[str, list[tuple[float, float]]] = {}
    for row in figures["rows"]:
        if row["solver"] in {"marks", "severity", "mixed"} and row["kind"] == "marks":
            lines.setdefault(NAMES[row["solver"]], []).append((row["size"][0], max(row["cpu_s"], 1e-3)))
    lines["lme4 (frozen)"] = [(size[0], seconds) for size, (seconds, _tau, _covered) in LME4.items()]
    growth(
        lines,
        title="Marks calibrated: seconds on one core",
        across="applicants, 3 marks each",
        up="seconds",
        path=ROOT / "bench" / "results" / "calibration.svg",
    )
    table = [
        f"| {row['size'][0]:,} x {row['size'][1]:,} {row['kind']} | {NAMES[row['solver']]} | {row['wall_s']:.2f} "
        f"| {row['cpu_s']:.2f} | {row['tau']:.3f} | {row['covered'] or '–'} | {row['memory_mib']} |"
        for row in figures["rows"]
    ]
    frozen = [
        f"| {size[0]:,} x {size[1]:,} marks | lme4 1.1-31, frozen, another instance | {seconds} | | {tau:.3f} "
        f"| {covered} | |"
        for size, (seconds, tau, covered) in LME4.items()
    ]
    regimes = [
        f"| {name} | {row['covered']:.4f} ± {row['error']:.4f} | {row['worlds']:,} |"
        for name, row in figures["coverage"].items()
    ]
    panel = figures["panel"]
    said = (
        f"353 proposals of the Swiss National Science Foundation: mean error {panel['mean_error']} of a rank against "
        f"the published expected ranks (means of 80,000 draws), largest {panel['largest_error']}, the same 106 funded "
        f"but for two with the very same votes, {panel['cpu_s']} s of one core."
        if panel
        else "The votes of the Swiss National Science Foundation were not at hand."
    )
    return "\n".join(
        [
            "![Seconds by number of applicants](calibration.svg)",
            "",
            "Each solver in a process of its own on one core, on the same instance, one after the other; medians. "
            "Bars go by CPU seconds: what one core takes, also when others work beside it.",
            "",
            "| instance | solver | wall s | CPU s | Kendall's τ | 90 % intervals cover | MiB |",
            "|---|---|--:|--:|--:|--:|--:|",
            *table,
            *frozen,
            "",
            said,
            "",
            "| regime | intervals of 90 % cover | worlds |",
            "|---|--:|--:|",
            *regimes,
            "",
            *(f"- {'met' if row['met'] else '**missed**'}: {row['bar']}" for row in figures["bars"]),
        ]
    )
