"""Comparisons of counts of which only a span is known, as of rounded ones: what holds whatever the spans hide.

Every figure is taken over all corners of the spans. An interval reaches from the lowest of their ends to the highest,
a p-value is the largest of theirs, and 1 where some corner has the group ahead and another behind. So a finding that
is made from rounded numbers holds for the counts behind them, and nothing is said of these that rounding hides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from tremplin.methods.disparity.audit import Asked, Compared, compared, together
from tremplin.methods.disparity.exact import mid_p
from tremplin.methods.disparity.power import detectable, missing_bounds
from tremplin.methods.disparity.rates import LEVEL, Estimate, RateError, differences, ratios, share

EFFORT = 100_000
"""Outcomes up to which power is summed over all of them: some milliseconds a comparison."""
Span = tuple[int, int]
_Counts = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Spanned:
    """One comparison as it is shown, and the least and the most that each of its four counts can be.

    `everybody`: how many there are in all, part and whole, exactly. Whoever is in neither group then is somebody of
    whom nothing is known, and `bounds` says what they could change. None: nobody is left over.
    """

    asked: Asked
    part: Span
    whole: Span
    other_part: Span
    other_whole: Span
    everybody: Span | None = None

    def corners(self) -> tuple[_Counts, ...]:
        """All that the counts can be at the ends of their spans. Raises RateError where no such counts are."""
        ends = (self.part, self.whole, self.other_part, self.other_whole)
        if any(not 0 <= low <= high for low, high in ends) or min(self.whole[1], self.other_whole[1]) < 1:
            raise RateError("A span reaches from the least to the most, and there is somebody on both sides.")
        found = {
            (min(part, max(whole, 1)), max(whole, 1), min(other, max(others, 1)), max(others, 1))
            for part, whole, other, others in product(*ends)
        }
        return tuple(sorted(found))


def compared_spans(
    spanned: Sequence[Spanned], *, level: float = LEVEL, effort: int = EFFORT
) -> tuple[Compared, ...]:
    """All comparisons of one audit (`audit.compared`), each widened to what its spans may hide. Raises RateError.

    Values, and what could have shown, are of the counts as they are shown. O(16 comparisons) each.
    """
    found = compared([one.asked for one in spanned], level=level, with_power=False)
    return together([_widened(one, said, level, effort) for one, said in zip(spanned, found, strict=True)])


def _widened(one: Spanned, said: Compared, level: float, effort: int) -> Compared:
    corners = one.corners()
    counts = [list(column) for column in zip(*corners, strict=True)]
    ratio_ends, difference_ends = (
        (float(low.min()), float(high.max()))
        for low, high in (ratios(*counts, level=level), differences(*counts, level=level))
    )
    shares = [share(part, whole, level=level) for part, whole, _other, _others in corners]
    p = _p(corners)
    return replace(
        said,
        rate=Estimate(min(own.low for own in shares), said.rate.value, max(own.high for own in shares)),
        ratio=Estimate(ratio_ends[0], said.ratio.value, ratio_ends[1]),
        difference=Estimate(difference_ends[0], said.difference.value, difference_ends[1]),
        p=p,
        holm=p,
        discovery=p,
        could_show=detectable(
            said.whole, said.other_whole, said.other_part / said.other_whole, level=level, effort=effort
        ),
        bounds=_bounds(corners, one.everybody),
    )


def _p(corners: Sequence[_Counts]) -> float:
    ahead = {int(np.sign(part * others - other * whole)) for part, whole, other, others in corners}
    return 1.0 if len(ahead) > 1 else max(mid_p(*corner) for corner in corners)


def _bounds(corners: Sequence[_Counts], everybody: Span | None) -> tuple[float, float] | None:
    if everybody is None:
        return None
    ends = []
    for part, whole, other, others in corners:
        unknown = max(everybody[1] - whole - others, 0)
        chosen = min(max(everybody[0] - part - other, 0), unknown)
        if unknown:
            ends.append(missing_bounds(part, whole, other, others, chosen, unknown))
    return (min(low for low, _high in ends), max(high for _low, high in ends)) if ends else None
