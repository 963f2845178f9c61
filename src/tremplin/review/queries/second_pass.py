"""What organisers and the stages above see of a second pass: how it stands, who is in it, how far it is read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Count, F, Q, QuerySet

from tremplin.applications.models import Application
from tremplin.core.recall import recall
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.schema import Question
from tremplin.review.models import Assignment, AssignmentState, Review, SecondPass
from tremplin.review.passes import FIRST, SECOND, due_of, second_plan
from tremplin.review.queries.organising import reads
from tremplin.review.queries.sharing import closed
from tremplin.review.table import in_pass

Code = Literal["none", "decided", "open", "closing", "unread", "early", "ready"]
_GIVEN = Q(
    assignments__pass_number=SECOND,
    assignments__state__in=(AssignmentState.ASSIGNED, AssignmentState.SUBMITTED),
)
_DONE = Q(
    assignments__pass_number=SECOND,
    assignments__state=AssignmentState.SUBMITTED,
    assignments__review__snapshot__number=F("sent"),
)


@dataclass(frozen=True, slots=True)
class SecondReads:
    """How far the second pass is. `unread`: people in it whom nobody has read in it yet."""

    people: int
    reads_each: int
    given: int
    done: int
    unread: int
    without_reader: int
    due: datetime

    @property
    def needed(self) -> int:
        return self.people * self.reads_each


@dataclass(frozen=True, slots=True)
class Standing:
    """How a second pass stands: not planned, waiting for something, ready to be opened, open; or decided without it.

    `early`: it can be opened although `missing` reads of the first pass are not in. `reads` once it is open.
    """

    code: Code
    missing: int = 0
    reads: SecondReads | None = None

    @property
    def may_open(self) -> bool:
        return self.code in {"ready", "early"}


def second_standing(cohort: Cohort, now: datetime) -> Standing:
    """That, in at most four queries a page; in none where the programme file plans no second pass."""
    if second_plan(cohort) is None:
        return Standing("none")
    found = second_reads(cohort)
    if found is not None:
        return Standing("open", reads=found)
    if closed(cohort):
        return Standing("decided")
    first = reads(cohort)
    missing = first.needed - first.done
    if now <= cohort.dates["call_closes"] or not first.applications:
        return Standing("closing")
    if first.unread:
        return Standing("unread", missing)
    return Standing("early" if missing else "ready", missing)


def second_reads(cohort: Cohort) -> SecondReads | None:
    """How far the second pass is read; None before it is open. Two queries a page, none where none is planned."""
    return recall(("second reads", cohort.pk), lambda: _second_reads(cohort))


def _second_reads(cohort: Cohort) -> SecondReads | None:
    plan = second_plan(cohort)
    if plan is None or not SecondPass.objects.filter(cohort=cohort, undone_at=None).exists():
        return None
    rows = in_pass(cohort, SECOND).annotate(
        done=Count("assignments", filter=_DONE, distinct=True),
        given=Count("assignments", filter=_GIVEN, distinct=True),
    )
    counts = list(rows.order_by().values_list("done", "given"))
    return SecondReads(
        people=len(counts),
        reads_each=plan.reads,
        given=sum(min(given, plan.reads) for _done, given in counts),
        done=sum(min(done, plan.reads) for done, _given in counts),
        unread=sum(1 for done, _given in counts if not done),
        without_reader=sum(1 for _done, given in counts if given < plan.reads),
        due=due_of(cohort, SECOND),
    )


def second_people(cohort: Cohort, actor: User) -> QuerySet[Application]:
    """Who is read in the open second pass, with `done` and `given` reads, those least read first. Raises NotAllowed."""
    require_judge(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    rows = in_pass(cohort, SECOND).annotate(
        done=Count("assignments", filter=_DONE, distinct=True),
        given=Count("assignments", filter=_GIVEN, distinct=True),
    )
    return rows.order_by("done", "given", "pk")


def opened_questions(cohort: Cohort) -> list[Question]:
    """What a second pass opens, in the order in which it is asked; nothing where none is planned."""
    return [one for one in cohort.plan.application.questions() if one.code in cohort.plan.opened]


def recognised(cohort: Cohort) -> dict[int, tuple[int, int]]:
    """Submitted reads, and those whose reader recognised the person, by pass. One query."""
    rows = Review.objects.filter(
        assignment__cohort=cohort, assignment__state=AssignmentState.SUBMITTED, submitted_at__isnull=False
    )
    counted = rows.values("assignment__pass_number").annotate(
        many=Count("pk"), known=Count("pk", filter=Q(recognised=True))
    )
    found = {row["assignment__pass_number"]: (row["many"], row["known"]) for row in counted}
    return {number: found.get(number, (0, 0)) for number in (FIRST, SECOND)}


def passes_read(cohort: Cohort, application: Application) -> tuple[int, int]:
    """How many reads of an application are in, in the first pass and in the second. One query."""
    rows = Assignment.objects.filter(
        cohort=cohort, application=application, state=AssignmentState.SUBMITTED
    ).values_list("pass_number", flat=True)
    numbers = list(rows)
    return numbers.count(FIRST), numbers.count(SECOND)
