"""Decisions about check-ins, without a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from tremplin.programmes.schema.training import CheckIn, FormQuestion
from tremplin.selection.own_time import OwnTime

OPENS_BEFORE = timedelta(days=4)
LATE_AFTER = timedelta(days=3)
SCALE_GAP = 2

Phase = Literal["sent", "waits", "later", "open", "late"]


@dataclass(frozen=True, slots=True)
class Gap:
    """A question to which the two sides gave answers that do not agree."""

    question: str
    scholar: str
    mentor: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A check-in that a pairing is asked for, when it is due, and whether it waits for the end of a pause."""

    checkin: CheckIn
    due: datetime
    waits: bool = False


def due_dates(checkins: Sequence[CheckIn], dates: Mapping[str, datetime]) -> dict[str, datetime]:
    """When each check-in is due in the plan of the cohort."""
    return {checkin.code: checkin.due.after(dict(dates)) for checkin in checkins}


def slots(
    checkins: Sequence[CheckIn],
    dates: Mapping[str, datetime],
    own: OwnTime,
    *,
    since: datetime,
    until: datetime | None,
    now: datetime,
) -> list[Slot]:
    """The check-ins asked of a pairing that lasts from `since` to `until`, in the scholar's own time.

    Nobody is asked about weeks before they met or after they parted.
    """
    found = []
    for checkin in checkins:
        due = own.moved(checkin.due.after(dict(dates)), now=now)
        if due >= since and (until is None or due - OPENS_BEFORE <= until):
            found.append(Slot(checkin, due, own.waits(due)))
    return found


def phase(slot: Slot, *, sent: bool, now: datetime) -> Phase:
    """Where a check-in stands for one side."""
    if sent:
        return "sent"
    if slot.waits:
        return "waits"
    if now < slot.due - OPENS_BEFORE:
        return "later"
    return "late" if now > slot.due + LATE_AFTER else "open"


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


def writes_in_confidence(questions: Sequence[FormQuestion], answers: Mapping[str, Any]) -> bool:
    """Whether these answers hold words for the organisers alone: somebody has to read them soon."""
    return any(
        question.private and question.kind == "long" and str(answers.get(question.code, "")).strip()
        for question in questions
    )


def common_window(
    mine: timedelta, theirs: timedelta, *, first: int = 8, last: int = 20
) -> tuple[float, float] | None:
    """When both are awake and at work, in hours of my day; None when their days do not meet.

    `mine` and `theirs` are the distances of the two clocks from UTC.
    """
    shift = ((mine - theirs).total_seconds() / 3600 + 12) % 24 - 12
    begins, ends = max(first, first + shift), min(last, last + shift)
    return (begins, ends) if ends - begins >= 1 else None
