"""The linear lottery: one changed read can move a chance only so far.

Goldberg, Fanti and Shah's work on smooth partial lotteries (2026) asks that a small change of one review change the
chances little. The chance rises with the estimate along one slope, p = slope * (estimate - line) between 0 and 1, with
the line set so that the chances add up to the places. Moving one estimate by d then moves that chance by at most
slope * d, and all chances together by at most twice that: the line gives way in the same direction, so the others fall
by as much as the one rises. Intervals are not looked at.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import inf, lcm

from tremplin.methods.selection.outcome import (
    BadEvidence,
    Cause,
    Scored,
    Selection,
    all_or_none,
    checked,
)


@dataclass(frozen=True, slots=True)
class Linear:
    """Chances along a slope. `slope`: chance per unit of the estimate, above 0. Raises BadEvidence for another."""

    slope: float
    name: str = "linear"

    def __post_init__(self) -> None:
        if not 0 < self.slope < inf:
            raise BadEvidence(f"a slope of {self.slope}: give a chance per unit of score, above 0")

    @classmethod
    def moving(cls, at_most: float, tick: float) -> "Linear":
        """The steepest slope under which an estimate that moves by `tick` moves its chance by `at_most`.

        One tick of one read of m equal ones moves a mean by tick / m.
        """
        if not (at_most > 0 and tick > 0):
            raise BadEvidence(f"{at_most} for a tick of {tick}: give figures above 0")
        return cls(at_most / tick)

    def select(self, scored: Sequence[Scored], *, places: int) -> Selection:
        """O(n log n). `Selection.line` runs from chance 0 to chance 1. Raises BadEvidence."""
        people = checked(scored, places)
        done = all_or_none(self.name, people, places)
        if done:
            return done
        slope = Fraction(self.slope)
        start = _start([Fraction(row.estimate) for row in people], slope, places)
        one, nothing = Fraction(1), Fraction(0)
        chance = {
            value: min(max(slope * (Fraction(value) - start), nothing), one)
            for value in {row.estimate for row in people}
        }
        chances = tuple(chance[row.estimate] for row in people)
        causes: tuple[Cause, ...] = tuple(
            "above the line" if chance == 1 else "below the line" if chance == 0 else "slope"
            for chance in chances
        )
        line = (float(start), float(start + 1 / slope))
        return Selection(self.name, places, people, chances, causes, line)


def _start(estimates: Sequence[Fraction], slope: Fraction, places: int) -> Fraction:
    """Where the slope begins, exactly: the stretch between two bends of the sum, by halving, then its solution.

    In whole numbers: scores times `unit`, the width of the slope being `width` of them.
    """
    unit = lcm(*(value.denominator for value in estimates)) * slope.numerator
    width = unit // slope.numerator * slope.denominator
    scores = sorted(int(value * unit) for value in estimates)
    sums = [0, *accumulate(scores)]

    def counts(start: int) -> tuple[int, int, int]:
        """From the slope beginning at `start`: who are sure, who are on it, and the sum of the latter."""
        some, sure = bisect_left(scores, start), bisect_left(scores, start + width)
        return len(scores) - sure, sure - some, sums[sure] - sums[some]

    bends = sorted({*scores, *(score - width for score in scores)})
    low, high = 0, len(bends) - 1  # at the first bend all are sure, at the last nobody has a chance
    while high - low > 1:
        middle = (low + high) // 2
        sure, on, total = counts(bends[middle])
        enough = (sure - places) * width + total - on * bends[middle] >= 0
        low, high = (middle, high) if enough else (low, middle)
    # Between two bends those on the slope are the same people; from the upper bend's view none has left yet. There are
    # some, for beyond the upper bend there are fewer places: where scores leave a gap, the slope begins at its end.
    sure, on, total = counts(bends[high])
    return Fraction(total - (places - sure) * width, on * unit)
