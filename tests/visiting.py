"""The pages of a cohort as somebody visits them: when, as whom, at which address, and what they say."""

import re
from datetime import datetime
from html import unescape
from types import ModuleType
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tremplin.people.models import User
from tremplin.programmes.desk import Card
from tremplin.programmes.http import cohort_url
from tremplin.programmes.roles import roles_of


class Clock:
    """The wall clock, held still; tests move it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def hold(monkeypatch: pytest.MonkeyPatch, at: datetime) -> Clock:
    """From now on the clock that pages read stands at `at`."""
    held = Clock(at)
    monkeypatch.setattr("tremplin.core.clock.now", held)
    return held


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(cast: Cast, name: str, **words: object) -> str:
    """The address of a page of the cohort."""
    return cohort_url(cast.cohort, name, **words)


def rival_page(cast: Cast, name: str, **words: object) -> str:
    """The same page in the other institution's cohort."""
    return cohort_url(cast.rival_cohort, name, **words)


def text_of(client: Client, address: str, **query: str) -> str:
    """What the page at `address` says, its entities resolved."""
    answer = client.get(address, query)
    assert answer.status_code == 200, answer.status_code
    return unescape(answer.content.decode())


def cards_of(desk: ModuleType, cast: Cast, user: User, now: datetime) -> list[Card]:
    """What the desk of a stage holds for `user`."""
    cards: list[Card] = desk.cards(cohort=cast.cohort, actor=user, roles=roles_of(user, cast.cohort), now=now)
    return cards


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of the page, as a browser would send them back."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def content_of(answer: Any) -> bytes:
    """All that was answered, a page or a file: read to its end, a file is closed."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)
