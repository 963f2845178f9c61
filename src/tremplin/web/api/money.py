"""Stipends: payments and the ledger, for those who look after money. Nobody's bank details."""

from datetime import datetime
from typing import Literal

from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router
from pydantic import Field

from tremplin.core import clock
from tremplin.programmes.http import CohortRequest
from tremplin.stipends import queries
from tremplin.stipends.views.board import COMPUTED, STATES_BY_FILTER
from tremplin.web.api.access import token
from tremplin.web.api.paging import part_of, part_of_list
from tremplin.web.api.shapes import Money, Part, Person, Shape, Where, WhereOne, person_shape

router = Router(auth=token, tags=["stipends"])
PATH = "/cohorts/{slug:institution}/{slug:programme}/{slug:cohort}/stipends"


class Shown(Part):
    show: Literal[
        "all", "open", "ready", "prepared", "approved", "ordered", "late", "paid", "held", "gone"
    ] = Field("open", description="The filters of the board of payments")


class Budget(Shape):
    currency: str
    planned: int = Field(description="In minor units, as all sums here")
    under_way: int
    paid: int
    held: int


class Payment(Shape):
    ref: str
    code: str = Field(description="Which instalment of the plan")
    scholar: Person
    payee: str = Field(description="Whom it goes or went to, by name")
    amount: Money
    state: str
    due: datetime
    waits_for: str = Field(description="What a planned payment waits for, empty for nothing")
    late: bool
    reference: str = Field(description="The reference of the transfer")
    paid_at: datetime | None


class Payments(Shape):
    budget: Budget | None = Field(description="Null for a programme that pays nothing")
    items: list[Payment]
    next: str | None


class Entry(Shape):
    """One step of a payment. Never changed."""

    at: datetime
    actor: str = Field(description="Who, by name; empty for the clock")
    before: str
    after: str
    amount: Money
    note: str


class PaymentWithLedger(Payment):
    ledger: list[Entry]


@router.get(PATH, response=Payments, url_name="stipends", operation_id="stipends")
def stipends(request: CohortRequest, where: Path[Where], part: Query[Shown]) -> Payments:
    """All payments of the cohort, soonest first, as the board shows them, with the sums."""
    lines, following = _lines(request, part)
    budget = queries.budget(request.cohort)
    return Payments(
        budget=Budget(
            currency=budget.currency,
            planned=budget.planned,
            under_way=budget.under_way,
            paid=budget.paid,
            held=budget.held,
        )
        if budget
        else None,
        items=[_payment(line) for line in lines],
        next=following,
    )


def _lines(request: CohortRequest, part: Shown) -> tuple[list[queries.Line], str | None]:
    cohort, actor, now = request.cohort, request.user, clock.now()
    if part.show in COMPUTED:
        due = COMPUTED[part.show](cohort, actor, now=now)
        return part_of_list(due, lambda line: line.instalment.ref, after=part.after, limit=part.limit)
    every = queries.visible_instalments(actor, cohort)
    states = STATES_BY_FILTER.get(part.show)
    rows, following = part_of(
        every.filter(state__in=states) if states else every, after=part.after, limit=part.limit, among=every
    )
    return queries.lines(rows, now=now, cohort=cohort), following


def _payment(line: queries.Line) -> Payment:
    row = line.instalment
    return Payment(
        ref=row.ref,
        code=row.code,
        scholar=person_shape(row.scholar.user),
        payee=row.payee_name,
        amount=Money(minor=row.amount, currency=row.currency),
        state=row.state,
        due=line.due,
        waits_for=line.waits_for,
        late=line.late,
        reference=row.reference,
        paid_at=row.paid_at,
    )


@router.get(
    f"{PATH}/{{slug:ref}}",
    response=PaymentWithLedger,
    url_name="stipend",
    operation_id="stipend",
)
def stipend(request: CohortRequest, where: Path[WhereOne]) -> PaymentWithLedger:
    """One payment and every step that was taken with it, by whom and when."""
    row = get_object_or_404(queries.visible_instalments(request.user, request.cohort), ref=where.ref)
    line = queries.lines([row], now=clock.now(), cohort=request.cohort)[0]
    return PaymentWithLedger(
        **dict(_payment(line)),
        ledger=[
            Entry(
                at=entry.at,
                actor=entry.actor_name,
                before=entry.before,
                after=entry.after,
                amount=Money(minor=entry.amount, currency=entry.currency),
                note=entry.note,
            )
            for entry in queries.ledger(row)
        ],
    )
