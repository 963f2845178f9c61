"""What a way of scoring is worth: the true merit of those it selects, over hundreds of invented cohorts.

Every cohort is read by all its reviewers on paper; a rule sees the readings it pays for. One reading says as much as
was measured on 23,414 ratings of the Austrian Science Fund: reliability .26 (Mutz, Bornmann and Daniel 2012).
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from bench.selection_quality.cohorts import SETTINGS, Cohort, Setting, invent
from bench.selection_quality.rules import RULES, adaptive

HELP = "true merit of the selected by plain means, z-scores and calibration, and by extra reads where they matter"
NAMES = {
    "mean": "plain means",
    "standard": "z-scores per reviewer",
    "composite": "ours, criteria averaged first",
    "rubric": "ours, criteria kept apart",
    "uniform": "3 readings each",
    "adaptive": "2 each, then 1 where it matters most",
    "unguided": "2 each, then 1 more at random",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seeds", type=int, default=500, help="cohorts a setting")
    parser.add_argument("--extra", type=int, default=200, help="cohorts for extra reads")


def run(args: argparse.Namespace) -> dict[str, Any]:
    seeds, extra = (12, 6) if args.quick else (args.seeds, args.extra)
    rows = []
    for name, setting in SETTINGS.items():
        print(
            f"\n{name}: {setting.applicants} applicants, {setting.reviewers} reviewers, {setting.places} places"
        )
        chosen = {rule: _as_planned(rule) for rule in RULES}
        rows += _rows(name, setting, chosen, "mean", seeds)
    name, setting = next(iter(SETTINGS.items()))
    print(f"\n{name}: as many readings, spread in three ways")
    ways: dict[str, Callable[[Cohort], np.ndarray]] = {
        "uniform": lambda cohort: RULES["rubric"](cohort, cohort.first(3)),
        "unguided": lambda cohort: RULES["rubric"](cohort, cohort.at_random(2)),
        "adaptive": lambda cohort: adaptive(cohort, 2),
    }
    more = _rows(name, setting, ways, "uniform", extra)
    return {"rows": rows, "extra": more, "seeds": seeds, "extra_seeds": extra}


def _as_planned(rule: str) -> Callable[[Cohort], np.ndarray]:
    """A rule on the readings that the setting plans."""
    return lambda cohort: RULES[rule](cohort, cohort.first(cohort.setting.reads))


def _rows(
    name: str,
    setting: Setting,
    ways: dict[str, Callable[[Cohort], np.ndarray]],
    against: str,
    seeds: int,
) -> list[dict[str, Any]]:
    """Each way on the same cohorts: mean true merit of the selected, how many of the true best, gain over another."""
    merit: dict[str, list[float]] = {way: [] for way in ways}
    best: dict[str, list[float]] = {way: [] for way in ways}
    seconds = dict.fromkeys(ways, 0.0)
    ceiling = []
    for seed in range(seeds):
        cohort = invent(setting, seed)
        first = set(np.argsort(-cohort.merit, kind="stable")[: setting.places].tolist())
        ceiling.append(float(np.sort(cohort.merit)[-setting.places :].mean()))
        for way, rule in ways.items():
            began = time.process_time()
            selected = np.argsort(-rule(cohort), kind="stable")[: setting.places]
            seconds[way] += time.process_time() - began
            merit[way].append(float(cohort.merit[selected].mean()))
            best[way].append(len(first.intersection(selected.tolist())) / setting.places)
    rows = []
    print(f"  {'':<40}{'true merit':>16}{'of the best':>13}{'gain':>22}{'s':>7}")
    for way in ways:
        gain = np.array(merit[way]) - np.array(merit[against])
        row: dict[str, Any] = {
            "setting": name, "way": way, "merit": _told(merit[way]), "best": _told(best[way]),
            "gain": _told(gain.tolist()), "ceiling": round(float(np.mean(ceiling)), 3),
            "cpu_s": round(seconds[way] / seeds, 3),
        }  # fmt: skip
        rows.append(row)
        middle, off = row["gain"]
        print(
            f"  {NAMES[way]:<40}{row['merit'][0]:>9.3f} ± {row['merit'][1]:.3f}{row['best'][0]:>12.1%}"
            f"{middle:>+14.3f} ± {off:.3f}{row['cpu_s']:>7.2f}",
            flush=True,
        )
    return rows


def _told(values: list[float]) -> list[float]:
    """Mean and half the width of its 95 % interval over the cohorts."""
    return [
        round(float(np.mean(values)), 4),
        round(1.96 * float(np.std(values, ddof=1)) / np.sqrt(len(values)), 4),
    ]


def page(figures: dict[str, Any]) -> str:
    """The results as a page."""
    head = [
        "| setting | scores | true merit of the selected | of the true best | gain | CPU s |",
        "|---|---|--:|--:|--:|--:|",
    ]
    return "\n".join(
        [
            "The mean true merit of those selected, in standard deviations of all applicants, over "
            f"{figures['seeds']} invented cohorts a setting, with 95 % intervals; gains are over plain means on the "
            "same cohorts. Marks from 1 to 5 in four criteria; reliability .26 of one reading, severity half of "
            "merit's variance. Nobody can "
            "select better than the true best, whose merit stands in the name of the setting.",
            "",
            *head,
            *(_line(row) for row in figures["rows"]),
            "",
            f"As many readings, spread otherwise, over {figures['extra_seeds']} cohorts; gains are over 3 readings "
            "each.",
            "",
            *head,
            *(_line(row) for row in figures["extra"]),
        ]
    )


def _line(row: dict[str, Any]) -> str:
    merit, best, gain = row["merit"], row["best"], row["gain"]
    return (
        f"| {row['setting']} ({row['ceiling']:.2f}) | {NAMES[row['way']]} | {merit[0]:.3f} ± {merit[1]:.3f} "
        f"| {best[0]:.1%} | {gain[0]:+.3f} ± {gain[1]:.3f} | {row['cpu_s']:.2f} |"
    )
