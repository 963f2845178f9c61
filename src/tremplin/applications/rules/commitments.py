"""What work, study and care leave free of the weeks of a programme, computed so that nobody has to guess.

An answer is kept as one short line: “work 20 2027-03-01 2027-06-30; care 10 - -”, where “-” means all along, or
“none”. Weeks count from the first day of training; less than half a week at the end is none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.applications.rules.answers import whole_date, whole_number
from tremplin.core.errors import Message
from tremplin.core.text import is_whole, whole
from tremplin.core.ui.amounts import number
from tremplin.core.ui.moments import day_text
from tremplin.programmes.schema import EligibilityQuestion
from tremplin.programmes.schema.application import WEEK_HOURS

KINDS: Mapping[str, Message] = {
    "work": gettext_lazy("Work"),
    "study": gettext_lazy("Study"),
    "care": gettext_lazy("Care for others"),
    "other": gettext_lazy("Something else"),
}
ROWS, MORE, MOST_ROWS = 3, 3, 12
NONE = "none"
_WEEK, _HALF = timedelta(days=7), 4
Window = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Commitment:
    """Hours a week that are taken, from one day to another; without days all along."""

    kind: str
    hours: int
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the programme: the hours that are left of it, and whether they are enough."""

    number: int
    first: date
    free: float
    enough: bool


@dataclass(frozen=True, slots=True)
class Hours:
    """What commitments leave of a programme."""

    weeks: tuple[Week, ...]
    needed: int
    wanted: int
    """Weeks in a row that must have the hours needed."""
    longest: int
    """Weeks in a row that do."""

    @property
    def enough(self) -> bool:
        return self.longest >= self.wanted

    @property
    def lasting(self) -> int:
        """The hours a week that are free through as many weeks in a row as are wanted, in the freest such stretch."""
        stretches = (
            self.weeks[start : start + self.wanted] for start in range(len(self.weeks) - self.wanted + 1)
        )
        lows = (min(week.free for week in stretch) for stretch in stretches if stretch)
        return int(max(lows, default=0.0) + 1e-9)

    @property
    def least(self) -> int:
        return int(min((week.free for week in self.weeks), default=0))

    @property
    def most(self) -> int:
        return int(max((week.free for week in self.weeks), default=0))


def written(commitments: Sequence[Commitment]) -> str:
    """The line that is kept."""
    parts = [f"{row.kind} {row.hours} {row.first or '-'} {row.last or '-'}" for row in commitments]
    return "; ".join(parts) or NONE


def read(line: str) -> list[Commitment] | None:
    """The commitments of a line that was kept; None for anything else."""
    if line == NONE:
        return []
    found = []
    for part in line.split(";"):
        words = part.split()
        if len(words) != 4 or words[0] not in KINDS or not is_whole(words[1]):
            return None
        first, last = whole_date(words[2]), whole_date(words[3])
        if (first is None) != (words[2] == "-") or (last is None) != (words[3] == "-"):
            return None
        found.append(Commitment(words[0], int(words[1]), first, last))
    return found if len(found) <= MOST_ROWS else None


def rows_in(code: str, given: Mapping[str, str]) -> int:
    """How many rows the page had, or needs for what is kept."""
    asked = given.get(f"{code}_rows", "")
    kept = read(given.get(code, "")) or []
    rows = whole(asked, max(ROWS, len(kept)), digits=2)
    return min(MOST_ROWS, rows + (MORE if "_more" in given else 0))


def typed(code: str, given: Mapping[str, str]) -> tuple[str, str]:
    """The line that the fields of a page come to, and what is wrong with them; one of the two is empty."""
    if given.get(code):
        line = given[code]
        return (line, "") if read(line) is not None else ("", _("Fill in your commitments once more."))
    found: list[Commitment] = []
    for row in range(1, rows_in(code, given) + 1):
        values = [
            given.get(f"{code}_{row}_{part}", "").strip() for part in ("kind", "hours", "first", "last")
        ]
        if not any(values[1:]):
            continue
        commitment, fault = _row(row, values)
        if commitment is None:
            return "", fault
        found.append(commitment)
    if not found and f"{code}_none" not in given:
        return "", _("Fill in your commitments, or tick that you have none.")
    return written(found), ""


def _row(row: int, values: Sequence[str]) -> tuple[Commitment | None, str]:
    kind, hours = values[0] or "other", whole_number(values[1])
    first, last = (whole_date(text) for text in values[2:])
    if kind not in KINDS or hours is None or not 0 <= hours <= 168:
        return None, _("Line %(row)s: write the hours a week as a whole number, such as 20.") % {"row": row}
    if (values[2] and first is None) or (values[3] and last is None) or (first and last and last < first):
        return None, _("Line %(row)s: the days must be real, and the last one not before the first.") % {
            "row": row
        }
    return Commitment(kind, hours, first, last), ""


def weigh(question: EligibilityQuestion, commitments: Sequence[Commitment], window: Window) -> Hours:
    """What the commitments leave free, week by week, and whether it is what the programme needs."""
    first, last = window
    all_hours, needed = question.week_hours or WEEK_HOURS, question.at_least or 0
    weeks: list[Week] = []
    while first <= last:
        days = min(7, (last - first).days + 1)
        if weeks and days < _HALF:
            break
        busy = sum(row.hours * _days_within(row, first, days) / days for row in commitments)
        free = max(0.0, all_hours - busy)
        weeks.append(Week(len(weeks) + 1, first, free, free >= needed - 1e-9))
        first += _WEEK
    runs = [sum(1 for _week in run) for enough, run in groupby(weeks, lambda week: week.enough) if enough]
    wanted = min(question.weeks or len(weeks), len(weeks))
    return Hours(tuple(weeks), needed, wanted, max(runs, default=0))


def _days_within(row: Commitment, first: date, days: int) -> int:
    """How many of `days` days from `first` on the commitment takes."""
    last = first + timedelta(days=days - 1)
    begins, ends = max(row.first or first, first), min(row.last or last, last)
    return max(0, (ends - begins).days + 1)


def readable(line: str) -> str:
    """A line that was kept, in words."""
    commitments = read(line)
    if not commitments:
        return _("None")
    return "\n".join(_words(row) for row in commitments)


def _words(row: Commitment) -> str:
    text = _("%(kind)s: %(hours)s hours a week") % {"kind": KINDS[row.kind], "hours": number(row.hours)}
    if row.first and row.last:
        return _("%(text)s, %(first)s to %(last)s") % {
            "text": text,
            "first": day_text(row.first),
            "last": day_text(row.last),
        }
    if row.first:
        return _("%(text)s, from %(first)s") % {"text": text, "first": day_text(row.first)}
    return _("%(text)s, until %(last)s") % {"text": text, "last": day_text(row.last)} if row.last else text
