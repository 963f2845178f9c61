"""Mail as files: whole or not at all, one file a mail, readable and harmless."""

from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, get_connection
from pytest_django import Settings

from tremplin.core.outbox import mailbox

BACKEND = "tremplin.core.outbox.mailbox.EmailBackend"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.MAILBOX_DIR = tmp_path / "mail"
    return tmp_path / "mail"


def send(identity: str, subject: str = "Hello", **values: Any) -> None:
    mail = EmailMessage(
        subject,
        values.pop("body", "The text."),
        "tremplin@example.org",
        [values.pop("to", "ada@example.org")],
        headers={"Message-ID": identity, "Content-Language": "fr"},
        connection=get_connection(BACKEND),
    )
    mail.send()


def test_a_mail_handed_over_twice_is_one_file(folder: Path) -> None:
    send("<a@example.org>")
    send("<a@example.org>")
    send("<b@example.org>")
    assert len(list(folder.iterdir())) == 2
    assert len(mailbox.names()) == 2


def test_a_kept_mail_reads_as_it_was_written(folder: Path) -> None:
    body = "Chère Ada,\n\nvoici le lien : https://example.org/sign-in/?token=abc\n" + "é" * 300
    send("<a@example.org>", "Décision : « oui »", body=body, to="Ada <ada@example.org>")
    letter = mailbox.read(mailbox.names()[0])
    assert letter is not None
    assert letter.subject == "Décision : « oui »"
    assert "ada@example.org" in letter.to
    assert letter.language == "fr"
    assert letter.body.strip() == body
    assert (folder.stat().st_mode & 0o777) == 0o700


def test_the_newest_comes_first() -> None:
    import os

    for number in range(3):
        send(f"<{number}@example.org>", f"Number {number}")
    for age, name in enumerate([mailbox.name_of(f"<{number}@example.org>") for number in (2, 0, 1)]):
        os.utime(mailbox.folder() / f"{name}.eml", (1_000_000 - age, 1_000_000 - age))
    subjects = [letter.subject for name in mailbox.names() if (letter := mailbox.read(name))]
    assert subjects == ["Number 2", "Number 0", "Number 1"]


@pytest.mark.parametrize("name", ["../secret-key", "x", "", "A" * 32, f"{'0' * 31}/", "0" * 32])
def test_only_kept_mails_can_be_read(name: str) -> None:
    assert mailbox.read(name) is None


def test_before_the_first_mail_the_mailbox_is_empty() -> None:
    assert mailbox.names() == []


def test_a_half_written_mail_is_never_seen(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(mailbox.os, "fsync", no_room)
    with pytest.raises(OSError, match="No space"):
        send("<a@example.org>")
    assert list(folder.iterdir()) == []
