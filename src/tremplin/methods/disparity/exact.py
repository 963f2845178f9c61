"""Whether two shares differ, exactly, for small counts: Fisher, mid-P, and Boschloo's test; and for several at once.

Lancaster, “Significance tests in discrete distributions”, JASA 56, 1961 (mid-P); Boschloo, “Raised conditional level
of significance for the 2 × 2-table when testing the equality of two probabilities”, Statistica Neerlandica 24, 1970;
Holm, Scandinavian Journal of Statistics 6, 1979; Benjamini and Hochberg, JRSS B 57, 1995.
"""

from collections.abc import Sequence
from math import isnan

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.disparity.rates import RateError

_SAME = 1 + 1e-7  # probabilities nearer than this are ties, as in R and SciPy
_PLACES = 257
Floats = NDArray[np.float64]


def _log_factorials(most: int) -> Floats:
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, most + 1)))])


def chances(part: int, whole: int, other_part: int, other_whole: int) -> tuple[Floats, int]:
    """The chance of each possible first part where both totals are given and the shares are the same, and the first.

    O(chosen people).
    """
    _require(part, whole, other_part, other_whole)
    chosen, people = part + other_part, whole + other_whole
    first = max(0, chosen - other_whole)
    parts = np.arange(first, min(whole, chosen) + 1)
    logs = _log_factorials(people)
    found = -(logs[parts] + logs[whole - parts] + logs[chosen - parts] + logs[other_whole - chosen + parts])
    weights = np.exp(found - found.max())
    return weights / weights.sum(), first


def fisher(part: int, whole: int, other_part: int, other_whole: int) -> float:
    """Fisher's exact p, two-sided: all outcomes that are as unlikely."""
    weights, first = chances(part, whole, other_part, other_whole)
    return min(1.0, float(weights[weights <= weights[part - first] * _SAME].sum()))


def mid_p(part: int, whole: int, other_part: int, other_whole: int) -> float:
    """Fisher's p with the outcomes that are exactly as likely counted half: near its level where Fisher's is far
    below. O(chosen people)."""
    weights, first = chances(part, whole, other_part, other_whole)
    seen = weights[part - first]
    as_likely = (weights <= seen * _SAME) & (weights >= seen / _SAME)
    return float(weights[weights < seen / _SAME].sum() + weights[as_likely].sum() / 2)


def boschloo(part: int, whole: int, other_part: int, other_whole: int) -> float:
    """Boschloo's p, two-sided (twice the smaller of both sides): Fisher's p as a statistic, the common share at its
    worst. Uniformly more powerful than Fisher's test. O(people × places looked at)."""
    _require(part, whole, other_part, other_whole)
    sides = (
        _boschloo_side(part, whole, other_part, other_whole),
        _boschloo_side(other_part, other_whole, part, whole),
    )
    return min(1.0, 2 * min(sides))


def _boschloo_side(x1: int, n1: int, x2: int, n2: int) -> float:
    """One side: the first share is the smaller. For each second part the first parts that speak as loudly are those
    up to a bound, so that the chance of all of them is a sum of tails."""
    tails = np.empty((n1 + 1, n2 + 1))  # Fisher's one-sided p of each outcome
    logs = _log_factorials(n1 + n2)
    for chosen in range(n1 + n2 + 1):
        parts = np.arange(max(0, chosen - n2), min(n1, chosen) + 1)
        found = -(logs[parts] + logs[n1 - parts] + logs[chosen - parts] + logs[n2 - chosen + parts])
        weights = np.exp(found - found.max())
        tails[parts, chosen - parts] = np.cumsum(weights) / weights.sum()
    loud = tails <= tails[x1, x2] * _SAME

    def worst(places: Floats) -> Floats:
        found: Floats = np.einsum(
            "px,xy,py->p", binomials(n1, places), loud, binomials(n2, places), optimize=True
        )
        return found

    turns = np.linspace(0, np.pi / 2, _PLACES)
    heights = worst(np.sin(turns) ** 2)
    best = float(heights.max())
    step = turns[1]
    for peak in np.argsort(-heights)[:3]:
        near, width = float(turns[peak]), step
        for _round in range(8):
            around = np.clip(np.linspace(near - width, near + width, 9), 0, np.pi / 2)
            found = worst(np.sin(around) ** 2)
            near, width = float(around[found.argmax()]), width / 4
            best = max(best, float(found.max()))
    return min(1.0, best)


def binomials(many: int, places: Floats) -> Floats:
    """The chances of 0 … `many` at each share, one row a share."""
    logs, parts = _log_factorials(many), np.arange(many + 1)
    inside = np.clip(places, 1e-300, 1 - 1e-16)[:, None]
    found: Floats = np.exp(
        logs[many] - logs - logs[::-1] + parts * np.log(inside) + (many - parts) * np.log1p(-inside)
    )
    return found


def _require(part: int, whole: int, other_part: int, other_whole: int) -> None:
    for one, all_of in ((part, whole), (other_part, other_whole)):
        if not 0 <= one <= all_of or all_of < 1:
            raise RateError(f"{one} of {all_of} is no share: a share is part of a whole that is there.")


def holm(ps: Sequence[float]) -> list[float]:
    """p-values for several tests at once: that any of them errs is as likely as one alone."""
    order = sorted(range(len(_checked(ps))), key=lambda place: (ps[place], place))
    found, so_far = [0.0] * len(ps), 0.0
    for rank, place in enumerate(order):
        so_far = max(so_far, min(1.0, (len(ps) - rank) * ps[place]))
        found[place] = so_far
    return found


def benjamini_hochberg(ps: Sequence[float]) -> list[float]:
    """p-values under which the expected share of false findings among all findings is held."""
    order = sorted(range(len(_checked(ps))), key=lambda place: (ps[place], place))
    found, so_far = [0.0] * len(ps), 1.0
    for rank in reversed(range(len(ps))):
        so_far = min(
            so_far, ps[order[rank]] * (len(ps) / (rank + 1))
        )  # times 1 for the last: not below itself
        found[order[rank]] = so_far
    return found


def _checked(ps: Sequence[float]) -> Sequence[float]:
    for place, p in enumerate(ps):
        if isnan(p) or not 0 <= p <= 1:
            raise RateError(f"Number {place + 1} is {p}: a p-value lies between 0 and 1.")
    return ps
