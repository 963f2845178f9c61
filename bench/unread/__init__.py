"""What the planner says of a season of reading against the season as it is then rehearsed, over many seeds.

Each seed invents seventeen reviewers as rehearsals do (how many hours they pledge and keep, when they sit down, how
fast they read, whether they stop, whom they know) and lets them read 3,308 applications in two languages, two reads
each, in the seven days after the call has closed. Reads are given out by the real assignment, and taken off the pile by
each reviewer in an order of their own, as in the queue. Only the database is left out: with it a season takes half an
hour, and `python -m bench rehearsal` plays whole ones.

The planner is asked twice: when the call has closed and nobody has read, with the hours that were pledged, and after
three days, with what each has read by then. It knows the mean reads an hour from rehearsals of other seeds, as a
programme knows it from its last cohort. How many minutes a read takes is drawn for each seed, from far too many to
plenty of time: at ten minutes 1,100 hours are needed and some 75 are there, which leaves nothing to foretell.

Three ways of reading are rehearsed on the same people and hours: each reviewer takes their reads in an order of their
own; people whom nobody has read come first; and whoever has nobody unread left takes over ten that lie, not begun,
with others, as the page for those who have time for more lets them.
"""

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from math import sqrt
from pathlib import Path
from statistics import mean
from typing import Any

from bench.unread.picture import draw
from bench.unread.seasons import (
    DAYS,
    LITERAL,
    PEOPLE,
    READERS,
    READS,
    WAYS,
    foretold_as_it_is,
    invented,
    lived,
    scale_of,
)

HELP = "the planner's chance of anybody unread against 200 rehearsed seasons of 3,308 applications"
SEEDS, QUICK = 200, 16
TAUGHT = 40  # seeds from which the reads in an hour are known
BINS = (0.0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 1.0001)
MOMENTS = ("when the call has closed", "after three days")
_Z = 1.959964
SVG = Path(__file__).parent.parent / "results" / "unread.svg"


def taught(seeds: int = TAUGHT) -> float:
    """Reads in an hour that was pledged, times the mean minutes of a read: from rehearsals of other seeds."""
    found = []
    for number in range(seeds):
        scale = scale_of(10_000 + number)
        season = invented(10_000 + number, scale)
        pledged = sum(max(1, round(one.hours_per_week)) for one in season.readers) * DAYS / 7
        found.append(len(season.reads) / pledged * scale * LITERAL)
    return mean(found)


def one(work: tuple[int, float]) -> dict[str, Any]:
    """One seed, in every way."""
    seed, per_minute = work
    scale = scale_of(seed)
    season = invented(seed, scale)
    hourly = per_minute / (scale * LITERAL)
    found = {way: lived(season, way, hourly) for way in WAYS}
    return {
        "seed": seed,
        "minutes": round(scale * LITERAL, 2),
        "could": len(season.reads),
        "suffices": len(season.reads) >= PEOPLE * READS,
        "said": found[WAYS[-1]].pop("said"),
        "ways": {way: {name: row[name] for name in ("unread", "missing")} for way, row in found.items()},
    }


def as_it_is(work: tuple[int, float]) -> bool:
    """Whether somebody is unread in the season of one seed, at the minutes of a read that rehearsals have."""
    seed, per_minute = work
    return bool(lived(invented(seed, 1.0), WAYS[-1], per_minute / LITERAL)["unread"])


def wilson(happened: int, of: int) -> tuple[float, float]:
    """95 % interval of a share."""
    if not of:
        return 0.0, 1.0
    share = happened / of
    middle = (share + _Z**2 / (2 * of)) / (1 + _Z**2 / of)
    reach = _Z / (1 + _Z**2 / of) * sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def calibration(rows: list[dict[str, Any]], moment: int, way: str) -> dict[str, Any]:
    """How often it happened where the planner said so; the sum of its chances against the sum of what happened."""
    pairs = [(row["said"][moment]["unread"]["value"], row["ways"][way]["unread"] > 0) for row in rows]
    bins = []
    for low, high in pairwise(BINS):
        inside = [(said, came) for said, came in pairs if low <= said < high]
        if inside:
            came = sum(one for _said, one in inside)
            bins.append(
                {
                    "said": round(mean(said for said, _one in inside), 3),
                    "seasons": len(inside),
                    "came": came,
                    "interval": [round(one, 3) for one in wilson(came, len(inside))],
                }
            )
    foretold_, came = sum(said for said, _one in pairs), sum(one for _said, one in pairs)
    apart = sqrt(sum(said * (1 - said) for said, _one in pairs))
    inside = sum(
        row["said"][moment]["people"]["low"]
        <= row["ways"][way]["unread"]
        <= row["said"][moment]["people"]["high"]
        for row in rows
    )
    return {
        "moment": MOMENTS[moment],
        "way": way,
        "bins": bins,
        "foretold": round(foretold_, 1),
        "came": came,
        "interval": [round(foretold_ - _Z * apart, 1), round(foretold_ + _Z * apart, 1)],
        "agrees": abs(foretold_ - came) <= _Z * apart,
        "brier": round(mean((said - one) ** 2 for said, one in pairs), 4),
        "brier_base": round((came / len(pairs)) * (1 - came / len(pairs)), 4),
        "people_inside": inside,
        "people_interval": [round(one, 3) for one in wilson(inside, len(rows))],
    }


def sufficed(rows: list[dict[str, Any]], way: str) -> dict[str, Any]:
    """Seasons in which the reads that reviewers had time for were as many as are needed, and what was unread then."""
    enough = [row for row in rows if row["suffices"]]
    return {
        "way": way,
        "seasons": len(enough),
        "with_unread": sum(row["ways"][way]["unread"] > 0 for row in enough),
        "unread": sum(row["ways"][way]["unread"] for row in enough),
        "missing": round(mean([row["ways"][way]["missing"] for row in enough] or [0]), 1),
    }


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seeds", type=int, help=f"seasons (default: {SEEDS}; quick: {QUICK})")
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))


def run(args: argparse.Namespace) -> dict[str, Any]:
    seeds = args.seeds or (QUICK if args.quick else SEEDS)
    per_minute = taught()
    with ProcessPoolExecutor(args.processes) as pool:
        rows = list(pool.map(one, [(seed, per_minute) for seed in range(1, seeds + 1)]))
        plain_came = sum(pool.map(as_it_is, [(seed, per_minute) for seed in range(1, seeds + 1)]))
    found = [calibration(rows, moment, WAYS[-1]) for moment in range(len(MOMENTS))]
    enough = [sufficed(rows, way) for way in WAYS]
    plain = foretold_as_it_is(1, per_minute / LITERAL)
    print(f"{PEOPLE:,} applications, {READERS} reviewers, {READS} reads, {DAYS} days, {seeds} seeds\n")
    print(
        f"as it is, at {LITERAL} minutes a read: somebody unread {plain['value']:.3f}; "
        f"it came in {plain_came} of {seeds} seasons\n"
    )
    for table in found:
        print(f"asked {table['moment']}; reading: {table['way']}")
        print(f"{'said':>8}{'seasons':>9}{'came':>6}  95 % of the share that came")
        for row in table["bins"]:
            low, high = row["interval"]
            print(f"{row['said']:>8.3f}{row['seasons']:>9}{row['came']:>6}  {low:.3f} to {high:.3f}")
        low, high = table["interval"]
        print(
            f"all: foretold {table['foretold']} ({low} to {high}), came {table['came']}: "
            f"{'agrees' if table['agrees'] else 'APART'}; Brier {table['brier']} (base {table['brier_base']}); "
            f"number unread within nine of ten: {table['people_inside']} of {seeds}\n"
        )
    for row in enough:
        print(
            f"{row['way']:<26} time for every read in {row['seasons']} seasons, somebody unread in "
            f"{row['with_unread']}; reads short in the mean {row['missing']}"
        )
    met = all(table["agrees"] for table in found) and not enough[-1]["with_unread"]
    print(
        f"\nbar (agrees; nobody unread where time suffices, reads taken over): {'met' if met else 'missed'}"
    )
    if getattr(args, "record", False):
        SVG.parent.mkdir(exist_ok=True)
        SVG.write_text(draw(found), "utf-8")
    return {
        "applications": PEOPLE, "reviewers": READERS, "reads": READS, "days": DAYS, "seeds": seeds,
        "as_it_is": {**plain, "came": plain_came}, "calibration": found, "sufficed": enough, "met": met,
        "seasons": [
            {name: row[name] for name in ("seed", "minutes", "could", "suffices", "ways")}
            | {"said": [round(said["unread"]["value"], 4) for said in row["said"]]}
            for row in rows
        ],
    }  # fmt: skip


def page(figures: dict[str, Any]) -> str:
    """The results as a page."""
    lines = [
        f"{figures['applications']:,} applications, {figures['reviewers']} reviewers, {figures['reads']} reads each, "
        f"{figures['days']} days to read in; {figures['seeds']} seeds. Reads are given out by the real assignment and "
        "read by the reviewers of rehearsals, hour by hour, without the database. How long a read takes is drawn for "
        f"each seed: at {LITERAL} minutes, as in rehearsals, the planner says {figures['as_it_is']['value']:.2f}, and "
        f"somebody is unread in {figures['as_it_is']['came']} of {figures['seeds']} seasons, which tests little.",
        "",
        "![What was said, and how often it came](unread.svg)",
        "",
    ]
    for table in figures["calibration"]:
        low, high = table["interval"]
        lines += [
            f"Asked {table['moment']}: the chances add up to {table['foretold']} seasons with somebody unread "
            f"({low} to {high}), and {table['came']} came: {'they agree' if table['agrees'] else 'they do not agree'}. "
            f"Brier score {table['brier']}, where the mean share alone has {table['brier_base']}. The number of people "
            f"unread lay within what nine of ten runs showed in {table['people_inside']} of {figures['seeds']}.",
            "",
            "| said | seasons | came | 95 % of the share |",
            "|--:|--:|--:|--:|",
            *(
                f"| {row['said']} | {row['seasons']} | {row['came']} | {row['interval'][0]}–{row['interval'][1]} |"
                for row in table["bins"]
            ),
            "",
        ]
    lines += [
        "Where reviewers had time for every read:",
        "",
        "| reading | seasons | with somebody unread | people unread | reads short, mean |",
        "|---|--:|--:|--:|--:|",
        *(
            f"| {row['way']} | {row['seasons']} | {row['with_unread']} | {row['unread']} | {row['missing']} |"
            for row in figures["sufficed"]
        ),
    ]
    return "\n".join(lines)
