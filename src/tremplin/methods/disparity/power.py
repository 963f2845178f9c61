"""What a table of so many people could have shown at all, and what silence could hide in it."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from statistics import NormalDist

import numpy as np

from tremplin.methods.disparity.exact import binomials
from tremplin.methods.disparity.rates import LEVEL, Floats, RateError, quantile, ratio_score

POWER = 0.8
EXACT = 4_000_000  # outcomes up to which power is summed over all of them


@dataclass(frozen=True, slots=True)
class Detectable:
    """The ratios nearest to 1 that a comparison shows with the asked chance; None: not even the most extreme.

    `fewer`: a ratio below 1, `more`: above. With 8 places among hundreds both may be None, and that is the finding.
    """

    fewer: float | None
    more: float | None


def detectable(
    whole: int,
    other_whole: int,
    rate: float,
    *,
    level: float = LEVEL,
    power: float = POWER,
    effort: int = EXACT,
) -> Detectable:
    """How far from 1 a ratio must be, where the others' rate is `rate`, for the score test to find it with `power`.

    Exact over all outcomes up to `effort` (four million) of them, normal beyond. Raises RateError.
    """
    if whole < 1 or other_whole < 1 or not 0 <= rate <= 1 or not 0 < power < 1:
        raise RateError("Power is of two groups with somebody in them, a rate and a power between 0 and 1.")
    if rate == 0:
        return Detectable(None, None)
    found = _finds(whole, other_whole, level, effort)
    others = binomials(other_whole, np.array([rate]))[0] if found is not None else None

    def at(first: float) -> float:
        if found is None or others is None:
            return _normal_power(first, whole, rate, other_whole, level)
        return float(binomials(whole, np.array([first]))[0] @ found @ others)

    return Detectable(_edge(at, rate, 0.0, power), _edge(at, rate, 1.0, power))


def _edge(at: Callable[[float], float], rate: float, extreme: float, power: float) -> float | None:
    """The share nearest to `rate` from which on, up to `extreme`, the power suffices, as a ratio."""
    if rate == extreme or at(extreme) < power:
        return None
    near, far = rate, extreme
    for _halving in range(40):
        middle = (near + far) / 2
        near, far = (near, middle) if at(middle) >= power else (middle, far)
    return far / rate


def _finds(n1: int, n2: int, level: float, effort: int) -> Floats | None:
    """Which outcomes the score test calls a difference; None: too many to list."""
    if (n1 + 1) * (n2 + 1) > effort:
        return None
    x1, x2 = np.meshgrid(np.arange(n1 + 1.0), np.arange(n2 + 1.0), indexing="ij")
    score = ratio_score(1.0, x1, np.asarray(float(n1)), x2, np.asarray(float(n2)))
    return (np.abs(score) > quantile(level)).astype(float)


def _normal_power(first: float, n1: int, second: float, n2: int, level: float) -> float:
    both = (n1 * first + n2 * second) / (n1 + n2)
    under = (both * (1 - both) * (1 / n1 + 1 / n2)) ** 0.5
    spread = (first * (1 - first) / n1 + second * (1 - second) / n2) ** 0.5
    gap = abs(first - second)
    if not spread:
        return float(gap > quantile(level) * under)
    return NormalDist().cdf((gap - quantile(level) * under) / spread)


def missing_bounds(
    part: int, whole: int, other_part: int, other_whole: int, silent_part: int, silent_whole: int
) -> tuple[float, float]:
    """The least and the most that the ratio could be, whoever those were who did not say (Manski, “Nonparametric
    bounds on treatment effects”, American Economic Review 80, 1990).

    Least: every silent person who was chosen belongs to the others and every silent one who was not to the group.
    """
    if not 0 <= silent_part <= silent_whole:
        raise RateError(f"{silent_part} of {silent_whole} silent people is no share.")
    left = silent_whole - silent_part
    ends = []
    for chosen, passed in ((0, left), (silent_part, 0)):
        ours = (part + chosen) / max(whole + chosen + passed, 1)
        people = other_whole + silent_whole - chosen - passed
        theirs = (other_part + silent_part - chosen) / max(people, 1)
        ends.append(ours / theirs if theirs else (inf if ours else 1.0))
    return ends[0], ends[1]
