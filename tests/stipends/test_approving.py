"""Who approves sees where the money would go, masked; the scholar reads what is still needed in their own words."""

import pytest

from tests.cast import Cast
from tests.stipends.world import DETAILS, instalment, through, with_details, with_mentor
from tests.visiting import Clock, page, signed_in, text_of
from tremplin.core.errors import NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.selection.models import Scholar
from tremplin.stipends import services


def payment(cast: Cast, scholar: Scholar) -> str:
    return page(cast, "stipends:instalment", ref=instalment(scholar).ref)


def test_who_approves_sees_holder_country_and_the_end_of_the_account(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    with_details(cast, scholar, holder="Samira O\u2019Scholar")
    through(cast, instalment(scholar), upto="prepared")
    text = text_of(signed_in(cast.second_finance), payment(cast, scholar))
    for words in ("Samira O\u2019Scholar", "FR…0189", "Payment details last changed"):
        assert words in text, words
    assert DETAILS.account not in text
    assert DETAILS.town not in text.split("<main")[1]
    assert not AuditEvent.objects.filter(verb="stipends.payee-form-read").exists()


@pytest.mark.parametrize("role", ["finance", "organiser", "observer"])
def test_nobody_else_sees_it_there(cast: Cast, scholar: Scholar, clock: Clock, role: str) -> None:
    with_details(cast, scholar)
    through(cast, instalment(scholar), upto="prepared")
    assert "0189" not in text_of(signed_in(getattr(cast, role)), payment(cast, scholar))


def test_only_finance_gets_the_masked_account(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar, account="0123 4567", bank="NTSBDEB1")
    found = services.payee_glimpse(scholar=scholar, actor=cast.finance)
    assert found is not None
    assert (found.account, found.country) == ("…4567", "FR")
    for actor in (cast.organiser, cast.observer, cast.mentor, cast.stranger):
        with pytest.raises(NotAllowed):
            services.payee_glimpse(scholar=scholar, actor=actor)


def test_a_scholar_reads_all_that_is_still_needed_and_nothing_of_gates(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    with_mentor(cast, scholar)
    clock.at = cast.at("training_starts", days=-12)
    client, address = signed_in(cast.scholar), page(cast, "stipends:mine")
    assert "It waits for your payment details and for your check-in." in text_of(client, address, lang="en")
    with_details(cast, scholar)
    text = text_of(client, address, lang="en")
    assert "Nothing is missing: it is paid on its date." in text
    assert "It waits for your check-in." in text
    clock.at = cast.at("training_starts", days=-5)
    text = text_of(client, address, lang="en")
    assert "Two people prepare and approve it, then it is paid." in text
    assert "gate" not in text.split("<main")[1].split("</main")[0].lower()
