"""Payment details go a while after the last payment; what is owed keeps them, books stay."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.cast import Cast, speaks
from tests.mentoring.world import crowd
from tests.stipends.world import OTHER_ACCOUNT, check_in, instalment, through, with_details
from tests.visiting import Clock, hold, page, signed_in
from tremplin.core.errors import Conflict, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.core.months import later
from tremplin.core.outbox.models import OutboxMessage
from tremplin.programmes.models import CohortDate
from tremplin.programmes.roles import roles_of
from tremplin.programmes.rounds import go_round
from tremplin.selection import services as selection
from tremplin.selection.models import Scholar
from tremplin.stipends import desk, queries, rules, services, tasks
from tremplin.stipends.models import Instalment, LedgerEntry, PayeeForm
from tremplin.stipends.services import forgetting

MAY = datetime(2027, 5, 31, 12, tzinfo=UTC)


def settle(cast: Cast, scholar: Scholar) -> datetime:
    """Every payment made or cancelled; when the last one was."""
    with_details(cast, scholar)
    through(cast, instalment(scholar))
    last = cast.at("training_starts", days=30)
    services.cancel(instalment=instalment(scholar, "second"), reason="x", actor=cast.finance, now=last)
    return last


def forget(cast: Cast, now: datetime) -> int:
    return services.forget_details(cohort=cast.cohort, now=now)


@pytest.mark.parametrize(
    ("settled", "changed", "goes"),
    [
        (MAY, MAY - timedelta(days=90), datetime(2027, 8, 31, 12, tzinfo=UTC)),
        (MAY, MAY + timedelta(days=1), datetime(2027, 9, 1, 12, tzinfo=UTC)),
        (None, MAY, datetime(2027, 8, 31, 12, tzinfo=UTC)),
    ],
)
def test_three_months_after_the_last_payment_or_the_last_change(
    settled: datetime | None, changed: datetime, goes: datetime
) -> None:
    assert rules.details_go(settled_at=settled, changed_at=changed) == goes


def test_details_go_with_a_note_in_the_log_and_the_books_stay(cast: Cast, scholar: Scholar) -> None:
    goes = later(settle(cast, scholar), rules.KEEP_DETAILS_MONTHS)
    form = PayeeForm.objects.get()
    steps = LedgerEntry.objects.count()
    assert forget(cast, goes - timedelta(seconds=1)) == 0
    assert forget(cast, goes) == 1
    assert forget(cast, goes) == 0
    assert not PayeeForm.objects.exists()
    assert LedgerEntry.objects.count() == steps
    event = AuditEvent.objects.get(verb="stipends.payee-form-deleted")
    assert (event.actor, event.subject_ref, event.data) == ("", form.ref, {})


@pytest.mark.parametrize("state", ["planned", "prepared", "approved", "held"])
def test_what_is_still_owed_keeps_them_for_ever(cast: Cast, scholar: Scholar, state: str) -> None:
    settle(cast, scholar)
    people = {"prepared_by": "a", "approved_by": "b"}
    Instalment.objects.filter(code="second").update(state=state, **people)
    assert forget(cast, MAY + timedelta(days=4000)) == 0
    assert PayeeForm.objects.exists()


def test_a_payment_that_the_bank_sent_back_asks_for_them_anew(cast: Cast, scholar: Scholar) -> None:
    now = later(settle(cast, scholar), rules.KEEP_DETAILS_MONTHS)
    forget(cast, now)
    services.ask_for_details(cohort=cast.cohort, now=now)
    assert not OutboxMessage.objects.filter(kind="stipend-details").exists()
    services.came_back(instalment=instalment(scholar), reason="Closed", actor=cast.finance, now=now)
    services.ask_for_details(cohort=cast.cohort, now=now)
    assert OutboxMessage.objects.get(kind="stipend-details").to == cast.scholar.email


def test_details_that_change_while_the_round_looks_at_them_stay(
    cast: Cast, scholar: Scholar, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes = later(settle(cast, scholar), rules.KEEP_DETAILS_MONTHS)
    hold = forgetting._hold

    def hold_after_a_change(held: Scholar) -> None:
        PayeeForm.objects.filter(scholar=held).update(changed_at=goes)
        hold(held)

    monkeypatch.setattr(forgetting, "_hold", hold_after_a_change)
    assert forget(cast, goes) == 0
    assert PayeeForm.objects.exists()


def test_they_go_in_the_round_of_a_cohort_and_also_long_after_its_last_one(
    cast: Cast, scholar: Scholar, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes = later(settle(cast, scholar), rules.KEEP_DETAILS_MONTHS)
    go_round(cohort=cast.cohort, now=goes - timedelta(days=1))
    assert PayeeForm.objects.exists()
    with transaction.atomic():
        go_round(cohort=cast.cohort, now=goes)
        assert not PayeeForm.objects.exists()
        transaction.set_rollback(True)
    CohortDate.objects.filter(code="follow_up_ends").update(at=goes - timedelta(days=60))
    hold(monkeypatch, goes)
    tasks.forget_details.func()
    assert not PayeeForm.objects.exists()


def test_details_that_were_changed_meanwhile_are_not_swept_away(
    cast: Cast, scholar: Scholar, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes = later(settle(cast, scholar), rules.KEEP_DETAILS_MONTHS)
    found = list(queries.kept_details(cast.cohort, settled=True))
    with_details(cast, scholar, version=1, account=OTHER_ACCOUNT)
    PayeeForm.objects.update(changed_at=goes)
    seen = queries.kept_details

    def stale_first(cohort: Any, *, settled: bool = False) -> Any:
        return found if settled else seen(cohort)

    monkeypatch.setattr(queries, "kept_details", stale_first)
    assert forget(cast, goes) == 0
    assert PayeeForm.objects.exists()


def test_a_scholar_deletes_them_earlier_when_nothing_is_owed(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    speaks(cast.scholar, "en")
    with_details(cast, scholar)
    client, mine = signed_in(cast.scholar), page(cast, "stipends:mine")
    payee = page(cast, "stipends:payee")
    assert "Delete them now" not in client.get(mine).content.decode()
    assert client.post(payee, {"delete": "1"}).status_code == 409
    with pytest.raises(NotAllowed):
        services.delete_own_details(scholar=scholar, actor=cast.finance, now=clock.at)
    for row in scholar.instalments.all():
        services.cancel(instalment=row, reason="x", actor=cast.finance, now=clock.at)
    text = client.get(mine).content.decode()
    assert "Nothing is owed to you any more" in text
    assert "Delete them now" in text
    for _ in range(2):
        assert client.post(payee, {"delete": "1"}).status_code == 302
    assert not PayeeForm.objects.exists()
    event = AuditEvent.objects.get(verb="stipends.payee-form-deleted")
    assert event.actor == cast.scholar.ref
    text = client.get(mine).content.decode()
    assert "your payment details are not kept" in text
    assert "We do not know yet where to pay you" not in text
    roles = roles_of(cast.scholar, cast.cohort)
    cards = desk.cards(cohort=cast.cohort, actor=cast.scholar, roles=roles, now=clock.at)
    assert "Tell us where to pay you" not in [str(card.title) for card in cards]


def test_who_left_with_an_unearned_payment_is_not_asked_and_cannot_delete_before_it_is_cancelled(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    speaks(cast.scholar, "en")
    with_details(cast, scholar)
    selection.withdraw_scholar(scholar=scholar, actor=cast.scholar, now=cast.at("training_starts", days=-5))
    text = signed_in(cast.scholar).get(page(cast, "stipends:mine")).content.decode()
    assert "Delete them now" not in text
    scholar.refresh_from_db()
    with pytest.raises(Conflict):
        services.delete_own_details(scholar=scholar, actor=cast.scholar, now=clock.at)


def test_finance_sees_what_goes_when_and_no_detail(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    client, path = signed_in(cast.finance), page(cast, "stipends:keeping")
    board = page(cast, "stipends:board")
    assert "No payment details are kept" in client.get(path).content.decode()
    assert path not in client.get(board).content.decode()
    with_details(cast, scholar)
    assert "Not yet: 2 payments are open." in client.get(path).content.decode()
    assert "The next go on" not in client.get(board).content.decode()
    last = settle_again(cast, scholar)
    text = client.get(path).content.decode()
    assert cast.scholar.name in text
    assert f'datetime="{later(last, 3).date().isoformat()}' in text
    assert "0189" not in text
    assert "The next go on" in client.get(board).content.decode()
    forget(cast, later(last, 3))
    text = client.get(path).content.decode()
    assert "Deleted so far: the details of 1 scholar." in text


def settle_again(cast: Cast, scholar: Scholar) -> datetime:
    """The first paid, the other cancelled, with the details as they are."""
    through(cast, instalment(scholar))
    last = cast.at("training_starts", days=30)
    services.cancel(instalment=instalment(scholar, "second"), reason="x", actor=cast.finance, now=last)
    return last


def test_those_that_go_soonest_stand_first(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    settle(cast, scholar)
    early, late, owed = crowd(cast, 3)
    for other, days in ((early, -200), (late, 20), (owed, -300)):
        PayeeForm.objects.create(
            scholar=other,
            holder=b"x",
            details=b"x",
            last_four="1234",
            changed_at=clock.at + timedelta(days=days),
            created_at=clock.at,
        )
    Instalment.objects.create(
        scholar=owed, code="start", amount=1, currency="EUR", due=clock.at, created_at=clock.at
    )
    order = [form.scholar for form in queries.kept_details(cast.cohort)]
    assert order == [early, scholar, late, owed]


def test_the_preview_costs_the_same_with_thirty(
    cast: Cast, scholar: Scholar, clock: Clock, queries_of: Callable[[Client, str], int]
) -> None:
    def give(scholars: list[Scholar]) -> None:
        PayeeForm.objects.bulk_create(
            PayeeForm(
                scholar=other,
                holder=b"x",
                details=b"x",
                last_four="1234",
                changed_at=clock.at,
                created_at=clock.at,
            )
            for other in scholars
        )

    client, path = signed_in(cast.finance), page(cast, "stipends:keeping")
    give(crowd(cast, 2, prefix="two"))
    few = queries_of(client, path)
    give(crowd(cast, 30))
    assert queries_of(client, path) == few <= 15


def test_books_name_who_was_paid_whatever_becomes_of_the_account(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    with_details(cast, scholar)
    row = through(cast, instalment(scholar))
    cast.scholar.name = "(7K2M9Q0X4T)"
    cast.scholar.save()
    assert instalment(scholar).payee == "Sami Scholar"
    path = page(cast, "stipends:instalment", ref=row.ref)
    assert "Sami Scholar" in signed_in(cast.finance).get(path).content.decode()
    services.came_back(instalment=row, reason="Closed", actor=cast.finance, now=clock.at)
    assert instalment(scholar).payee == ""


def test_the_database_itself_wants_to_know_who_was_paid(cast: Cast, scholar: Scholar) -> None:
    check_in(cast, scholar)
    with_details(cast, scholar)
    through(cast, instalment(scholar))
    with pytest.raises(IntegrityError), transaction.atomic():
        Instalment.objects.filter(code="start").update(payee="")
