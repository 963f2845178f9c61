"""What lies with each reviewer and what they have read of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max, Min, Q, Sum

from tremplin.applications.models import ApplicationState
from tremplin.core.recall import recall
from tremplin.programmes.models import Cohort
from tremplin.review.models import Assignment, AssignmentState


class Load(NamedTuple):
    """The reads of one reviewer: `seconds` that those took which are in, `since` when reads lie with them, `last_at`
    when they last saved one."""

    given: int = 0
    done: int = 0
    recognised: int = 0
    seconds: int | None = None
    last_at: datetime | None = None
    since: datetime | None = None


NONE = Load()


def loads(cohort: Cohort) -> Mapping[int, Load]:
    """By the keys of reviewers; who was given nothing is not in it. One query a page."""
    return recall(("reviewers’ loads", cohort.pk), lambda: _loads(cohort))


def _loads(cohort: Cohort) -> Mapping[int, Load]:
    in_ = Q(state=AssignmentState.SUBMITTED)
    rows = Assignment.objects.filter(
        cohort=cohort,
        state__in=(AssignmentState.ASSIGNED, AssignmentState.SUBMITTED),
        application__state=ApplicationState.SUBMITTED,
    ).values("reviewer")
    found = rows.annotate(
        given=Count("pk"),
        done=Count("pk", filter=in_),
        recognised=Count("pk", filter=in_ & Q(review__recognised=True)),
        seconds=Sum("review__seconds", filter=in_),
        last_at=Max("review__saved_at"),
        since=Min("created_at"),
    )
    return {row[0]: Load(*row[1:]) for row in found.values_list("reviewer", *Load._fields)}
