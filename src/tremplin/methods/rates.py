"""Shares and their differences with what is not known about them: score intervals, which hold for small groups too.

Wilson, “Probable inference, the law of succession, and statistical inference”, JASA 22, 1927; Newcombe, “Interval
estimation for the difference between independent proportions: comparison of eleven methods”, Statistics in Medicine
17, 1998 (his method 10).
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share, or a difference of two, between its ends."""

    low: float
    value: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


def share(part: int, whole: int, *, level: float = LEVEL) -> Estimate:
    """`part` of `whole` with Wilson's score interval. Raises ValueError where it is no share."""
    if not 0 <= part <= whole or whole < 1:
        raise ValueError("A share is part of a whole that is there.")
    z = NormalDist().inv_cdf(0.5 + level / 2)
    value = part / whole
    middle = (value + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * sqrt(value * (1 - value) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return Estimate(min(value, max(0.0, middle - half)), value, max(value, min(1.0, middle + half)))


def difference(part: int, whole: int, other_part: int, other_whole: int, *, level: float = LEVEL) -> Estimate:
    """The first share less the second, with Newcombe's interval."""
    one, two = share(part, whole, level=level), share(other_part, other_whole, level=level)
    value = one.value - two.value
    below = sqrt((one.value - one.low) ** 2 + (two.high - two.value) ** 2)
    above = sqrt((one.high - one.value) ** 2 + (two.value - two.low) ** 2)
    return Estimate(value - below, value, value + above)
