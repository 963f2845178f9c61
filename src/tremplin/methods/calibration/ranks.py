"""Ranks with their uncertainty: the expected rank, its interval, and the chance of a place.

The expected rank of i is one plus the sum over all others of the probability that they are better (Heyard, Ott,
Salanti and Egger 2022, "Rethinking the funding line at the Swiss National Science Foundation", Statistics and Public
Policy 9:110-121; Laird and Louis 1989). Between two normal merits that probability is known, so that the mean needs no
draws: the hours of a Markov chain become one table. Intervals and chances of a place are quantiles of draws.
"""

from dataclasses import dataclass

import numpy as np

from tremplin.methods.calibration.posterior import Posterior
from tremplin.methods.calibration.reads import Array
from tremplin.methods.calibration.result import Calibration

_TOGETHER = 3000  # up to so many applicants what they share through reviewers counts in the expected rank


@dataclass(frozen=True, slots=True)
class Ranked:
    """One applicant: the expected rank (1 is best), the interval of the rank, and the chance of a place."""

    applicant: str
    expected: float
    low: int
    high: int
    chance: float


def expected_ranks(
    found: Calibration, *, places: int = 0, draws: int = 2000, seed: int = 1
) -> tuple[Ranked, ...]:
    """Everybody's rank, best expected rank first (ties by code), with an interval of the calibration's level.

    `places`: for the chance to be among so many. Up to 3,000 applicants what they share through reviewers counts in
    full; beyond, expected ranks take merits for independent (the error is below the width of a line).
    Deterministic under `seed`. O(n^2) and O(draws n log n).
    """
    posterior, names = found.posterior, found.table.applicants
    expected = analytic_ranks(posterior)
    ranks = drawn_ranks(posterior.draws(draws, seed))
    return ranked(names, expected, ranks, found.level, places)


def ranked(
    names: tuple[str, ...], expected: Array, ranks: np.ndarray, level: float, places: int
) -> tuple[Ranked, ...]:
    """Put expected ranks (n,) and drawn ranks (n, S) together."""
    ends = np.quantile(ranks, (0.5 - level / 2, 0.5 + level / 2), axis=1, method="nearest")
    chance = (ranks <= places).mean(axis=1)
    rows = [
        Ranked(name, float(expected[at]), int(ends[0, at]), int(ends[1, at]), float(chance[at]))
        for at, name in enumerate(names)
    ]
    return tuple(sorted(rows, key=lambda row: (round(row.expected, 9), row.applicant)))


def analytic_ranks(posterior: Posterior) -> Array:
    """Expected ranks (n,) of normal merits."""
    if len(posterior.mean) <= _TOGETHER:
        return better(posterior.mean, posterior.covariance())
    whole = posterior.draws(512, 3).var(axis=1)
    return apart(posterior.mean, whole)


def better(mean: Array, covariance: Array) -> Array:
    """One plus the expected number of better ones, (n,), for normal merits with this covariance."""
    from scipy.special import ndtr

    own, found = np.diag(covariance), np.full(len(mean), 0.5)
    for first in range(0, len(mean), 512):
        rows = slice(first, min(first + 512, len(mean)))
        spread = np.sqrt(np.maximum(own[rows, None] + own[None] - 2 * covariance[rows], 1e-18))
        found[rows] += ndtr((mean[None] - mean[rows, None]) / spread).sum(axis=1)
    return found  # everybody is half better than themselves, which the half at the start makes a whole


def apart(mean: Array, variance: Array) -> Array:
    """The same for independent merits."""
    from scipy.special import ndtr

    found = np.full(len(mean), 0.5)
    for first in range(0, len(mean), 512):
        rows = slice(first, min(first + 512, len(mean)))
        spread = np.sqrt(variance[rows, None] + variance[None])
        found[rows] += ndtr((mean[None] - mean[rows, None]) / spread).sum(axis=1)
    return found


def drawn_ranks(merits: Array) -> np.ndarray:
    """The rank of everybody in each draw: (n, S), 1 is best."""
    order = np.argsort(-merits, axis=0, kind="stable")
    found = np.empty(merits.shape, dtype=np.int32)
    np.put_along_axis(found, order, np.arange(1, len(merits) + 1, dtype=np.int32)[:, None], axis=0)
    return found
