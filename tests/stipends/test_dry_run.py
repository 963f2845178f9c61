"""Before a step is taken for many payments, a page shows what it would do; the press does that and nothing else."""

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from tests.cast import Cast, speaks
from tests.mentoring.world import crowd
from tests.stipends.steps_world import look, sent_back
from tests.stipends.world import DETAILS, OTHER_ACCOUNT, instalment, through, with_details
from tests.visiting import Clock, page, signed_in
from tremplin.core.errors import Invalid, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.selection.models import Scholar
from tremplin.stipends import services
from tremplin.stipends.models import Instalment, InstalmentState, LedgerEntry, PayeeForm


def in_cohort(cast: Cast, count: int) -> list[Scholar]:
    """Scholars who gave payment details, each with payments."""
    scholars = crowd(cast, count)
    services.plan_instalments(cohort=cast.cohort, now=cast.at("training_starts", days=-10))
    for one in scholars:
        one.cohort = cast.cohort
        with_details(cast, one, holder=f"Holder {one.user.name}")
    return scholars


def parts(text: str) -> tuple[str, str]:
    """What would take the step, and what would not."""
    before, _heading, after = unescape(text).partition('aria-labelledby="staying"')
    return before, after


def test_looking_says_who_takes_the_step_who_does_not_and_why_and_changes_nothing(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    ready = in_cohort(cast, 2)
    clock.at = cast.at("training_starts")
    rows = [instalment(one) for one in (scholar, *ready)]
    already = through(cast, instalment(ready[1]), upto="approved")
    events = AuditEvent.objects.count()
    answer = look(signed_in(cast.organiser), cast, "ready", "prepare", *rows)
    goes, stays = parts(answer.content.decode())
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert "1 payment takes the step" in goes
    assert ready[0].user.name in goes
    assert "2 payments stay as they are" in stays
    assert "Sami Scholar" in stays
    assert "The scholar has not yet given payment details." in stays
    assert "It stands at “Approved”, so this step does not follow." in stays
    assert "0189" not in goes + stays
    assert AuditEvent.objects.count() == events
    assert [instalment(scholar).state, instalment(ready[0]).state] == ["planned", "planned"]
    assert instalment(ready[1]).state == already.state


def test_what_they_come_to_is_summed_currency_by_currency(cast: Cast, clock: Clock) -> None:
    scholars = in_cohort(cast, 3)
    clock.at = cast.at("training_starts")
    odd = instalment(scholars[2])
    Instalment.objects.filter(pk=odd.pk).update(currency="GBP", amount=70_000)
    rows = [instalment(one) for one in scholars]
    goes, _stays = parts(look(signed_in(cast.finance), cast, "ready", "prepare", *rows).content.decode())
    assert "€2,000.00" in goes
    assert "£700.00" in goes
    assert "Together (EUR)" in goes
    through(cast, instalment(scholars[0]), upto="prepared")
    goes, _stays = parts(look(signed_in(cast.finance), cast, "ready", "prepare", *rows[:2]).content.decode())
    assert "€1,000.00" in goes
    assert "€2,000.00" not in goes


@pytest.mark.parametrize(
    ("step", "upto", "show"), [("approve", "prepared", "prepared"), ("order", "approved", "approved")]
)
def test_who_approves_or_orders_sees_the_masked_account_of_each_and_no_more(
    cast: Cast, clock: Clock, step: str, upto: str, show: str
) -> None:
    first, second = in_cohort(cast, 2)
    with_details(cast, second, version=1, holder="Second Holder", account=OTHER_ACCOUNT, country="DE")
    rows = [through(cast, instalment(one), upto=upto) for one in (first, second)]
    text = unescape(look(signed_in(cast.second_finance), cast, show, step, *rows).content.decode())
    for words in (
        f"Holder {first.user.name}",
        "FR…0189",
        "Second Holder",
        "DE…6199",
        "Details last changed",
    ):
        assert words in text, words
    for secret in (DETAILS.account, OTHER_ACCOUNT, DETAILS.town):
        assert secret not in text.split("<main")[1]
    assert not AuditEvent.objects.filter(verb="stipends.payee-form-read").exists()


def test_no_account_is_shown_of_a_payment_that_cannot_take_the_step(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    with_details(cast, scholar)
    row = through(cast, instalment(scholar), upto="prepared")
    text = unescape(look(signed_in(cast.finance), cast, "prepared", "approve", row).content.decode())
    assert "None of these payments can take the step." in text
    assert "You prepared this payment, so another person has to approve it." in text
    assert "0189" not in text
    assert "<button" not in text.split("<main")[1].split("</main")[0]
    row = through(
        cast, services.release(instalment=row, reason="x", actor=cast.finance, now=clock.at), upto="paid"
    )
    assert "0189" not in look(signed_in(cast.finance), cast, "approved", "order", row).content.decode()


def test_details_whose_key_is_lost_are_said_to_be_lost(
    cast: Cast, scholar: Scholar, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_details(cast, scholar)
    row = through(cast, instalment(scholar), upto="prepared")
    monkeypatch.setattr("tremplin.stipends.vault.unseal", lambda _form: None)
    text = look(signed_in(cast.second_finance), cast, "prepared", "approve", row).content.decode()
    assert "cannot be opened" in text


@pytest.mark.parametrize("step", ["approve", "order", "paid"])
def test_an_organiser_neither_looks_at_nor_takes_the_steps_of_finance(
    cast: Cast, scholar: Scholar, clock: Clock, step: str
) -> None:
    with_details(cast, scholar)
    row = through(cast, instalment(scholar), upto="prepared")
    client = signed_in(cast.organiser)
    assert look(client, cast, "prepared", step, row).status_code == 403
    form = {"step": step, "payment": row.ref, "reference": "R"}
    assert client.post(page(cast, "stipends:steps"), form).status_code == 403
    with pytest.raises(NotAllowed):
        services.try_steps(cohort=cast.cohort, refs=[row.ref], step=step, actor=cast.organiser, now=clock.at)


def test_one_press_carries_it_out_and_a_second_one_says_so(cast: Cast, clock: Clock) -> None:
    clock.at = cast.at("training_starts")
    rows = [instalment(one) for one in in_cohort(cast, 2)]
    client = signed_in(cast.finance)
    form = sent_back(look(client, cast, "ready", "prepare", *rows).content.decode())
    address = page(cast, "stipends:steps")
    assert "Done for 2 payments." in client.post(address, form, follow=True).content.decode()
    again = client.post(address, form, follow=True).content.decode()
    assert "This was done already." in again
    assert "left out" not in again
    assert LedgerEntry.objects.filter(after="prepared").count() == 2


def test_what_changed_since_one_looked_is_left_out_and_named(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    clock.at = cast.at("training_starts")
    calm = in_cohort(cast, 1)[0]
    with_details(cast, scholar)
    rows = [through(cast, instalment(one), upto="prepared") for one in (calm, scholar)]
    client = signed_in(cast.second_finance)
    form = sent_back(look(client, cast, "prepared", "approve", *rows).content.decode())
    # The account behind it is another one by now, although the payment waits for an approval as before.
    with_details(cast, scholar, version=1, account=OTHER_ACCOUNT)
    through(cast, instalment(scholar), upto="prepared")
    text = unescape(client.post(page(cast, "stipends:steps"), form, follow=True).content.decode())
    assert "Done for 1 payment." in text
    assert "Sami Scholar: It has changed since you looked at it, so it was left out." in text
    assert (instalment(calm).state, instalment(scholar).state) == ("approved", "prepared")


def test_the_account_counts_and_not_only_the_state_of_the_payment(cast: Cast, scholar: Scholar) -> None:
    now = cast.at("training_starts")
    with_details(cast, scholar)
    refs = [through(cast, instalment(scholar), upto="approved").ref]

    def mark() -> str:
        (one,) = services.try_steps(cohort=cast.cohort, refs=refs, step="order", actor=cast.finance, now=now)
        return one.mark

    before = mark()
    assert mark() == before
    PayeeForm.objects.update(version=2)
    assert mark() != before


def test_a_payment_without_the_mark_of_a_look_takes_no_step(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    clock.at = cast.at("training_starts")
    with_details(cast, scholar)
    form = {"show": "ready", "step": "prepare", "payment": instalment(scholar).ref}
    text = signed_in(cast.finance).post(page(cast, "stipends:steps"), form, follow=True).content.decode()
    assert "It has changed since you looked at it" in text
    assert instalment(scholar).state == InstalmentState.PLANNED


@pytest.mark.parametrize("reference", ["", "  ", "r" * 81])
def test_an_order_without_a_fitting_reference_shows_the_same_payments_again(
    cast: Cast, scholar: Scholar, clock: Clock, reference: str
) -> None:
    with_details(cast, scholar)
    row = through(cast, instalment(scholar), upto="approved")
    client = signed_in(cast.finance)
    form = sent_back(look(client, cast, "approved", "order", row).content.decode())
    answer = client.post(page(cast, "stipends:steps"), {**form, "reference": reference})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error:" in text
    assert 'href="#id_reference"' in text
    assert f'value="{row.ref}:' in text
    assert instalment(scholar).state == InstalmentState.APPROVED
    answer = client.post(page(cast, "stipends:steps"), {**sent_back(text), "reference": "RUN-7"}, follow=True)
    assert "Done for 1 payment." in answer.content.decode()
    assert instalment(scholar).reference == "RUN-7"


def test_looking_sends_no_mail_and_the_press_sends_one_each(cast: Cast, clock: Clock) -> None:
    rows = [through(cast, instalment(one), upto="prepared") for one in in_cohort(cast, 2)]
    client = signed_in(cast.second_finance)
    text = look(client, cast, "prepared", "approve", *rows).content.decode()
    assert "Each scholar gets a mail." in text
    mails = OutboxMessage.objects.filter(kind="stipend-step")
    assert not mails.exists()
    client.post(page(cast, "stipends:steps"), sent_back(text))
    assert mails.count() == 2


def test_nothing_ticked_and_made_up_steps_do_nothing(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    client, address = signed_in(cast.finance), page(cast, "stipends:steps")
    board = page(cast, "stipends:board") + "?show=open"
    assert "No payment was ticked" in look(client, cast, "ready", "prepare").content.decode()
    form = {"show": "ready", "step": "prepare"}
    assert "No payment was ticked" in client.post(address, form, follow=True).content.decode()
    for method in (client.get, client.post):
        assert (
            method(address, {"step": "fly", "payment": instalment(scholar).ref}).headers["Location"] == board
        )
    with pytest.raises(Invalid):
        services.try_steps(cohort=cast.cohort, refs=[], step="fly", actor=cast.finance, now=clock.at)


def test_payments_of_another_cohort_are_not_shown_by_their_reference(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    with_details(cast, scholar)
    row = instalment(scholar)
    Scholar.objects.filter(pk=scholar.pk).update(cohort=cast.rival_cohort)
    assert "Sami Scholar" not in look(signed_in(cast.finance), cast, "ready", "prepare", row).content.decode()


def test_the_look_costs_the_same_for_thirty(
    cast: Cast, clock: Clock, queries_of: Callable[[Client, str], int]
) -> None:
    clock.at = cast.at("training_starts")
    rows = [through(cast, instalment(one), upto="prepared") for one in in_cohort(cast, 30)]
    client = signed_in(cast.second_finance)

    def cost(count: int) -> int:
        ticked = "".join(f"&payment={row.ref}" for row in rows[:count])
        return queries_of(client, f"{page(cast, 'stipends:steps')}?show=prepared&step=approve{ticked}")

    few = cost(1)
    assert cost(30) == few
    assert few <= 15


def test_the_look_speaks_french(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    with_details(cast, scholar)
    row = through(cast, instalment(scholar), upto="prepared")
    speaks(cast.second_finance, "fr")
    text = unescape(look(signed_in(cast.second_finance), cast, "prepared", "approve", row).content.decode())
    assert "Rien n’est encore fait." in text
    assert "1 versement franchit cette étape" in text
