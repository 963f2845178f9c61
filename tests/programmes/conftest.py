"""What tests of programmes share: a stopped clock, people who are signed in, addresses."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest
from django.test import Client

from tests.cast import OPENS, Cast
from tests.visiting import hold, signed_in
from tremplin.programmes.http import cohort_url

At = Callable[[datetime], object]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Stop the clock of the pages: `at(moment)`. It stands at the opening of the call until then."""
    hold(monkeypatch, OPENS)
    return partial(hold, monkeypatch)


def page(cast: Cast, name: str, **words: object) -> str:
    return cohort_url(cast.cohort, f"programmes:{name}", **words)


@pytest.fixture
def organiser(cast: Cast, at: At) -> Client:
    return signed_in(cast.organiser)
