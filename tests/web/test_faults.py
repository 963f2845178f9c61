"""When something is wrong with the request, the database or the house: a plain page, and an answer for monitors."""

import logging
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.test import Client

from tests.cast import Cast, gather
from tests.visiting import page
from tremplin.programmes import queries
from tremplin.web import errors, health, logs

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


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """The lines as the log of a served installation has them."""
    formatter = logs.Formatter(settings.LOGGING["formatters"]["plain"]["format"])
    return "\n".join(formatter.format(record) for record in caplog.records)


def test_the_log_says_the_kind_the_place_and_the_request_of_a_fault_and_nothing_that_was_typed(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**_given: Any) -> None:
        try:
            int("typed in confidence")
        except ValueError as why:
            raise LookupError("typed in confidence, too") from why

    monkeypatch.setattr("tremplin.people.services.entry.find_link", broken)
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR):
        answer = client.get("/sign-in/link/secret-of-a-mail/?q=asked")
    assert answer.status_code == 500
    said = logged(caplog)
    assert f"500 for GET people:sign-in-link, request {answer.headers['X-Request-Id']}" in said
    assert "builtins.LookupError" in said
    assert "because of builtins.ValueError" in said
    assert "tests/web/test_faults.py:" in said
    assert "tremplin/people/views/entry.py:" in said
    for typed in ("in confidence", "secret-of-a-mail", "asked"):
        assert typed not in said


def test_the_log_of_a_served_installation_is_written_that_way() -> None:
    formatter = settings.LOGGING["formatters"]["plain"]["class"]
    assert formatter == f"{logs.Formatter.__module__}.{logs.Formatter.__qualname__}"
    assert all(handler["formatter"] == "plain" for handler in settings.LOGGING["handlers"].values())


def test_a_developer_at_invented_data_gets_the_whole_traceback(settings: Any) -> None:
    settings.DEBUG = True
    try:
        int("invented")
    except ValueError as fault:
        text = logs.Formatter().formatException((type(fault), fault, fault.__traceback__))
    assert "invalid literal" in text
