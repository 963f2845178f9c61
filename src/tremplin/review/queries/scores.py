"""Reads as numbers, for calibration and for decisions. No page shows them before all is in."""

from dataclasses import dataclass

from django.db.models import F, QuerySet

from tremplin.applications.models import ApplicationState
from tremplin.programmes.models import Cohort
from tremplin.review import rules
from tremplin.review.models import AssignmentState, Review
from tremplin.review.plan import review_plan


@dataclass(frozen=True, slots=True)
class ScoredRead:
    """One submitted read of the version that counts. `value` runs from 0 to 100; None: nothing could be judged."""

    application: int
    reviewer: int
    value: float | None
    scores: dict[str, rules.Score]
    comment: str
    version: int
    seconds: int = 0
    recognised: bool = False
    pass_number: int = 1

    @property
    def reader(self) -> str:
        """Who read, as one reader of one pass."""
        return str(self.reviewer) if self.pass_number == 1 else f"{self.reviewer}/{self.pass_number}"


def _counted(cohort: Cohort) -> QuerySet[Review]:
    """All reads that count, in a stable order."""
    return Review.objects.filter(
        assignment__cohort=cohort,
        assignment__state=AssignmentState.SUBMITTED,
        assignment__application__state=ApplicationState.SUBMITTED,
        snapshot__number=F("assignment__application__sent"),
    ).order_by("assignment__application_id", "assignment__reviewer_id", "assignment__pass_number")


def read_versions(cohort: Cohort) -> list[tuple[int, int, int]]:
    """Which reads there are, without what they say: application, reviewer and version of each, in one query."""
    keys = ("assignment__application_id", "assignment__reviewer_id", "version")
    return list(_counted(cohort).values_list(*keys))


def scored_reads(cohort: Cohort) -> list[ScoredRead]:
    """All reads that count, in a stable order, in one query."""
    rows = list(
        _counted(cohort).values_list(
            "assignment__application_id",
            "assignment__reviewer_id",
            "scores",
            "comment",
            "version",
            "seconds",
            "recognised",
            "assignment__pass_number",
        )
    )
    values = rules.values(review_plan(cohort), [row[2] for row in rows])
    return [
        ScoredRead(application, reviewer, value, *more)
        for (application, reviewer, *more), value in zip(rows, values, strict=True)
    ]
