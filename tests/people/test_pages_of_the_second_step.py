"""Pages that ask once more before something changes about how one signs in, and the page for too many attempts."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.people.conftest import switch_on
from tests.people.device import Device
from tests.people.test_passkeys import ENTER, make

pytestmark = pytest.mark.django_db
OFF, CODES = "/account/sign-in/second-step/off/", "/account/sign-in/codes/new/"


def read(client: Client, path: str) -> str:
    answer = client.get(path, {"lang": "en"})
    assert answer.status_code == 200, path
    return answer.text


def test_switching_off_asks_first_and_says_what_is_then_enough(inside: Client) -> None:
    switch_on(inside)
    text = read(inside, OFF)
    assert "The mailed link or the password alone will then be enough." in text
    assert "Leave it on" in text
    assert Authenticator.objects.filter(type="totp").exists()


def test_new_codes_are_made_only_after_a_word_on_the_old_ones(inside: Client) -> None:
    switch_on(inside)
    before = Authenticator.objects.get(type="recovery_codes").data
    assert "The codes that you have now will no longer work." in read(inside, CODES)
    assert Authenticator.objects.get(type="recovery_codes").data == before


def test_a_passkey_is_renamed_on_a_page_that_shows_its_name(inside: Client) -> None:
    make(inside, Device(), name="My <phone>")
    path = f"/account/sign-in/passkeys/{Authenticator.objects.get().pk}/"
    assert 'value="My &lt;phone&gt;"' in read(inside, path)
    refused = inside.post(path, {"name": ""})
    assert refused.status_code == 200
    assert Authenticator.objects.get().wrap().name == "My <phone>"


@pytest.mark.parametrize(("language", "words"), [("en", "Too many attempts"), ("fr", "Trop d’essais")])
def test_too_many_attempts_get_a_page_that_says_to_wait(
    client: Client, settings: Any, language: str, words: str
) -> None:
    settings.MFA_RATE_LIMITS = {"webauthn_login": "1/m/ip"}
    form = {"credential": "{}", "next": ""}
    answers = [client.post(f"{ENTER}?lang={language}", form, secure=True) for _attempt in range(2)]
    assert answers[-1].status_code == 429
    assert words in answers[-1].text
