"""What a person may know of the copies of their application: what reviewers read, and what was corrected."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from tremplin.blinding.models import Correction, Maker, RedactedCopy
from tremplin.core import archived
from tremplin.core.errors import Message
from tremplin.people.models import User
from tremplin.people.personal_data import Keeping, register


def _copies(user: User) -> QuerySet[RedactedCopy]:
    rows = RedactedCopy.objects.filter(snapshot__application__applicant=user).order_by("pk")
    return rows.select_related("snapshot__application__cohort__programme__institution")


def _export(user: User) -> dict[str, Any]:
    corrections = Correction.objects.filter(application__applicant=user).order_by("pk")
    return {
        "copies": [
            {
                "cohort": row.snapshot.application.cohort.scope,
                "version": row.snapshot.number,
                "copy": row.number,
                "pass": row.pass_number,
                "made_at": row.created_at,
                "by": _by(row.maker),
                "texts": row.texts,
            }
            for row in _copies(user)
        ],
        "corrections": [
            {
                "words": row.phrase,
                "hidden": row.hide,
                "by": _by(row.maker),
                "at": row.created_at,
                "ended_at": row.ended_at,
            }
            for row in corrections.select_related("application")
        ],
    }


def _by(maker: str) -> str:
    return {Maker.APPLICANT: "you", Maker.ORGANISER: "an organiser"}.get(Maker(maker), "rules")


def _reasons(_user: User) -> Sequence[Message]:
    """None of its own: copies stay and go with the application."""
    return ()


register(Keeping(app="blinding", export=_export, reasons=_reasons))
archived.declare(RedactedCopy, "texts")
archived.declare(Correction, drop="phrase")
