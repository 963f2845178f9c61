"""Whether assigned chances differ between groups: an audit of probabilities, free of the noise of the draw.

A draw of eight says next to nothing about its fairness; the chances that people were drawn with say all of it. Whether
a difference between groups is more than the luck of who applied is asked by giving the group's name to as many others
(Pitman, “Significance tests which may be applied to samples from any populations”, JRSS Supplement 4, 1937).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations
from math import comb, inf, nan

import numpy as np

from tremplin.methods.disparity.rates import RateError

_ALL = 20_000
_DRAWN = 9_999


@dataclass(frozen=True, slots=True)
class Assigned:
    """One group against everybody else. `places`: the sum of its chances; `rate`: that by person; `ratio`: its rate
    by that of the others; `p`: two-sided, `exact` over all ways to share out the name, otherwise by 9,999 of them."""

    group: str
    people: int
    places: float
    rate: float
    ratio: float
    p: float
    exact: bool


def assigned(
    probabilities: Sequence[float], groups: Sequence[str], *, silent: Sequence[str] = (), seed: int = 0
) -> tuple[Assigned, ...]:
    """The chances of each group of applicants, in the order of the groups' codes; `silent` codes are not judged but
    count among the others. The same for the same seed. Raises RateError.
    """
    chances = np.asarray(probabilities, float)
    if len(chances) != len(groups):
        raise RateError(f"{len(chances)} chances of {len(groups)} people: give one each.")
    wrong = np.nonzero(~((chances >= 0) & (chances <= 1)))[0]
    if len(wrong):
        raise RateError(
            f"Number {wrong[0] + 1} has a chance of {chances[wrong[0]]}: it lies between 0 and 1."
        )
    return tuple(
        _group(chances, np.array([name == code for name in groups]), code, seed)
        for code in sorted(set(groups) - set(silent))
    )


def _group(chances: np.ndarray, inside: np.ndarray, code: str, seed: int) -> Assigned:
    many, places = int(inside.sum()), float(chances[inside].sum())
    rate, others = places / many, chances[~inside]
    other_rate = float(others.mean()) if len(others) else nan
    ratio = rate / other_rate if len(others) and other_rate else (inf if len(others) and rate else nan)
    p, exact = _p(chances, many, places, code, seed) if len(others) else (1.0, True)
    return Assigned(code, many, places, rate, ratio, p, exact)


def _p(chances: np.ndarray, many: int, places: float, code: str, seed: int) -> tuple[float, bool]:
    middle = many * float(chances.mean())
    off = abs(places - middle) - 1e-9
    if comb(len(chances), many) <= _ALL:
        sums = [float(chances[list(chosen)].sum()) for chosen in combinations(range(len(chances)), many)]
        return float(np.mean(np.abs(np.array(sums) - middle) >= off)), True
    own = int.from_bytes(sha256(f"{seed}|{code}".encode()).digest()[:8], "big")
    generator = np.random.Generator(np.random.Philox(own))
    fewer = min(many, len(chances) - many)  # the rest is as far off, and may be smaller
    total, as_far = float(chances.sum()), 1
    for _draw in range(_DRAWN):
        found = float(chances[generator.choice(len(chances), fewer, replace=False, shuffle=False)].sum())
        as_far += abs((found if fewer == many else total - found) - middle) >= off
    return as_far / (_DRAWN + 1), False
