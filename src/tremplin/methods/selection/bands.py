"""Rules that need no solver: by estimate alone, by a funding line, and by a funding line with a bounded lottery.

**Top** admits by estimate and draws only among those tied for the last places.

**Funding line** is the rule of the Swiss National Science Foundation (Heyard, Ott, Salanti and Egger, *Rethinking
the Funding Line at the Swiss National Science Foundation: Bayesian Ranking and Lottery*, Statistics and Public
Policy 9, 2022): the line runs at the estimate of the last place; whose whole interval lies above it is sure, whose
whole interval lies below it is out, and all others draw for the places left.

**Bounded line** keeps the lottery among people whom the scores support: at most a share of the places is sure, the
lottery holds at most so many people a place, and both are taken in the order of the estimates, so that nobody stands
in a lower band than somebody with a lower estimate. Its line runs half-way between the last place and the next.

Equal estimates always fare alike: a tie at an edge goes into the lottery as a whole (in the funding line: people who
are equal in estimate *and* interval). All are O(n log n).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from tremplin.methods.selection.outcome import (
    SAME,
    BadEvidence,
    Cause,
    Scored,
    Selection,
    all_or_none,
    best_first,
    checked,
    same,
)


@dataclass(frozen=True, slots=True)
class Top:
    """The best by estimate; a lottery only among those tied for the last places."""

    name: str = "top"

    def select(self, scored: Sequence[Scored], *, places: int) -> Selection:
        """Raises BadEvidence."""
        people = checked(scored, places)
        done = all_or_none(self.name, people, places)
        if done:
            return done
        order = best_first(people)
        rows = [people[index] for index in order]
        tied = same(rows[places - 1], rows[places])
        first, last = (_back(rows, places), _forth(rows, places)) if tied else (places, places)
        causes: list[Cause] = ["by estimate"] * len(rows)
        causes[first:last] = ["tied at the last place"] * (last - first)
        return _selection(self.name, people, places, _line(rows, places), order, first, last, causes)


@dataclass(frozen=True, slots=True)
class FundingLine:
    """A lottery among all whose interval holds the estimate of the last place."""

    name: str = "funding line"

    def select(self, scored: Sequence[Scored], *, places: int) -> Selection:
        """Raises BadEvidence."""
        people = checked(scored, places)
        done = all_or_none(self.name, people, places)
        if done:
            return done
        line = people[best_first(people)[places - 1]].estimate
        sure = sum(row.low > line for row in people)
        drawn = Fraction(places - sure, sum(row.low <= line <= row.high for row in people))
        chances, causes = [], []
        for row in people:
            above, below = row.low > line, row.high < line
            chances.append(Fraction(1) if above else Fraction(0) if below else drawn)
            causes.append(_cause(above, below, drawn))
        return Selection(self.name, places, people, tuple(chances), tuple(causes), (line, line))


def _cause(above: bool, below: bool, drawn: Fraction) -> Cause:
    if above:
        return "above the line"
    if below:
        return "below the line"
    return "places left for all" if drawn == 1 else "across the line"


@dataclass(frozen=True, slots=True)
class BoundedLine:
    """A funding line with a lottery of bounded size, in the order of the estimates.

    `admit_share` in [0, 1] is the share of the places that may be sure; `band_factor` from 1 is how many people may
    draw for a place. Raises BadEvidence for other figures.
    """

    admit_share: float = 0.5
    band_factor: float = 2.0
    name: str = "bounded line"

    def __post_init__(self) -> None:
        if not 0 <= self.admit_share <= 1:
            raise BadEvidence(f"a share of {self.admit_share} of the places: give one from 0 to 1")
        if not self.band_factor >= 1:
            raise BadEvidence(f"{self.band_factor} people for a place: give a figure from 1")

    def select(self, scored: Sequence[Scored], *, places: int) -> Selection:
        """Raises BadEvidence."""
        people = checked(scored, places)
        done = all_or_none(self.name, people, places)
        if done:
            return done
        order = best_first(people)
        rows = [people[index] for index in order]
        line = _line(rows, places)
        first = self._sure(rows, places, line)
        last = self._end(rows, first, places - first, line)
        causes = _causes(rows, line, first, last, places)
        return _selection(self.name, people, places, line, order, first, last, causes)

    def _sure(self, rows: Sequence[Scored], places: int, line: float) -> int:
        most = floor(places * self.admit_share + SAME)
        clear = 0
        while clear < most and rows[clear].low > line:
            clear += 1
        return _back(rows, clear)

    def _end(self, rows: Sequence[Scored], first: int, drawn: int, line: float) -> int:
        most = min(len(rows), first + drawn * self.band_factor)
        size = ceil(most - SAME)
        end = first + drawn
        while end < size and rows[end].high >= line:
            end += 1
        return _forth(rows, end)


def _causes(rows: Sequence[Scored], line: float, first: int, last: int, places: int) -> list[Cause]:
    causes: list[Cause] = []
    stopped = last < len(rows) and rows[last].high < line
    for position, row in enumerate(rows):
        above, below = row.low > line, row.high < line
        if position < first:
            causes.append("above the line")
        elif position < last and last == places:
            causes.append("places left for all")
        elif position < last:
            causes.append("sure places taken" if above else "by estimate" if below else "across the line")
        else:
            causes.append("below the line" if below else "behind" if stopped else "lottery full")
    return causes


def _line(rows: Sequence[Scored], places: int) -> float:
    return (rows[places - 1].estimate + rows[places].estimate) / 2


def _back(rows: Sequence[Scored], position: int) -> int:
    """The start of the tie that `position` would cut through; `position` itself when it cuts none."""
    while 0 < position < len(rows) and same(rows[position - 1], rows[position]):
        position -= 1
    return position


def _forth(rows: Sequence[Scored], position: int) -> int:
    """The end of the tie that `position` would cut through."""
    while 0 < position < len(rows) and same(rows[position - 1], rows[position]):
        position += 1
    return position


def _selection(
    rule: str,
    people: tuple[Scored, ...],
    places: int,
    line: float,
    order: Sequence[int],
    first: int,
    last: int,
    causes: Sequence[Cause],
) -> Selection:
    """`first` are sure, those up to `last` draw for the places left; `causes` go by `order`."""
    chances = [Fraction(0)] * len(people)
    given: list[Cause] = ["by estimate"] * len(people)
    drawn = Fraction(places - first, last - first) if last > first else Fraction(0)
    for position, index in enumerate(order):
        chances[index] = Fraction(1) if position < first else drawn if position < last else Fraction(0)
        given[index] = causes[position]
    return Selection(rule, places, people, tuple(chances), tuple(given), (line, line))
