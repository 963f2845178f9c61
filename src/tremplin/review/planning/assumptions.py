"""What organisers assume of a season of reading, as they type it, as it is kept, and its limits."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal

from django.utils.translation import gettext as _

from tremplin.core.errors import Invalid, Message

Goal = Literal["unread", "short"]
Curve = Literal["published", "earlier"]

MOST_PEOPLE, MOST_HOURS, MOST_MINUTES, MOST_READS, MOST_DAYS = 100_000, 80, 240, 10, 60
MOST_READERS, MOST_EFFORT = 500, 300
GUESSED_HOURS = 4


@dataclass(frozen=True, slots=True)
class Assumptions:
    """`low`, `likely`, `high`: applications in all, between the outer two in nine of ten calls. `curve`: how they come.

    `shares`: of each language, in percent. `hours`: a week, of whoever has not said. `early`: days before the call
    closes on which reading begins. `goal`: what must not happen (anybody unread; anybody with fewer reads than
    planned) but for a `risk` in percent.

    What is only tried: `more` reviewers of each language with `more_hours` a week; everybody reads `effort` percent
    more; nobody may apply after `cap` have (0: no end); reading ends `later` days later.
    """

    low: int
    likely: int
    high: int
    minutes: float
    reads: int
    shares: Mapping[str, int]
    curve: Curve = "published"
    hours: int = GUESSED_HOURS
    early: int = 0
    goal: Goal = "short"
    risk: int = 5
    more: Mapping[str, int] = field(default_factory=dict)
    more_hours: int = GUESSED_HOURS
    effort: int = 0
    cap: int = 0
    later: int = 0

    def kept(self) -> dict[str, Any]:
        """As it lies in the database."""
        return asdict(self)

    @property
    def tries(self) -> bool:
        """Whether anything is assumed that is not so yet."""
        return bool(any(self.more.values()) or self.effort or self.cap or self.later)

    def as_it_is(self, reads: int) -> "Assumptions":
        """Without what is only tried: no reviewer who is not there, no day that nobody has moved."""
        return replace(self, more={}, effort=0, cap=0, later=0, reads=reads)


def of(kept: Mapping[str, Any], languages: Sequence[str]) -> Assumptions | None:
    """What was kept; None where nothing was. A language that the programme has given up is forgotten."""
    known = {one.name for one in fields(Assumptions)}
    values = {name: value for name, value in kept.items() if name in known}
    if not {"low", "likely", "high", "minutes", "reads", "shares"} <= values.keys():
        return None
    for name in ("shares", "more"):
        values[name] = {code: many for code, many in values.get(name, {}).items() if code in languages}
    return Assumptions(**values)


def check(found: Assumptions, *, call_days: int) -> None:
    """Raises Invalid: for each field what is wrong and what to do."""
    errors: dict[str, list[Message]] = {}
    if not 0 < found.low <= found.likely <= found.high:
        errors["likely"] = [
            _("Put the smallest number first, the largest last, and the likely one between them.")
        ]
    total = sum(found.shares.values())
    if len(found.shares) > 1 and total != 100:
        first = next(iter(found.shares))
        errors[f"share_{first}"] = [
            _("The languages together make %(total)s %%. Change one so that they make 100 %%.")
            % {"total": total}
        ]
    if found.early > call_days:
        errors["early"] = [
            _("The call is open for %(days)s days. Reading cannot begin before it opens.")
            % {"days": call_days}
        ]
    if errors:
        raise Invalid(errors)
