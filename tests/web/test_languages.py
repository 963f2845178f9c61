"""The language of a page: what was chosen, what the browser says, and words that are no language at all."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import Cast
from tremplin.core.text import say
from tremplin.people.models import User

pytestmark = pytest.mark.django_db
COOKIE = settings.LANGUAGE_COOKIE_NAME
NONSENSE = ["xx", "EN", "fr-XX", "../fr", "en\x00", "é", "e" * 5000]


def language_of(answer: Any) -> str:
    assert answer.status_code == 200
    language = str(answer.headers["Content-Language"])
    assert f'<html lang="{language}"' in answer.text
    return language


@pytest.mark.parametrize("word", NONSENSE)
def test_an_unknown_language_in_the_address_changes_nothing(client: Client, word: str) -> None:
    client.cookies[COOKIE] = "fr"
    answer = client.get("/", {"lang": word})
    assert language_of(answer) == "fr"
    assert COOKIE not in answer.cookies


@pytest.mark.parametrize("word", ["xx", "EN", "fr-XX", "../fr", "%00"])
def test_a_cookie_with_an_unknown_language_counts_as_none(client: Client, word: str) -> None:
    client.cookies[COOKIE] = word
    assert language_of(client.get("/", headers={"accept-language": "fr"})) == "fr"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("xx", "en"),
        ("*", "en"),
        (";;;,,,q=", "en"),
        ("é;q=ü, \x00", "en"),
        ("xx-YY;q=1, fr-CA;q=0.8, en;q=0.5", "fr"),
        ("de, FR ; q=0.3", "fr"),
        ("fr" * 5000, "en"),
        ("de," * 2000 + "fr", "fr"),
    ],
)
def test_the_browser_is_asked_and_may_say_nonsense(client: Client, header: str, language: str) -> None:
    assert language_of(client.get("/", headers={"accept-language": header})) == language


def test_a_person_whose_language_is_no_longer_spoken_reads_the_one_of_the_browser(
    client: Client, cast: Cast
) -> None:
    User.objects.filter(pk=cast.applicant.pk).update(language="xx")
    client.force_login(cast.applicant)
    assert language_of(client.get("/account/", headers={"accept-language": "fr"})) == "fr"
    assert language_of(client.get("/account/")) == "en"


def test_ones_own_language_yields_to_the_one_chosen_here(client: Client, cast: Cast) -> None:
    client.force_login(cast.applicant)
    User.objects.filter(pk=cast.applicant.pk).update(language="fr")
    assert language_of(client.get("/account/")) == "fr"
    assert language_of(client.get("/account/", {"lang": "en"})) == "en"
    assert language_of(client.get("/account/")) == "en"  # kept in the browser
    cast.applicant.refresh_from_db()
    assert cast.applicant.language == "fr"


def test_a_language_chosen_by_the_button_is_kept_in_browser_and_account(client: Client, cast: Cast) -> None:
    client.force_login(cast.applicant)
    answer = client.post("/language/", {"language": "fr", "next": "/account/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/")
    assert client.cookies[COOKIE].value == "fr"
    cast.applicant.refresh_from_db()
    assert cast.applicant.language == "fr"


def test_somebody_without_an_account_has_it_kept_in_the_browser(client: Client) -> None:
    client.post("/language/", {"language": "fr"})
    assert language_of(client.get("/")) == "fr"


@pytest.mark.parametrize("word", [*NONSENSE, ""])
def test_an_unknown_language_by_the_button_leaves_browser_and_account_as_they_are(
    client: Client, cast: Cast, word: str
) -> None:
    client.force_login(cast.applicant)
    before = cast.applicant.language
    answer = client.post("/language/", {"language": word, "next": "/account/"})
    assert answer.headers["Location"] == "/account/"
    assert COOKIE not in answer.cookies
    cast.applicant.refresh_from_db()
    assert cast.applicant.language == before


@pytest.mark.parametrize(
    "away", ["https://elsewhere.example.org/", "//elsewhere.example.org", "javascript:x"]
)
def test_choosing_a_language_never_leads_off_the_site(client: Client, away: str) -> None:
    assert client.post("/language/", {"language": "fr", "next": away}).headers["Location"] == "/"


def test_what_was_typed_survives_an_unknown_language(client: Client) -> None:
    answer = client.post("/sign-in/?lang=xx", {"address": "no address", "way": "password"})
    assert "no address" in answer.text


@pytest.mark.parametrize("language", ["xx", "", "fr-CA", "XX-yy"])
def test_a_text_is_said_in_a_language_that_it_has(language: str) -> None:
    said = say({"en": "Welcome", "fr": "Bienvenue"}, language)
    assert said == ("Bienvenue" if language.startswith("fr") else "Welcome")
    assert say({"fr": "Bienvenue", "en": ""}, "en") == "Bienvenue"
    assert say({}, language) == ""
