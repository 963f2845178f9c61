"""Intervals of ratios of selection rates: how often they hold the true ratio, and how long one takes.

statsmodels computes the same score interval (and three others) one table at a time; both run in this process, on the
same tables, alternately. Coverage is no simulation: every outcome of two binomial groups is listed with its chance.
"""

import argparse
import time
import warnings
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from tremplin.methods.disparity import boschloo, differences, fisher, mid_p, ratios

HELP = "intervals of selection-rate ratios: coverage, microseconds, beside statsmodels"
SIZES = ((12, 12), (12, 28), (20, 20), (30, 60), (40, 160), (100, 200), (1000, 2000))
THEIRS = ("log", "log-adjusted", "score")
TRUE = (0.5, 0.8, 1.0)
BAR_US, BAR_COVERS = 20.0, (0.945, 0.955)


def drawn(many: int) -> np.ndarray:
    """Tables as they occur: groups of 12 to 300, rates between none and all but both ends."""
    chance = np.random.default_rng(1)
    wholes = chance.integers(12, 300, (many, 2))
    parts = 1 + chance.binomial(wholes - 2, chance.uniform(0.02, 0.9, (many, 2)))
    return np.stack([parts[:, 0], wholes[:, 0], parts[:, 1], wholes[:, 1]], 1)


def paces(many: int, times: int) -> dict[str, float]:
    """CPU microseconds an interval, medians of runs that take turns."""
    tables, few = drawn(many), drawn(many)[:100]
    works: dict[str, tuple[Callable[[], object], int]] = {
        "ours, ratios": (lambda: ratios(*tables.T), many),
        "ours, differences": (lambda: differences(*tables.T), many),
        "statsmodels, ratio": (
            lambda: [confint_proportions_2indep(*row, compare="ratio", method="score") for row in few],
            len(few),
        ),
        "ours, one ratio alone": (lambda: [ratios(*row) for row in few.tolist()], len(few)),
        "mid-P": (lambda: [mid_p(*row) for row in few.tolist()], len(few)),
        "Fisher": (lambda: [fisher(*row) for row in few.tolist()], len(few)),
        "SciPy's Fisher": (
            lambda: [stats.fisher_exact([[a, c], [b - a, d - c]]) for a, b, c, d in few.tolist()],
            len(few),
        ),
        "Boschloo, 30 against 60": (lambda: boschloo(4, 30, 19, 60), 1),
        "SciPy's Boschloo, 30 against 60": (lambda: stats.boschloo_exact([[4, 19], [26, 41]]), 1),
    }
    found: dict[str, list[float]] = {name: [] for name in works}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _time in range(times):
            for name, (work, each) in works.items():
                began = time.process_time()
                work()
                found[name].append(1e6 * (time.process_time() - began) / each)
    return {name: round(median(measured), 2) for name, measured in found.items()}


def agreement() -> float:
    """The largest relative distance between both libraries' ends over a hundred tables."""
    rows = drawn(100)
    low, high = ratios(*rows.T, corrected=True)
    worst = 0.0
    for row, ours in zip(rows.tolist(), zip(low, high, strict=True), strict=True):
        theirs = confint_proportions_2indep(*row, compare="ratio", method="score")
        worst = max(worst, *(abs(one / other - 1) for one, other in zip(ours, theirs, strict=True)))
    return worst


def covered(n1: int, n2: int, ends: Callable[[np.ndarray, np.ndarray], tuple[Any, Any]]) -> dict[str, float]:
    """The chance that the interval holds the true ratio, over base rates of .1 to .9 and several ratios."""
    x1, x2 = np.meshgrid(np.arange(n1 + 1), np.arange(n2 + 1), indexing="ij")
    low, high = ends(x1, x2)
    found = []
    for true in TRUE:
        holds = (low <= true) & (true <= high)
        for second in np.linspace(0.1, 0.9, 17):
            one = stats.binom.pmf(np.arange(n1 + 1), n1, true * second)
            found.append(one @ holds @ stats.binom.pmf(np.arange(n2 + 1), n2, second))
    return {
        "mean": round(float(np.mean(found)), 4),
        "least": round(min(found), 4),
        "most": round(max(found), 4),
    }


def ours_of(n1: int, n2: int) -> Callable[[np.ndarray, np.ndarray], tuple[Any, Any]]:
    return lambda x1, x2: ratios(x1, n1, x2, n2)


def theirs_of(method: str, n1: int, n2: int) -> Callable[[np.ndarray, np.ndarray], tuple[Any, Any]]:
    """statsmodels' ends for every outcome. Where it raises or gives no number the outcome counts as covered."""

    def ends(x1: np.ndarray, x2: np.ndarray) -> tuple[Any, Any]:
        low, high = np.zeros(x1.shape), np.full(x1.shape, np.inf)
        for place in np.ndindex(x1.shape):
            if not x1[place] or not x2[place]:
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    found = confint_proportions_2indep(
                        x1[place], n1, x2[place], n2, compare="ratio", method=method, correction=False
                    )
                except (ValueError, RuntimeError):
                    continue
            low[place], high[place] = (float(np.real(end)) for end in found)
        return low, high

    return ends


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tables", type=int, default=10_000)


def run(args: argparse.Namespace) -> dict[str, Any]:
    pace = paces(args.tables, 3 if args.quick else 9)
    apart = agreement()
    print(f"CPU microseconds an interval or test; {args.tables} tables at once where ours is vectorised\n")
    for name, took in pace.items():
        print(f"  {name:<34}{took:>12.2f}")
    print(f"\nlargest distance of ends from statsmodels', over 100 tables: {apart:.1e}\n")
    sizes = SIZES[:4] if args.quick else SIZES
    rows: list[dict[str, Any]] = []
    for n1, n2 in sizes:
        small = n1 * n2 <= 400
        rows.append({"groups": f"{n1}/{n2}", "ours": covered(n1, n2, ours_of(n1, n2))})
        for method in THEIRS if small else ():
            rows[-1][method] = covered(n1, n2, theirs_of(method, n1, n2))
    print(
        f"{'groups':<12}{'ours: mean':>12}{'least':>8}{'most':>8}" + "".join(f"{name:>14}" for name in THEIRS)
    )
    for row in rows:
        own = row["ours"]
        others = "".join(f"{row[name]['mean']:>14}" if name in row else f"{'':>14}" for name in THEIRS)
        print(f"{row['groups']:<12}{own['mean']:>12}{own['least']:>8}{own['most']:>8}{others}")
    fast = max(pace["ours, ratios"], pace["ours, differences"]) <= BAR_US
    honest = all(BAR_COVERS[0] <= row["ours"]["mean"] <= BAR_COVERS[1] for row in rows)
    print(
        f"\nbar ({BAR_US:.0f} µs an interval): {'met' if fast else 'missed'}; "
        f"bar (mean coverage {BAR_COVERS[0]}–{BAR_COVERS[1]} at every size): {'met' if honest else 'missed'}"
    )
    return {"pace_us": pace, "largest_distance": apart, "coverage": rows, "fast": fast, "honest": honest}


def page(figures: dict[str, Any]) -> str:
    """The results as a page."""

    def cell(row: dict[str, Any], name: str) -> str:
        return f"{row[name]['mean']} ({row[name]['least']}–{row[name]['most']})" if name in row else ""

    names: Sequence[str] = ("ours", *THEIRS)
    return "\n".join(
        [
            "CPU microseconds an interval or a test, on the same tables in the same run.",
            "",
            "| what | µs |",
            "|---|--:|",
            *(f"| {name} | {took:,} |" for name, took in figures["pace_us"].items()),
            "",
            f"The ends are those of statsmodels to {figures['largest_distance']:.0e} where no share is none or all.",
            "",
            "How often a 95 % interval of the ratio holds the true one (all outcomes listed; base rates .1 to .9, "
            "ratios .5, .8 and 1): mean (least–most). The last three are statsmodels'.",
            "",
            "| groups | " + " | ".join(names) + " |",
            "|---|" + "--:|" * len(names),
            *(
                f"| {row['groups']} | " + " | ".join(cell(row, name) for name in names) + " |"
                for row in figures["coverage"]
            ),
            "",
            f"Bars: 20 µs an interval {'met' if figures['fast'] else 'missed'}; mean coverage .945–.955 at every size "
            f"{'met' if figures['honest'] else 'missed'}.",
        ]
    )
