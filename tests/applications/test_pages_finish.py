"""Checking, sending, the receipt, stepping back: and the same in French."""

import re

import pytest
from django.test import Client

from tests.applications.conftest import ANSWERS, ELIGIBLE, fresh, write
from tests.cast import Cast
from tests.visiting import Clock, hidden, page, signed_in
from tremplin.applications.models import Application, ApplicationState, Snapshot


@pytest.fixture
def client(cast: Cast, clock: Clock, draft: Application) -> Client:
    return signed_in(cast.applicant)


def test_the_check_shows_every_answer_with_a_way_to_change_it(
    cast: Cast, client: Client, ready: Application
) -> None:
    text = client.get(page(cast, "applications:check")).content.decode()
    assert "Because I want to build." in text
    assert "Senegal" in text
    section = page(cast, "applications:section", section="essays")
    assert f"{section}?return=check#id_motivation" in text
    form = hidden(client.get(f"{section}?return=check").content.decode())
    back = client.post(section, {**form, **ANSWERS["essays"]})
    assert back.headers["Location"] == f"{page(cast, 'applications:check')}#essays"


def test_sending_with_gaps_lists_them_across_sections_each_linked_to_its_field(
    cast: Cast, client: Client, draft: Application
) -> None:
    text = client.get(page(cast, "applications:check")).content.decode()
    assert "4 answers still need a look" in text
    answer = client.post(page(cast, "applications:check"), hidden(text))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error:" in text
    for section, code in (("you", "country"), ("you", "coded_before"), ("essays", "motivation")):
        address = page(cast, "applications:section", section=section)
        assert f"{address}?problems=all&amp;return=check#id_{code}" in text
        linked = client.get(f"{address}?problems=all&return=check").content.decode()
        assert f'id="id_{code}"' in linked
        assert f'id="id_{code}_error"' in linked
    assert Snapshot.objects.count() == 0


def test_a_double_click_and_a_reload_send_once(cast: Cast, client: Client, ready: Application) -> None:
    form = hidden(client.get(page(cast, "applications:check")).content.decode())
    for _press in range(3):
        answer = client.post(page(cast, "applications:check"), form)
        assert answer.headers["Location"] == page(cast, "applications:receipt")
    assert Snapshot.objects.count() == 1


def test_the_receipt_has_reference_copy_and_dates_and_the_copy_can_be_kept(
    cast: Cast, client: Client, ready: Application
) -> None:
    form = hidden(client.get(page(cast, "applications:check")).content.decode())
    text = client.post(page(cast, "applications:check"), form, follow=True).content.decode()
    snapshot = Snapshot.objects.get()
    assert ready.ref.upper() in text
    assert snapshot.checksum in text
    assert "Because I want to build." in text
    assert "1 March 2027" in text
    copy = client.get(page(cast, "applications:copy") + "?sent").content.decode()
    assert snapshot.checksum in copy
    assert "Because I want to build." in copy
    # What is changed afterwards is in neither until it is sent again.
    write(fresh(ready), cast.at("call_opens", days=1), motivation="Not sent.")
    assert "Not sent." not in client.get(page(cast, "applications:receipt")).content.decode()
    assert "your latest changes are not" in client.get(page(cast, "applications:hub")).content.decode()


def test_before_anything_was_sent_there_is_no_receipt(cast: Cast, client: Client) -> None:
    assert client.get(page(cast, "applications:receipt")).headers["Location"] == page(
        cast, "applications:hub"
    )


def test_a_late_submit_says_so_and_changes_nothing(
    cast: Cast, client: Client, clock: Clock, ready: Application
) -> None:
    form = hidden(client.get(page(cast, "applications:check")).content.decode())
    clock.at = cast.at("call_closes", hours=1)
    answer = client.post(page(cast, "applications:check"), form)
    assert answer.status_code == 409
    assert "The call closed on" in answer.content.decode()
    assert fresh(ready).state == ApplicationState.DRAFT


def test_withdrawing_asks_first_and_can_be_undone_until_the_deadline(
    cast: Cast, client: Client, clock: Clock, ready: Application
) -> None:
    client.post(page(cast, "applications:check"), {"once": "a"})
    asked = client.get(page(cast, "applications:withdraw")).content.decode()
    assert "nobody reads your application" in asked
    assert fresh(ready).state == ApplicationState.SUBMITTED
    text = client.post(page(cast, "applications:withdraw"), follow=True).content.decode()
    assert "Withdrawn by you" in text
    assert "Take up my draft again" in text
    client.post(page(cast, "applications:resume"))
    assert fresh(ready).state == ApplicationState.DRAFT
    client.post(page(cast, "applications:withdraw"))
    clock.at = cast.at("call_closes", days=1)
    text = client.get(page(cast, "applications:hub")).content.decode()
    assert "Take up my draft again" not in text
    assert client.post(page(cast, "applications:resume")).status_code == 409


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_whole_way_in_either_language(cast: Cast, clock: Clock, language: str) -> None:
    cast.scholar.language = language
    cast.scholar.save()
    client = signed_in(cast.scholar)
    client.post(page(cast, "applications:eligibility"), ELIGIBLE)
    client.post(page(cast, "applications:start"), {"language": language})
    address = page(cast, "applications:section", section="you")
    for _section in range(2):
        form = hidden(client.get(address).content.decode())
        values = ANSWERS["you" if "/you/" in address else "essays"]
        address = client.post(address, {**form, **values}).headers["Location"]
    check = client.get(address).content.decode()
    receipt = client.post(address, hidden(check), follow=True).content.decode()
    application = Application.objects.get(applicant=cast.scholar)
    assert application.state == ApplicationState.SUBMITTED
    assert application.language == language
    assert application.answers["coded_before"] == "no"
    assert application.ref.upper() in receipt
    assert f'<html lang="{language}"' in receipt
    said = re.sub(r"<[^>]+>", " ", receipt)
    assert ("Sénégal" if language == "fr" else "Senegal") in said


def test_the_desk_says_what_is_next(cast: Cast, client: Client, clock: Clock, ready: Application) -> None:
    desk = page(cast, "desk")
    assert "Your application: Not sent yet" in client.get(desk).content.decode()
    client.post(page(cast, "applications:check"), {"once": "a"})
    assert "Your application: Sent: we have it" in client.get(desk).content.decode()
    clock.at = cast.at("call_closes", days=1)
    assert "people are reading" in client.get(desk).content.decode()


def test_a_draft_is_deleted_after_asking_and_only_while_nothing_was_sent(
    cast: Cast, client: Client, draft: Application
) -> None:
    asked = client.get(page(cast, "applications:withdraw")).content.decode()
    assert "Delete my draft" in asked
    assert "Withdraw my application" not in asked
    gone = client.post(page(cast, "applications:withdraw"), {"delete": "yes"})
    assert gone.headers["Location"] == page(cast, "programmes:call")
    assert client.get(page(cast, "applications:hub")).status_code == 404
