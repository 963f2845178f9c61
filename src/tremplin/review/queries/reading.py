"""What a reviewer sees: the text and nothing that names a person, their own reads, later those of others."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from tremplin.applications import queries as applications
from tremplin.applications.models import Application, ApplicationState, Snapshot
from tremplin.applications.queries import Reading
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.review import rules
from tremplin.review.blinding import blinder
from tremplin.review.models import Assignment, AssignmentState, Review
from tremplin.review.plan import review_plan

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


@dataclass(frozen=True, slots=True)
class Queue:
    """All reads of one reviewer, what is left of them and how long that takes."""

    rows: tuple[QueueRow, ...]
    done: int
    total: int
    minutes_left: int
    due: datetime

    @property
    def left(self) -> int:
        return self.total - self.done

    @property
    def effort(self) -> str:
        return rules.effort(self.minutes_left)

    @property
    def following(self) -> QueueRow | None:
        """What to read next: what was begun, then the order of the list."""
        open_rows = [row for row in self.rows if row.state == AssignmentState.ASSIGNED]
        return min(open_rows, key=lambda row: not row.started, default=None)


def queue_for(cohort: Cohort, reviewer: User) -> Queue:
    """A reviewer's queue, in two queries."""
    reads = list(mine(cohort, reviewer))
    reviews = {
        review.assignment_id: review
        for review in Review.objects.filter(assignment__in=[row.pk for row in reads]).only(
            "assignment_id", "seconds", "submitted_at"
        )
    }
    done = [row for row in reads if row.state == AssignmentState.SUBMITTED]
    pace = [reviews[row.pk].seconds for row in done if row.pk in reviews]
    planned = review_plan(cohort).minutes
    each = rules.minutes_left(reads=1, seconds=pace, planned_minutes=planned)
    rows = tuple(_queue_row(cohort, row, reviews.get(row.pk), each) for row in reads)
    minutes = rules.minutes_left(reads=len(reads) - len(done), seconds=pace, planned_minutes=planned)
    return Queue(rows, len(done), len(reads), minutes, rules.reading_deadline(cohort.dates))


def _queue_row(cohort: Cohort, row: Assignment, review: Review | None, each: int) -> QueueRow:
    taken = review.seconds if review and row.state == AssignmentState.SUBMITTED else each * 60
    return QueueRow(
        ref=row.ref,
        name=applications.pseudonym(row.application, cohort.ref),
        state=row.state,
        started=review is not None,
        language=row.application.language,
        submitted_at=review.submitted_at if review else None,
        minutes=max(1, round(taken / 60)),
    )


def next_for(cohort: Cohort, reviewer: User, *, after: str = "") -> Assignment | None:
    """The next read that is still to be done, after the one called `after`, from the front again at the end."""
    waiting = mine(cohort, reviewer).filter(state=AssignmentState.ASSIGNED).exclude(ref=after)
    return waiting.filter(ref__gt=after).first() or waiting.first()


@dataclass(frozen=True, slots=True)
class Page:
    """All that the reading page is made of. `shown` names the text, `version` the draft that it goes with."""

    name: str
    language: str
    readings: tuple[Reading, ...]
    review: Review | None
    shown: str
    newer: bool

    @property
    def version(self) -> int:
        return self.review.version if self.review else 0


def page_of(assignment: Assignment) -> Page:
    """What the reviewer of `assignment` may read, blinded. Two queries, three after a change of the programme.

    A review that is in is shown with the text that it was about; one that is not, with what counts now.
    """
    application = assignment.application
    review = Review.objects.filter(assignment=assignment).first()
    current = Snapshot.objects.filter(application=application)
    if review is not None and review.submitted_at is not None:
        snapshot = current.get(pk=review.snapshot_id)
    else:
        snapshot = current.get(number=application.sent)
    if snapshot.version_id == assignment.cohort.version_id:
        snapshot.version = assignment.cohort.version  # which is at hand, the whole programme file with it
    return Page(
        name=applications.pseudonym(application, assignment.cohort.ref),
        language=snapshot.language,
        readings=_blinded(assignment, snapshot),
        review=review,
        shown=rules.shown_token(assignment.ref, snapshot.pk, snapshot.checksum),
        newer=review is not None and review.snapshot_id != snapshot.pk,
    )


def _blinded(assignment: Assignment, snapshot: Snapshot) -> tuple[Reading, ...]:
    hide = blinder(_names(assignment, snapshot))
    return tuple(
        Reading(question, hide(answer)) for question, answer in applications.readable_for_review(snapshot)
    )


def _names(assignment: Assignment, snapshot: Snapshot) -> Iterable[str]:
    """Everything short that says who the applicant is: names, the address's first part, identifying answers."""
    application = assignment.application
    yield from (application.name, application.applicant.name, application.applicant.email.split("@")[0])
    for question in snapshot.version.plan.application.questions():
        answer = snapshot.answers.get(question.code)
        if question.identifies and isinstance(answer, str) and len(answer) <= 200:
            yield answer


def others_in(assignment: Assignment) -> bool:
    """Whether another read of the same application is in."""
    return _others(assignment).exists()


def _others(assignment: Assignment) -> QuerySet[Review]:
    return Review.objects.filter(
        assignment__application=assignment.application_id,
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
