"""What people can see of stipends."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest

from tremplin.core.models import AuditEvent
from tremplin.mentoring.queries import shut_gates
from tremplin.people.models import User
from tremplin.programmes.apart import roles_afterwards
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.selection.models import Scholar, ScholarState
from tremplin.selection.queries import own_scholar
from tremplin.stipends import rules
from tremplin.stipends.models import Instalment, InstalmentState, LedgerEntry, PayeeForm
from tremplin.stipends.plan import due_of, stopped

MONEY_ROLES = frozenset({Role.FINANCE, Role.ORGANISER, Role.OBSERVER})
DETAILS_DELETED = "stipends.payee-form-deleted"
UNDER_WAY = (InstalmentState.PREPARED, InstalmentState.APPROVED, InstalmentState.ORDERED)


@dataclass(frozen=True, slots=True)
class Line:
    """An instalment with when it is due, what it waits for and whether it is late."""

    instalment: Instalment
    due: datetime
    waits_for: rules.Waiting
    late: bool
    gate_open: bool = True


def visible_instalments(actor: User, cohort: Cohort) -> QuerySet[Instalment]:
    """All for finance, organisers and observers; a scholar's own; none for anybody else. Soonest first."""
    rows = _instalments().filter(scholar__cohort=cohort)
    if roles_afterwards(actor, cohort) & MONEY_ROLES:
        return rows
    return rows.filter(scholar__user=actor)


def _instalments() -> QuerySet[Instalment]:
    return (
        Instalment.objects.select_related("scholar__user")
        .annotate(has_payee_form=Exists(PayeeForm.objects.filter(scholar=OuterRef("scholar"))))
        .order_by("due", "scholar__user__name", "pk")
    )


def lines(rows: Iterable[Instalment], *, now: datetime, cohort: Cohort | None = None) -> list[Line]:
    """Instalments of one cohort with what each waits for, in a constant number of queries."""
    found = list(rows)
    if not found:
        return []
    cohort = cohort or found[0].scholar.cohort
    for row in found:
        row.scholar.cohort = cohort
    gated = [row.scholar for row in found if row.gate and row.state not in rules.OVER]
    shut = shut_gates(gated, cohort, now=now)
    return [_line(row, cohort, shut, now) for row in found]


def _line(row: Instalment, cohort: Cohort, shut: set[tuple[int, str]], now: datetime) -> Line:
    known = _facts(row, cohort, shut, bool(getattr(row, "has_payee_form", False)), now)
    state = InstalmentState(row.state)
    waits = rules.waits_for(known, now=now) if state == InstalmentState.PLANNED else ""
    return Line(row, known.due, waits, rules.is_late(state=state, facts=known, now=now), known.gate_open)


def facts(row: Instalment, cohort: Cohort, *, now: datetime) -> rules.Facts:
    """What is known of one instalment now."""
    shut = shut_gates([row.scholar], cohort, now=now)
    has_form = PayeeForm.objects.filter(scholar=row.scholar).exists()
    return _facts(row, cohort, shut, has_form, now)


def _facts(
    row: Instalment, cohort: Cohort, shut: set[tuple[int, str]], has_form: bool, now: datetime
) -> rules.Facts:
    return rules.Facts(
        gate_open=(row.scholar_id, row.gate) not in shut,
        has_payee_form=has_form,
        due=due_of(row, cohort, now=now),
        stopped=cast(Literal["", "paused", "left"], stopped(row.scholar)),
        stopped_at=row.scholar.stopped_at,
    )


def ready(cohort: Cohort, actor: User, *, now: datetime) -> list[Line]:
    """Payments that can be prepared now. Dates that moved meanwhile are found by the next round at the latest."""
    rows = visible_instalments(actor, cohort).filter(
        state=InstalmentState.PLANNED, due__lte=now + rules.EARLY
    )
    return [line for line in lines(rows, now=now, cohort=cohort) if not line.waits_for]


@dataclass(frozen=True, slots=True)
class AtHand:
    """How many payments can be prepared, are late (by what keeps them), or wait for a scholar who left.

    What keeps a late one is what it waits for, else the state in which it stands.
    """

    ready: int
    late: dict[str, int]
    gone: int


def at_hand(cohort: Cohort, actor: User, *, now: datetime) -> AtHand:
    """The sizes of `ready`, `late` and `of_those_who_left`, read once."""
    rows = visible_instalments(actor, cohort).filter(state__in=[InstalmentState.PLANNED, *UNDER_WAY])
    known = lines(rows, now=now, cohort=cohort)
    planned = [line for line in known if line.instalment.state == InstalmentState.PLANNED]
    return AtHand(
        ready=sum(not line.waits_for and line.instalment.due <= now + rules.EARLY for line in planned),
        late=dict(
            Counter(
                line.waits_for or line.instalment.state
                for line in known
                if line.late and line.instalment.due < now - rules.LATE_AFTER
            )
        ),
        gone=sum(
            line.waits_for == "left" and line.instalment.scholar.state == ScholarState.LEFT
            for line in planned
        ),
    )


def late(cohort: Cohort, actor: User, *, now: datetime) -> list[Line]:
    """Payments that are owed and have not arrived in time."""
    rows = visible_instalments(actor, cohort).filter(
        state__in=[InstalmentState.PLANNED, *UNDER_WAY], due__lt=now - rules.LATE_AFTER
    )
    return [line for line in lines(rows, now=now, cohort=cohort) if line.late]


def of_those_who_left(cohort: Cohort, actor: User, *, now: datetime) -> list[Line]:
    """Planned payments that scholars who left have not earned: somebody has to cancel them."""
    rows = visible_instalments(actor, cohort).filter(
        scholar__state=ScholarState.LEFT, state=InstalmentState.PLANNED
    )
    return [line for line in lines(rows, now=now, cohort=cohort) if line.waits_for == "left"]


def ledger(instalment: Instalment) -> Sequence[LedgerEntry]:
    """Every step of one payment, in order."""
    return list(instalment.entries.order_by("at", "pk"))


def scholar_of(actor: User, cohort: Cohort) -> Scholar | None:
    """The person's own place in the cohort."""
    return own_scholar(actor, cohort)


def payee_form(scholar: Scholar) -> PayeeForm | None:
    """The sealed form, without its content."""
    return PayeeForm.objects.filter(scholar=scholar).defer("details", "holder").first()


def wants_details(scholar: Scholar, lines: Sequence[Line]) -> bool:
    """Whether it must be known where to pay: something is owed, or nothing is planned yet. `lines`: all theirs."""
    if not lines:
        return scholar.state in {ScholarState.ENROLLED, ScholarState.PAUSED}
    return any(line.instalment.state not in rules.OVER and line.waits_for != "left" for line in lines)


def has_details(scholar: Scholar, lines: Sequence[Line]) -> bool:
    """Whether it is known where to pay. `lines` (all theirs) say it without another query."""
    if lines:
        return bool(getattr(lines[0].instalment, "has_payee_form", False))
    return payee_form(scholar) is not None


def kept_details(cohort: Cohort, *, settled: bool = False) -> QuerySet[PayeeForm]:
    """The payment details of a cohort, unread: those that go soonest first, then those that are still needed.

    `settled` leaves out the latter.
    Each has `open_payments`, and `settled_at`, when the last of its payments was paid or cancelled.
    """
    payments = Instalment.objects.filter(scholar=OuterRef("scholar")).exclude(state__in=rules.OVER)
    counted = payments.order_by().values("scholar").annotate(count=Count("pk")).values("count")
    steps = LedgerEntry.objects.filter(instalment__scholar=OuterRef("scholar")).order_by("-at")
    forms = PayeeForm.objects.filter(scholar__cohort=cohort)
    return (
        (forms.exclude(Exists(payments)) if settled else forms)
        .select_related("scholar__user")
        .defer("details", "holder")
        .annotate(open_payments=Coalesce(Subquery(counted), 0), settled_at=Subquery(steps.values("at")[:1]))
        .order_by("open_payments", Greatest(Coalesce("settled_at", "changed_at"), "changed_at"), "pk")
    )


def details_go(form: PayeeForm) -> datetime | None:
    """When details of `kept_details` go by themselves; None while something is owed."""
    if getattr(form, "open_payments", 0):
        return None
    return rules.details_go(settled_at=getattr(form, "settled_at", None), changed_at=form.changed_at)


@dataclass(frozen=True, slots=True)
class Kept:
    """How many payment details a cohort keeps, of how many scholars they are gone, and when the next go."""

    kept: int
    deleted: int
    next_on: datetime | None


def kept(cohort: Cohort) -> Kept:
    """Payment details in figures, in three queries."""
    rows = kept_details(cohort)
    first = kept_details(cohort, settled=True).first()
    deleted = AuditEvent.objects.filter(scope=cohort.scope, verb=DETAILS_DELETED).count()
    return Kept(rows.count(), deleted, details_go(first) if first else None)


@dataclass(frozen=True, slots=True)
class Budget:
    """Sums of a cohort or of one scholar in minor units of one currency; `counts` by state."""

    currency: str
    planned: int
    under_way: int
    paid: int
    held: int
    counts: dict[str, int]


def budget(cohort: Cohort, scholar: Scholar | None = None) -> Budget | None:
    """What is planned, under way, paid and held; None for a programme that pays nothing."""
    if cohort.plan.stipend is None:
        return None
    rows = Instalment.objects.filter(scholar__cohort=cohort)
    if scholar is not None:
        rows = rows.filter(scholar=scholar)
    grouped = rows.order_by().values("state").annotate(total=Sum("amount"), count=Count("pk"))
    sums = dict.fromkeys(InstalmentState.values, 0) | {row["state"]: row["total"] for row in grouped}
    return Budget(
        cohort.plan.stipend.currency,
        planned=sums[InstalmentState.PLANNED],
        under_way=sum(sums[state] for state in UNDER_WAY),
        paid=sums[InstalmentState.PAID],
        held=sums[InstalmentState.HELD],
        counts={row["state"]: row["count"] for row in grouped},
    )
