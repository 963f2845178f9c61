"""The reading ends with the decisions: what is still open is closed, and those who had it are told once."""

from datetime import datetime

from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.review.models import Assignment, AssignmentState, ReadingClosed


def close_reading(*, cohort: Cohort, actor: User, now: datetime) -> int:
    """Close the reads that are still open, and give out none any more; how many were closed.

    Called inside the transaction of the deed that makes the decisions final, which checked who may. Drafts are kept.
    A second call changes nothing and tells nobody again.

    Order: the reads; the closing; the audit event; a mail to each reviewer who had open reads.
    """
    if ReadingClosed.objects.filter(cohort=cohort).exists():
        return 0
    rows = Assignment.objects.filter(cohort=cohort, state=AssignmentState.ASSIGNED)
    found = list(rows.values_list("pk", "reviewer_id"))
    people = list(User.objects.filter(pk__in={reader for _key, reader in found}).order_by("pk"))
    rows.update(state=AssignmentState.CLOSED, closed_at=now)
    closed = ReadingClosed.objects.create(cohort=cohort, reads=len(found), created_at=now)
    log(
        cohort=cohort,
        actor=actor,
        verb="review.closed",
        subject=closed,
        now=now,
        reads=len(found),
        reviewers=len(people),
    )
    for user in people:
        mail.send(
            cohort=cohort,
            code="review-closed",
            to=user,
            values={"link": cohort_url(cohort, "review:queue")},
            now=now,
            key=f"review-closed:{user.ref}",
        )
    return len(found)
