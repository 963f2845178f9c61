"""Reading the mail that signing in sends, as a person would."""

import base64
import hmac
import re
import struct
import time
from dataclasses import dataclass

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client, TestCase

from tremplin.core.outbox.models import OutboxMessage
from tremplin.people.models import User

PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile"
PASSWORD = "correct horse battery"
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


@pytest.fixture(autouse=True)
def within_half_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes of an app last for half a minute and its neighbours. For the site it does not end within a test."""
    present = int(time.time()) // 30
    monkeypatch.setattr(totp, "yield_hotp_counters_from_time", lambda: iter(range(present - 1, present + 2)))


@pytest.fixture
def post(db: None) -> Post:
    return Post()


@pytest.fixture
def other_device() -> Client:
    """A browser that shares nothing with `client`."""
    return Client(headers={"user-agent": PHONE})


@pytest.fixture
def ada(db: None) -> User:
    """Someone with a password."""
    return User.objects.create_user("ada@example.org", PASSWORD, name="Ada Applicant")


@pytest.fixture
def inside(ada: User) -> Client:
    """A browser in which Ada has just signed in by her password: fresh proof of who she is."""
    client = Client()
    by_password(client, ada)
    return client


@pytest.fixture
def stale(ada: User) -> Client:
    """A browser in which Ada signed in long ago."""
    client = Client()
    client.force_login(ada)
    return client


def by_password(client: Client, user: User, **extra: object) -> None:
    answer = client.post("/sign-in/password/", {"address": user.email, "password": PASSWORD}, **extra)
    assert answer.status_code == 302, answer.content.decode()


def person_in(client: Client) -> User | None:
    """Who is signed in, asked of the site itself."""
    answer = client.get("/account/")
    return answer.context["person"] if answer.status_code == 200 else None


def app_code(secret: str, *, at: float | None = None) -> str:
    """What an app for one-time codes shows (RFC 6238)."""
    counter = struct.pack(">Q", int((at or time.time()) // 30))
    digest = hmac.new(base64.b32decode(secret), counter, "sha1").digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


def switch_on(client: Client) -> str:
    """Switch the second step on; the secret that the app now has."""
    page = client.get("/account/sign-in/second-step/")
    assert page.status_code == 200, page
    secret = str(page.context["form"].secret)
    # The code of the step before: a code works once, and the next sign-in wants the present one.
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client.post("/account/sign-in/second-step/", {"code": app_code(secret, at=time.time() - 30)})
    assert answer.status_code == 302, answer.content.decode()
    return secret
