"""What people can see of stipends."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from tremplin.mentoring.models import CheckInAnswer, Side
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, roles_of
from tremplin.selection.models import Scholar
from tremplin.stipends import rules
from tremplin.stipends.models import Instalment, InstalmentState, PayeeForm

MONEY_ROLES = frozenset({Role.FINANCE, Role.ORGANISER, Role.OBSERVER})


@dataclass(frozen=True, slots=True)
class Line:
    """An instalment with what it waits for and whether it is late."""

    instalment: Instalment
    waits_for: str
    late: bool


def visible_instalments(actor: User, cohort: Cohort) -> QuerySet[Instalment]:
    """All for finance, organisers and observers; a scholar's own; none for anybody else."""
    rows = _instalments().filter(scholar__cohort=cohort)
    if roles_of(actor, cohort) & MONEY_ROLES:
        return rows
    return rows.filter(scholar__user=actor)


def lines(rows: QuerySet[Instalment], *, now: datetime) -> list[Line]:
    """`rows` with what each waits for. One query, however many rows."""
    return [line(row, now=now) for row in rows]


def line(row: Instalment, *, now: datetime) -> Line:
    """One row of `visible_instalments` with what it waits for."""
    facts = rules.Facts(
        gate=row.gate,
        gate_open=not row.gate or getattr(row, "gate_sent", False),
        has_payee_form=getattr(row, "has_payee_form", False),
        taking_part=row.scholar.state in {"enrolled", "completed"},
        due=row.due,
    )
    planned = row.state == InstalmentState.PLANNED
    return Line(
        row,
        rules.waits_for(facts, now=now) if planned else "",
        rules.is_late(state=InstalmentState(row.state), due=row.due, now=now),
    )


def scholar_of(actor: User, cohort: Cohort) -> Scholar | None:
    """The person's own place in the cohort."""
    return Scholar.objects.filter(cohort=cohort, user=actor).select_related("user", "cohort__version").first()


def payee_form(scholar: Scholar) -> PayeeForm | None:
    """The sealed form, without its content."""
    return PayeeForm.objects.filter(scholar=scholar).defer("details", "holder").first()


@dataclass(frozen=True, slots=True)
class Budget:
    """Sums of a cohort in minor units of one currency."""

    currency: str
    planned: int
    under_way: int
    paid: int
    held: int


def budget(cohort: Cohort) -> Budget | None:
    """What is planned, under way, paid and held; None for a programme that pays nothing."""
    if cohort.plan.stipend is None:
        return None
    sums = dict.fromkeys(InstalmentState.values, 0)
    for state, amount in Instalment.objects.filter(scholar__cohort=cohort).values_list("state", "amount"):
        sums[state] += amount
    return Budget(
        cohort.plan.stipend.currency,
        planned=sums[InstalmentState.PLANNED],
        under_way=sums[InstalmentState.PREPARED]
        + sums[InstalmentState.APPROVED]
        + sums[InstalmentState.ORDERED],
        paid=sums[InstalmentState.PAID],
        held=sums[InstalmentState.HELD],
    )


def _instalments() -> QuerySet[Instalment]:
    gate = CheckInAnswer.objects.filter(
        pairing__scholar=OuterRef("scholar"), code=OuterRef("gate"), side=Side.SCHOLAR, sent_at__isnull=False
    )
    return (
        Instalment.objects.select_related(
            "scholar__user", "scholar__cohort__programme__institution", "scholar__cohort__version"
        )
        .annotate(
            gate_sent=Exists(gate),
            has_payee_form=Exists(PayeeForm.objects.filter(scholar=OuterRef("scholar"))),
        )
        .order_by("due", "scholar__user__name", "pk")
    )
