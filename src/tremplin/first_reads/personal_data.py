"""What first reads keep about a person: what they found, and what they said."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tremplin.core import archived
from tremplin.core.errors import Message
from tremplin.first_reads import erasing
from tremplin.first_reads.models import Agreed, FirstRead, Piece, Remark
from tremplin.people.models import User
from tremplin.people.personal_data import Holding, Keeping, Trace, Traces, register


def _export(user: User) -> dict[str, Any]:
    reads = FirstRead.objects.filter(reviewer=user).order_by("pk")
    remarks = Remark.objects.filter(author=user).order_by("pk")
    cohort = "piece__first_reads__cohort__programme__institution"
    return {
        "reads": [
            {
                "cohort": row.piece.first_reads.cohort.scope,
                "scores": row.scores,
                "comment": row.comment,
                "submitted_at": row.submitted_at,
            }
            for row in reads.select_related(cohort)
        ],
        "said": [
            {"cohort": row.piece.first_reads.cohort.scope, "at": row.created_at, "text": row.text}
            for row in remarks.select_related(cohort)
        ],
    }


def _reasons(_user: User) -> Sequence[Message]:
    """None of its own: whoever reads among the first is a reviewer, which is a reason already."""
    return ()


def _traces(user: User) -> dict[str, Trace]:
    return {
        "said": Trace(Remark.objects.filter(author=user).exclude(text=""), "piece__first_reads__cohort"),
        "found": Trace(
            FirstRead.objects.filter(reviewer=user).exclude(comment=""), "piece__first_reads__cohort"
        ),
    }


def _holdings(_user: User, _now: datetime, told: Traces) -> list[Holding]:
    what = _("What was said about texts that all reviewers read first")
    return [
        Holding(scope, what) for scope in sorted({row["scope"] for rows in told.values() for row in rows})
    ]


register(
    Keeping(
        app="first_reads",
        export=_export,
        reasons=_reasons,
        traces=_traces,
        holdings=_holdings,
        erase=erasing.erase,
    )
)
archived.declare(FirstRead, "comment")
archived.declare(Remark, "text")
archived.declare(Agreed, "words")
archived.declare(Piece, "texts")
