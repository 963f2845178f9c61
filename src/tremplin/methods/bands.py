"""Three bands from scores with intervals: clearly above the line, too close to call, clearly below.

**The line** runs half-way between the estimates of the last place and of the next applicant. Applicants are
taken in the order of their estimates. *Admit*: those at the top whose whole interval lies above the line, at
most a set share of the places. *Lottery*: the next, as many as there are places left times a factor, as long as
their interval reaches the line. *Decline*: the rest. Equal estimates always fare alike: a tie at an edge goes
into the lottery as a whole. This is the funding line with a random draw of the Swiss National Science Foundation
(Heyard, Ott, Salanti and Egger 2022), bounded so that the draw stays among people whom the scores support.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, inf
from typing import Literal

BandName = Literal["admit", "lottery", "decline"]
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Scored:
    """An applicant with an estimate and its interval."""

    code: str
    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an applicant stands. `rank` counts from 1; equal estimates share a rank."""

    code: str
    band: BandName
    rank: int


@dataclass(frozen=True, slots=True)
class Bands:
    """Everybody, best first. `places` goes to the clear top (`admitted`) and to the draw (`drawn`)."""

    placed: tuple[Placed, ...]
    line: float
    admitted: int
    drawn: int

    def members(self, band: BandName) -> tuple[str, ...]:
        return tuple(row.code for row in self.placed if row.band == band)


def sort_into_bands(
    scored: Sequence[Scored],
    *,
    places: int,
    method: Literal["draw", "top"] = "draw",
    admit_share: float = 0.5,
    band_factor: float = 2.0,
) -> Bands:
    """Sort applicants into bands. O(n log n).

    `top` admits by estimate alone and draws only among those who are tied for the last places. With as many
    places as applicants all are admitted. Raises ValueError for a code that stands twice, negative places, a
    share outside [0, 1], a factor below 1, or an interval that does not hold its estimate.
    """
    _check(scored, places, admit_share, band_factor)
    rows = sorted(scored, key=lambda row: (-row.estimate, row.code))
    if places >= len(rows):
        return _bands(rows, len(rows), len(rows), places=len(rows), line=-inf)
    if places == 0:
        return _bands(rows, 0, 0, places=0, line=inf)
    line = (rows[places - 1].estimate + rows[places].estimate) / 2
    if method == "top":
        first, last = _tied(rows, places)
        return _bands(rows, first, last, places=places, line=line)
    top = _clear_top(rows, places, admit_share, line)
    end = _end_of_lottery(rows, top, places - top, band_factor, line)
    return _bands(rows, top, end, places=places, line=line)


def _check(scored: Sequence[Scored], places: int, admit_share: float, band_factor: float) -> None:
    if len({row.code for row in scored}) != len(scored):
        raise ValueError("an applicant stands twice")
    if places < 0 or not 0 <= admit_share <= 1 or band_factor < 1:
        raise ValueError("places, share or factor out of range")
    if not all(row.low <= row.estimate <= row.high for row in scored):
        raise ValueError("an interval does not hold its estimate")


def _same(one: Scored, other: Scored) -> bool:
    return abs(one.estimate - other.estimate) <= _SAME


def _tied(rows: Sequence[Scored], places: int) -> tuple[int, int]:
    """First and last position of those tied across the line, none when nobody is."""
    if not _same(rows[places - 1], rows[places]):
        return places, places
    return _back(rows, places), _forth(rows, places)


def _back(rows: Sequence[Scored], position: int) -> int:
    """The start of the tie that `position` would cut through; `position` itself when it cuts none."""
    while 0 < position < len(rows) and _same(rows[position - 1], rows[position]):
        position -= 1
    return position


def _forth(rows: Sequence[Scored], position: int) -> int:
    """The end of the tie that `position` would cut through."""
    while 0 < position < len(rows) and _same(rows[position - 1], rows[position]):
        position += 1
    return position


def _clear_top(rows: Sequence[Scored], places: int, admit_share: float, line: float) -> int:
    most = floor(places * admit_share + _SAME)
    clear = 0
    while clear < most and rows[clear].low > line:
        clear += 1
    return _back(rows, clear)


def _end_of_lottery(rows: Sequence[Scored], top: int, drawn: int, factor: float, line: float) -> int:
    size = ceil(drawn * factor - _SAME)
    end = top + drawn
    while end < min(top + size, len(rows)) and rows[end].high >= line:
        end += 1
    return _forth(rows, end)


def _bands(rows: Sequence[Scored], top: int, end: int, *, places: int, line: float) -> Bands:
    placed: list[Placed] = []
    for position, row in enumerate(rows):
        band: BandName = "admit" if position < top else "lottery" if position < end else "decline"
        tied = position and _same(rows[position - 1], row)
        placed.append(Placed(row.code, band, placed[-1].rank if tied else position + 1))
    return Bands(tuple(placed), line, top, places - top)
