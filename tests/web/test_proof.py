"""The proof that a form has arrived, and what the page's script is told when it has not."""

import pytest
from django.test import Client

from tests.cast import Cast
from tests.visiting import Clock, hold, page, signed_in
from tremplin.applications import services
from tremplin.core.text import say

pytestmark = pytest.mark.django_db
MARK = "abc123def456"
SCRIPT = {"X-Requested-With": "autosave"}


@pytest.fixture
def clock(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return hold(monkeypatch, cast.at("call_opens", days=2))


@pytest.fixture
def essays(cast: Cast, clock: Clock) -> str:
    """The page of a section of somebody who has begun to apply."""
    services.start(
        cohort=cast.cohort,
        applicant=cast.applicant,
        eligibility={"adult": "yes", "hours": "35"},
        now=cast.at("call_opens", days=1),
    )
    return page(cast, "applications:section", section="essays")


@pytest.fixture
def writer(cast: Cast) -> Client:
    return signed_in(cast.applicant)


FORM = {"_asked": "motivation project", "_version": "0", "_tab": "t", "motivation": "An hour of work."}


def test_a_form_that_was_taken_hands_its_mark_back(writer: Client, essays: str) -> None:
    answer = writer.post(essays, {**FORM, "_mark": MARK})
    assert answer.status_code == 302
    assert answer.cookies["saved"].value == MARK
    assert not answer.cookies["saved"]["httponly"]
    assert "saved" not in writer.post(essays, FORM).cookies
    assert "saved" not in writer.post(essays, {**FORM, "_mark": "x; path=/"}).cookies


def test_nothing_is_proved_to_somebody_who_is_signed_out(client: Client, essays: str) -> None:
    answer = client.post(essays, {**FORM, "_mark": MARK})
    assert answer.status_code == 403
    assert "saved" not in answer.cookies
    assert "saved" not in client.get(essays).cookies


def test_a_form_of_somebody_signed_out_leads_through_the_door_and_back(
    cast: Cast, client: Client, essays: str
) -> None:
    text = client.post(essays, FORM).content.decode()
    assert "<h1>You are signed out</h1>" in text
    assert f'href="/sign-in/?next={essays.replace("/", "%2F")}">Sign in and come back here' in text
    assert "An hour of work." in text
    assert ">motivation<" not in text
    [question] = [one for one in cast.cohort.plan.application.questions() if one.code == "motivation"]
    assert say(question.label) in text.split("What you had typed")[1]


def test_the_script_of_somebody_signed_out_is_told_where_the_door_is(client: Client, essays: str) -> None:
    referer = {"Referer": f"http://testserver{essays}"}
    answer = client.post(f"{essays}autosave/", FORM, headers={**SCRIPT, **referer})
    assert answer.status_code == 403
    assert answer.json()["href"] == f"/sign-in/?next={essays.replace('/', '%2F')}"
    elsewhere = client.post(
        f"{essays}autosave/", FORM, headers={**SCRIPT, "Referer": "https://evil.example/x"}
    )
    assert elsewhere.json()["href"] == "/sign-in/"


def test_a_page_from_before_a_new_sign_in_goes_on_with_a_new_token_for_the_same_person(
    cast: Cast, essays: str
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.applicant)
    refused = strict.post(f"{essays}autosave/", FORM, headers=SCRIPT)
    assert refused.status_code == 403
    assert refused.json()["who"] == cast.applicant.ref
    token = refused.json()["fields"]["csrfmiddlewaretoken"]
    saved = strict.post(f"{essays}autosave/", {**FORM, "csrfmiddlewaretoken": token}, headers=SCRIPT)
    assert saved.json() == {"fields": {"_version": "1"}}


def test_an_expired_form_leads_to_its_own_page_again(cast: Cast, essays: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.applicant)
    text = strict.post(essays, FORM).content.decode()
    assert "<h1>This form was open for too long</h1>" in text
    assert f'href="{essays}">Open the form again' in text
    assert ">motivation<" not in text


def test_what_can_never_be_kept_is_named_and_the_rest_is_saved(writer: Client, essays: str) -> None:
    long = {**FORM, "motivation": "x" * 50_001, "project": "Short"}
    answer = writer.post(f"{essays}autosave/", long, headers=SCRIPT).json()
    assert answer["fields"] == {"_version": "1"}
    assert list(answer["errors"]) == ["motivation"]
    answered = writer.post(essays, {**long, "_mark": MARK})
    assert answered.status_code == 422
    assert "saved" not in answered.cookies
    assert 'data-posted="yes"' in answered.content.decode()
    assert 'data-posted="yes"' not in writer.get(essays).content.decode()
