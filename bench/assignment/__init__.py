"""Reviewers assigned with a proof, from 1,000 × 50 to 10,000 × 500: greatest sum, worst first, by chance, mended.

Beside ours, on the same instance and alternately, in processes of their own: OR-Tools' minimum-cost flow over every
admissible pair (the same optimum, without a proof), HiGHS on the same linear programme where that ends in time, and
giving each application its best free reviewers in turn. openreview-matcher, which conferences use, is on no package
index; on instances of these sizes its MinMax took 18.7 s at 3,000 × 150 and 829 s at 10,000 × 500, its FairFlow 38 s at
3,000 × 150 (measured once, on this kind of machine).

Times are CPU seconds of one core, which a busy machine does not lengthen much, and wall seconds beside them.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from bench.growth import growth

HELP = "reviewers assigned with a proof, up to 10,000 × 500: sum, worst first, by chance, mended; beside OR-Tools"
ROOT = Path(__file__).parent.parent.parent
SIZES = ((1000, 50), (3000, 150), (10_000, 500))
SUM = {
    "sum": "ours, with the proof",
    "flow": "OR-Tools flow, all pairs",
    "highs": "HiGHS",
    "greedy": "greedy",
}
MORE = {
    "leaves": "a reviewer leaves",
    "tight": "a reviewer leaves, 1 % of places free",
    "fair": "worst first, then the sum",
    "capped": "by chance, cap 0.5",
    "capflow": "the same by OR-Tools, all pairs",
    "perturbed": "by chance, perturbed",
    "draw": "one draw of it",
}
BARS = (
    ("sum", (10_000, 500), 1.2, 0.5),
    ("leaves", (10_000, 500), 0.05, 0.005),
    ("tight", (10_000, 500), 0.05, None),
    ("fair", (3000, 150), 5.0, None),
    ("fair", (10_000, 500), None, 10.0),
    ("capped", (10_000, 500), None, 2.0),
    ("perturbed", (10_000, 500), None, 2.0),
)
Row = dict[str, Any]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--times", type=int, help="runs of each (default: 5; quick: 2)")
    parser.add_argument("--sizes", type=int, nargs="+", help="applications, of 1000 3000 10000")


def run(args: argparse.Namespace) -> Row:
    times = args.times or (2 if args.quick else 5)
    wanted = args.sizes or ([1000, 3000] if args.quick else [n for n, _m in SIZES])
    rows: list[Row] = []
    for size in (size for size in SIZES if size[0] in wanted):
        print(f"\n{size[0]:,} × {size[1]}, three reads each")
        print(f"{'':<40}{'CPU s':>9}{'spread':>16}{'wall s':>9}{'MiB':>7}{'value':>16}{'gap':>10}")
        for who in (*SUM, *MORE):
            if (row := _measured(who, size, times)) is not None:
                rows.append(row)
                print(_line(row))
    if (row := _midl(times)) is not None:
        rows.append(row)
        print(f"\nMIDL, 118 × 177\n{_line(row)}")
    bars = _bars(rows)
    print()
    for bar in bars:
        print(f"{'met   ' if bar['met'] else 'missed'} {bar['bar']}: {bar['found']}")
    return {"times": times, "rows": rows, "bars": bars}


def _measured(who: str, size: tuple[int, int], times: int) -> Row | None:
    if (who == "highs" and size[0] > 3000) or (who == "capflow" and size[0] > 3000 and times < 3):
        return None
    often = 1 if who in ("highs", "capflow", "fair") and size[0] > 1000 else times
    answers = [_work(who, *size) for _time in range(often)]
    return _joined(who, size, [answer for answer in answers if answer])


def _midl(times: int) -> Row | None:
    folder = Path(os.environ.get("TREMPLIN_RESEARCH_DATA") or ROOT.parent / "shared" / "data") / "assignment"
    if not (folder / "midl_scores.npy").exists():
        print("\nMIDL (github.com/iesl/fair-matching) is not here: name its folder in TREMPLIN_RESEARCH_DATA")
        return None
    return _joined("midl", (118, 177), [_work("midl", 118, 177, str(folder)) for _time in range(times)])


def _work(who: str, *words: Any) -> Row:
    command = [sys.executable, "-m", "bench.assignment.work", who, *map(str, words)]
    env = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{who}: {done.stderr[-2000:]}")
    answer: Row = json.loads(done.stdout.splitlines()[-1])
    return answer


def _joined(who: str, size: tuple[int, int], answers: list[Row]) -> Row:
    cpus = [answer["cpu_s"] for answer in answers]
    return {
        "who": who,
        "size": list(size),
        "cpu_s": round(median(cpus), 4),
        "spread_s": [round(min(cpus), 4), round(max(cpus), 4)],
        "wall_s": round(median(answer["wall_s"] for answer in answers), 4),
        "memory_mib": round(max(answer["memory_mib"] for answer in answers)),
        **{key: answers[0][key] for key in ("value", "gap", "note") if key in answers[0]},
    }


def _line(row: Row) -> str:
    name = {**SUM, **MORE, "midl": "worst first, then the sum"}[row["who"]]
    low, high = row["spread_s"]
    gap = "" if row.get("gap") is None else f"{row['gap']:.1e}"
    note = f"  {row['note']}" if row.get("note") else ""
    return (
        f"{name:<40}{row['cpu_s']:>9.4f}{f'{low:.3f}–{high:.3f}':>16}{row['wall_s']:>9.3f}{row['memory_mib']:>7}"
        f"{row['value']:>16.6f}{gap:>10}{note}"
    )


def _bars(rows: list[Row]) -> list[Row]:
    """Each bar and moonshot with what was found."""
    found = {(row["who"], tuple(row["size"])): row for row in rows}
    bars: list[Row] = []
    for who, size, bar, moonshot in BARS:
        row = found.get((who, size))
        for name, limit in (("", bar), (" (moonshot)", moonshot)):
            if row and limit:
                said = f"{MORE.get(who, 'greatest sum with its proof')}, {size[0]:,} × {size[1]}, {limit:g} s{name}"
                met = row["cpu_s"] <= limit and abs(row.get("gap") or 0.0) < 1e-6
                bars.append({"bar": said, "met": met, "found": f"{row['cpu_s']:.4g} s"})
    if row := found.get(("midl", (118, 177))):
        met = row["cpu_s"] <= 1.0 and (row["note"], round(row["value"], 4)) == ("worst .9448", 201.7687)
        words = f"{row['note']}, sum {row['value']:.4f}, {row['cpu_s']:.3g} s"
        bars.append({"bar": "MIDL: worst .9448, sum 201.7687, in 1 s", "met": met, "found": words})
    return bars


def page(figures: Row) -> str:
    """The results as a page, with the growth as a picture beside it."""
    names = {**SUM, **MORE}
    lines: dict[str, list[tuple[float, float]]] = {}
    for row in figures["rows"]:
        if row["who"] in ("sum", "flow", "highs", "fair", "capped", "leaves"):
            lines.setdefault(names[row["who"]], []).append((row["size"][0] * row["size"][1], row["cpu_s"]))
    growth(
        lines,
        title="Assigning reviewers: CPU seconds of one core",
        across="applications × reviewers",
        up="seconds",
        path=ROOT / "bench" / "results" / "assignment.svg",
    )
    table = [
        f"| {row['size'][0]:,} × {row['size'][1]} | {names.get(row['who'], 'MIDL: worst first, then the sum')} "
        f"| {row['cpu_s']:.4g} | {row['spread_s'][0]:.3g}–{row['spread_s'][1]:.3g} | {row['wall_s']:.4g} "
        f"| {row['memory_mib']} | {row['value']:.4f} | {'' if row.get('gap') is None else format(row['gap'], '.1e')} "
        f"| {row.get('note', '')} |"
        for row in figures["rows"]
    ]
    bars = [
        f"- {bar['bar']}: {'met' if bar['met'] else '**missed**'} ({bar['found']})" for bar in figures["bars"]
    ]
    return "\n".join(
        [
            "Three reads each, five languages, one pair in a hundred in conflict; medians of "
            f"{figures['times']} runs (one of the slow ones), each in a process of its own, in turn with the others. "
            "CPU seconds of one core, from the problem in memory to the plan with its proof; peak memory.",
            "",
            "![How times grow](assignment.svg)",
            "",
            "| size | what | CPU s | spread | wall s | MiB | value | gap to the bound | |",
            "|---|---|--:|--:|--:|--:|--:|--:|---|",
            *table,
            "",
            *bars,
        ]
    )
