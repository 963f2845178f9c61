"""What tests of programmes share: a stopped clock, people who are signed in, addresses."""

from collections.abc import Callable
from datetime import datetime
from html import unescape

import pytest
from django.test import Client

from tests.cast import OPENS, Cast
from tremplin.core import clock
from tremplin.people.models import User
from tremplin.programmes.http import cohort_url

At = Callable[[datetime], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Stop the clock of the pages: `at(moment)`. It stands at the opening of the call until then."""

    def stop(now: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: now)

    stop(OPENS)
    return stop


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(cast: Cast, name: str, **words: object) -> str:
    return cohort_url(cast.cohort, f"programmes:{name}", **words)


@pytest.fixture
def organiser(cast: Cast, at: At) -> Client:
    return signed_in(cast.organiser)


def text_of(client: Client, address: str) -> str:
    """What the page at `address` says, its entities resolved."""
    response = client.get(address)
    assert response.status_code == 200
    return unescape(response.content.decode())
