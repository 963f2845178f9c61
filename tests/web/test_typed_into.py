"""What is being typed survives the browser’s Back over a dead line, without script too.

Firefox forgets the fields of a page that it must not store. `tests/browser/test_dead_line_without_script.py` goes
back for real, in Chromium; that the same addresses hold in Firefox was seen by hand and rests on this header.
"""

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.accommodations import world
from tests.accommodations.world import ASKED, TRANSCRIPT
from tests.applications.conftest import begin
from tests.cast import Cast
from tests.visiting import Clock, page, signed_in

TYPED_INTO = (
    ("applications:eligibility", {}),
    ("applications:section", {"section": "essays"}),
    ("applications:offline", {}),
    ("accommodations:mine", {}),
    ("blinding:mine", {}),
)


def storable(answer: HttpResponse) -> bool:
    return answer["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(("name", "words"), TYPED_INTO)
def test_the_browser_may_store_pages_into_which_applicants_type(
    cast: Cast, clock: Clock, name: str, words: dict[str, str]
) -> None:
    begin(cast)
    clock.at = cast.at("call_opens", days=1)
    answer = signed_in(cast.applicant).get(page(cast, name, **words))
    assert answer.status_code == 200
    assert storable(answer)


def test_also_where_one_signs_in_and_says_who_one_is(cast: Cast, clock: Clock) -> None:
    assert storable(signed_in(cast.applicant).get("/account/details/"))
    assert storable(Client().get("/sign-in/"))


def test_what_is_sealed_is_never_stored_and_what_is_typed_about_it_survives(cast: Cast, clock: Clock) -> None:
    """The words of a request stand on pages that are never stored; those who add to them type on another page."""
    clock.at = world.now_of(cast)
    request = world.asked(cast)
    for who, sealed, typed in (
        (cast.applicant, page(cast, "accommodations:mine"), page(cast, "accommodations:word")),
        (
            cast.officer,
            page(cast, "accommodations:request", ref=request.ref),
            page(cast, "accommodations:answer", ref=request.ref),
        ),
    ):
        client = signed_in(who)
        shown, box = client.get(sealed), client.get(typed)
        assert ASKED in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]
        assert "<textarea" not in shown.content.decode()
        assert ASKED not in box.content.decode()
        assert "<textarea" in box.content.decode()
        assert storable(box)
        refused = client.post(typed, {"words": "", "version": str(request.version)})
        assert refused.status_code == 422
        assert storable(refused)  # what was typed stands there


def test_once_something_was_added_the_page_that_shows_it_beside_the_answer_is_not_stored(
    cast: Cast, clock: Clock
) -> None:
    clock.at = world.now_of(cast)
    request = world.asked(cast)
    typed = page(cast, "accommodations:answer", ref=request.ref)
    refused = signed_in(cast.officer).post(typed, {"version": "0", "words": "My answer"})
    text = refused.content.decode()
    assert ASKED in text
    assert "My answer" in text
    assert "no-store" in refused["Cache-Control"]


def test_a_transcript_is_stored_only_while_somebody_writes_it(cast: Cast, clock: Clock) -> None:
    clock.at = world.now_of(cast)
    recording = world.spoken(cast)
    client, officer = signed_in(cast.applicant), signed_in(cast.officer)
    writing = page(cast, "accommodations:transcript", ref=recording.ref)
    assert storable(officer.get(writing))  # nothing is written yet
    saved = officer.post(writing, {"version": "1", "text": TRANSCRIPT})
    assert saved["Clear-Site-Data"] == '"cache"'
    read = officer.get(writing)
    assert TRANSCRIPT in read.content.decode()
    assert "<textarea" not in read.content.decode()
    assert "no-store" in read["Cache-Control"]
    assert storable(officer.get(f"{writing}?correct"))
    own = page(cast, "accommodations:recording", question="motivation")
    assert storable(client.get(own))
    confirmed = client.post(own, {"deed": "confirm", "version": "2", "text": TRANSCRIPT})
    assert confirmed["Clear-Site-Data"] == '"cache"'


def test_the_copy_and_the_receipt_are_never_stored(cast: Cast, clock: Clock) -> None:
    begin(cast)
    client = signed_in(cast.applicant)
    assert "no-store" in client.get(page(cast, "applications:hub"))["Cache-Control"]
