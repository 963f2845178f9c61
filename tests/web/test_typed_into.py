"""What is being typed survives the browser’s Back over a dead line, without script too.

Firefox forgets the fields of a page that it must not store. `tests/browser/test_dead_line_without_script.py` goes
back for real, in Chromium; that the same addresses hold in Firefox was seen by hand and rests on this header.
"""

import pytest
from django.http import HttpResponse
from django.test import Client

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


def test_the_copy_and_the_receipt_are_never_stored(cast: Cast, clock: Clock) -> None:
    begin(cast)
    client = signed_in(cast.applicant)
    assert "no-store" in client.get(page(cast, "applications:hub"))["Cache-Control"]
