"""Asking as a program does."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.web.matrix import token_of
from tremplin.core import clock
from tremplin.people.models import User
from tremplin.programmes.http import cohort_path
from tremplin.programmes.models import Cohort


@dataclass
class Program:
    """A program with somebody's token, or with none."""

    secret: str = ""

    def get(self, path: str, **headers: str) -> Any:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.secret:
            given["Authorization"] = f"Bearer {self.secret}"
        return Client().get(path, headers=given)


def program(user: User | None, *, scope: str = "") -> Program:
    return Program(token_of(user, scope=scope) if user else "")


def at(cohort: Cohort, rest: str = "") -> str:
    """The address of `rest` of `cohort`."""
    return f"/api/v1/cohorts/{'/'.join(cohort_path(cohort).values())}{rest}"


@pytest.fixture
def reading_time(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands after the call."""
    monkeypatch.setattr(clock, "now", lambda: cast.at("call_closes", days=2))
