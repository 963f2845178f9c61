"""Reading the mail that signing in sends, as a person would."""

import re
from dataclasses import dataclass

import pytest
from django.test import Client

from tremplin.core.outbox.models import OutboxMessage

_LINK = re.compile(r"https?://\S+?(/sign-in/link/[\w-]+/)")
_CODE = re.compile(r"\b(\d{3}) (\d{3})\b")


@dataclass(frozen=True)
class Mail:
    subject: str
    body: str
    language: str
    to: str
    kind: str

    @property
    def link(self) -> str:
        found = _LINK.search(self.body)
        assert found, self.body
        return found[1]

    @property
    def code(self) -> str:
        found = _CODE.search(self.body)
        assert found, self.body
        return "".join(found.groups())


class Post:
    """All mail so far, the newest last."""

    def all(self, to: str = "") -> list[Mail]:
        rows = OutboxMessage.objects.order_by("pk")
        if to:
            rows = rows.filter(to=to)
        return [Mail(row.subject, row.body, row.language, row.to, row.kind) for row in rows]

    def newest(self, to: str = "") -> Mail:
        mails = self.all(to)
        assert mails, "no mail was sent"
        return mails[-1]


@pytest.fixture
def post(db: None) -> Post:
    return Post()


@pytest.fixture
def other_device() -> Client:
    """A browser that shares nothing with `client`."""
    return Client(headers={"user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile"})
