"""No form is lost to an expired token: what was typed is shown, secrets are not."""

import pytest
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict() -> Client:
    """A browser whose forms must carry a token, as in real life."""
    return Client(enforce_csrf_checks=True)


def test_a_form_without_its_token_shows_what_was_typed(strict: Client) -> None:
    page = strict.post("/sign-in/", {"address": "ada@example.org", "essay": "Because I want to <build>."})
    text = page.content.decode()
    assert page.status_code == 403
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
    page = client.post("/account/details/", {"name": "A long essay"})
    assert page.status_code == 403
    assert "You are signed out" in page.content.decode()
    assert "A long essay" in page.content.decode()
