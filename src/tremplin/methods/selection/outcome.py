"""What every rule of selection takes and gives: people with intervals in; sure, lottery, not, and why, out."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf, isfinite
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

Band = Literal["sure", "lottery", "not"]
Cause = Literal[
    "enough places",  # there are as many places as applicants
    "no places",
    "above the line",  # the whole interval lies above it
    "below the line",  # the whole interval lies below it
    "across the line",  # the interval holds a point of it
    "sure places taken",  # above the line, but the share of places that may be sure is used up
    "lottery full",  # reaches the line, but the lottery is as large as it may be
    "behind",  # reaches the line, but somebody with a better estimate does not
    "places left for all",  # as many places are left as people stand at the line
    "by estimate",  # by the estimate alone
    "tied at the last place",
    "by the worst case",  # the interval holds the line; what is promised in the worst case decides
    "in every top",  # among the best under every order that the intervals allow
    "in no top",  # among the best under none
    "slope",  # the chance rises with the estimate
    "limits",  # limits on groups move places here or away
]
SAME = 1e-9  # estimates closer than this are one


class BadEvidence(ValueError):
    """People, intervals or places that no rule can select from. The text says who, what, and what to do."""


@dataclass(frozen=True, slots=True)
class Scored:
    """An applicant with an estimate and the interval that holds it. More is better."""

    code: str
    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an applicant stands where they stand: figures for a page or a letter to put into words.

    `clearly_above` counts those whose whole interval lies above this one, `clearly_below` those below, `alike`
    the others with the same estimate and interval. `line` is the stretch of scores where the decision falls.
    """

    code: str
    band: Band
    cause: Cause
    chance: Fraction
    rank: int
    low: float
    estimate: float
    high: float
    line: tuple[float, float]
    clearly_above: int
    clearly_below: int
    alike: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """Exact arithmetic on what was published: `value` people of the true top are expected in the worst case;
    no selection whatever reaches more than `bound`."""

    value: Fraction
    bound: Fraction

    @property
    def gap(self) -> Fraction:
        return self.bound - self.value


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an applicant stands. `rank` counts from 1 by estimate; equal estimates share a rank."""

    code: str
    band: Band
    rank: int
    chance: Fraction


@dataclass(frozen=True, slots=True)
class Selection:
    """What a rule gives: for each of `scored`, in its order, the exact chance of a place, and the cause.

    The chances add up to the smaller of places and applicants, exactly. A chance of 1 is *sure*, of 0 *not*, all
    others are *lottery*. `line` is where the decision falls: one score twice, or a stretch; infinite when there are
    places for all or none. Where limits part people into cells with a line each, `own_lines` holds each person's.
    """

    rule: str
    places: int
    scored: tuple[Scored, ...]
    chances: tuple[Fraction, ...]
    causes: tuple[Cause, ...]
    line: tuple[float, float]
    certificate: Certificate | None = None
    own_lines: tuple[tuple[float, float], ...] = ()

    @property
    def probabilities(self) -> npt.NDArray[np.float64]:
        """Shape (n,), in the order of `scored`."""
        return np.array([float(chance) for chance in self.chances], dtype=np.float64)

    @property
    def ranks(self) -> tuple[int, ...]:
        """By estimate, in the order of `scored`."""
        order = best_first(self.scored)
        ranks = [0] * len(order)
        for position, index in enumerate(order):
            before = order[position - 1] if position else index
            tied = position and same(self.scored[before], self.scored[index])
            ranks[index] = ranks[before] if tied else position + 1
        return tuple(ranks)

    @property
    def placed(self) -> tuple[Placed, ...]:
        """Everybody, best estimate first, equal ones by code."""
        ranks = self.ranks
        return tuple(
            Placed(self.scored[index].code, band_of(self.chances[index]), ranks[index], self.chances[index])
            for index in best_first(self.scored)
        )

    def members(self, band: Band) -> tuple[str, ...]:
        """The codes of a band, best estimate first, equal ones by code."""
        return tuple(
            self.scored[index].code
            for index in best_first(self.scored)
            if band_of(self.chances[index]) == band
        )

    @property
    def sure(self) -> tuple[str, ...]:
        return self.members("sure")

    @property
    def lottery(self) -> tuple[str, ...]:
        return self.members("lottery")

    @property
    def drawn(self) -> int:
        """How many places the lottery gives."""
        return int(sum(chance for chance in self.chances if 0 < chance < 1))

    def why(self, code: str) -> Reason:
        """Raises KeyError for a code that is not there. O(n)."""
        for index, row in enumerate(self.scored):
            if row.code == code:
                chance = self.chances[index]
                return Reason(
                    code=code,
                    band=band_of(chance),
                    cause=self.causes[index],
                    chance=chance,
                    rank=1 + sum(other.estimate > row.estimate + SAME for other in self.scored),
                    low=row.low,
                    estimate=row.estimate,
                    high=row.high,
                    line=self.own_lines[index] if self.own_lines else self.line,
                    clearly_above=sum(other.low > row.high for other in self.scored),
                    clearly_below=sum(other.high < row.low for other in self.scored),
                    alike=sum(_evidence(other) == _evidence(row) for other in self.scored) - 1,
                )
        raise KeyError(code)


class Rule(Protocol):
    """A way to turn evidence into chances. Same evidence, same chances; the order of the rows does not matter."""

    @property
    def name(self) -> str: ...

    def select(self, scored: Sequence[Scored], *, places: int) -> Selection: ...


def band_of(chance: Fraction) -> Band:
    return "sure" if chance == 1 else "not" if chance == 0 else "lottery"


def checked(scored: Sequence[Scored], places: int) -> tuple[Scored, ...]:
    """The rows as they came. Raises BadEvidence for a code twice, an interval that does not hold its estimate,
    a figure that is not finite, or places that are not a whole number from 0."""
    if isinstance(places, bool) or not isinstance(places, (int, np.integer)) or places < 0:
        raise BadEvidence(f"{places!r} places: give a whole number from 0")
    seen: set[str] = set()
    for row in scored:
        if row.code in seen:
            raise BadEvidence(f"{row.code!r} stands twice: give each applicant one row")
        seen.add(row.code)
        if not all(map(isfinite, (row.low, row.estimate, row.high))):
            raise BadEvidence(f"{row.code!r} has a figure that is not finite: leave out who has no score")
        if not row.low <= row.estimate <= row.high:
            text = f"{row.code!r}: the interval {row.low} to {row.high} does not hold the estimate {row.estimate}"
            raise BadEvidence(f"{text}: give low <= estimate <= high")
    return tuple(scored)


def best_first(scored: Sequence[Scored]) -> list[int]:
    """Indices by estimate, equal ones by code."""
    return sorted(range(len(scored)), key=lambda index: (-scored[index].estimate, scored[index].code))


def same(one: Scored, other: Scored) -> bool:
    return abs(one.estimate - other.estimate) <= SAME


def all_or_none(rule: str, scored: tuple[Scored, ...], places: int) -> Selection | None:
    """The selection when nothing is to be decided: places for everybody, or for nobody."""
    count = len(scored)
    if places >= count:
        enough: Cause = "enough places"
        return Selection(rule, places, scored, (Fraction(1),) * count, (enough,) * count, (-inf, -inf))
    if places == 0:
        none: Cause = "no places"
        return Selection(rule, places, scored, (Fraction(0),) * count, (none,) * count, (inf, inf))
    return None


def _evidence(row: Scored) -> tuple[float, float, float]:
    return row.low, row.estimate, row.high
