"""Mail as files: a backend that keeps each mail in a folder, and the reading of that folder.

For demonstrations, rehearsals and tests of the outbox. A mail is one file named by its Message-ID and
appears whole or not at all; the same mail handed over twice is still one file.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMail
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

_NAME = re.compile(r"^[0-9a-f]{32}$")
_FILE = re.compile(r"^[0-9a-f]{32}\.eml$")


def folder() -> Path:
    return Path(settings.MAILBOX_DIR)


class EmailBackend(BaseEmailBackend):
    """Keeps mail instead of sending it."""

    def __init__(self, fail_silently: bool = False, **kwargs: Any) -> None:
        super().__init__(fail_silently=fail_silently, **kwargs)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each mail to its file, atomically and durably. Raises OSError."""
        home = folder()
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        for mail in email_messages:
            rendered = mail.message()
            _write(home / f"{name_of(str(rendered['Message-ID']))}.eml", rendered.as_bytes())
        return len(email_messages)


def name_of(message_id: str) -> str:
    """The name under which the mail with this Message-ID is kept."""
    return hashlib.sha256(message_id.strip().encode()).hexdigest()[:32]


def _write(target: Path, content: bytes) -> None:
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Letter:
    """A kept mail, as a page shows it."""

    name: str
    to: str
    subject: str
    at: datetime
    language: str
    body: str


def names() -> list[str]:
    """The names of all kept mails, the newest first."""
    try:
        entries = [entry for entry in os.scandir(folder()) if _FILE.match(entry.name)]
    except FileNotFoundError:
        return []
    entries.sort(key=lambda entry: (entry.stat().st_mtime_ns, entry.name), reverse=True)
    return [entry.name.removesuffix(".eml") for entry in entries]


def read(name: str) -> Letter | None:
    """The kept mail `name`, None if there is none by that name."""
    if not _NAME.match(name):
        return None
    path = folder() / f"{name}.eml"
    try:
        parsed = message_from_bytes(path.read_bytes(), _class=ParsedMail, policy=policy.default)
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None
    text = parsed.get_body(("plain",))
    return Letter(
        name=name,
        to=str(parsed["To"]),
        subject=str(parsed["Subject"]),
        at=at,
        language=str(parsed["Content-Language"] or "en"),
        body=text.get_content() if text else "",
    )
