"""How far reviewers agree: intraclass correlation and Krippendorff's alpha, each with an interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.calibration.crossed import best_logs, logs_covariance
from tremplin.methods.calibration.reads import Array, Read, Table, tabulate

Scale = Literal["nominal", "ordinal", "interval"]


@dataclass(frozen=True, slots=True)
class Intraclass:
    """The share of merit in the variance of one score, with its interval.

    `agreement` counts severity as error (ICC(2,1) of Shrout and Fleiss 1979, for any design), `consistency` leaves it
    out (ICC(3,1)).
    """

    agreement: float
    low: float
    high: float
    consistency: float
    consistency_low: float
    consistency_high: float

    def of_mean(self, reads: int) -> tuple[float, float, float]:
        """Agreement of means of so many reads and its interval (Spearman 1910, Brown 1910)."""
        one, low, high = (
            reads * value / (1 + (reads - 1) * value) for value in (self.agreement, self.low, self.high)
        )
        return one, low, high


def intraclass(reads: Sequence[Read], *, level: float = 0.9, prior: bool = True) -> Intraclass:
    """Intraclass correlation by restricted likelihood, in any design of reads; interval on the logit scale.

    `prior`: the weak one of `calibrate`, which keeps a dozen reads from claiming certainty. Raises FaultyReads.
    """
    table = tabulate(reads)
    middle, spread = float(table.y.mean()), 1.2 if prior else inf
    logs = best_logs(table, middle, spread)
    covariance = logs_covariance(table, middle, logs, spread)
    merit, severity = np.exp(-logs)  # in units of noise
    agreement, consistency = merit / (merit + severity + 1), merit / (merit + 1)
    # Slopes of log(A / (B + E)) and of log(A / E) in (log E/A, log E/B).
    slopes = np.array([[-1.0, severity / (severity + 1)], [-1.0, 0.0]])
    wide = NormalDist().inv_cdf(0.5 + level / 2)
    found = []
    for value, slope in zip((agreement, consistency), slopes, strict=True):
        off = wide * np.sqrt(float(slope @ covariance @ slope))
        odds = value / (1 - value)
        low, high = (odds * np.exp(side * off) for side in (-1, 1))
        found.append((float(value), float(low / (1 + low)), float(high / (1 + high))))
    return Intraclass(*found[0], *found[1])


@dataclass(frozen=True, slots=True)
class Alpha:
    """Krippendorff's alpha with its interval; `pairable` scores stand behind it. None where nothing differs."""

    alpha: float | None
    low: float | None
    high: float | None
    pairable: int


def krippendorff(
    reads: Sequence[Read],
    *,
    scale: Scale = "interval",
    level: float = 0.9,
    repeats: int = 1000,
    seed: int = 1,
) -> Alpha:
    """Krippendorff's alpha: one less observed over expected disagreement (Krippendorff 2004, chapter 11).

    `scale`: "nominal" (the same or not), "ordinal" (how many scores lie between), "interval" (squared difference).
    The interval draws applicants with replacement, as their scores depend on each other. Deterministic under `seed`.
    O(N log N) for alpha; O(repeats times sets of scores that differ) for the interval. Raises FaultyReads.
    """
    table = tabulate(reads)
    several = table.n_i > 1
    if not several.any():
        return Alpha(None, None, None, 0)
    units, kinds = _counts(table, several)
    pairable = int(units.sum())
    # Applicants with the same scores are one row, which is drawn as often as they are together.
    units, alike = np.unique(units, axis=0, return_counts=True)
    one = _alpha(units, kinds, alike[:, None].astype(np.float64), scale)[0]
    if np.isnan(one):
        return Alpha(None, None, None, pairable)
    chance, many = np.random.default_rng(seed), int(alike.sum())
    drawn = np.concatenate(
        [
            _alpha(units, kinds, chance.multinomial(many, alike / many, 50).T.astype(np.float64), scale)
            for _part in range(max(1, repeats // 50))
        ]
    )
    ends = np.nanquantile(drawn, (0.5 - level / 2, 0.5 + level / 2))
    return Alpha(float(one), float(ends[0]), float(ends[1]), pairable)


def _counts(table: Table, several: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Scores of each applicant with several reads: how often each value (u, v), and the values (v,)."""
    kinds, place = np.unique(table.y, return_inverse=True)
    found = np.zeros((len(table.applicants), len(kinds)))
    np.add.at(found, (table.i, place), 1.0)
    kept: Array = found[several]
    used = kept.sum(axis=0) > 0
    return kept[:, used], kinds[used]


def _alpha(units: Array, kinds: Array, weights: Array, scale: Scale) -> Array:
    """Alpha for each column of `weights` (u, r): applicants counted so often. (r,); not a number where all is equal."""
    sizes = units.sum(axis=1)
    totals = units.T @ weights  # (v, r): how often each value
    whole = totals.sum(axis=0)
    share = weights / (sizes - 1)[:, None]
    if scale == "nominal":
        same = (units**2).sum(axis=1)
        observed = ((sizes**2 - same)[:, None] * share).sum(axis=0)
        expected = (whole**2 - (totals**2).sum(axis=0)) / (whole - 1)
    else:
        # Squared differences of numbers: of the values, or of the middle ranks, which change with the weights.
        numbers = np.repeat(kinds[:, None], weights.shape[1], axis=1)
        if scale == "ordinal":
            numbers = np.cumsum(totals, axis=0) - totals / 2
        numbers = numbers - (numbers * totals).sum(axis=0) / whole
        first, second = units @ numbers, units @ numbers**2
        observed = (2 * (sizes[:, None] * second - first**2) * share).sum(axis=0)
        expected = 2 * (whole * (totals * numbers**2).sum(axis=0)) / (whole - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(expected > 0, 1 - observed / expected, np.nan))
