"""What was said in confidence, for the person's own export: opened, because it is theirs."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from tremplin.accommodations import erasing, queries, vault
from tremplin.accommodations.models import Request
from tremplin.core.errors import Message
from tremplin.people.models import User
from tremplin.people.personal_data import Keeping, register


def _export(user: User) -> list[dict[str, Any]]:
    rows = erasing.requests_of(user).prefetch_related("parts", "words", "recordings__file")
    return [_one(row) for row in rows]


def _one(request: Request) -> dict[str, Any]:
    return {
        "cohort": request.cohort.scope,
        "asked_at": request.created_at,
        "state": request.state,
        "answered_at": request.answered_at,
        "parts": [
            {"kind": row.part.kind, "asked": row.part.asked, "state": row.part.state, "reason": row.reason}
            for row in queries.parts_of(request)
        ],
        "words": [
            {"by": "officer" if word.by_officer else "you", "at": word.at, "text": word.text}
            for word in queries.said(request)
        ],
        "recordings": [
            {
                "question": row.question,
                "given_at": row.created_at,
                "state": row.state,
                "name": row.file.given_name,
                "size": row.file.size,
                "sha256": row.file.sha256,
                "transcript": vault.transcript_of(row),
            }
            for row in request.recordings.all()
        ],
    }


def _reasons(user: User) -> Sequence[Message]:
    if not erasing.requests_of(user).exists():
        return ()
    return (_("You asked something in confidence. You can erase it at once, on its page."),)


register(
    Keeping(
        app="accommodations",
        export=_export,
        reasons=_reasons,
        traces=erasing.traces,
        holdings=erasing.holdings,
        erase=erasing.erase,
    )
)
