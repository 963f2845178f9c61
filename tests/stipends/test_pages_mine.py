import pytest

from tests.cast import Cast, enrol
from tests.mentoring.world import pair
from tests.stipends.world import OTHER_ACCOUNT, instalment, through, with_details
from tests.visiting import Clock, hidden, page, signed_in
from tremplin.selection import services as selection
from tremplin.selection.models import Scholar
from tremplin.stipends import services
from tremplin.stipends.models import PayeeForm

TYPED = {
    "holder": "Sami Scholar",
    "account": "FR76 3000 6000 0112 3456 7890 189",
    "bank": "",
    "town": "Lyon",
    "country": "France",
}


def test_before_anything_is_planned_the_page_says_when(cast: Cast, clock: Clock) -> None:
    enrol(cast)
    text = signed_in(cast.scholar).get(page(cast, "stipends:mine"), {"lang": "en"}).content.decode()
    assert "No payment is planned yet" in text
    assert page(cast, "stipends:payee") in text


def test_each_payment_says_where_it_stands_and_what_it_waits_for(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    pair(cast, scholar)
    client, path = signed_in(cast.scholar), page(cast, "stipends:mine") + "?lang=en"
    assert "It waits for your payment details." in client.get(path).content.decode()
    with_details(cast, scholar)
    through(cast, instalment(scholar))
    text = client.get(path).content.decode()
    assert "It waits for your check-in." in text
    assert "Left the account on" in text
    assert "SEPA-1" in text
    assert "…0189" in text
    assert "FR76" not in text


def test_a_pause_is_said_instead_of_a_date(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    with_details(cast, scholar)
    selection.pause_scholar(scholar=scholar, actor=cast.organiser, now=clock.at)
    text = signed_in(cast.scholar).get(page(cast, "stipends:mine"), {"lang": "en"}).content.decode()
    assert "after the pause" in text
    assert "end of your pause" in text


def test_a_reason_that_staff_wrote_is_read_escaped(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    services.hold(
        instalment=instalment(scholar), reason="<b>Bank</b> closed", actor=cast.finance, now=clock.at
    )
    text = signed_in(cast.scholar).get(page(cast, "stipends:mine")).content.decode()
    assert "&lt;b&gt;Bank&lt;/b&gt; closed" in text


def test_details_are_given_and_found_again_by_their_owner(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    client, path = signed_in(cast.scholar), page(cast, "stipends:payee")
    first = client.get(path)
    assert "no-store" in first.headers["Cache-Control"]
    answer = client.post(path, {**hidden(first.content.decode()), **TYPED})
    assert answer.headers["Location"] == page(cast, "stipends:mine")
    assert "FR7630006000011234567890189" in client.get(path).content.decode()


def test_details_from_an_old_tab_are_kept_beside_the_stored_ones(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    client, path = signed_in(cast.scholar), page(cast, "stipends:payee")
    client.post(path, {**TYPED, "version": "0"})
    answer = client.post(path + "?lang=en", {**TYPED, "version": "0", "account": OTHER_ACCOUNT})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert OTHER_ACCOUNT in text
    assert "FR7630006000011234567890189" in text
    assert "What is stored now" in text
    assert PayeeForm.objects.get().last_four == "0189"
    client.post(path, {**TYPED, **hidden(text), "account": OTHER_ACCOUNT})
    assert PayeeForm.objects.get().last_four == OTHER_ACCOUNT[-4:]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"holder": ""}, "holder"),
        ({"account": "FR76 3000 6000 0112 3456 7890 188"}, "account"),
        ({"account": "12", "bank": "20-20"}, "account"),
        ({"account": "12345"}, "bank"),
        ({"town": "x" * 101}, "town"),
        ({"country": " "}, "country"),
    ],
)
def test_what_the_bank_would_refuse_is_said_at_its_field_and_nothing_typed_is_lost(
    cast: Cast, scholar: Scholar, clock: Clock, changed: dict[str, str], field: str
) -> None:
    typed = {**TYPED, "version": "0", **changed}
    answer = signed_in(cast.scholar).post(page(cast, "stipends:payee"), typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in text
    assert not PayeeForm.objects.exists()
    for value in typed.values():
        assert value.strip() in text


@pytest.mark.parametrize("name", ["stipends:mine", "stipends:payee"])
def test_nobody_else_has_these_pages(cast: Cast, scholar: Scholar, clock: Clock, name: str) -> None:
    for role in ("finance", "organiser", "mentor", "observer", "reviewer"):
        assert signed_in(getattr(cast, role)).get(page(cast, name)).status_code == 403
    assert signed_in(cast.stranger).get(page(cast, name)).status_code == 404
