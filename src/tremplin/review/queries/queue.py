"""A reviewer's list: how much of it is left, and its lines a page at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, overload

from django.db.models import Case, Count, Q, QuerySet, Value, When

from tremplin.blinding import queries as blinding
from tremplin.core.prepared import PreparedRows
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.review import rules
from tremplin.review.models import AssignmentState
from tremplin.review.passes import FIRST, SECOND, due_of, name_in
from tremplin.review.plan import review_plan
from tremplin.review.queries.asking import put_aside
from tremplin.review.queries.mine import rows_of

_SHOWN = Q(ready=True) | Q(state=AssignmentState.SUBMITTED)
_PACE_OF = 50  # the latest reads: a pace is that of today, and costs the same for a list of ten thousand


def _marked(cohort: int, reviewer: int) -> QuerySet[Any, Any]:
    """Their reads; `ready` to be read, put `aside` for an answer, `begun`."""
    found: QuerySet[Any, Any] = rows_of(cohort, reviewer).annotate(
        ready=blinding.finished(), aside=put_aside()
    )
    marked: QuerySet[Any, Any] = found.annotate(
        begun=Case(When(review__isnull=False, then=Value(1)), default=Value(0))
    )
    return marked


class _Pile(NamedTuple):
    state: str
    pass_number: int
    ready: bool
    aside: bool
    begun: int
    many: int


_PILES = PreparedRows(
    lambda cohort, reviewer: (
        _marked(cohort, reviewer)
        .order_by()
        .values("state", "pass_number", "ready", "aside", "begun")
        .annotate(many=Count("pk"))
        .values_list("state", "pass_number", "ready", "aside", "begun", "many")
    ),
    int,
    int,
)
_SECONDS = PreparedRows(
    lambda cohort, reviewer: (
        rows_of(cohort, reviewer)
        .filter(state=AssignmentState.SUBMITTED, review__isnull=False)
        .order_by("-review__submitted_at")
        .values_list("review__seconds")[:_PACE_OF]
    ),
    int,
    int,
)


@dataclass(frozen=True)
class Queue:
    """What is left of one reviewer's reads and how long that takes; their lines, once somebody asks for them.

    `each`: the minutes of a read at this person's pace. `open`: can be read now; so many of them are `begun`. `aside`:
    wait for the organisers, who were asked to look again. `waiting`: further ones whose blinded copy is not finished:
    they cannot be read yet, and nothing of them is shown.
    """

    cohort: Cohort
    reviewer: User
    done: int
    total: int
    each: int
    minutes_left: int
    due: datetime
    open: int
    begun: int
    aside: int
    waiting: int

    @property
    def left(self) -> int:
        return self.total - self.done

    @property
    def effort(self) -> str:
        return rules.effort(self.minutes_left)

    @property
    def rows(self) -> "Lines":
        """What was begun, what is to be read, what waits for an answer, what is done."""
        return Lines(self)


def queue_for(cohort: Cohort, reviewer: User) -> Queue:
    """A reviewer's queue, in two queries whose answers do not grow with it: it stands on every reading page."""
    piles = [_Pile(*row) for row in _PILES(cohort.pk, reviewer.pk)]
    done = _sum(piles, state=AssignmentState.SUBMITTED)
    to_read = [pile for pile in piles if pile.state == AssignmentState.ASSIGNED and pile.ready]
    seconds = [row[0] for row in _SECONDS(cohort.pk, reviewer.pk)] if done else []
    planned, left = review_plan(cohort).minutes, _sum(to_read)
    return Queue(
        cohort,
        reviewer,
        done=done,
        total=done + left,
        each=rules.minutes_left(reads=1, seconds=seconds, planned_minutes=planned),
        minutes_left=rules.minutes_left(reads=left, seconds=seconds, planned_minutes=planned),
        due=due_of(cohort, min((pile.pass_number for pile in to_read), default=FIRST)),
        open=_sum(to_read, aside=False),
        begun=_sum(to_read, aside=False, begun=1),
        aside=_sum(to_read, aside=True),
        waiting=_sum(piles, state=AssignmentState.ASSIGNED) - left,
    )


def _sum(piles: Sequence[_Pile], **only: object) -> int:
    return sum(
        pile.many for pile in piles if all(getattr(pile, name) == value for name, value in only.items())
    )


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of a queue. `minutes`: how long it took; what is not in yet: how long one takes at this person's pace.

    `aside`: it waits for the organisers, who were asked to look again. `second`: it is read in the second pass, with
    what that opens.
    """

    ref: str
    name: str
    state: str
    started: bool
    language: str
    submitted_at: datetime | None
    minutes: int
    aside: bool = False
    second: bool = False


class _Given(NamedTuple):
    """One read as the database tells it: no row of a person, and none of the words, comes along."""

    ref: str
    state: str
    pass_number: int
    key: str
    language: str
    aside: bool
    begun: int
    seconds: int | None
    submitted_at: datetime | None


_FIELDS = ("ref", "state", "pass_number", "application__blind_key", "application__language", "aside", "begun")
_OF_REVIEW = ("review__seconds", "review__submitted_at")


class Lines(Sequence[QueueRow]):
    """The lines of a queue, asked for as far as they are wanted."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue

    def __len__(self) -> int:
        return self.queue.total

    def __iter__(self) -> Iterator[QueueRow]:
        return iter(self[:])

    @overload
    def __getitem__(self, index: int) -> QueueRow: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[QueueRow]: ...
    def __getitem__(self, index: int | slice) -> QueueRow | Sequence[QueueRow]:
        if isinstance(index, slice):
            first, last, _step = index.indices(len(self))
            return self._asked(first, last)
        at = range(len(self))[index]
        return self._asked(at, at + 1)[0]

    def _asked(self, first: int, last: int) -> list[QueueRow]:
        queue = self.queue
        done = Q(state=AssignmentState.SUBMITTED)
        order = Case(When(done, then=2), When(aside=True, then=1), default=0)
        rows = _marked(queue.cohort.pk, queue.reviewer.pk).filter(_SHOWN).order_by(order, "-begun", "ref")
        found = rows.values_list(*_FIELDS, *_OF_REVIEW)[first:last]
        return [_line(queue, _Given(*row)) for row in found] if first < last else []


def _line(queue: Queue, row: _Given) -> QueueRow:
    done = row.state == AssignmentState.SUBMITTED
    taken = row.seconds if done and row.seconds is not None else queue.each * 60
    return QueueRow(
        ref=row.ref,
        name=name_in(row.key, queue.cohort.ref, row.pass_number),
        state=row.state,
        started=bool(row.begun),
        language=row.language,
        submitted_at=row.submitted_at,
        minutes=max(1, round(taken / 60)),
        aside=row.aside and not done,
        second=row.pass_number == SECOND,
    )
