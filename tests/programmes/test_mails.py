"""Mails say what they should, to whom they should, in the language of the reader."""

import ast
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy
from pytest_django import Settings

from tests.cast import OPENS, Cast, cohort_of
from tests.programmes.texts import SMALL
from tests.programmes.typography import slips
from tremplin.core.outbox.models import OutboxMessage
from tremplin.programmes import mail
from tremplin.programmes.mail_values import ALWAYS, VALUES, names, occasions

SOURCE = Path(mail.__file__).parent.parent
CODES = sorted(occasions())
ANSWER_BY = datetime(2027, 3, 9, 11, 59, 59, tzinfo=UTC)


def values(code: str) -> dict[str, Any]:
    given: dict[str, Any] = {name: f"<{name}>" for name in occasions()[code].values}
    if "link" in given:
        given["link"] = "/somewhere/"
    return given


def sent(cast: Cast, code: str, *, key: str = "k", **changes: object) -> OutboxMessage:
    given = {**values(code), **changes}
    to = given.pop("to", cast.applicant)
    return mail.send(cohort=cast.cohort, code=code, to=to, values=given, now=OPENS, key=key)


@pytest.mark.parametrize("code", CODES)
def test_a_shipped_mail_names_only_what_its_occasion_brings(code: str) -> None:
    occasion = occasions()[code]
    for texts in (occasion.subject, occasion.body):
        assert set(texts) == {"en", "fr"}
        for text in texts.values():
            assert names(text) <= set(occasion.known)
    assert names(occasion.subject["en"]) <= {*ALWAYS, *occasion.values}, "a subject cannot lose its line"
    assert set(occasion.known) <= set(VALUES)
    assert names(occasion.body["en"]) == names(occasion.body["fr"])


@pytest.mark.parametrize("code", CODES)
def test_every_value_that_an_occasion_always_brings_is_used(code: str) -> None:
    occasion = occasions()[code]
    assert set(occasion.values) <= names(occasion.subject["en"] + occasion.body["en"])


@pytest.mark.parametrize("code", CODES)
def test_shipped_mails_are_short_and_well_set(code: str) -> None:
    occasion = occasions()[code]
    for text in (*occasion.subject.values(), *occasion.body.values()):
        assert "'" not in text
        assert len(text) < 900
    assert [
        slip
        for text in (occasion.subject["fr"], occasion.body["fr"], occasion.when["fr"])
        for slip in slips(text)
    ] == []
    assert occasion.body["en"].strip().startswith("Hello {name},")
    assert occasion.body["fr"].strip().startswith("Bonjour {name},")
    assert occasion.body["en"].endswith("{programme}, {institution}")


@pytest.mark.parametrize("code", CODES)
def test_every_mail_can_be_sent_with_what_its_occasion_brings_and_nothing_more(cast: Cast, code: str) -> None:
    posted = sent(cast, code)
    assert "{" not in posted.subject + posted.body
    assert "\n\n\n" not in posted.body
    assert posted.reply_to == "scholars@example.org"


def test_every_mail_that_the_house_sends_has_a_text() -> None:
    used = {code for path in SOURCE.rglob("*.py") for code in _codes_in(path)}
    assert used
    assert used <= set(occasions())


def _codes_in(path: Path) -> set[str]:
    """The codes that calls of `mail.send` and `mail.open_batch` name in plain."""
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    return {
        keyword.value.value
        for call in calls
        if ast.unparse(call.func) in {"mail.send", "mail.open_batch"}
        for keyword in call.keywords
        if keyword.arg == "code" and isinstance(keyword.value, ast.Constant)
    }


def test_a_mail_speaks_the_language_of_its_reader(cast: Cast) -> None:
    assert sent(cast, "offer-accepted").language == "en"
    french = sent(cast, "offer-accepted", key="f", to=cast.scholar)
    assert (french.language, french.subject) == ("fr", "Votre place dans Petite promotion est à vous")


def test_a_programme_in_one_language_writes_in_that_one(cast: Cast) -> None:
    text = SMALL.replace('languages = ["en", "fr"]', 'languages = ["fr"]')
    cohort = cohort_of("french-lab", cast.stranger, text=text)
    posted = mail.send(
        cohort=cohort, code="offer-accepted", to=cast.applicant, values={"link": "/"}, now=OPENS, key="k"
    )
    assert posted.language == "fr"


def test_a_path_becomes_a_full_address(cast: Cast, settings: Settings) -> None:
    settings.BASE_URL = "https://scholars.example.org"
    assert "https://scholars.example.org/desk/\n" in sent(cast, "offer-accepted", link="/desk/").body
    assert (
        "https://elsewhere.example.org/x"
        in sent(cast, "offer-accepted", key="2", link="https://elsewhere.example.org/x").body
    )
    assert mail.link(cast.cohort, "programmes:call") == "https://scholars.example.org/home-lab/small/2027/"


def test_a_moment_is_said_in_the_zone_of_the_programme_and_the_language_of_the_reader(cast: Cast) -> None:
    english = sent(cast, "decision-offer", answer_by=ANSWER_BY).body
    assert "8 March 2027, end of the day anywhere on Earth, which is 9 March 2027, 12:59 (Paris)" in english
    french = sent(cast, "decision-offer", key="f", to=cast.scholar, answer_by=ANSWER_BY).body
    assert "8 mars 2027, fin de la journée partout sur Terre, soit le 9 mars 2027, 12:59 (Paris)" in french


def test_texts_in_several_languages_and_lazy_ones_are_said_in_the_readers(cast: Cast) -> None:
    title = {"en": "Week 2", "fr": "Semaine 2"}
    assert "Semaine 2" in sent(cast, "checkin-due", to=cast.scholar, title=title).subject
    lazy = sent(cast, "checkin-due", key="l", to=cast.scholar, title=gettext_lazy("Midpoint"))
    assert "Mi-parcours" in lazy.subject
    assert sent(cast, "checkin-due", key="s", title=lazystr("Plain")).subject.endswith("Plain")


def test_a_line_whose_value_is_missing_is_left_out(cast: Cast) -> None:
    with_it = sent(cast, "application-received", reference="7K2M").body
    without = sent(cast, "application-received", key="2", reference=None).body
    assert "Your reference: 7K2M" in with_it
    assert "Your reference" not in without
    assert "reference" not in sent(cast, "application-received", key="3").body


def test_a_value_that_a_text_needs_and_nobody_gave_is_an_error(cast: Cast) -> None:
    with pytest.raises(KeyError, match="answer_by"):
        mail.send(
            cohort=cast.cohort,
            code="decision-offer",
            to=cast.applicant,
            values={"link": "/"},
            now=OPENS,
            key="k",
        )


def test_what_somebody_wrote_is_never_taken_for_a_placeholder(cast: Cast) -> None:
    assert (
        "{link} and {name.__class__}"
        in sent(cast, "decision-offer", feedback="{link} and {name.__class__}").body
    )


def test_a_value_cannot_smuggle_a_second_line_into_the_subject(cast: Cast) -> None:
    subject = sent(cast, "checkin-due", title="Week 2\r\nBcc: everyone@example.org").subject
    assert subject == "Two minutes for your check-in: Week 2 Bcc: everyone@example.org"


def test_one_occasion_is_one_mail(cast: Cast) -> None:
    assert sent(cast, "offer-accepted") == sent(cast, "offer-accepted")
    assert OutboxMessage.objects.count() == 1


def test_a_programmes_own_mail_replaces_the_shipped_one(cast: Cast) -> None:
    own = (
        '[[mails]]\ncode = "offer-accepted"\nsubject = { en = "Hooray {name}", fr = "Hourra {name}" }\n'
        'body = { en = "See {link}.", fr = "Voir {link}." }\n'
    )
    cohort = cohort_of("own-lab", cast.stranger, text=f"{SMALL}\n{own}")
    posted = mail.send(
        cohort=cohort, code="offer-accepted", to=cast.applicant, values={"link": "/x/"}, now=OPENS, key="k"
    )
    assert posted.subject == "Hooray Ada"
    assert posted.body.startswith("See http")


def test_a_code_that_does_not_exist_is_an_error(cast: Cast) -> None:
    with pytest.raises(KeyError):
        mail.send(cohort=cast.cohort, code="offer-acepted", to=cast.applicant, now=OPENS, key="k")
