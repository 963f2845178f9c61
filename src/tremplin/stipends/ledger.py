"""The ledger of a cohort: every step of every payment, and sums that it must add up to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, QuerySet, Sum, Value

from tremplin.core.errors import Message
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.stipends import rules
from tremplin.stipends.models import Instalment, InstalmentState, LedgerEntry
from tremplin.stipends.queries import visible_instalments
from tremplin.stipends.rules import SENT_OUT
from tremplin.stipends.states import NOTES, STATES, STEPS_SAID

_LAID_OUT, _STEP = 0, 1
_AT_ONCE = 500

Key = tuple[datetime, int, int]
"""When, what it is (a payment laid out or a step of one), and its row: enough to sort and to find it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line: what moved a payment, when and by whom. The first of each payment is that it was laid out."""

    payment: Instalment
    at: datetime
    code: str
    after: str
    amount: int
    currency: str
    who: str
    reference: str
    reason: str | Message

    @property
    def said(self) -> object:
        return STEPS_SAID[self.code]


def keys(cohort: Cohort, actor: User) -> QuerySet[Instalment, Key]:
    """All lines of the ledger that `actor` may see, oldest first."""
    payments = visible_instalments(actor, cohort).order_by()
    steps = LedgerEntry.objects.filter(instalment__in=payments.values("pk")).order_by()
    laid = payments.annotate(when=F("created_at"), kind=Value(_LAID_OUT)).values_list("when", "kind", "pk")
    taken = steps.annotate(when=F("at"), kind=Value(_STEP)).values_list("when", "kind", "pk")
    return laid.union(taken, all=True).order_by("when", "kind", "pk")


def read(found: Iterable[Key]) -> list[Step]:
    """The lines behind `found`, in their order, in two queries."""
    wanted = list(found)
    people = Instalment.objects.select_related("scholar__user")
    payments = people.in_bulk([pk for _when, kind, pk in wanted if kind == _LAID_OUT])
    steps = LedgerEntry.objects.select_related("instalment__scholar__user")
    entries = steps.in_bulk([pk for _when, kind, pk in wanted if kind == _STEP])
    return [
        _laid_out(payments[pk]) if kind == _LAID_OUT else _taken(entries[pk]) for _when, kind, pk in wanted
    ]


def stream(found: Sequence[Key]) -> Iterator[Step]:
    """The same for many, a part at a time."""
    for first in range(0, len(found), _AT_ONCE):
        yield from read(found[first : first + _AT_ONCE])


def _laid_out(row: Instalment) -> Step:
    code, planned = rules.step_of("", InstalmentState.PLANNED), InstalmentState.PLANNED
    return Step(row, row.created_at, code, planned, row.amount, row.currency, who="", reference="", reason="")


def _taken(entry: LedgerEntry) -> Step:
    sent = entry.after in SENT_OUT
    return Step(
        entry.instalment,
        entry.at,
        rules.step_of(entry.before, entry.after),
        entry.after,
        entry.amount,
        entry.currency,
        who=entry.actor_name,
        reference=entry.note if sent else "",
        reason="" if sent else NOTES.get(entry.note, entry.note),
    )


@dataclass(frozen=True, slots=True)
class StateSum:
    """How many payments stand in a state, and what they come to."""

    state: str
    payments: int
    amount: int

    @property
    def said(self) -> object:
        return STATES[self.state].staff


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of one currency, in minor units. `planned_for`: what the plan gives to as many scholars."""

    currency: str
    states: list[StateSum]
    scholars: int
    planned_for: int | None
    by_steps: dict[str, int]

    @property
    def payments(self) -> int:
        return sum(one.payments for one in self.states)

    @property
    def laid_out(self) -> int:
        return sum(one.amount for one in self.states)

    @property
    def owed(self) -> int:
        """What was or is to be paid: everything but what was cancelled."""
        return sum(one.amount for one in self.states if one.state != InstalmentState.CANCELLED)

    @property
    def adds_up(self) -> bool:
        """Whether the steps, added and taken off, lead to where the payments stand."""
        stand = {one.state: one.amount for one in self.states}
        return all(stand.get(state, 0) == self.by_steps.get(state, 0) for state in InstalmentState.values)

    @property
    def beside_plan(self) -> int:
        """By how much the payments differ from the plan as it is now."""
        return self.laid_out - self.planned_for if self.planned_for is not None else 0


def totals(cohort: Cohort) -> list[Totals]:
    """The sums by state, one for each currency (there is one, unless the plan was changed), in three queries."""
    payments = Instalment.objects.filter(scholar__cohort=cohort).order_by()
    grouped = payments.values("currency", "state").annotate(count=Count("pk"), total=Sum("amount"))
    states: dict[str, dict[str, StateSum]] = defaultdict(dict)
    for row in grouped:
        states[row["currency"]][row["state"]] = StateSum(row["state"], row["count"], row["total"])
    scholars = payments.values("currency").annotate(count=Count("scholar", distinct=True))
    people = {row["currency"]: row["count"] for row in scholars}
    by_steps = _by_steps(
        cohort, {code: sum(one.amount for one in of.values()) for code, of in states.items()}
    )
    return [
        Totals(
            currency,
            [of[state] for state in InstalmentState.values if state in of],
            people[currency],
            _planned_for(cohort, currency, people[currency]),
            by_steps[currency],
        )
        for currency, of in sorted(states.items())
    ]


def _by_steps(cohort: Cohort, laid_out: dict[str, int]) -> dict[str, dict[str, int]]:
    """What stands in each state if one begins with what was laid out and follows every step."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for currency, amount in laid_out.items():
        found[currency][InstalmentState.PLANNED] = amount
    steps = LedgerEntry.objects.filter(instalment__scholar__cohort=cohort).order_by()
    for row in steps.values("currency", "before", "after").annotate(total=Sum("amount")):
        found[row["currency"]][row["before"]] -= row["total"]
        found[row["currency"]][row["after"]] += row["total"]
    return found


def _planned_for(cohort: Cohort, currency: str, scholars: int) -> int | None:
    plan = cohort.plan.stipend
    return plan.total() * scholars if plan is not None and plan.currency == currency else None
