"""Plan against done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tremplin.training.rules.weeks import FULL_WEEK, Week, done_hours, hours_of


@dataclass(frozen=True, slots=True)
class Progress:
    """Plan against done, up to a week. `share` is done work over planned work, in hours, 0 to 1."""

    planned_hours: int
    done_hours: float

    @property
    def share(self) -> float:
        return self.done_hours / self.planned_hours if self.planned_hours else 1.0

    @property
    def behind_weeks(self) -> float:
        """What is planned and not done, in full weeks."""
        return (self.planned_hours - self.done_hours) / FULL_WEEK


def week_of(*, starts: datetime, now: datetime, weeks: int) -> int:
    """The week of training that `now` falls in, from 1; 0 before it starts, `weeks` once it is over."""
    if now < starts:
        return 0
    return min(weeks, (now - starts) // timedelta(weeks=1) + 1)


def post_due(cadence: str, *, week: int, written: Collection[int]) -> bool:
    """Whether a post of the journal would be in step: a soft word, and never one with a `free` cadence.

    `written` are the weeks with a post that others may read.
    """
    if cadence == "free" or not week:
        return False
    fresh = {week, week - 1} if cadence == "fortnightly" else {week}
    return not fresh & set(written)


def progress(weeks: Sequence[Week], *, upto: int) -> Progress:
    """What was planned and what was done in the weeks before `upto`."""
    past = [week for week in weeks if week["week"] < upto]
    return Progress(sum(map(hours_of, past)), sum(map(done_hours, past)))
