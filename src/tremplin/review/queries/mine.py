"""The reads that are one reviewer's, done or not, asked for in SQL that is written once."""

from django.db.models import Case, Exists, OuterRef, QuerySet, When

from tremplin.applications.models import ApplicationState
from tremplin.blinding import queries as blinding
from tremplin.core.prepared import Prepared
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.review.models import Assignment, AssignmentState
from tremplin.review.queries.asking import put_aside

UNSEEN = tuple(f"application__{name}" for name in ("answers", "touched", "aside", "eligibility"))


def rows_of(cohort: int, reviewer: int) -> QuerySet[Assignment]:
    """Those of the reviewer with this key in the cohort with that one, in no order."""
    return Assignment.objects.filter(
        cohort=cohort,
        reviewer=reviewer,
        state__in=(AssignmentState.ASSIGNED, AssignmentState.SUBMITTED),
        application__state=ApplicationState.SUBMITTED,
    )


def _with_application(cohort: int, reviewer: int) -> QuerySet[Assignment]:
    return rows_of(cohort, reviewer).select_related("application").defer(*UNSEEN)


def mine(cohort: Cohort, reviewer: User) -> QuerySet[Assignment]:
    """The reads that are this reviewer's, done or not, in an order that is their own and never changes."""
    return _with_application(cohort.pk, reviewer.pk).order_by("ref")


_ONE = Prepared(
    lambda cohort, reviewer, ref: _with_application(cohort, reviewer).filter(ref=ref), int, int, str
)


def one_of(cohort: Cohort, reviewer: User, ref: str) -> Assignment | None:
    """The read of this name, if it is this reviewer's. One query."""
    for found in _ONE(cohort.pk, reviewer.pk, ref):
        found.cohort, found.reviewer = cohort, reviewer
        return found
    return None


def _waiting(cohort: int, reviewer: int, after: str) -> QuerySet[Assignment]:
    waiting = rows_of(cohort, reviewer).filter(
        blinding.finished(), ~put_aside(), state=AssignmentState.ASSIGNED
    )
    others = Assignment.objects.filter(
        application=OuterRef("application"),
        pass_number=OuterRef("pass_number"),
        state=AssignmentState.SUBMITTED,
    )
    fresh = Case(When(review__isnull=False, then=0), default=1)
    passed = Case(When(ref__gt=after, then=0), default=1)
    ranked = waiting.exclude(ref=after).annotate(read=Exists(others))
    return ranked.only("pk", "ref", "application_id").order_by(fresh, "read", passed, "ref")[:1]


_NEXT = Prepared(_waiting, int, int, str)


def next_for(cohort: Cohort, reviewer: User, *, after: str = "") -> Assignment | None:
    """The next read that is still to be done: what was begun first, then people whom nobody has read; among alike ones
    the next after the one called `after`, from the front again at the end. One query."""
    return next(iter(_NEXT(cohort.pk, reviewer.pk, after)), None)


def begun(cohort: Cohort, reviewer: User) -> QuerySet[Assignment, int]:
    """Keys of this reviewer's reads that have a draft or a review."""
    rows = Assignment.objects.filter(cohort=cohort, reviewer=reviewer, review__isnull=False)
    return rows.values_list("pk", flat=True)
