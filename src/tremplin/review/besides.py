"""What reviewers read besides the planned reads, as floors above know it: texts that all read first, extra reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tremplin.programmes.models import Cohort


@dataclass(frozen=True, slots=True)
class First:
    """`texts` that all read before their own list; how many of them those have `done` who have begun, by key."""

    texts: int = 0
    done: Mapping[int, int] = field(default_factory=dict)

    def left(self, reviewer: int) -> int:
        return max(0, self.texts - self.done.get(reviewer, 0))


Extra = Callable[[Cohort, datetime], tuple[int, ...]]
_extra: list[Extra] = []
_first: list[Callable[[Cohort], First]] = []


def register_extra(asked: Extra) -> None:
    """Declare how one finds out how many extra reads are still to come, in rounds."""
    _extra[:] = [asked]


def register_first(asked: Callable[[Cohort], First]) -> None:
    """Declare how one finds out what all read first."""
    _first[:] = [asked]


def extra_of(cohort: Cohort, now: datetime) -> tuple[int, ...]:
    """Extra reads that are still to come, in rounds each of which waits for the one before."""
    return next((asked(cohort, now) for asked in _extra), ())


def first_of(cohort: Cohort) -> First:
    """What all reviewers of this cohort read before their own lists."""
    return next((asked(cohort) for asked in _first), First())
