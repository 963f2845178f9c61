"""A connection that PostgreSQL has ended is noticed before a page asks it anything."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DataError, ProgrammingError, connections

pytestmark = [
    pytest.mark.skipif(not os.environ.get("TREMPLIN_DATABASE_URL"), reason="about connections to PostgreSQL"),
    pytest.mark.django_db,
]


@pytest.fixture
def line() -> Iterator[Any]:
    """A connection of its own, beside that of the test."""
    made: Any = connections.create_connection("default")
    made.ensure_connection()
    assert type(made).__module__ == "tremplin.core.postgres.base"
    yield made
    made.close()


def ask(line: Any, statement: str, *values: Any) -> Any:
    with line.cursor() as cursor:
        return cursor.execute(statement, values or None).fetchone()


def test_a_living_connection_is_not_asked(line: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line.connection, "execute", None)
    assert line.is_usable()


def test_a_connection_that_the_server_ended_is_replaced(line: Any) -> None:
    before = line.connection.info.backend_pid
    other: Any = connections.create_connection("default")
    try:
        assert ask(other, "SELECT pg_terminate_backend(%s, 5000)", before) == (True,)
    finally:
        other.close()
    assert not line.is_usable()
    # As at the beginning of a request.
    line.health_check_done = False
    line.health_check_enabled = True
    assert ask(line, "SELECT 1") == (1,)
    assert line.connection.info.backend_pid != before


def test_a_word_of_the_server_that_is_no_end_keeps_the_connection(line: Any) -> None:
    before = line.connection.info.backend_pid
    line.connection.execute("LISTEN news")
    other: Any = connections.create_connection("default")
    try:
        other.ensure_connection()
        other.connection.execute("NOTIFY news")
    finally:
        other.close()
    assert line.is_usable()
    assert line.connection.info.backend_pid == before


def test_without_a_connection_nothing_is_usable(line: Any) -> None:
    line.connection.close()
    assert not line.is_usable()


def test_a_broken_transaction_is_nothing_to_go_on_with(line: Any) -> None:
    line.set_autocommit(False)
    with pytest.raises(ProgrammingError):
        ask(line, "SELECT nothing FROM nowhere")
    assert not line.is_usable()
    line.rollback()
    assert line.is_usable()


def kept(line: Any) -> list[tuple[str, int]]:
    """The statements that the server keeps ready, and how often each has run."""
    rows = line.connection.execute(
        "SELECT statement, generic_plans + custom_plans FROM pg_prepared_statements ORDER BY statement"
    )
    return list(rows)


def ask_again(line: Any, statement: str, *values: Any) -> Any:
    with line.ready_cursor() as cursor:
        return cursor.execute(statement, values).fetchall()


def test_a_statement_that_comes_again_is_planned_once(line: Any) -> None:
    for number in (1, 2, 3):
        assert ask_again(line, "SELECT ref FROM people_user WHERE id = %s", number) == []
    assert kept(line) == [("SELECT ref FROM people_user WHERE id = $1", 3)]


def test_no_other_statement_is_kept(line: Any) -> None:
    ask_again(line, "SELECT ref FROM people_user WHERE id = %s", 1)
    for number in range(9):
        ask(line, "SELECT %s", number)
    assert len(kept(line)) == 1


def test_what_is_kept_outlives_a_fault_in_a_transaction(line: Any) -> None:
    line.set_autocommit(False)
    for _time in range(2):
        assert ask_again(line, "SELECT ref FROM people_user WHERE email = %s", "a") == []
        with pytest.raises(DataError):
            ask_again(line, "SELECT ref FROM people_user WHERE id = %s", "no number")
        line.rollback()
    assert ask_again(line, "SELECT ref FROM people_user WHERE email = %s", "a") == []
