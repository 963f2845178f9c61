"""The mailbox of a demonstration: find a mail, read it, follow its link."""

from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tremplin.core.outbox import mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> None:
    settings.MAILBOX_DIR = tmp_path / "mail"
    settings.DEMO = True


def keep(number: int, to: str = "ada@example.org", subject: str = "Your link", body: str = "Text") -> str:
    identity = f"<{number}@example.org>"
    connection = get_connection("tremplin.core.outbox.mailbox.EmailBackend")
    headers = {"Message-ID": identity, "Content-Language": "fr"}
    EmailMessage(subject, body, "t@example.org", [to], headers=headers, connection=connection).send()
    return mailbox.name_of(identity)


def test_a_mail_can_be_found_and_its_link_followed() -> None:
    link = "http://127.0.0.1:8000/sign-in/?token=abc&next=%2Fdesk"
    name = keep(1, body=f"Bonjour,\n\ncliquez : {link}\n")
    listing = Client().get(reverse("outbox:mailbox")).content.decode()
    address = reverse("outbox:mail", args=[name])
    assert f'href="{address}"' in listing
    text = Client().get(address).content.decode()
    assert '<a href="http://127.0.0.1:8000/sign-in/?token=abc&amp;next=%2Fdesk"' in text
    assert 'lang="fr"' in text


def test_what_a_mail_says_is_text_and_never_markup() -> None:
    name = keep(1, subject="<b>bold</b>", body="<script>alert(1)</script> javascript:alert(1)")
    for address in (reverse("outbox:mailbox"), reverse("outbox:mail", args=[name])):
        text = Client().get(address).content.decode()
        assert "<script>alert" not in text
        assert "<b>bold" not in text
        assert 'href="javascript' not in text


def test_mails_to_one_person_can_be_picked_out() -> None:
    keep(1, to="ada@example.org", subject="For Ada")
    keep(2, to="bob@example.org", subject="For Bob")
    text = Client().get(reverse("outbox:mailbox"), {"to": "Bob@example.org"}).content.decode()
    assert "For Bob" in text
    assert "For Ada" not in text
    none = Client().get(reverse("outbox:mailbox"), {"to": "<i>@example.org"}).content.decode()
    assert "No mail to &lt;i&gt;@example.org yet." in none


def test_an_empty_mailbox_says_how_to_fill_it() -> None:
    text = Client().get(reverse("outbox:mailbox")).content.decode()
    assert "No mail yet" in text
    assert "sign-in link" in text


def test_a_long_mailbox_comes_in_pages() -> None:
    for number in range(60):
        keep(number, subject=f"Number {number:02}")
    first = Client().get(reverse("outbox:mailbox")).content.decode()
    second = Client().get(reverse("outbox:mailbox"), {"page": 2}).content.decode()
    assert first.count("Number ") == 50
    assert second.count("Number ") == 10


@pytest.mark.parametrize("name", ["0" * 32, "x", "secret-key"])
def test_a_mail_that_is_not_there_is_not_found(name: str) -> None:
    assert Client().get(reverse("outbox:mail", args=[name])).status_code == 404


def test_outside_a_demonstration_there_is_no_mailbox(settings: Settings) -> None:
    settings.DEMO = False
    name = keep(1)
    assert Client().get(reverse("outbox:mailbox")).status_code == 404
    assert Client().get(reverse("outbox:mail", args=[name])).status_code == 404
