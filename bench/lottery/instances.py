"""Instances for MERIT: the published ones from the research data, and generated ones of the same make.

A generated conference: `count` submissions whose merit is normal, each read three to six times on the scale
1, 3, 5, 6, 8, 10 of ICLR, with noise as wide as merit. From the marks come three kinds of intervals, as in the paper:
*loo* (smallest to largest mean with one review left out), *gauss* (the middle half of a normal posterior of the
merit, given the mean mark and the number of reviews) and *subj* (the mean, stretched by what one reviewer's own
weighing of criteria may move it, in steps of a quarter).
"""

import ast
import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tremplin.methods.selection.limits import Limit

Floats = npt.NDArray[np.float64]
MARKS = np.array([1.0, 3.0, 5.0, 6.0, 8.0, 10.0])
SNSF_PLACES, NEURIPS_PLACES = 106, 387
# What the paper prints: places, then v/k of MERIT, of the Swiss rule, and of the deterministic top k.
PUBLISHED = {
    "Swiss NSF": (SNSF_PLACES, 0.943, 0.939, 0.934),
    "Swiss NSF Manski": (SNSF_PLACES, 0.929, 0.914, 0.925),
    "NeurIPS LOO": (NEURIPS_PLACES, 0.395, 0.371, 0.054),
    "NeurIPS Gauss": (NEURIPS_PLACES, 0.367, 0.231, 0.199),
    "NeurIPS Subj": (NEURIPS_PLACES, 0.540, 0.347, 0.377),
}
# Their review data are not in the research folder: these three cannot be reproduced here.
ABSENT = {"ICLR LOO": 0.690, "ICLR Gauss": 0.684, "ICLR Subj": 0.749}


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """Estimates and closed intervals (n,), more is better."""

    name: str
    places: int
    low: Floats
    estimate: Floats
    high: Floats


def published(folder: Path) -> list[Instance]:
    """The instances of the paper whose data lie in `folder`: `snsf/` and `conf/`."""
    return [*_swiss(folder / "snsf"), *_neurips(folder / "conf")]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _column(rows: list[dict[str, str]], name: str) -> Floats:
    return np.array([float(row[name]) for row in rows])


def _swiss(folder: Path) -> list[Instance]:
    """Ranks are turned round: the first is best. The middle half of each posterior, and the range of marks."""
    ranks = _rows(folder / "intervals.csv")
    manski = _rows(folder / "manski_intervals.csv")
    return [
        Instance("Swiss NSF", SNSF_PLACES, -_column(ranks, "h"), -_column(ranks, "m"), -_column(ranks, "l")),
        Instance(
            "Swiss NSF Manski",
            SNSF_PLACES,
            _column(manski, "lower"),
            _column(manski, "median"),
            _column(manski, "upper"),
        ),
    ]


def _neurips(folder: Path) -> list[Instance]:
    gauss = _rows(folder / "neurips2024_gaussian_intervals.csv")
    ratings = [ast.literal_eval(row["rating"]) for row in gauss]
    low, high = left_out(ratings)
    known = {row["paper_id"] for row in gauss}
    subjective = [
        row
        for row in _rows(folder / "neurips2024_subjectivity_intervals.csv")
        if row["paper_id"] in known  # the file also holds papers that were rejected
    ]
    ends = np.array([ast.literal_eval(row["subjectivity_interval"]) for row in subjective])
    return [
        Instance("NeurIPS LOO", NEURIPS_PLACES, low, np.array([np.mean(row) for row in ratings]), high),
        Instance(
            "NeurIPS Gauss",
            NEURIPS_PLACES,
            _column(gauss, "theta_lower50"),
            _column(gauss, "theta_mean"),
            _column(gauss, "theta_upper50"),
        ),
        Instance("NeurIPS Subj", NEURIPS_PLACES, ends[:, 0], _column(subjective, "rating"), ends[:, 1]),
    ]


def left_out(ratings: list[list[float]]) -> tuple[Floats, Floats]:
    """Smallest and largest mean with one review left out; the mean itself where there is one review."""
    low, high = [], []
    for row in ratings:
        marks = np.array(row, dtype=float)
        means = (marks.sum() - marks) / (len(marks) - 1) if len(marks) > 1 else marks
        low.append(means.min())
        high.append(means.max())
    return np.array(low), np.array(high)


def conference(count: int, places: int, kind: str, seed: int = 1) -> Instance:
    """A generated conference. Rounded to 1e-9, so that equal marks give equal intervals on every machine."""
    chance = np.random.default_rng(seed)
    merit = chance.normal(5.2, 1.25, count)
    reviews = chance.choice([3, 4, 5, 6], count, p=[0.18, 0.62, 0.17, 0.03])
    seen = merit[:, None] + chance.normal(0.0, 1.25, (count, 6))
    marks = MARKS[np.abs(seen[:, :, None] - MARKS).argmin(axis=2)]
    rows = [list(marks[index, :many]) for index, many in enumerate(reviews)]
    mean = np.array([np.mean(row) for row in rows])
    if kind == "loo":
        low, high = left_out(rows)
    elif kind == "gauss":
        # Reviewers say how sure they are, from 2 to 5: their marks weigh as much.
        sure = chance.integers(2, 6, (count, 6))
        sure = np.where(np.arange(6) < reviews[:, None], sure, 0).sum(axis=1) / 4.0
        weight = 1.25**2 * sure / (1.25**2 * sure + 1.6**2)
        centre = weight * mean + (1 - weight) * 5.2
        half = 0.6745 * 1.25 * np.sqrt(1 - weight)
        low, mean, high = centre - half, centre, centre + half
    else:
        stretch = np.round(chance.gamma(1.2, 0.18, count) * 4) / 4
        up = chance.random(count) < 0.5
        low, high = mean - np.where(up, 0, stretch), mean + np.where(up, stretch, 0)
    name = f"made {kind} {count:,}/{places:,}"
    return Instance(name, places, np.round(low, 9), np.round(mean, 9), np.round(high, 9))


def cohort(count: int, places: int, seed: int) -> Instance:
    """A programme: merit and noise are normal, widths differ from applicant to applicant."""
    chance = np.random.default_rng(seed)
    merit = chance.normal(size=count)
    middle = np.round(merit + chance.normal(size=count) * 0.5, 2)
    half = np.round(chance.gamma(4, 0.1, count), 2)
    name = f"made cohort {count:,}/{places}"
    return Instance(name, places, np.round(middle - half, 2), middle, np.round(middle + half, 2))


def quotas(count: int, seed: int) -> tuple[npt.NDArray[np.int64], tuple[Limit, ...]]:
    """Three attributes of two, five and three values, and limits for 8 places."""
    chance = np.random.default_rng(seed + 100)
    groups = np.stack([chance.integers(0, many, count) for many in (2, 5, 3)], axis=1)
    basis = "a made example"
    return groups, (
        Limit(0, 0, 3, 5, basis),
        Limit(1, 1, 1, 2, basis),
        Limit(1, 4, 1, 3, basis),
        Limit(2, 2, 2, 4, basis),
    )
