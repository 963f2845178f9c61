from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.mentoring.world import crowd
from tests.stipends.steps_world import look, sent_back
from tests.stipends.world import DETAILS, instalment, through, with_details
from tests.visiting import Clock, hidden, page, rival_page, signed_in
from tremplin.core.models import AuditEvent
from tremplin.selection import services as selection
from tremplin.selection.models import Scholar
from tremplin.stipends import services
from tremplin.stipends.models import Instalment, InstalmentState


def board(cast: Cast, show: str = "open") -> str:
    return page(cast, "stipends:board") + f"?show={show}"


def test_the_empty_board_says_when_payments_appear(cast: Cast, clock: Clock) -> None:
    for role in ("finance", "organiser", "observer"):
        assert "No payment here" in signed_in(getattr(cast, role)).get(board(cast)).content.decode()


def test_the_board_costs_the_same_with_thirty_scholars(
    cast: Cast, clock: Clock, queries_of: Callable[[Client, str], int]
) -> None:
    client = signed_in(cast.finance)
    crowd(cast, 1, mentored=True, prefix="one")
    services.plan_instalments(cohort=cast.cohort, now=clock.at)
    few = {show: queries_of(client, board(cast, show)) for show in ("open", "all", "late", "ready")}
    crowd(cast, 30, mentored=True)
    services.plan_instalments(cohort=cast.cohort, now=clock.at)
    many = {show: queries_of(client, board(cast, show)) for show in few}
    assert many == few
    assert max(many.values()) <= 15
    assert "Crowd 029" in client.get(board(cast, "all") + "&page=2").content.decode()


def test_a_made_up_filter_shows_what_is_open(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    text = signed_in(cast.finance).get(board(cast, "<script>")).content.decode()
    assert "Sami Scholar" in text
    assert "<script>" not in text.split("</head>")[1].split('<script type="module"')[0]


def test_finance_takes_a_pay_day_from_the_board(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    clock.at = cast.at("training_starts")
    with_details(cast, scholar)
    first, second = signed_in(cast.finance), signed_in(cast.second_finance)
    row = instalment(scholar)

    def take(client: Client, show: str, step: str, **words: str) -> None:
        text = client.get(board(cast, show)).content.decode()
        assert f'value="{row.ref}"' in text
        text = look(client, cast, show, step, row).content.decode()
        answer = client.post(page(cast, "stipends:steps"), {**sent_back(text), **words})
        assert answer.headers["Location"] == board(cast, show)

    take(first, "ready", "prepare")
    text = first.get(board(cast, "prepared")).content.decode()
    assert "You prepared it: another person approves." in text
    assert f'value="{row.ref}"' not in text
    take(second, "prepared", "approve")
    take(first, "approved", "order", reference="RUN-1")
    take(first, "ordered", "paid")
    assert instalment(scholar).state == InstalmentState.PAID


def seen(client: Client, path: str) -> str:
    """What the page says that the payment is."""
    return hidden(client.get(path).text)["seen"]


def test_who_approves_on_an_old_page_is_sent_to_look_again(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    with_details(cast, scholar)
    row = instalment(scholar)
    path = page(cast, "stipends:instalment", ref=row.ref)
    clock.at = cast.at("training_starts")
    services.prepare(instalment=row, actor=cast.organiser, now=clock.at)
    finance = signed_in(cast.finance)
    old = seen(finance, path)
    with_details(cast, scholar, version=1, holder="Somebody Else")
    services.prepare(instalment=row, actor=cast.organiser, now=clock.at)
    for mark in (old, ""):
        refused = finance.post(path, {"step": "approve", "seen": mark})
        assert refused.status_code == 409
        assert "has changed since you opened the page" in refused.text
    assert instalment(scholar).state == InstalmentState.PREPARED
    now = {"step": "approve", "seen": seen(finance, path)}
    assert [finance.post(path, now).status_code for _press in range(2)] == [302, 302]
    assert instalment(scholar).state == InstalmentState.APPROVED


def test_an_organiser_is_offered_to_prepare_and_no_more(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    with_details(cast, scholar)
    path = page(cast, "stipends:instalment", ref=instalment(scholar).ref)
    clock.at = cast.at("training_starts")
    organiser = signed_in(cast.organiser)
    assert 'value="prepare"' in organiser.get(path).content.decode()
    assert organiser.post(path, {"step": "prepare"}).status_code == 302
    text = organiser.get(path).content.decode()
    assert 'value="approve"' not in text
    assert "Another person of finance has to approve it." in text
    assert organiser.post(path, {"step": "approve"}).status_code == 403
    finance = signed_in(cast.finance)
    assert 'value="approve"' in finance.get(path).content.decode()
    assert finance.post(path, {"step": "approve", "seen": seen(finance, path)}).status_code == 302
    order = {"step": "order", "reference": "S-1", "seen": seen(finance, path)}
    assert finance.post(path, order).status_code == 302
    assert 'value="came-back"' in finance.get(path).content.decode()
    assert finance.post(path, {"step": "paid"}).status_code == 302
    text = finance.get(path).content.decode()
    assert text.count("Fay Finance") >= 3
    assert "Olive Organiser" in text


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"step": "hold", "reason": " "}, "reason"),
        ({"step": "cancel", "reason": "r" * 501}, "reason"),
        ({"step": "fly"}, "step"),
        ({}, "step"),
    ],
)
def test_a_step_with_something_missing_is_said_and_changes_nothing(
    cast: Cast, scholar: Scholar, clock: Clock, form: dict[str, str], field: str
) -> None:
    path = page(cast, "stipends:instalment", ref=instalment(scholar).ref)
    answer = signed_in(cast.finance).post(path, form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error:" in text
    assert form.get("reason", "") in text
    assert instalment(scholar).state == InstalmentState.PLANNED


def test_a_step_in_an_old_tab_meets_the_payment_as_it_is(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    with_details(cast, scholar)
    row = through(cast, instalment(scholar))
    answer = signed_in(cast.finance).post(
        page(cast, "stipends:instalment", ref=row.ref), {"step": "hold", "reason": "Too late"}
    )
    assert answer.status_code == 409
    assert "Too late" in answer.content.decode()


def test_an_observer_reads_and_takes_no_step(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    client, path = signed_in(cast.observer), page(cast, "stipends:instalment", ref=instalment(scholar).ref)
    text = client.get(path).content.decode()
    assert 'name="step"' not in text
    assert page(cast, "stipends:details", ref=instalment(scholar).ref) not in text
    for form in ({"step": "hold", "reason": "x"}, {"step": "hold"}, {}):
        assert client.post(path, form).status_code == 403


def test_bank_details_are_shown_by_a_button_and_each_look_is_logged(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    path = page(cast, "stipends:details", ref=instalment(scholar).ref)
    client = signed_in(cast.finance)
    assert "No payment details yet" in client.post(path).content.decode()
    with_details(cast, scholar)
    assert DETAILS.account not in client.get(path).content.decode()
    assert not AuditEvent.objects.filter(verb="stipends.payee-form-read").exists()
    answer = client.post(path)
    assert DETAILS.account in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert AuditEvent.objects.filter(verb="stipends.payee-form-read", actor=cast.finance.ref).count() == 1


def test_more_time_shows_what_it_moves_and_says_what_is_wrong(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    client, path = signed_in(cast.organiser), page(cast, "stipends:extension", ref=scholar.ref)
    text = client.get(path).content.decode()
    assert "none would move" in text
    for weeks in ("", "six", "6", "-1"):
        answer = client.post(path, {**hidden(text), "weeks": weeks, "reason": "A word"})
        assert answer.status_code == 422
        assert 'href="#id_weeks"' in answer.content.decode()
        assert "A word" in answer.content.decode()
    answer = client.post(path, {**hidden(text), "weeks": "2", "reason": "A word"})
    assert answer.headers["Location"] == page(cast, "selection:scholar", ref=scholar.ref)
    stale = client.post(path, {**hidden(text), "weeks": "4", "reason": ""})
    assert stale.status_code == 409
    assert 'name="seen" value="2"' in stale.content.decode()
    assert 'value="4"' in stale.content.decode()
    assert Scholar.objects.get().extension_weeks == 2


@pytest.mark.parametrize(
    ("name", "method", "allowed"),
    [
        ("stipends:board", "get", {"finance", "organiser", "observer"}),
        ("stipends:steps", "get", {"finance", "organiser"}),
        ("stipends:steps", "post", {"finance", "organiser"}),
        ("stipends:instalment", "get", {"finance", "organiser", "observer"}),
        ("stipends:instalment", "post", {"finance", "organiser"}),
        ("stipends:details", "get", {"finance"}),
        ("stipends:details", "post", {"finance"}),
        ("stipends:extension", "get", {"organiser"}),
        ("stipends:extension", "post", {"organiser"}),
    ],
)
def test_pages_of_money_open_to_their_roles_alone(
    cast: Cast, scholar: Scholar, clock: Clock, name: str, method: str, allowed: set[str]
) -> None:
    words: dict[str, Any] = {
        "stipends:instalment": {"ref": instalment(scholar).ref},
        "stipends:details": {"ref": instalment(scholar).ref},
        "stipends:extension": {"ref": scholar.ref},
    }.get(name, {})
    for role in ("finance", "organiser", "observer", "mentor", "scholar", "reviewer", "stranger"):
        answer = getattr(signed_in(getattr(cast, role)), method)(page(cast, name, **words))
        expected = {404} if role == "stranger" else {200, 302, 422} if role in allowed else {403}
        assert answer.status_code in expected, role
    if words:
        rival = getattr(signed_in(cast.stranger), method)(rival_page(cast, name, **words))
        assert rival.status_code in {403, 404}


def test_those_who_left_stand_under_their_own_heading(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    selection.withdraw_scholar(scholar=scholar, actor=cast.scholar, now=cast.at("training_starts", days=1))
    client = signed_in(cast.finance)
    text = client.get(board(cast, "gone")).content.decode()
    assert "left before it was due" in text
    row = Instalment.objects.get(code="second")
    path = page(cast, "stipends:instalment", ref=row.ref)
    client.post(path, {"step": "cancel", "reason": "You left."})
    none = client.get(board(cast, "gone")).content.decode()
    assert "No payment here" in none
    assert "all of them under “All payments”" in none
