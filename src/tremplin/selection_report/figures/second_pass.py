"""What a second pass of reading opened, and how many were read in it."""

from collections.abc import Sequence
from typing import Any

from tremplin.programmes.models import Cohort
from tremplin.review import queries as reviews
from tremplin.review.passes import SECOND, second_plan
from tremplin.review.queries import ScoredRead
from tremplin.selection_report import rules


def second_pass(cohort: Cohort, scored: Sequence[ScoredRead]) -> dict[str, Any] | None:
    """The rule as the file had it, what was opened, figures of all its reads together; None where none was planned."""
    plan = second_plan(cohort)
    if plan is None:
        return None
    read = [row for row in scored if row.pass_number == SECOND]
    return {
        "rule": {"who": plan.who, "share": plan.share, "per_place": plan.per_place, "reads": plan.reads},
        "opened": [dict(question.label) for question in reviews.opened_questions(cohort)],
        "people": rules.some(len({row.application for row in read})),
        "reads": len(read),
        "recognised": rules.share(sum(row.recognised for row in read), len(read)),
    }
