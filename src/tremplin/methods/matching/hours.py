"""When people can meet: hours on their own clocks, in real time zones, over the weeks of a programme.

Clocks change on other days in other places: Paris and New York are five hours apart for three weeks a year, and six
for the rest. So nothing here knows an "offset": each span of each day is put on the line of UTC by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from tremplin.methods.matching.market import BadMarket, Floats

QUARTERS = 7 * 24 * 4
_QUARTER = timedelta(minutes=15)
Grid = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Hours:
    """`spans`: (day, from, to) on the clock of `zone` (IANA), 0 being Monday, hours from 0 to 24 with quarters."""

    zone: str
    spans: tuple[tuple[int, float, float], ...]

    @staticmethod
    def daily(zone: str, days: Iterable[int], first: float, last: float) -> "Hours":
        return Hours(zone, tuple((day, first, last) for day in days))


@dataclass(frozen=True, slots=True)
class Weeks:
    """`many` weeks, Monday to Sunday in UTC, from the one that holds `first`."""

    first: date
    many: int

    @staticmethod
    def between(first: date, last: date) -> "Weeks":
        """All weeks that hold a day from `first` to `last`."""
        monday = first - timedelta(days=first.weekday())
        return Weeks(first, max(1, (last - monday).days // 7 + 1))


@lru_cache(maxsize=4096)
def grid(hours: tuple[Hours, ...], weeks: Weeks) -> Grid:
    """(weeks, 672): the quarters of an hour in which all of `hours` are free. Raises BadMarket.

    A quarter counts when it lies within whole. A night in which the clock jumps is as long as it is.
    """
    found = np.ones(weeks.many * QUARTERS, dtype=np.bool_)
    for part in hours:
        found &= _one(part, weeks)
    found.flags.writeable = False
    return found.reshape(weeks.many, QUARTERS)


def _one(hours: Hours, weeks: Weeks) -> Grid:
    try:
        zone = ZoneInfo(hours.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadMarket(f"{hours.zone!r} is no time zone; write one like Africa/Dakar") from None
    for day, first, last in hours.spans:
        if not (0 <= day <= 6 and 0 <= first < last <= 24):
            raise BadMarket(f"day {day} from {first} to {last}: days run from 0 to 6, hours from 0 to 24")
    monday = weeks.first - timedelta(days=weeks.first.weekday())
    start = datetime.combine(monday, time(), UTC)
    line = np.zeros(weeks.many * QUARTERS, dtype=np.bool_)
    for number in range(-1, weeks.many * 7 + 1):
        today = monday + timedelta(days=number)
        for weekday, first, last in hours.spans:
            if weekday == today.weekday():
                begin = -((start - _moment(today, first, zone)) // _QUARTER)  # up to a whole quarter
                end = (_moment(today, last, zone) - start) // _QUARTER
                line[max(begin, 0) : max(end, 0)] = True
    return line


def _moment(day: date, hour: float, zone: ZoneInfo) -> datetime:
    minutes = round(hour * 60)
    at = datetime.combine(
        day + timedelta(days=minutes // 1440), time(minutes % 1440 // 60, minutes % 60), zone
    )
    return at.astimezone(UTC)


def common(
    mine: Sequence[tuple[Hours, ...]], theirs: Sequence[tuple[Hours, ...]], weeks: Weeks
) -> tuple[Floats, Floats, Floats]:
    """(n, m) each: common hours a week on average, in the middle week and in the leanest. NaN: somebody said nothing.

    People with the same hours, and weeks like the one before, are counted once.
    """
    rows, row_of = _kinds(mine, weeks)
    columns, column_of = _kinds(theirs, weeks)
    both = np.concatenate([rows, columns])
    changed = np.flatnonzero((both[:, 1:] != both[:, :-1]).any(axis=(0, 2))) + 1
    starts = np.concatenate([[0], changed])
    times = np.diff(np.append(starts, weeks.many))
    each = np.stack(
        [rows[:, week].astype(np.float32) @ columns[:, week].astype(np.float32).T / 4 for week in starts]
    )
    order = np.sort(np.repeat(each, times, axis=0), axis=0)
    parts = (np.tensordot(times / weeks.many, each, axes=1), order[(weeks.many - 1) // 2], order[0])
    said = [np.array([bool(one) for one in people], dtype=np.bool_) for people in (mine, theirs)]
    known = said[0][:, None] & said[1][None, :]
    pick = np.ix_(row_of, column_of)
    mean, middle, leanest = (np.where(known, part[pick], np.nan).astype(np.float64) for part in parts)
    return mean, middle, leanest


def _kinds(people: Sequence[tuple[Hours, ...]], weeks: Weeks) -> tuple[Grid, npt.NDArray[np.int64]]:
    numbers: dict[tuple[Hours, ...], int] = {}
    of = np.array([numbers.setdefault(person, len(numbers)) for person in people], dtype=np.int64)
    grids = [grid(kind, weeks) for kind in numbers]
    return np.stack(grids) if grids else np.zeros((0, weeks.many, QUARTERS), dtype=np.bool_), of
