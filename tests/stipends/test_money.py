import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast
from tests.stipends.world import (
    DETAILS,
    OTHER_ACCOUNT,
    check_in,
    instalment,
    through,
    with_details,
    with_mentor,
)
from tremplin.core import sealed
from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.programmes.roles import Role
from tremplin.programmes.services import grant
from tremplin.selection import services as selection
from tremplin.selection.models import Scholar
from tremplin.stipends import services, vault
from tremplin.stipends.models import Instalment, InstalmentState, LedgerEntry, PayeeForm


def test_every_scholar_gets_the_instalments_of_the_plan_once(cast: Cast, scholar: Scholar) -> None:
    assert services.plan_instalments(cohort=cast.cohort, now=cast.at("training_starts")) == 0
    rows = list(scholar.instalments.order_by("due").values_list("code", "amount", "currency", "gate"))
    assert rows == [("start", 100_000, "EUR", ""), ("second", 200_000, "EUR", "week-2")]


def test_a_payment_ends_at_paid_with_every_step_in_the_ledger(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    row = through(cast, instalment(scholar))
    assert row.state == InstalmentState.PAID
    steps = list(LedgerEntry.objects.filter(instalment=row).values_list("before", "after", "actor_name"))
    assert steps == [
        ("planned", "prepared", "Fay Finance"),
        ("prepared", "approved", "Farid Finance"),
        ("approved", "ordered", "Fay Finance"),
        ("ordered", "paid", "Fay Finance"),
    ]
    kinds = OutboxMessage.objects.filter(to=cast.scholar.email).values_list("kind", flat=True)
    assert sorted(kinds) == ["stipend-paid", "stipend-step", "stipend-step"]


def test_the_scholar_reads_of_money_in_their_language(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    through(cast, instalment(scholar))
    paid = OutboxMessage.objects.get(to=cast.scholar.email, kind="stipend-paid")
    assert "1\u202f000,00\u00a0€" in paid.body or "1\u202f000,00\u00a0€" in paid.subject


def test_the_one_who_prepared_cannot_approve(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    services.prepare(instalment=instalment(scholar), actor=cast.finance, now=cast.at("training_starts"))
    with pytest.raises(NotAllowed, match="another person"):
        services.approve(instalment=instalment(scholar), actor=cast.finance, now=cast.at("training_starts"))
    assert instalment(scholar).state == InstalmentState.PREPARED


def test_the_database_itself_refuses_money_by_one_person(cast: Cast, scholar: Scholar) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Instalment.objects.filter(scholar=scholar).update(prepared_by="abc", approved_by="abc")
    with pytest.raises(IntegrityError), transaction.atomic():
        Instalment.objects.filter(scholar=scholar).update(state=InstalmentState.APPROVED)


def test_an_organiser_prepares_but_does_not_approve(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    services.prepare(instalment=instalment(scholar), actor=cast.organiser, now=cast.at("training_starts"))
    with pytest.raises(NotAllowed):
        services.approve(instalment=instalment(scholar), actor=cast.colleague, now=cast.at("training_starts"))


@pytest.mark.parametrize("role", ["mentor", "reviewer", "observer", "scholar", "stranger"])
def test_others_cannot_touch_money(cast: Cast, scholar: Scholar, role: str) -> None:
    with_details(cast, scholar)
    for deed in (services.prepare, services.approve, services.mark_paid):
        with pytest.raises(NotAllowed):
            deed(instalment=instalment(scholar), actor=getattr(cast, role), now=cast.at("training_starts"))


def test_nobody_handles_their_own_money(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    grant(
        user=cast.scholar,
        cohort=cast.cohort,
        role=Role.FINANCE,
        actor=cast.organiser,
        now=cast.at("training_starts"),
    )
    with pytest.raises(NotAllowed, match="own money"):
        services.prepare(instalment=instalment(scholar), actor=cast.scholar, now=cast.at("training_starts"))


def test_a_payment_says_what_it_waits_for(cast: Cast, scholar: Scholar) -> None:
    now = cast.at("training_starts", weeks=3)
    with pytest.raises(Conflict, match="payment details"):
        services.prepare(instalment=instalment(scholar), actor=cast.finance, now=now)
    with_details(cast, scholar)
    with_mentor(cast, scholar)
    with pytest.raises(Conflict, match="check-in"):
        services.prepare(instalment=instalment(scholar, "second"), actor=cast.finance, now=now)
    with pytest.raises(Conflict, match="ten days away"):
        services.prepare(
            instalment=instalment(scholar), actor=cast.finance, now=cast.at("training_starts", days=-11)
        )


def test_a_silent_mentor_never_blocks_money(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    check_in(cast, scholar)
    row = services.prepare(
        instalment=instalment(scholar, "second"), actor=cast.finance, now=cast.at("training_starts", weeks=3)
    )
    assert row.state == InstalmentState.PREPARED


def test_who_left_is_paid_what_was_due_before_and_nothing_after(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    left = cast.at("training_starts", weeks=2)
    selection.withdraw_scholar(scholar=scholar, actor=cast.scholar, now=left)
    services.prepare(instalment=instalment(scholar), actor=cast.finance, now=left)
    with pytest.raises(Conflict, match="left before it was due"):
        services.prepare(
            instalment=instalment(scholar, "second"),
            actor=cast.finance,
            now=cast.at("training_starts", weeks=4),
        )


def test_new_details_send_an_approved_payment_back(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    now = cast.at("training_starts")
    services.prepare(instalment=instalment(scholar), actor=cast.finance, now=now)
    services.approve(instalment=instalment(scholar), actor=cast.second_finance, now=now)
    with_details(cast, scholar, version=1, account=OTHER_ACCOUNT)
    row = instalment(scholar)
    assert (row.state, row.prepared_by, row.approved_by) == (InstalmentState.PLANNED, "", "")


def test_details_from_an_old_tab_change_nothing(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    with pytest.raises(Stale):
        with_details(cast, scholar, version=0)


def test_missing_details_are_named(cast: Cast, scholar: Scholar) -> None:
    with pytest.raises(Invalid) as refusal:
        services.save_payee_form(
            scholar=scholar,
            details=DETAILS._replace(town=" ", account="12"),
            expected_version=0,
            actor=cast.scholar,
            now=cast.at("training_starts"),
        )
    assert set(refusal.value.errors) == {"town", "account"}


def test_bank_details_are_sealed_in_the_database_and_absent_from_the_log(
    cast: Cast, scholar: Scholar
) -> None:
    form = with_details(cast, scholar)
    form.refresh_from_db()
    assert DETAILS.account.encode() not in bytes(form.details)
    assert DETAILS.holder.encode() not in bytes(form.holder)
    assert not AuditEvent.objects.filter(data__icontains=DETAILS.account[:8]).exists()
    elsewhere = PayeeForm(scholar_id=scholar.pk + 1, ref=form.ref, details=form.details)
    with pytest.raises(sealed.SealBroken):
        vault.unseal(elsewhere)


def test_a_look_at_bank_details_by_finance_is_logged(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    now = cast.at("training_starts")
    assert services.payee_details(scholar=scholar, actor=cast.scholar, now=now) == DETAILS
    assert not AuditEvent.objects.filter(verb="stipends.payee-form-read").exists()
    assert services.payee_details(scholar=scholar, actor=cast.finance, now=now) == DETAILS
    assert AuditEvent.objects.filter(verb="stipends.payee-form-read", actor=cast.finance.ref).count() == 1
    for other in (cast.organiser, cast.mentor, cast.observer, cast.stranger):
        with pytest.raises(NotAllowed):
            services.payee_details(scholar=scholar, actor=other, now=now)


def test_marking_paid_twice_changes_nothing(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    row = through(cast, instalment(scholar))
    services.mark_paid(instalment=row, actor=cast.finance, now=cast.at("training_starts", days=1))
    assert LedgerEntry.objects.filter(instalment=row, after="paid").count() == 1
    assert instalment(scholar).paid_at == cast.at("training_starts")


def test_a_stale_page_cannot_move_a_payment_backwards(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    row = through(cast, instalment(scholar))
    with pytest.raises(Conflict, match="moved on"):
        services.cancel(
            instalment=row, reason="mistake", actor=cast.finance, now=cast.at("training_starts", days=1)
        )


def test_holding_money_needs_a_reason_that_the_scholar_reads(cast: Cast, scholar: Scholar) -> None:
    now = cast.at("training_starts")
    with pytest.raises(Invalid):
        services.hold(instalment=instalment(scholar), reason=" ", actor=cast.finance, now=now)
    services.hold(instalment=instalment(scholar), reason="Bank closed", actor=cast.finance, now=now)
    assert "Bank closed" in OutboxMessage.objects.get(to=cast.scholar.email, kind="stipend-step").body


def test_a_ledger_entry_is_never_changed(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    services.prepare(instalment=instalment(scholar), actor=cast.finance, now=cast.at("training_starts"))
    entry = LedgerEntry.objects.get()
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()
