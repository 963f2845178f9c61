"""What was said about code, and what waits for an answer."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.training.models import LabSubmission, Remark
from tremplin.training.queries.labs import visible_submissions

NEW_FOR = timedelta(days=7)
"""How long a desk tells a scholar that somebody wrote about their code."""


def remarks_by_line(submission: LabSubmission) -> dict[int, list[Remark]]:
    """All that was said about `submission`, by line, in the order in which it was said; 0 is all of the code."""
    found: dict[int, list[Remark]] = {}
    for row in submission.remarks.select_related("author").order_by("created_at", "pk"):
        found.setdefault(row.line, []).append(row)
    return found


def questions(actor: User, cohort: Cohort) -> QuerySet[LabSubmission]:
    """Submissions of those whom this person follows in which the scholar had the last word. The oldest first."""
    rows = (
        visible_submissions(actor, cohort)
        .exclude(scholar__user=actor)
        .annotate(last_author=Subquery(_last("author")), last_at=Subquery(_last("created_at")))
    )
    return rows.filter(last_author=F("scholar__user")).defer("code", "report").order_by("last_at", "pk")


def answers(actor: User, cohort: Cohort, *, now: datetime) -> QuerySet[LabSubmission]:
    """One's own submissions about which somebody else had the last word, in the last days. The newest first."""
    rows = LabSubmission.objects.filter(scholar__cohort=cohort, scholar__user=actor).annotate(
        last_author=Subquery(_last("author")), last_at=Subquery(_last("created_at"))
    )
    rows = rows.filter(last_at__gt=now - NEW_FOR).exclude(last_author=actor.pk)
    return rows.defer("code", "report").order_by("-last_at", "pk")


def _last(name: str) -> QuerySet[Remark, Any]:
    """One thing of the last remark about a submission."""
    last = Remark.objects.filter(submission=OuterRef("pk")).order_by("-created_at", "-pk")
    found: QuerySet[Remark, Any] = last.values(name)[:1]
    return found
