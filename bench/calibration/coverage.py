"""How often intervals of 90 % hold the truth, in the regimes that the methods promise: thousands of small worlds."""

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from bench.calibration.rubrics import RULES, rubric_shares
from bench.calibration.worlds import Law, comparisons, marks
from tremplin.methods.calibration import Comparison, Read, calibrate, compare

# applicants, reviewers, reads each, law, model
REGIMES: dict[str, tuple[int, int, int, Law, Any]] = {
    "marks with a ceiling, noise and scale differ": (150, 15, 3, Law(), "marks"),
    "marks, a hard ceiling": (150, 15, 3, Law(middle=5.9), "marks"),
    "marks, reviewers alike but for severity": (150, 15, 3, Law(uneven=0, scale=0), "marks"),
    "marks, noise very uneven": (150, 15, 3, Law(uneven=0.6), "marks"),
    "marks, noisy reads": (150, 15, 3, Law(noise=1.5), "marks"),
    "marks, few: 60 applicants, 2 reads": (60, 8, 2, Law(noise=1.2), "auto"),
    "scores without steps, noise and scale differ": (150, 15, 3, Law(top=None), "habits"),
    "scores without steps, severity only": (150, 15, 3, Law(top=None, uneven=0, scale=0), "severity"),
}
LARGE: dict[str, tuple[int, int, int, Law, Any]] = {
    "marks, 1,000 x 50": (1000, 50, 3, Law(), "marks"),
    "marks, 3,000 x 150": (3000, 150, 3, Law(), "marks"),
}
PAIRS = {"comparisons, 80 items x 15": (80, 600, 0.0), "comparisons with ties": (80, 600, 0.4)}


def shares(size: tuple[int, int, int, Law, Any], many: int, first: int) -> Iterator[float]:
    applicants, reviewers, reads, law, model = size
    for seed in range(first, first + many):
        made = marks(applicants, reviewers, reads, seed, law)
        rows = [
            Read(f"{i:05}", f"{j:03}", float(y))
            for i, j, y in zip(made["i"], made["j"], made["y"], strict=True)
        ]
        found = sorted(calibrate(rows, model=model).estimates, key=lambda row: row.applicant)
        off = np.array([row.merit for row in found]) - made["merit"]
        yield float(np.mean(np.abs(off) < 1.6448536 * np.array([row.merit_deviation for row in found])))


def pair_shares(size: tuple[int, int, float], many: int, first: int) -> Iterator[float]:
    items, count, width = size
    for seed in range(first, first + many):
        made = comparisons(items, count, seed, width=width)
        rows = [
            Comparison(f"{a:05}", f"{b:05}", bool(equal))
            for a, b, equal in zip(made["better"], made["worse"], made["equal"], strict=True)
        ]
        found = sorted(
            compare(rows, applicants=[f"{at:05}" for at in range(items)]).places,
            key=lambda row: row.applicant,
        )
        yield float(
            np.mean([row.low <= true <= row.high for row, true in zip(found, made["merit"], strict=True)])
        )


def measured(many: int, large: int) -> dict[str, dict[str, float]]:
    """Coverage in each regime, with its standard error over the worlds."""
    found = {}
    for name, size in REGIMES.items():
        found[name] = _row(name, list(shares(size, many, 10_000)))
    for name, size in LARGE.items() if large else ():
        found[name] = _row(name, list(shares(size, large, 10_000)))
    for name, rule in RULES.items():
        found[name] = _row(name, list(rubric_shares(rule, many, 10_000)))
    for name, pair in PAIRS.items():
        found[name] = _row(name, list(pair_shares(pair, many, 10_000)))
    return found


def _row(name: str, values: list[float]) -> dict[str, float]:
    mean, error = float(np.mean(values)), float(np.std(values) / np.sqrt(len(values)))
    print(f"  {name:<48}{mean:.4f} ± {error:.4f}  {len(values):>6,} worlds", flush=True)
    return {"covered": round(mean, 4), "error": round(error, 4), "worlds": len(values)}


if __name__ == "__main__":
    measured(int(sys.argv[1]), int(sys.argv[2]))
