"""Which step follows which in the life of an instalment, and what keeps one waiting. No database."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tremplin.stipends.models import InstalmentState as S

STEPS: dict[S, frozenset[S]] = {
    S.PLANNED: frozenset({S.PREPARED, S.HELD, S.CANCELLED}),
    S.PREPARED: frozenset({S.APPROVED, S.PLANNED, S.HELD, S.CANCELLED}),
    S.APPROVED: frozenset({S.ORDERED, S.PLANNED, S.HELD, S.CANCELLED}),
    S.ORDERED: frozenset({S.PAID, S.APPROVED}),
    S.HELD: frozenset({S.PLANNED, S.CANCELLED}),
    S.PAID: frozenset(),
    S.CANCELLED: frozenset({S.PLANNED}),
}
LATE_AFTER = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an instalment when somebody wants to prepare it."""

    gate: str
    gate_open: bool
    has_payee_form: bool
    taking_part: bool
    due: datetime


def may_follow(before: S, after: S) -> bool:
    """Whether `after` is a step from `before`. Paid is the end: no click calls back money that has left."""
    return after in STEPS[before]


def waits_for(facts: Facts, *, now: datetime, early: timedelta = timedelta(days=10)) -> str:
    """Why an instalment cannot be prepared yet: `payee-form`, `gate`, `date`, `left`, or "" when it can.

    The gate is the scholar's own check-in: a silent mentor never keeps money back.
    """
    if not facts.taking_part:
        return "left"
    if not facts.has_payee_form:
        return "payee-form"
    if facts.gate and not facts.gate_open:
        return "gate"
    if now < facts.due - early:
        return "date"
    return ""


def is_late(*, state: S, due: datetime, now: datetime) -> bool:
    """Whether a payment that is owed has not arrived in time."""
    return state not in {S.PAID, S.CANCELLED, S.HELD} and now > due + LATE_AFTER


def extended(due: datetime, *, midpoint: datetime, weeks: int) -> datetime:
    """The due date after an extension: what falls after the mid-point of training moves along."""
    return due + timedelta(weeks=weeks) if due > midpoint else due
