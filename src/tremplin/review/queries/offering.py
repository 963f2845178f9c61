"""What a reviewer who has time for more could take over: reads that lie with others and that nobody has begun."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from tremplin.applications.models import ApplicationState
from tremplin.blinding import queries as blinding
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.review.models import Assignment, AssignmentState
from tremplin.review.queries.organising import profile_of

_HAD = (
    AssignmentState.ASSIGNED,
    AssignmentState.SUBMITTED,
    AssignmentState.CONFLICT,
    AssignmentState.PASSED,
)


@dataclass(frozen=True, slots=True)
class Offered:
    """One read that lies with somebody else. `read`: somebody has read the application already."""

    key: int
    application: int
    read: bool
    left: int
    """How many reads its reviewer has still to do."""
    pass_number: int


def offers(cohort: Cohort, reviewer: User) -> list[Offered]:
    """What could be taken over, in two queries: people whom nobody has read first, then of whoever has most left.

    Ties between people are looked at when it is taken, see `services.take_more`. Each application once.
    """
    profile = profile_of(cohort, reviewer)
    read = Assignment.objects.filter(
        application=OuterRef("application"),
        pass_number=OuterRef("pass_number"),
        state=AssignmentState.SUBMITTED,
    )
    had = Assignment.objects.filter(cohort=cohort, reviewer=reviewer, state__in=_HAD)
    rows = (
        Assignment.objects.filter(
            blinding.finished(),
            cohort=cohort,
            state=AssignmentState.ASSIGNED,
            review__isnull=True,
            application__state=ApplicationState.SUBMITTED,
        )
        .exclude(reviewer=reviewer)
        .exclude(application__in=had.values("application"))
        .annotate(read=Exists(read))
    )
    if profile is not None:
        rows = rows.filter(application__language__in=profile.languages)
    fields = ("pk", "application_id", "reviewer_id", "read", "pass_number")
    found = list(rows.order_by("ref").values_list(*fields))
    left = Counter(row[2] for row in found)
    ranked = sorted(found, key=lambda row: (row[3], -left[row[2]]))
    seen: dict[int, Offered] = {}
    for key, application, other, has, pass_number in ranked:
        seen.setdefault(application, Offered(key, application, has, left[other], pass_number))
    return list(seen.values())
