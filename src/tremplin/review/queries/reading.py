"""What a reviewer sees: the text and nothing that names a person, their own reads, later those of others."""

from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from tremplin.applications.models import Application
from tremplin.applications.queries import Reading
from tremplin.blinding import queries as blinding
from tremplin.core.errors import Conflict
from tremplin.core.prepared import Prepared
from tremplin.programmes.schema import Question
from tremplin.review import rules
from tremplin.review.gates import require_free
from tremplin.review.models import Assignment, AssignmentState, Review
from tremplin.review.passes import SECOND, name_in


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


_SHOWN = Prepared(lambda pk: Review.objects.filter(assignment=pk).select_related("copy__snapshot"), int)


def page_of(assignment: Assignment) -> Page:
    """What the reviewer of `assignment` may read, blinded. Raises Conflict while it is unfinished, or while something
    comes before their list and they have not begun this one.

    A review that is in is shown with the copy that it was about; one that is not, with the copy that counts now.
    """
    application = assignment.application
    review = next(iter(_SHOWN(assignment.pk)), None)
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
