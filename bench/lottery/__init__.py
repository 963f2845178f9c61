"""Lotteries: MERIT beside the Swiss funding line and the top by score, on the published instances and on made ones.

For each instance: what each rule promises in the worst case (the expected share of the true top k), the time that
it takes, and for MERIT the gap between promise and bound in exact arithmetic, how many people are sure or draw, and
how far other optima of the same promise could have moved an applicant. Beside ours, alternately, runs the usual way:
cutting planes with HiGHS, which gives the promise and some optimum. The authors' code needs a commercial solver and
has no licence: what the paper prints is quoted. The data of the published instances are looked for in the folder that
TREMPLIN_RESEARCH_DATA names, or else in `shared/data` beside the checkout.
"""

import argparse
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from bench.lottery import cutting, drawing
from bench.lottery.instances import (
    ABSENT,
    PUBLISHED,
    Instance,
    cohort,
    conference,
    published,
    quotas,
)
from tremplin.methods.selection.bands import FundingLine, Top
from tremplin.methods.selection.grid import grid
from tremplin.methods.selection.merit import Merit, MeritWithin
from tremplin.methods.selection.optima import AllOptima
from tremplin.methods.selection.outcome import Scored, Selection
from tremplin.methods.selection.sensitivity import sensitivity, ticks
from tremplin.methods.selection.smooth import Linear

HELP = "MERIT, funding line and top k: promise in the worst case, time, how unique; within limits; one tick"
BAR_S, BAR_LARGE_S, BAR_WITHIN_S, SAME = 0.2, 1.0, 1.0, 5.1e-4
LARGE = 11_000
TIMES = 5
ASKING_S, ASKING_QUICK_S = 15.0, 1.5  # so long are groups asked how far their chance could move
GROUPS_ASKED = 100  # with more, one question of the other optima takes cutting planes most of a minute
PEER_S = 3.0  # cutting planes that took longer are not run again
Figures = dict[str, Any]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--times", type=int, help=f"runs of each (default {TIMES}, quick 2)")


def folder() -> Path | None:
    named = os.environ.get("TREMPLIN_RESEARCH_DATA")
    found = Path(named) if named else Path(__file__).resolve().parents[3] / "shared" / "data"
    return found if (found / "snsf").is_dir() and (found / "conf").is_dir() else None


def people(instance: Instance) -> list[Scored]:
    columns = zip(instance.low.tolist(), instance.estimate.tolist(), instance.high.tolist(), strict=True)
    return [
        Scored(f"{n:05}", min(max(mid, low), high), low, high) for n, (low, mid, high) in enumerate(columns)
    ]


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """What it gives, wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    return found, time.perf_counter() - wall, time.process_time() - cpu


def promised(instance: Instance, found: Selection) -> float:
    """The expected share of the true top k in the worst case, for the chances of any rule."""
    chances = found.probabilities
    fine = grid(instance.low, instance.high, instance.places, np.unique(chances, return_inverse=True)[1])
    return fine.worth(np.bincount(fine.of, weights=chances) / fine.size) / instance.places


def spread(rows: list[Scored], found: Selection, long: float) -> Figures:
    """How far other optima could have moved people: one person of each group, those who draw and large groups first."""
    assert found.certificate is not None
    optima = AllOptima(rows, places=found.places, value=found.certificate.value)
    draws = np.zeros(len(optima.grid.size), dtype=bool)
    draws[optima.grid.of[[0 < chance < 1 for chance in found.chances]]] = True
    order = np.lexsort((-optima.grid.size, ~draws))
    first = {int(group): index for index, group in reversed(list(enumerate(optima.grid.of)))}
    widest, people_moved, asked, until = (0.0, 0.0, 0.0), 0, 0, time.perf_counter() + long
    for group in order:
        if time.perf_counter() > until:
            break
        asked += 1
        index = first[int(group)]
        low, high = optima.range(rows[index].code)
        if high - low > 1e-3:
            people_moved += int(optima.grid.size[group])
        if high - low > widest[1] - widest[0]:
            widest = (low, high, float(found.chances[index]))
    return {
        "groups_asked": asked,
        "people_that_could_move": people_moved,
        "widest": [round(value, 4) for value in widest],
    }


def measured(instance: Instance, times: int, long: float, peer_groups: int) -> Figures:
    rows = people(instance)
    walls: dict[str, list[float]] = {"merit": [], "cutting": [], "line": [], "top": []}
    cpus: list[float] = []
    seen, other = grid(instance.low, instance.high, instance.places), None
    for _time in range(times):
        found, wall, cpu = timed(lambda: Merit().select(rows, places=instance.places))
        walls["merit"].append(wall)
        cpus.append(cpu)
        if len(seen.size) <= peer_groups and sum(walls["cutting"]) < PEER_S:
            other, wall, _cpu = timed(lambda: cutting.solve(instance))
            walls["cutting"].append(wall)
        line, wall, _cpu = timed(lambda: FundingLine().select(rows, places=instance.places))
        walls["line"].append(wall)
        top, wall, _cpu = timed(lambda: Top().select(rows, places=instance.places))
        walls["top"].append(wall)
    proof, count = found.certificate, len(rows)
    return {
        "name": instance.name,
        "people": count,
        "places": instance.places,
        "groups": len(seen.size),
        "lines": len(seen.lines),
        "merit": float(proof.value) / instance.places,
        "gap": float(proof.gap),
        "cutting": other.value / instance.places if other else None,
        "cuts": other.cuts if other else None,
        "line": promised(instance, line),
        "top": promised(instance, top),
        "sure": sum(chance == 1 for chance in found.chances) / count,
        "draw": sum(0 < chance < 1 for chance in found.chances) / count,
        "cpu_s": round(median(cpus), 4),
        "cpu_most_s": round(max(cpus), 4),
        **{f"{name}_s": round(median(values), 4) if values else None for name, values in walls.items()},
        "spread": spread(rows, found, long) if len(seen.size) <= GROUPS_ASKED else None,
    }


def within(times: int) -> Figures:
    """3,000 applicants, 8 places, four limits on three attributes."""
    instance = cohort(3_000, 8, 1)
    rows, (groups, limits) = people(instance), quotas(3_000, 1)
    rule = MeritWithin(groups, limits)
    runs = [timed(lambda: rule.select(rows, places=8)) for _time in range(times)]
    found = runs[0][0]
    plain = Merit().select(rows, places=8).certificate
    assert plain is not None
    return {
        "promise": float(found.certificate.value) / 8,
        "without_limits": float(plain.value) / 8,
        "gap": float(found.certificate.gap),
        "wall_s": round(median(run[1] for run in runs), 4),
        "cpu_s": round(median(run[2] for run in runs), 4),
        "draw": len(found.lottery),
    }


def one_tick(quick: bool) -> list[Figures]:
    """One read of three moves by one mark: the most that a chance, and all chances together, move."""
    instance = cohort(60 if quick else 200, 8, 3)
    rows = people(instance)
    changes = ticks(rows, {row.code: 1 / 3 for row in rows})
    found = []
    for rule in (Merit(), FundingLine(), Top(), Linear.moving(0.1, tick=1 / 3)):
        seen = sensitivity(rule, rows, places=8, changes=changes)
        found.append(
            {
                "rule": rule.name,
                "own": float(max(row.own for row in seen)),
                "all": float(max(row.total for row in seen)),
                "promise": promised(instance, rule.select(rows, places=8)),
            }
        )
    return found


def run(args: argparse.Namespace) -> Figures:
    times = args.times or (2 if args.quick else TIMES)
    data = folder()
    instances = published(data) if data else []
    instances += [cohort(count, 8, 1) for count in (60, 550, 3_000)]
    sizes = (
        [(1_000, 321), (4_000, 1_286)]
        if args.quick
        else [(500, 161), (1_000, 321), (2_000, 643), (4_000, 1_286)]
    )
    sizes += [] if args.quick else [(8_000, 2_571)]
    instances += [conference(count, places, "gauss") for count, places in sizes]
    instances += [conference(11_520, 3_703, kind) for kind in ("loo", "gauss", "subj")]
    Merit().select(people(cohort(20, 5, 1)), places=5)  # load what is loaded once
    cutting.solve(cohort(20, 5, 1))
    print(
        f"{'':<24}{'groups':>7}{'promise v/k':>13}{'line':>8}{'top':>8}{'gap':>9}{'ours s':>9}{'CPU s':>8}",
        end="",
    )
    print(f"{'HiGHS s':>9}{'line s':>8}{'top s':>8}   widest range over other optima (ours)")
    rows = []
    for instance in instances:
        row = measured(
            instance, times, ASKING_QUICK_S if args.quick else ASKING_S, 150 if args.quick else 10_000
        )
        rows.append(row)
        print(
            f"{row['name']:<24}{row['groups']:>7}{row['merit']:>13.6f}{row['line']:>8.3f}{row['top']:>8.3f}"
            f"{row['gap']:>9.0e}{row['merit_s']:>9.3f}{row['cpu_s']:>8.3f}{seconds(row['cutting_s']):>9}"
            f"{row['line_s']:>8.3f}{row['top_s']:>8.3f}   {ranged(row)}",
            flush=True,
        )
    limited, moves = within(times), one_tick(args.quick)
    figures: Figures = {
        "times": times,
        "instances": rows,
        "within": limited,
        "one_tick": moves,
        "absent": [] if data else sorted(PUBLISHED),
        "memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    figures["bars"] = bars(figures)
    for line in said(figures):
        print(line)
    return figures


def seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def ranged(row: Figures) -> str:
    """The widest range of a chance over other optima, ours, and how many of the groups were asked."""
    if row["spread"] is None:
        return "not asked"
    low, high, ours = row["spread"]["widest"]
    return f"{low:.2f} to {high:.2f} ({ours:.2f}), {row['spread']['groups_asked']} of {row['groups']} groups"


def bars(figures: Figures) -> dict[str, bool]:
    rows = figures["instances"]
    known = [row for row in rows if row["name"] in PUBLISHED]
    small = [row for row in rows if row["people"] < LARGE]
    large = [row for row in rows if row["people"] >= LARGE]
    return {
        "published v/k, to the three digits printed": bool(known)
        and all(abs(row["merit"] - PUBLISHED[row["name"]][1]) < SAME for row in known),
        "the same promise as by cutting planes, to 1e-6": all(
            abs(row["merit"] - row["cutting"]) < 1e-6 for row in rows if row["cutting"] is not None
        ),
        "certified: promise equal to bound in exact arithmetic": all(row["gap"] == 0 for row in rows),
        f"at most {BAR_S} s of CPU each": all(row["cpu_s"] <= BAR_S for row in small),
        f"at the size of ICLR at most {BAR_LARGE_S} s of CPU": all(
            row["cpu_s"] <= BAR_LARGE_S for row in large
        ),
        f"within limits, 3,000 people, certified in {BAR_WITHIN_S} s of CPU": figures["within"]["gap"] == 0
        and figures["within"]["cpu_s"] <= BAR_WITHIN_S,
    }


def said(figures: Figures) -> list[str]:
    """What the table leaves to say, for the screen and for the page."""
    limited = figures["within"]
    lines = [
        "",
        f"Within limits: 3,000 applicants, 8 places, 4 limits: promise {limited['promise']:.4f} "
        f"(without limits {limited['without_limits']:.4f}), gap {limited['gap']:.0e}, {limited['wall_s']} s "
        f"({limited['cpu_s']} s CPU), {limited['draw']} people draw.",
        "",
        "One read of three moved by one mark, the most that moves:",
    ]
    lines += [
        f"- {row['rule']}: own chance {row['own']:.3f}, all chances together {row['all']:.3f}, "
        f"promise {row['promise']:.3f}"
        for row in figures["one_tick"]
    ]
    if figures["absent"]:
        lines += ["", f"Absent, for want of the research data: {', '.join(figures['absent'])}."]
    quoted = ", ".join(f"{name} {value}" for name, value in ABSENT.items())
    lines += [
        "",
        f"Not reproduced, their reviews are not in the research data: {quoted} (as the paper prints).",
    ]
    lines += ["", f"Memory {figures['memory_mib']} MiB. Bars:"]
    return lines + [f"- {bar}: {'met' if met else 'missed'}" for bar, met in figures["bars"].items()]


def page(figures: Figures) -> str:
    """The results as a page, with the growth drawn beside it."""
    drawing.write(figures["instances"], Path(__file__).parent.parent / "results" / "lottery.svg")
    rows = [
        f"| {row['name']} | {row['people']:,} / {row['places']:,} | {row['groups']} | {row['merit']:.6f} "
        f"| {PUBLISHED.get(row['name'], ('', '–'))[1]} | {row['line']:.3f} | {row['top']:.3f} | {row['gap']:.0e} "
        f"| {row['merit_s']:.3f} | {row['cpu_s']:.3f} | {seconds(row['cutting_s'])} | {row['line_s']:.3f} "
        f"| {row['top_s']:.3f} "
        f"| {ranged(row)} |"
        for row in figures["instances"]
    ]
    head = (
        "| instance | people / places | groups | MERIT v/k | printed | Swiss line | top k | gap | ours s | CPU s "
        "| HiGHS s | line s | top s | widest range over other optima (ours) |"
    )
    return "\n".join(
        [
            f"v/k: the expected share of the true top k in the worst case; medians of {figures['times']} runs, ours "
            "and cutting planes with HiGHS alternately. The gap is that of promise and bound in exact arithmetic.",
            "",
            head,
            "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|",
            *rows,
            "",
            "![seconds by number of people](lottery.svg)",
            *said(figures),
        ]
    )
