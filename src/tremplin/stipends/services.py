"""What people can do with stipends. Two people for all money; a silent mentor never blocks it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.core import sealed
from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.core.ui.amounts import money
from tremplin.mentoring.models import CheckInAnswer, Side
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.programmes.schema import StipendPlan
from tremplin.selection.models import Scholar, ScholarState
from tremplin.stipends import rules
from tremplin.stipends.models import Instalment, InstalmentState, LedgerEntry, PayeeForm
from tremplin.stipends.states import STATES

WAITING = {
    "payee-form": gettext_lazy("The scholar has not yet given payment details."),
    "gate": gettext_lazy("The scholar has not yet sent the check-in that opens this payment."),
    "date": gettext_lazy("Its date is more than ten days away."),
    "left": gettext_lazy("The scholar is not taking part at the moment."),
}


def plan_of(cohort: Cohort) -> StipendPlan:
    """The stipend part of the cohort's plan. Raises Conflict when the programme pays nothing."""
    if cohort.plan.stipend is None:
        raise Conflict(_("This programme pays no stipend."))
    return cohort.plan.stipend


@transaction.atomic
def plan_instalments(*, cohort: Cohort, now: datetime) -> int:
    """Lay out the instalments of every scholar who has none yet. Running it again changes nothing.

    Returns how many were made. Amounts are those of the plan the cohort was opened with.
    """
    plan = plan_of(cohort)
    scholars = Scholar.objects.filter(cohort=cohort, instalments__isnull=True).order_by("pk")
    made = [
        Instalment(
            scholar=scholar,
            code=instalment.code,
            amount=plan.minor(instalment),
            currency=plan.currency,
            gate=instalment.gate or "",
            due=instalment.due.after(cohort.dates),
            created_at=now,
        )
        for scholar in scholars
        for instalment in plan.instalments
    ]
    Instalment.objects.bulk_create(made)
    for scholar in scholars if made else ():
        log(cohort=cohort, actor=None, verb="stipends.planned", subject=scholar, now=now)
    return len(made)


class PayeeDetails(NamedTuple):
    """Where money goes: the holder's name exactly as at the bank, and the account."""

    holder: str
    account: str
    bank: str
    country: str
    town: str


@transaction.atomic
def save_payee_form(
    *, scholar: Scholar, details: PayeeDetails, expected_version: int, actor: User, now: datetime
) -> PayeeForm:
    """Keep a scholar's payment details, sealed. Order: permission, limits, the form, its event.

    A change sends every prepared instalment back to planned: what was approved was another account.
    Raises NotAllowed, Invalid, Stale.
    """
    if scholar.user_id != actor.pk:
        raise NotAllowed(_("Only the scholar can give payment details."))
    _check_details(details)
    form = PayeeForm.objects.select_for_update().filter(scholar=scholar).first()
    if (form.version if form else 0) != expected_version:
        raise Stale(
            _("Your payment details were changed somewhere else since you opened this page."),
            _("Check them and send them again."),
            current=form,
        )
    form = form or PayeeForm(scholar=scholar, created_at=now, version=0)
    form.holder = sealed.seal(details.holder, context=f"payee/{scholar.ref}/holder")
    form.details = sealed.seal(json.dumps(details._asdict()), context=f"payee/{scholar.ref}/details")
    form.last_four = details.account[-4:]
    form.version, form.changed_at = form.version + 1, now
    form.save()
    for instalment in Instalment.objects.select_for_update().filter(
        scholar=scholar, state__in=[InstalmentState.PREPARED, InstalmentState.APPROVED]
    ):
        _move(instalment, InstalmentState.PLANNED, actor=actor, now=now, note=_("Payment details changed."))
    log(cohort=scholar.cohort, actor=actor, verb="stipends.payee-form-saved", subject=form, now=now)
    return form


def _check_details(details: PayeeDetails) -> None:
    names = {
        "holder": details.holder,
        "account": details.account,
        "country": details.country,
        "town": details.town,
    }
    errors = {
        name: [_("Fill this in: the bank refuses a payment without it.")]
        for name, value in names.items()
        if not value.strip()
    }
    if details.account.strip() and not 4 <= len(details.account.replace(" ", "")) <= 40:
        errors["account"] = [_("An account number has between 4 and 40 characters.")]
    if errors:
        raise Invalid(errors)


def payee_details(*, scholar: Scholar, actor: User, now: datetime) -> PayeeDetails | None:
    """The details, for the scholar and for finance; every look by finance is written to the log."""
    form = PayeeForm.objects.filter(scholar=scholar).first()
    if scholar.user_id != actor.pk:
        require(actor, scholar.cohort, Role.FINANCE)
    if form is None:
        return None
    if scholar.user_id != actor.pk:
        with transaction.atomic():
            log(cohort=scholar.cohort, actor=actor, verb="stipends.payee-form-read", subject=form, now=now)
    return PayeeDetails(
        **json.loads(sealed.unseal(bytes(form.details), context=f"payee/{scholar.ref}/details"))
    )


def facts(instalment: Instalment) -> rules.Facts:
    """What is known of an instalment now."""
    scholar = instalment.scholar
    return rules.Facts(
        gate=instalment.gate,
        gate_open=not instalment.gate or gate_open(scholar, instalment.gate),
        has_payee_form=PayeeForm.objects.filter(scholar=scholar).exists(),
        taking_part=scholar.state in {ScholarState.ENROLLED, ScholarState.COMPLETED},
        due=instalment.due,
    )


def gate_open(scholar: Scholar, code: str) -> bool:
    """Whether the scholar has sent the check-in `code`, with whatever mentor they had then."""
    return CheckInAnswer.objects.filter(
        pairing__scholar=scholar, code=code, side=Side.SCHOLAR, sent_at__isnull=False
    ).exists()


@transaction.atomic
def prepare(*, instalment: Instalment, actor: User, now: datetime) -> Instalment:
    """The first of two people asks for the payment. Raises NotAllowed; Conflict with what it waits for."""
    row = _locked(instalment)
    require(actor, row.scholar.cohort, Role.FINANCE, Role.ORGANISER)
    _not_own(row, actor)
    waiting = rules.waits_for(facts(row), now=now)
    if waiting:
        raise Conflict(_("This payment cannot be prepared yet."), WAITING[waiting])
    row.prepared_by = actor.ref
    return _move(row, InstalmentState.PREPARED, actor=actor, now=now)


@transaction.atomic
def approve(*, instalment: Instalment, actor: User, now: datetime) -> Instalment:
    """The second person approves; never the one who prepared it. The scholar is told.

    Raises NotAllowed, Conflict.
    """
    row = _locked(instalment)
    require(actor, row.scholar.cohort, Role.FINANCE)
    _not_own(row, actor)
    if row.prepared_by == actor.ref:
        raise NotAllowed(_("You prepared this payment, so another person has to approve it."))
    row.approved_by = actor.ref
    return _move(row, InstalmentState.APPROVED, actor=actor, now=now, tell=True)


@transaction.atomic
def order(*, instalment: Instalment, reference: str, actor: User, now: datetime) -> Instalment:
    """The bank has been told to pay, under `reference`; so is the scholar.

    Raises NotAllowed, Invalid, Conflict.
    """
    row = _locked(instalment)
    require(actor, row.scholar.cohort, Role.FINANCE)
    _not_own(row, actor)
    if not reference.strip():
        raise Invalid({"reference": [_("Give the reference under which the bank knows this payment.")]})
    row.reference = reference.strip()[:80]
    return _move(row, InstalmentState.ORDERED, actor=actor, now=now, note=row.reference, tell=True)


@transaction.atomic
def mark_paid(*, instalment: Instalment, actor: User, now: datetime) -> Instalment:
    """The money has left: the ledger ends here. Marking twice changes nothing.

    Raises NotAllowed, Conflict.
    """
    row = _locked(instalment)
    require(actor, row.scholar.cohort, Role.FINANCE)
    _not_own(row, actor)
    if row.state == InstalmentState.PAID:
        return row
    row.paid_at = now
    return _move(row, InstalmentState.PAID, actor=actor, now=now, note=row.reference, tell=True)


@transaction.atomic
def hold(*, instalment: Instalment, reason: str, actor: User, now: datetime) -> Instalment:
    """Keep a payment back, with a reason that the scholar reads. Raises NotAllowed, Invalid, Conflict."""
    return _with_reason(instalment, InstalmentState.HELD, reason=reason, actor=actor, now=now)


@transaction.atomic
def release(*, instalment: Instalment, reason: str, actor: User, now: datetime) -> Instalment:
    """Let a held, prepared or cancelled payment start again from planned. Raises as `hold`."""
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
    _not_own(row, actor)
    if not reason.strip():
        raise Invalid({"reason": [_("Give the reason: the scholar reads it.")]})
    row.reason = reason.strip()
    return _move(row, to, actor=actor, now=now, note=row.reason, tell=True)


@transaction.atomic
def extend(*, scholar: Scholar, weeks: int, reason: str, actor: User, now: datetime) -> Scholar:
    """Give a scholar more time: dates after the mid-point move, money included.

    Order: permission, limits, instalments not yet under way, the scholar, the event. `weeks` is the whole
    extension, not an addition to an earlier one. Raises NotAllowed, Invalid.
    """
    cohort = scholar.cohort
    require(actor, cohort, Role.ORGANISER)
    limit = plan_of(cohort).extension_weeks
    if not 0 <= weeks <= limit:
        text = ngettext("At most %(limit)s week.", "At most %(limit)s weeks.", limit)
        raise Invalid({"weeks": [text % {"limit": limit}]})
    if not reason.strip():
        raise Invalid({"reason": [_("Say what the extra weeks are for.")]})
    row = Scholar.objects.select_for_update().get(pk=scholar.pk)
    planned = {
        instalment.code: instalment.due.after(cohort.dates) for instalment in plan_of(cohort).instalments
    }
    midpoint = cohort.dates.get("midpoint") or cohort.date("training_starts")
    for instalment in row.instalments.select_for_update().filter(state=InstalmentState.PLANNED):
        instalment.due = rules.extended(planned[instalment.code], midpoint=midpoint, weeks=weeks)
        instalment.save(update_fields=["due"])
    before, row.extension_weeks = row.extension_weeks, weeks
    row.save(update_fields=["extension_weeks"])
    log(
        cohort=cohort, actor=actor, verb="stipends.extended", subject=row, now=now, before=before, after=weeks
    )
    return row


def _locked(instalment: Instalment) -> Instalment:
    return (
        Instalment.objects.select_for_update(of=("self",))
        .select_related(
            "scholar__user", "scholar__cohort__programme__institution", "scholar__cohort__version"
        )
        .get(pk=instalment.pk)
    )


def _not_own(instalment: Instalment, actor: User) -> None:
    if instalment.scholar.user_id == actor.pk:
        raise NotAllowed(_("Nobody handles their own money."))


def _move(
    row: Instalment,
    to: InstalmentState,
    *,
    actor: User | None,
    now: datetime,
    note: str = "",
    tell: bool = False,
) -> Instalment:
    """One step: state, ledger, event, and a mail where the scholar should know. Raises Conflict."""
    before = InstalmentState(row.state)
    if not rules.may_follow(before, to):
        raise Conflict(
            _("This payment has moved on since you opened the page."),
            _("Load the page again to see where it stands."),
        )
    row.state = to
    if to == InstalmentState.PLANNED:
        row.prepared_by = row.approved_by = row.reference = ""
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
        note=note[:500],
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
