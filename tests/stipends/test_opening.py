"""A payment whose check-in stays away: told as late, opened by an organiser with a reason, paid by two people."""

import pytest

from tests.cast import Cast
from tests.stipends.world import check_in, instalment, through, with_details, with_mentor
from tests.visiting import Clock, cards_of, page, signed_in, text_of
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.selection.models import Scholar
from tremplin.stipends import desk, services
from tremplin.stipends.models import InstalmentState, LedgerEntry

WHY = "The programme is over, and the work was seen."


@pytest.fixture
def shut(cast: Cast, scholar: Scholar, clock: Clock) -> Scholar:
    """A scholar whose first payment left and whose second, long due, waits for a check-in."""
    with_details(cast, scholar)
    through(cast, instalment(scholar))
    with_mentor(cast, scholar)
    clock.at = cast.at("training_starts", weeks=6)
    return scholar


def open_it(cast: Cast, scholar: Scholar, clock: Clock, reason: str = WHY) -> None:
    services.open_gate(
        instalment=instalment(scholar, "second"), reason=reason, actor=cast.organiser, now=clock.at
    )


@pytest.mark.parametrize("role", ["finance", "organiser"])
def test_the_desk_tells_late_money_and_what_keeps_it(
    cast: Cast, shut: Scholar, clock: Clock, role: str
) -> None:
    (card,) = cards_of(desk, cast, getattr(cast, role), clock.at)
    assert (str(card.title), card.urgency) == ("Late payments", "now")
    assert str(card.line) == "1 payment is late: 1 waits for a check-in."
    assert "Sami Scholar" in text_of(signed_in(getattr(cast, role)), card.href.split("?")[0], show="late")


def test_an_organisers_desk_is_silent_while_nothing_is_late(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    assert cards_of(desk, cast, cast.organiser, cast.at("training_starts", days=-5)) == []


def test_late_money_without_details_or_approval_is_told_too(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    late = cast.at("training_starts", days=6)
    (card,) = cards_of(desk, cast, cast.finance, late)
    assert str(card.line) == "1 payment is late: 1 waits for payment details."
    with_details(cast, scholar)
    services.prepare(instalment=instalment(scholar), actor=cast.finance, now=late)
    (card,) = cards_of(desk, cast, cast.organiser, late)
    assert str(card.line) == "1 payment is late: 1 waits for approval."


def test_an_organiser_opens_it_and_two_people_of_finance_pay_it(
    cast: Cast, shut: Scholar, clock: Clock
) -> None:
    with pytest.raises(Conflict, match="cannot be prepared"):
        services.prepare(instalment=instalment(shut, "second"), actor=cast.finance, now=clock.at)
    for _press in range(2):
        open_it(cast, shut, clock)
    entry = LedgerEntry.objects.get(before="planned", after="planned")
    assert (entry.note, entry.actor_name) == (WHY, "Olive Organiser")
    event = AuditEvent.objects.get(verb="stipends.opened")
    assert (event.actor, event.data["gate"]) == (cast.organiser.ref, "week-2")
    assert WHY in OutboxMessage.objects.get(kind="stipend-step", body__contains=WHY).body
    row = instalment(shut, "second")
    services.prepare(instalment=row, actor=cast.finance, now=clock.at)
    with pytest.raises(NotAllowed, match="another person"):
        services.approve(instalment=row, actor=cast.finance, now=clock.at)
    services.approve(instalment=row, actor=cast.second_finance, now=clock.at)
    assert instalment(shut, "second").state == InstalmentState.APPROVED


def test_only_an_organiser_opens_with_a_reason_and_only_what_is_shut(
    cast: Cast, shut: Scholar, clock: Clock
) -> None:
    row = instalment(shut, "second")
    for actor in (cast.finance, cast.observer, cast.mentor, cast.scholar, cast.stranger):
        with pytest.raises(NotAllowed):
            services.open_gate(instalment=row, reason=WHY, actor=actor, now=clock.at)
    with pytest.raises(Invalid):
        open_it(cast, shut, clock, reason=" ")
    with pytest.raises(Conflict, match="No check-in"):
        services.open_gate(instalment=instalment(shut), reason=WHY, actor=cast.organiser, now=clock.at)


def test_what_the_check_in_opened_needs_no_organiser(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    with_details(cast, scholar)
    check_in(cast, scholar)
    clock.at = cast.at("training_starts", weeks=6)
    with pytest.raises(Conflict, match="No check-in"):
        open_it(cast, scholar, clock)


def test_the_page_offers_it_to_organisers_and_tells_finance_whom_to_ask(
    cast: Cast, shut: Scholar, clock: Clock
) -> None:
    address = page(cast, "stipends:instalment", ref=instalment(shut, "second").ref)
    finance, organiser = signed_in(cast.finance), signed_in(cast.organiser)
    text = text_of(finance, address)
    assert 'value="open"' not in text
    assert "An organiser can open this payment" in text
    assert finance.post(address, {"step": "open", "reason": WHY}).status_code == 403
    assert 'value="open"' in text_of(organiser, address)
    assert organiser.post(address, {"step": "open", "reason": " "}).status_code == 422
    assert organiser.post(address, {"step": "open", "reason": WHY}).status_code == 302
    text = text_of(organiser, address)
    assert "Opened without its check-in" in text
    assert 'value="open"' not in text
    assert 'value="prepare"' in text
    assert "Opened without its check-in" in text_of(finance, page(cast, "stipends:ledger"))
    assert WHY in text_of(signed_in(cast.scholar), page(cast, "stipends:mine"))
