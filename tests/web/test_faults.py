"""When something is wrong with the request, the database or the house: a plain page, and an answer for monitors."""

from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from tests.cast import Cast, gather
from tests.visiting import page
from tremplin.programmes import queries
from tremplin.web import errors, health

pytestmark = pytest.mark.django_db


def test_a_healthy_installation_says_so(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_without_its_database_it_says_so_and_nothing_more(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away:
        def cursor(self) -> None:
            raise DatabaseError('password authentication failed for user "tremplin" at 10.0.0.7')

    monkeypatch.setattr(health, "connection", Away())
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "database unavailable"})


def test_a_request_under_a_name_that_is_not_ours_gets_a_plain_page(client: Client) -> None:
    answer = client.get("/", headers={"host": "evil.example.net"})
    assert answer.status_code == 400
    assert "evil.example.net" not in answer.text
    assert "<h1" in answer.text


def test_a_fault_of_ours_gets_a_page_that_needs_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_now: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(queries, "open_calls", broken)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
    assert "<h1" in answer.text


def test_an_unknown_status_is_told_as_a_fault_of_ours(client: Client, rf: Any) -> None:
    answer = errors.error_page(rf.get("/"), 418)
    assert answer.status_code == 418
    assert "Something broke on our side" in answer.content.decode()


def test_a_rehearsal_says_on_each_page_that_everyone_is_invented(client: Client, settings: Any) -> None:
    settings.DEMO = False
    cast = gather()
    assert "Rehearsal: everyone" not in client.get(page(cast, "programmes:call")).text
    cast.cohort.rehearsal = True
    cast.cohort.save()
    assert "Rehearsal: everyone in this cohort is invented." in client.get(page(cast, "programmes:call")).text


def test_a_demonstration_says_so_on_each_page(client: Client, cast: Cast) -> None:
    assert "Demonstration: everyone here is invented" in client.get(page(cast, "programmes:call")).text


def test_robots_are_told_what_is_private(client: Client) -> None:
    assert "Disallow: /account/" in client.get("/robots.txt").text
