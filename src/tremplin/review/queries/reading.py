"""What a reviewer sees: the text and nothing that names a person, their own reads, later those of others."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Case, Exists, F, OuterRef, QuerySet, When
from django.utils.translation import gettext as _

from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.queries import Reading
from tremplin.blinding import queries as blinding
from tremplin.core.errors import Conflict
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import Question
from tremplin.review import rules
from tremplin.review.gates import require_free
from tremplin.review.models import Assignment, AssignmentState, Review
from tremplin.review.passes import FIRST, SECOND, due_of, name_in
from tremplin.review.plan import review_plan
from tremplin.review.queries.asking import put_aside

UNSEEN = tuple(f"application__{name}" for name in ("answers", "touched", "aside", "eligibility"))


def mine(cohort: Cohort, reviewer: User) -> QuerySet[Assignment]:
    """The reads that are this reviewer's, done or not, in an order that is their own and never changes."""
    rows = Assignment.objects.filter(
        cohort=cohort,
        reviewer=reviewer,
        state__in=(AssignmentState.ASSIGNED, AssignmentState.SUBMITTED),
        application__state=ApplicationState.SUBMITTED,
    )
    return rows.select_related("application__applicant").defer(*UNSEEN).order_by("ref")


def begun(cohort: Cohort, reviewer: User) -> QuerySet[Assignment, int]:
    """Keys of this reviewer's reads that have a draft or a review."""
    rows = Assignment.objects.filter(cohort=cohort, reviewer=reviewer, review__isnull=False)
    return rows.values_list("pk", flat=True)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of a queue."""

    ref: str
    name: str
    state: str
    started: bool
    language: str
    submitted_at: datetime | None
    minutes: int
    """How long it took; what is not in yet: how long one takes at this person's pace."""
    aside: bool = False
    """It waits for the organisers, who were asked to look again."""
    second: bool = False
    """It is read in the second pass, with what that opens."""


@dataclass(frozen=True, slots=True)
class Queue:
    """All reads of one reviewer, what is left of them and how long that takes."""

    rows: tuple[QueueRow, ...]
    done: int
    total: int
    minutes_left: int
    due: datetime
    waiting: int = 0
    """Further ones whose blinded copy is not finished: they cannot be read yet, and nothing of them is shown."""

    @property
    def left(self) -> int:
        return self.total - self.done

    @property
    def aside(self) -> int:
        return sum(1 for row in self.rows if row.aside)

    @property
    def effort(self) -> str:
        return rules.effort(self.minutes_left)

    @property
    def following(self) -> QueueRow | None:
        """What to read next: what was begun, then the order of the list."""
        open_rows = [row for row in self.rows if row.state == AssignmentState.ASSIGNED and not row.aside]
        return min(open_rows, key=lambda row: not row.started, default=None)


class _Given(NamedTuple):
    """One read as the database tells it: no row of a person, and none of the words, comes along."""

    ref: str
    state: str
    pass_number: int
    key: str
    language: str
    ready: bool
    aside: bool
    review: int | None
    seconds: int | None
    submitted_at: datetime | None


_FIELDS = ("ref", "state", "pass_number", "application__blind_key", "application__language", "ready", "aside")
_OF_REVIEW = ("review", "review__seconds", "review__submitted_at")


def queue_for(cohort: Cohort, reviewer: User) -> Queue:
    """A reviewer's queue, in one query: it stands on every reading page."""
    found = mine(cohort, reviewer).annotate(ready=blinding.finished(), aside=put_aside())
    given = [_Given(*row) for row in found.values_list(*_FIELDS, *_OF_REVIEW)]
    reads = [row for row in given if row.ready or row.state == AssignmentState.SUBMITTED]
    done = [row for row in reads if row.state == AssignmentState.SUBMITTED]
    pace = [row.seconds for row in done if row.seconds is not None]
    planned = review_plan(cohort).minutes
    each = rules.minutes_left(reads=1, seconds=pace, planned_minutes=planned)
    rows = tuple(_queue_row(cohort, row, each) for row in reads)
    minutes = rules.minutes_left(reads=len(reads) - len(done), seconds=pace, planned_minutes=planned)
    passes = {row.pass_number for row in reads if row.state != AssignmentState.SUBMITTED}
    due = due_of(cohort, min(passes, default=FIRST))
    return Queue(rows, len(done), len(reads), minutes, due, len(given) - len(reads))


def _queue_row(cohort: Cohort, row: _Given, each: int) -> QueueRow:
    done = row.state == AssignmentState.SUBMITTED
    taken = row.seconds if done and row.seconds is not None else each * 60
    return QueueRow(
        ref=row.ref,
        name=name_in(row.key, cohort.ref, row.pass_number),
        state=row.state,
        started=row.review is not None,
        language=row.language,
        submitted_at=row.submitted_at,
        minutes=max(1, round(taken / 60)),
        aside=row.aside and not done,
        second=row.pass_number == SECOND,
    )


def next_for(cohort: Cohort, reviewer: User, *, after: str = "") -> Assignment | None:
    """The next read that is still to be done: people whom nobody has read first; among alike ones the next after the
    one called `after`, from the front again at the end. One query."""
    waiting = mine(cohort, reviewer).filter(blinding.finished(), ~put_aside(), state=AssignmentState.ASSIGNED)
    others = Assignment.objects.filter(
        application=OuterRef("application"),
        pass_number=OuterRef("pass_number"),
        state=AssignmentState.SUBMITTED,
    )
    passed = Case(When(ref__gt=after, then=0), default=1)
    return waiting.exclude(ref=after).annotate(read=Exists(others)).order_by("read", passed, "ref").first()


@dataclass(frozen=True, slots=True)
class Page:
    """All that the reading page is made of. `shown` names the text, `version` the draft that it goes with."""

    name: str
    language: str
    readings: tuple[Reading, ...]
    review: Review | None
    shown: str
    newer: bool
    second: bool = False

    @property
    def opened(self) -> tuple[Question, ...]:
        """The questions with an answer that was closed before the second pass."""
        return tuple(one.question for one in self.readings if one.opened)

    @property
    def version(self) -> int:
        return self.review.version if self.review else 0


def page_of(assignment: Assignment) -> Page:
    """What the reviewer of `assignment` may read, blinded. Raises Conflict while it is unfinished, or while something
    comes before their list and they have not begun this one.

    A review that is in is shown with the copy that it was about; one that is not, with the copy that counts now.
    """
    application = assignment.application
    rows = Review.objects.filter(assignment=assignment).select_related("copy__snapshot")
    review = rows.first()
    if review is None:
        require_free(assignment.cohort, assignment.reviewer)
    submitted = review is not None and review.submitted_at is not None
    copy = (
        review.copy
        if review is not None and submitted
        else blinding.current(application, assignment.cohort, assignment.pass_number)
    )
    if copy is None and not submitted:
        raise unfinished()
    if copy is not None and copy.snapshot.version_id == assignment.cohort.version_id:
        copy.snapshot.version = (
            assignment.cohort.version
        )  # which is at hand, the whole programme file with it
    return Page(
        name=name_in(application.blind_key, assignment.cohort.ref, assignment.pass_number),
        language=copy.snapshot.language if copy else application.language,
        readings=blinding.readings(copy),
        review=review,
        shown=rules.shown_token(assignment.ref, copy.pk, copy.checksum) if copy else "",
        newer=review is not None and copy is not None and review.copy_id != copy.pk,
        second=assignment.pass_number == SECOND,
    )


def unfinished() -> Conflict:
    """Why somebody cannot read what was given to them."""
    return Conflict(
        _("This application cannot be read yet: what would say who wrote it is being taken out."),
        _("That takes a minute. Go on with the next one in your queue."),
    )


def others_in(assignment: Assignment) -> bool:
    """Whether another read of the same application is in, in the same pass."""
    return _others(assignment).exists()


def _others(assignment: Assignment) -> QuerySet[Review]:
    return Review.objects.filter(
        assignment__application=assignment.application_id,
        assignment__pass_number=assignment.pass_number,
        assignment__state=AssignmentState.SUBMITTED,
        snapshot__number=F("assignment__application__sent"),
    ).exclude(assignment=assignment.pk)


@dataclass(frozen=True, slots=True)
class OtherRead:
    """What another reviewer found, without who they are."""

    number: int
    scores: dict[str, rules.Score]
    comment: str


def others_of(assignment: Assignment) -> list[OtherRead]:
    """What others found: nothing until the reviewer's own read is in, so that nobody is swayed."""
    if assignment.state != AssignmentState.SUBMITTED:
        return []
    rows = _others(assignment).order_by("ref")
    return [OtherRead(number, row.scores, row.comment) for number, row in enumerate(rows, 1)]


def comments_for(application: Application) -> list[str]:
    """What readers wrote for the applicant, in no order that would tell who wrote it."""
    rows = Review.objects.filter(
        assignment__application=application.pk,
        assignment__state=AssignmentState.SUBMITTED,
        snapshot__number=F("assignment__application__sent"),
    ).exclude(comment="")
    return list(rows.order_by("ref").values_list("comment", flat=True))
