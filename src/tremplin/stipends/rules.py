"""Which step follows which in the life of an instalment, and what keeps one waiting. No database."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from tremplin.core.months import later
from tremplin.stipends.models import InstalmentState as S

STEPS: dict[S, frozenset[S]] = {
    S.PLANNED: frozenset({S.PREPARED, S.HELD, S.CANCELLED}),
    S.PREPARED: frozenset({S.APPROVED, S.PLANNED, S.HELD, S.CANCELLED}),
    S.APPROVED: frozenset({S.ORDERED, S.PLANNED, S.HELD, S.CANCELLED}),
    S.ORDERED: frozenset({S.PAID}),
    S.HELD: frozenset({S.PLANNED, S.CANCELLED}),
    S.PAID: frozenset(),
    S.CANCELLED: frozenset({S.PLANNED}),
}
SENT_OUT = frozenset({S.ORDERED, S.PAID})
"""Money that has left our hands: no click calls it back. Only a bank can, and then it starts anew."""

OVER = frozenset({S.PAID, S.CANCELLED})
KEEP_DETAILS_MONTHS = 3
"""How long payment details are kept after the last payment: long enough for a bank to send one back."""

KEEP_BOOKS_YEARS = 10
"""How long accounting records are kept after the year of the payment: the longest that the jurisdictions ask for."""

LAID_OUT, OPENED, BACK = "laid-out", "opened", "planned-again"
"""Steps of the ledger that all end at planned."""

LATE_AFTER = timedelta(days=5)
EARLY = timedelta(days=10)

Waiting = Literal["", "payee-form", "gate", "date", "paused", "left"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an instalment when somebody wants to prepare it."""

    gate_open: bool
    has_payee_form: bool
    due: datetime
    stopped: Literal["", "paused", "left"] = ""
    stopped_at: datetime | None = None


def may_follow(before: S, after: S) -> bool:
    """Whether `after` is a step from `before`. Paid is the end: no click calls back money that has left."""
    return after in STEPS[before]


def step_of(before: str, after: str) -> str:
    """The code of a step of the ledger: the state that it led to, or how it came to planned.

    Nothing leads from planned to planned but an organiser who opens a payment: see `services.open_gate`.
    """
    if not before:
        return LAID_OUT
    if before == after:
        return OPENED
    return BACK if after == S.PLANNED else after


def may_come_back(before: S) -> bool:
    """Whether a bank can have sent this payment back, so that it has to be made again."""
    return before in SENT_OUT


def waits_for(facts: Facts, *, now: datetime) -> Waiting:
    """Why an instalment cannot be prepared yet, "" when it can.

    The gate is the scholar's own check-in: a silent mentor never keeps money back. What was due before a scholar
    paused or left has been earned, and is paid.
    """
    if facts.stopped and not earned(facts):
        return facts.stopped
    if not facts.has_payee_form:
        return "payee-form"
    if not facts.gate_open:
        return "gate"
    if now < facts.due - EARLY:
        return "date"
    return ""


def earned(facts: Facts) -> bool:
    """Whether the payment was due while the scholar took part."""
    return not facts.stopped or (facts.stopped_at is not None and facts.due <= facts.stopped_at)


def is_late(*, state: S, facts: Facts, now: datetime) -> bool:
    """Whether a payment that is owed has not arrived in time."""
    owed = state not in {*OVER, S.HELD} and earned(facts)
    return owed and now > facts.due + LATE_AFTER


def details_go(*, settled_at: datetime | None, changed_at: datetime) -> datetime:
    """When payment details go, once nothing is owed any more.

    Details that were given after the last payment, or where there never was one, count from their own day.
    """
    return later(max(settled_at or changed_at, changed_at), KEEP_DETAILS_MONTHS)


def books_until(paid_at: datetime) -> datetime:
    """Until when a payment stays in the books with the name of who was paid: so many years after its own."""
    first_day = paid_at.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    return first_day.replace(year=paid_at.year + KEEP_BOOKS_YEARS + 1)


_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")


def account_text(typed: str) -> str:
    """An account number as banks write it: no spaces, capitals."""
    return re.sub(r"[\s.\-]", "", typed).upper()


def looks_like_iban(account: str) -> bool:
    """Whether somebody meant `account` to be an IBAN."""
    return _IBAN.fullmatch(account_text(account)) is not None


def iban_holds(account: str) -> bool:
    """Whether the check digits of an IBAN (ISO 13616) are right: one mistyped character is always found."""
    text = account_text(account)
    digits = "".join(str(int(letter, 36)) for letter in text[4:] + text[:4])
    return int(digits) % 97 == 1
