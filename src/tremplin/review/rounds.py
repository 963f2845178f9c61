"""What happens in the reading because time passes."""

from datetime import datetime, timedelta

from django.db import transaction

from tremplin.applications.models import ApplicationState
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.rounds import every_round
from tremplin.review import services
from tremplin.review.models import Assignment, AssignmentState
from tremplin.review.passes import due_of, passes_of

_REMIND_BEFORE = timedelta(days=3)


@every_round
@transaction.atomic
def remind_reviewers(*, cohort: Cohort, now: datetime) -> int:
    """Write once to everybody with open reads when their pass ends in three days; how many they are."""
    if not cohort.plan.runs("review"):
        return 0
    return sum(_remind(cohort, pass_number, now) for pass_number in passes_of(cohort))


def _remind(cohort: Cohort, pass_number: int, now: datetime) -> int:
    due = due_of(cohort, pass_number)
    if not due - _REMIND_BEFORE <= now <= due:
        return 0
    waiting = Assignment.objects.filter(
        cohort=cohort,
        pass_number=pass_number,
        state=AssignmentState.ASSIGNED,
        application__state=ApplicationState.SUBMITTED,
    )
    people = list(User.objects.filter(pk__in=waiting.values("reviewer")).order_by("pk"))
    for user in people:
        mail.send(
            cohort=cohort,
            code="review-reminder",
            to=user,
            values={"link": cohort_url(cohort, "review:queue"), "date": due},
            now=now,
            key=f"review-reminder:{user.ref}:{due:%Y-%m-%d}",
        )
    return len(people)


@every_round
def tell_news(*, cohort: Cohort, now: datetime) -> int:
    """Write to reviewers in their morning of what is new for them; to how many."""
    return services.tell_news(cohort=cohort, now=now) if cohort.plan.runs("review") else 0


@every_round
def look_ahead(*, cohort: Cohort, now: datetime) -> bool:
    """See how the reading will end as things stand, so that organisers hear of a risk while it can be mended."""
    return services.look_ahead(cohort=cohort, now=now)
