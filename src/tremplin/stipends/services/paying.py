"""The steps of one payment: prepared by one person, approved by another, ordered, paid."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict, Invalid
from tremplin.core.ui.amounts import money
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.roles import Role, require
from tremplin.stipends import queries, rules
from tremplin.stipends.models import Instalment, InstalmentState, LedgerEntry
from tremplin.stipends.plan import due_of
from tremplin.stipends.services.allowed import STEPS, moved_on, not_own, refusal
from tremplin.stipends.services.marks import mark_of
from tremplin.stipends.states import STATES

_REASON_LIMIT = 500
_REFERENCE_LIMIT = 80


@transaction.atomic
def prepare(*, instalment: Instalment, actor: User, now: datetime) -> Instalment:
    """The first of two people asks for the payment. By the same person again, it changes nothing.

    Raises NotAllowed; Conflict with what it waits for.
    """
    row = _locked(instalment)
    require(actor, row.scholar.cohort, *STEPS["prepare"].roles)
    not_own(row, actor)
    if row.state == InstalmentState.PREPARED and row.prepared_by == actor.ref:
        return row
    _allow("prepare", row, actor, rules.waits_for(queries.facts(row, row.scholar.cohort, now=now), now=now))
    row.prepared_by, row.reason = actor.ref, ""
    row.due = due_of(row, row.scholar.cohort, now=now)
    return move(row, InstalmentState.PREPARED, actor=actor, now=now)


@transaction.atomic
def approve(*, instalment: Instalment, actor: User, now: datetime, seen: str | None = None) -> Instalment:
    """The second person approves; never the one who prepared it. The scholar is told.

    `seen`: the payment as that person looked at it (`marks.mark_of`). Raises NotAllowed; Conflict, also where the
    payment or the account behind it is another by now.
    """
    row = _locked(instalment)
    require(actor, row.scholar.cohort, *STEPS["approve"].roles)
    not_own(row, actor)
    if row.state == InstalmentState.APPROVED and row.approved_by == actor.ref:
        return row
    _allow("approve", row, actor)
    _require_as_seen(row, seen)
    row.approved_by = actor.ref
    return move(row, InstalmentState.APPROVED, actor=actor, now=now, tell=True)


@transaction.atomic
def order(
    *, instalment: Instalment, reference: str, actor: User, now: datetime, seen: str | None = None
) -> Instalment:
    """The bank has been told to pay, under `reference`; so is the scholar.

    `seen`: as in `approve`. Raises NotAllowed, Invalid, Conflict.
    """
    row = _locked(instalment)
    require(actor, row.scholar.cohort, *STEPS["order"].roles)
    not_own(row, actor)
    reference = checked_reference(reference)
    if row.state == InstalmentState.ORDERED and row.reference == reference:
        return row
    _allow("order", row, actor)
    _require_as_seen(row, seen)
    row.reference, row.payee = reference, row.scholar.user.get_full_name()
    return move(row, InstalmentState.ORDERED, actor=actor, now=now, note=reference, tell=True)


def _require_as_seen(row: Instalment, seen: str | None) -> None:
    """Raises Conflict where somebody is about to decide on what is not so any more."""
    if seen is not None and seen != mark_of(row):
        raise Conflict(
            _("This payment, or the account behind it, has changed since you opened the page."),
            _("Look at where it would go now, then decide again."),
        )


@transaction.atomic
def mark_paid(*, instalment: Instalment, actor: User, now: datetime) -> Instalment:
    """The money has left: the ledger ends here. Marking twice changes nothing.

    Raises NotAllowed, Conflict.
    """
    row = _locked(instalment)
    require(actor, row.scholar.cohort, *STEPS["paid"].roles)
    not_own(row, actor)
    if row.state == InstalmentState.PAID:
        return row
    _allow("paid", row, actor)
    row.paid_at = now
    return move(row, InstalmentState.PAID, actor=actor, now=now, note=row.reference, tell=True)


@transaction.atomic
def hold(*, instalment: Instalment, reason: str, actor: User, now: datetime) -> Instalment:
    """Keep a payment back, with a reason that the scholar reads. Raises NotAllowed, Invalid, Conflict."""
    return _with_reason(instalment, InstalmentState.HELD, reason=reason, actor=actor, now=now)


@transaction.atomic
def release(*, instalment: Instalment, reason: str, actor: User, now: datetime) -> Instalment:
    """Let a held, prepared, approved or cancelled payment start again from planned. Raises as `hold`."""
    return _with_reason(instalment, InstalmentState.PLANNED, reason=reason, actor=actor, now=now)


@transaction.atomic
def cancel(*, instalment: Instalment, reason: str, actor: User, now: datetime) -> Instalment:
    """Decide that a payment will not be made, with a reason that the scholar reads. Raises as `hold`."""
    return _with_reason(instalment, InstalmentState.CANCELLED, reason=reason, actor=actor, now=now)


def _with_reason(
    instalment: Instalment, to: InstalmentState, *, reason: str, actor: User, now: datetime
) -> Instalment:
    row = _locked(instalment)
    require(actor, row.scholar.cohort, Role.FINANCE, Role.ORGANISER)
    not_own(row, actor)
    reason = _checked_reason(reason)
    if row.state == to and row.reason == reason:
        return row
    row.reason = reason
    return move(row, to, actor=actor, now=now, note=reason, tell=True)


@transaction.atomic
def came_back(*, instalment: Instalment, reason: str, actor: User, now: datetime) -> Instalment:
    """The bank has refused the payment or sent it back: it starts anew, with two people again.

    The ledger keeps that it had left. Finance alone, with a reason that the scholar reads.
    Raises NotAllowed, Invalid, Conflict.
    """
    row = _locked(instalment)
    require(actor, row.scholar.cohort, Role.FINANCE)
    not_own(row, actor)
    reason = _checked_reason(reason)
    if row.state == InstalmentState.PLANNED and row.reason == reason:
        return row
    if not rules.may_come_back(InstalmentState(row.state)):
        raise moved_on()
    row.reason, row.paid_at = reason, None
    return _write(row, InstalmentState.PLANNED, actor=actor, now=now, note=reason, tell=True)


@transaction.atomic
def open_gate(*, instalment: Instalment, reason: str, actor: User, now: datetime) -> Instalment:
    """An organiser opens a payment whose check-in stays away: from now on it waits for none. Two people still pay it.

    Order: permission, reason, the payment, a line of the ledger, the event, a mail to the scholar with the reason.
    Raises NotAllowed, Invalid; Conflict when no check-in keeps it.
    """
    row = _locked(instalment)
    cohort = row.scholar.cohort
    require(actor, cohort, Role.ORGANISER)
    not_own(row, actor)
    reason = _checked_reason(reason)
    if not row.gate and row.reason == reason:
        return row
    if row.state != InstalmentState.PLANNED or queries.facts(row, cohort, now=now).gate_open:
        raise Conflict(_("No check-in keeps this payment."), _("Load the page again to see where it stands."))
    gate, row.gate, row.reason = row.gate, "", reason
    log(cohort=cohort, actor=actor, verb="stipends.opened", subject=row, now=now, gate=gate)
    return _write(row, InstalmentState.PLANNED, actor=actor, now=now, note=reason, tell=True)


def _checked_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Invalid({"reason": [_("Give the reason: the scholar reads it.")]})
    _check_length("reason", reason, _REASON_LIMIT)
    return reason


def checked_reference(reference: str) -> str:
    """The reference of an order as it is kept. Raises Invalid."""
    reference = reference.strip()
    if not reference:
        raise Invalid({"reference": [_("Give the reference under which the bank knows this payment.")]})
    _check_length("reference", reference, _REFERENCE_LIMIT)
    return reference


def _check_length(field: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise Invalid({field: [_("Use at most %(limit)s characters.") % {"limit": limit}]})


def _allow(step: str, row: Instalment, actor: User, waiting: rules.Waiting = "") -> None:
    """Raises NotAllowed, Conflict."""
    refused = refusal(step, row, actor=actor, waiting=waiting)
    if refused is not None:
        raise refused


def _locked(instalment: Instalment) -> Instalment:
    return (
        Instalment.objects.select_for_update(of=("self",))
        .select_related(
            "scholar__user", "scholar__cohort__programme__institution", "scholar__cohort__version"
        )
        .get(pk=instalment.pk)
    )


def move(
    row: Instalment,
    to: InstalmentState,
    *,
    actor: User | None,
    now: datetime,
    note: str = "",
    tell: bool = False,
) -> Instalment:
    """One step that the rules allow. For deeds of this stage, inside their transaction. Raises Conflict."""
    if not rules.may_follow(InstalmentState(row.state), to):
        raise moved_on()
    return _write(row, to, actor=actor, now=now, note=note, tell=tell)


def _write(
    row: Instalment,
    to: InstalmentState,
    *,
    actor: User | None,
    now: datetime,
    note: str,
    tell: bool,
) -> Instalment:
    """State, ledger, event, and a mail where the scholar should know."""
    before, row.state = InstalmentState(row.state), to
    if to == InstalmentState.PLANNED:
        row.prepared_by = row.approved_by = row.reference = row.payee = ""
    row.save()
    LedgerEntry.objects.create(
        instalment=row,
        at=now,
        actor=actor.ref if actor else "",
        actor_name=actor.name if actor else "",
        before=before,
        after=to,
        amount=row.amount,
        currency=row.currency,
        note=note,
    )
    cohort = row.scholar.cohort
    log(cohort=cohort, actor=actor, verb=f"stipends.{to}", subject=row, now=now, before=str(before))
    if tell:
        _tell(row, to, now=now)
    return row


def _tell(row: Instalment, to: InstalmentState, *, now: datetime) -> None:
    cohort, person = row.scholar.cohort, row.scholar.user
    values: Mapping[str, object] = {
        "amount": lazy(money, str)(row.amount, row.currency),
        "link": cohort_url(cohort, "stipends:mine"),
        "reference": row.reference,
        "reason": row.reason,
        "title": STATES[to].public,
        "date": row.due,
    }
    code = "stipend-paid" if to == InstalmentState.PAID else "stipend-step"
    step = row.entries.count()
    mail.send(cohort=cohort, code=code, to=person, values=values, now=now, key=f"instalment:{row.ref}:{step}")
