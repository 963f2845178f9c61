"""Chances as whole numbers, and a fixed number of people drawn with exactly those chances.

**Units.** Chances become whole millionths (or any unit) that sum exactly to the places, each within one unit of
what was asked (largest remainders; Balinski and Young, *Fair representation*, 1982).

**Systematic sampling.** Lay the chances one after the other on a line, start at a uniform whole number below the
unit, and take whoever lies there and at each unit further on (Madow 1949, *On the theory of systematic sampling
II*, Annals of Mathematical Statistics 20). Everybody is taken with exactly their chance, the number taken is fixed,
and in any stretch of the line, such as a stratum, it is the expected number rounded down or up: no way of drawing
with these chances varies less. One random number decides all.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from math import isfinite

UNIT = 1_000_000


class RoundingError(ValueError):
    """Chances that cannot be drawn with: says which, and what to do."""


def to_units(
    chances: Sequence[float | Fraction], *, places: int, codes: Sequence[str] | None = None, unit: int = UNIT
) -> tuple[int, ...]:
    """Whole units (n,) that sum to `places` · `unit`, each within one unit of its chance and in [0, unit].

    Ties go to the first of `codes`, or by position. Chances may miss the sum by 10⁻⁶ each. O(n log n).
    Raises RoundingError for what is not in [0, 1], or sums to something else.
    """
    if codes is not None and len(codes) != len(chances):
        raise RoundingError(f"{len(chances)} chances for {len(codes)} codes")
    names: list[str] = list(codes) if codes is not None else [f"{at:09}" for at in range(len(chances))]
    for name, chance in zip(names, chances, strict=True):
        if not (isfinite(chance) and 0.0 <= chance <= 1.0):
            raise RoundingError(f"the chance of {name} is {chance}: chances lie between 0 and 1")
    exact: list[Fraction] = [Fraction(chance) * unit for chance in chances]
    whole: list[int] = [int(value) for value in exact]
    order = sorted(range(len(exact)), key=lambda at: (whole[at] - exact[at], names[at]))
    spare = places * unit - sum(whole)
    if spare >= 0:
        changed = [at for at in order if whole[at] < unit][:spare]
    else:  # chances that sum to a little more
        changed = [at for at in reversed(order) if whole[at] > 0][:-spare]
    if len(changed) < abs(spare) or abs(sum(exact, Fraction(-places * unit))) > max(1, len(exact)):
        total = float(sum(exact, Fraction(0)) / unit)
        raise RoundingError(f"chances sum to {total:.6f}, not to the {places} places")
    for at in changed:
        whole[at] += 1 if spare > 0 else -1
    return tuple(whole)


def systematic(units: Sequence[int], *, start: int, unit: int = UNIT) -> tuple[int, ...]:
    """The positions taken, in order, from a `start` in [0, unit). Exactly sum(units) / unit of them. O(n).

    Raises RoundingError when units lie outside [0, unit], do not sum to whole places, or `start` is out of range.
    """
    if not 0 <= start < unit:
        raise RoundingError(f"the start {start} does not lie below {unit}")
    if any(not 0 <= value <= unit for value in units):
        raise RoundingError(f"a chance does not lie between 0 and {unit} units")
    if sum(units) % unit:
        raise RoundingError("chances do not sum to a whole number of places")
    ends = list(accumulate(units))
    # Between two ends lies a point start + j·unit exactly when the number of points below rises.
    below = [-(-(end - start) // unit) for end in ends]
    return tuple(at for at, count in enumerate(below) if count > (below[at - 1] if at else 0))
