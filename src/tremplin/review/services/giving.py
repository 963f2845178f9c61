"""Reads given to reviewers, and the mail that tells them."""

from collections.abc import Sequence
from datetime import datetime

from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.review.models import Assignment, AssignmentState, SharingOut
from tremplin.review.passes import FIRST, due_of
from tremplin.review.table import Pair, Table

AGAIN = (AssignmentState.RELEASED, AssignmentState.CLOSED)
"""States from which a read can be taken up again by the same reviewer, with all that they wrote."""


def give(
    cohort: Cohort,
    pairs: Sequence[Pair],
    now: datetime,
    *,
    sharing: SharingOut | None = None,
    pass_number: int = FIRST,
) -> None:
    """Create the reads of a pass, or take up again those that were once taken back from the same reviewer."""
    wanted = {(int(paper), int(reader)) for paper, reader in pairs}
    if not wanted:
        return
    former = Assignment.objects.filter(cohort=cohort, state__in=AGAIN, pass_number=pass_number)
    again = {
        (application, reviewer): pk
        for pk, application, reviewer in former.values_list("pk", "application_id", "reviewer_id")
        if (application, reviewer) in wanted
    }
    Assignment.objects.filter(pk__in=again.values()).update(
        state=AssignmentState.ASSIGNED, closed_at=None, created_at=now, sharing=sharing
    )
    Assignment.objects.bulk_create(
        [
            Assignment(
                cohort=cohort,
                application_id=application,
                reviewer_id=reviewer,
                pass_number=pass_number,
                created_at=now,
                sharing=sharing,
            )
            for application, reviewer in sorted(wanted.difference(again))
        ],
        batch_size=500,
    )


def tell(cohort: Cohort, table: Table, readers: set[str], occasion: str, now: datetime) -> None:
    """Write to those who got new reads, once for each `occasion`."""
    for code in sorted(readers, key=int):
        user = table.people[code]
        mail.send(
            cohort=cohort,
            code="review-assigned",
            to=user,
            values={"link": cohort_url(cohort, "review:queue"), "date": due_of(cohort, table.pass_number)},
            now=now,
            key=f"review-assigned:{user.ref}:{occasion}",
        )
