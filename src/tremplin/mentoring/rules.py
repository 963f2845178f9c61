"""Decisions about check-ins, without a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tremplin.programmes.schema.training import CheckIn, FormQuestion

OPENS_BEFORE = timedelta(days=4)
LATE_AFTER = timedelta(days=3)
SCALE_GAP = 2


@dataclass(frozen=True, slots=True)
class Gap:
    """A question to which the two sides gave answers that do not agree."""

    question: str
    scholar: str
    mentor: str


def due_dates(
    checkins: Sequence[CheckIn], dates: Mapping[str, datetime], extension: timedelta = timedelta()
) -> dict[str, datetime]:
    """When each check-in is due. An extension moves those after the mid-point of training."""
    midpoint = dates.get("midpoint") or dates["training_starts"]
    due: dict[str, datetime] = {}
    for checkin in checkins:
        planned = checkin.due.after(dict(dates))
        due[checkin.code] = planned + extension if planned > midpoint else planned
    return due


def phase(due: datetime, *, sent: bool, now: datetime) -> str:
    """`sent`, `later`, `open` or `late`."""
    if sent:
        return "sent"
    if now < due - OPENS_BEFORE:
        return "later"
    return "late" if now > due + LATE_AFTER else "open"


def gaps(
    questions: Sequence[FormQuestion], scholar: Mapping[str, Any], mentor: Mapping[str, Any]
) -> list[Gap]:
    """Where the two sides disagree: another answer to a closed question, or two steps apart on a scale.

    Free text and private questions are never compared.
    """
    found = []
    for question in questions:
        mine, theirs = str(scholar.get(question.code, "")), str(mentor.get(question.code, ""))
        if question.private or not mine or not theirs:
            continue
        if _disagree(question.kind, mine, theirs):
            found.append(Gap(question.code, mine, theirs))
    return found


def _disagree(kind: str, mine: str, theirs: str) -> bool:
    if kind == "scale":
        return abs(int(mine) - int(theirs)) >= SCALE_GAP
    return kind in {"yes_no", "choice"} and mine != theirs
