"""No form is lost to an expired token: what was typed is shown, secrets are not."""

import pytest
from django.test import Client

from tests.cast import Cast
from tests.visiting import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict() -> Client:
    """A browser whose forms must carry a token, as in real life."""
    return Client(enforce_csrf_checks=True)


def test_a_form_without_its_token_shows_what_was_typed(strict: Client) -> None:
    answer = strict.post("/sign-in/", {"address": "ada@example.org", "essay": "Because I want to <build>."})
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "Copy your text" in text
    assert "Because I want to &lt;build&gt;." in text
    assert "ada@example.org" in text


def test_passwords_and_codes_are_never_shown_again(strict: Client) -> None:
    form = {
        "password": "secret-a",
        "code": "secret-b",
        "csrfmiddlewaretoken": "secret-c",
        "credential": "secret-d",
        "time_zone": "UTC",
    }
    text = strict.post("/sign-in/password/", form).content.decode()
    assert "secret" not in text


def test_someone_signed_out_meanwhile_gets_their_text_back(client: Client, cast: Cast) -> None:
    answer = client.post("/account/details/", {"name": "A long essay"})
    assert answer.status_code == 403
    assert "You are signed out" in answer.content.decode()
    assert "A long essay" in answer.content.decode()


def test_other_forms_give_words_back_under_their_labels_too(strict: Client, cast: Cast) -> None:
    post = {"title": "Week one", "body": "What I did.", "language": "fr", "version": "3"}
    text = strict.post(page(cast, "training:write", number=1), post).content.decode()
    shown = text.split("What you had typed")[1]
    assert "Your week" in shown
    assert "What I did." in shown
    assert "French" in shown or "Français" in shown
    assert ">3<" not in shown
    post = {"comment": "Clear and warm.", "recognised": "on", "at": "2027-01-01", "shown": "abc"}
    text = strict.post(page(cast, "review:read", ref="none"), post).content.decode()
    shown = text.split("What you had typed")[1]
    assert "For the applicant" in shown
    assert "Clear and warm." in shown
    assert "2027-01-01" not in shown


def test_a_form_of_no_cohort_gives_words_back_under_their_own_names(strict: Client) -> None:
    text = strict.post("/nobody/nothing/2027/application/section/work/", {"hard_part": "Long ago."})
    shown = text.content.decode().split("What you had typed")[1]
    assert "Hard part" in shown
    assert "Long ago." in shown
