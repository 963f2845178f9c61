"""Queries whose SQL is written once."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.db.models import Count, QuerySet
from pytest_django import DjangoAssertNumQueries

from tremplin.core.jobs.models import Job
from tremplin.core.prepared import Prepared, PreparedChange, PreparedRemoval, PreparedRows
from tremplin.people.models import User
from tremplin.programmes.models import Cohort

from ..cast import Cast

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def sessions(db: None) -> list[Session]:
    return [
        Session.objects.create(session_key=key, session_data=key.upper(), expire_date=NOW) for key in "abc"
    ]


def test_it_finds_what_the_query_finds_whatever_it_was_asked_before(sessions: list[Session]) -> None:
    prepared = Prepared(lambda key: Session.objects.filter(session_key=key), str)
    for _time in range(2):
        for session in sessions:
            [found] = prepared(session.session_key)
            assert (found, found.session_data, found.expire_date) == (session, session.session_data, NOW)
    assert prepared("d") == []
    assert prepared("' OR 1=1 --") == []


def test_values_keep_their_places_and_words_of_the_query_stay(cast: Cast) -> None:
    def build(pk: int, email: str) -> QuerySet[User]:
        return User.objects.filter(is_active=True, email=email, pk__gt=pk, language="en").order_by("-pk")

    prepared = Prepared(build, int, str)
    who = cast.applicant
    assert prepared(0, who.email) == [who]
    assert prepared(who.pk, who.email) == []
    assert prepared(0, cast.organiser.email) == [cast.organiser]


def test_words_of_the_query_reach_the_database_as_they_are(sessions: list[Session]) -> None:
    odd = "a 100 %s 'quoted' “word” \\ %%"
    Session.objects.create(session_key="d", session_data=odd, expire_date=NOW)
    prepared = Prepared(lambda key: Session.objects.filter(session_data=odd, session_key=key), str)
    assert [row.session_data for row in prepared("d")] == [odd]
    assert prepared("a") == []


def test_columns_are_those_of_the_query_converted_as_ever_and_what_it_counts_with_them(
    sessions: list[Session],
) -> None:
    def build(since: datetime) -> QuerySet[Session, Any]:
        rows = Session.objects.filter(expire_date__gte=since).order_by("session_key")
        return rows.values_list("expire_date", "session_key")

    prepared = PreparedRows(build, datetime)
    for _time in range(2):
        assert prepared(NOW) == [(NOW, key) for key in "abc"]
        assert prepared(NOW + timedelta(days=1)) == []
    counted = PreparedRows(
        lambda key: (
            Session.objects.exclude(session_key=key)
            .values("session_data")
            .annotate(many=Count("pk"))
            .values_list("many", "session_data")
            .order_by("session_data")
        ),
        str,
    )
    assert counted("b") == [(1, "A"), (1, "C")]
    with pytest.raises(TypeError):
        counted(7)


def test_the_database_sees_what_is_always_the_same(db: None) -> None:
    asked = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        Prepared(lambda ref: Job.objects.filter(state="waiting", ref=ref, attempts=0), str)("unknown")
    [(statement, values)] = asked
    assert "'waiting'" in statement
    assert values == ("unknown",)


def test_a_moment_is_a_value_too(sessions: list[Session]) -> None:
    due = Prepared(lambda at: Session.objects.filter(expire_date__lte=at).order_by("pk"), datetime)
    assert due(NOW - timedelta(microseconds=1)) == []
    assert due(NOW) == sessions


def test_related_rows_come_along(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    related = Prepared(lambda pk: Cohort.objects.select_related("programme__institution").filter(pk=pk), int)
    with django_assert_num_queries(1):
        [found] = related(cast.cohort.pk)
        assert found.scope == cast.cohort.scope


def test_a_value_of_another_kind_is_refused(db: None) -> None:
    prepared = Prepared(lambda key: Session.objects.filter(session_key=key), str)
    for wrong in (1, None, True):
        with pytest.raises(TypeError):
            prepared(wrong)


def test_a_query_that_leaves_a_value_out_is_refused(db: None) -> None:
    careless = Prepared(lambda _key: Session.objects.all(), str)
    with pytest.raises(ValueError, match="does not ask"):
        careless("a")


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_over_a_connection_of_its_own() -> None:
    prepared = Prepared(lambda key: Session.objects.filter(session_key=key), str)
    Session.objects.create(session_key="a", session_data="A", expire_date=NOW)
    found: list[list[Session]] = []

    def ask() -> None:
        try:
            found.extend([prepared("a"), prepared("a")])
        finally:
            connections.close_all()

    for _time in range(2):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    assert [len(rows) for rows in found] == [1, 1, 1, 1]


def test_a_change_reaches_the_rows_it_names_with_the_values_of_each_time(sessions: list[Session]) -> None:
    prolong = PreparedChange(
        lambda key, at, data: (Session.objects.filter(session_key=key), {"expire_date": at, "session_data": data}),
        str, datetime, str,
    )  # fmt: skip
    later = NOW + timedelta(days=1)
    assert [prolong("a", later, "x"), prolong("b", NOW, "a"), prolong("nobody", later, "z")] == [1, 1, 0]
    rows = Session.objects.order_by("pk").values_list("session_key", "expire_date", "session_data")
    assert list(rows) == [("a", later, "x"), ("b", NOW, "a"), ("c", NOW, "C")]


def test_a_change_keeps_its_own_words_and_takes_values_of_its_kinds_alone(sessions: list[Session]) -> None:
    end = PreparedChange(
        lambda key: (Session.objects.filter(session_key=key, session_data="A"), {"session_data": "ended"}),
        str,
    )
    assert [end("a"), end("a"), end("b")] == [1, 0, 0]
    with pytest.raises(TypeError, match="prepared for"):
        end(1)


def test_a_removal_takes_the_rows_it_names_and_no_others(sessions: list[Session]) -> None:
    end = PreparedRemoval(lambda key: Session.objects.filter(session_key=key), str)
    assert [end("a"), end("a"), end("nobody")] == [1, 0, 0]
    assert list(Session.objects.order_by("pk").values_list("session_key", flat=True)) == ["b", "c"]
    with pytest.raises(TypeError, match="prepared for"):
        end(1)


def test_a_change_that_leaves_a_value_out_is_refused(sessions: list[Session]) -> None:
    careless = PreparedChange(lambda _key: (Session.objects.all(), {"session_data": ""}), str)
    with pytest.raises(ValueError, match="does not ask"):
        careless("a")
    assert Session.objects.filter(session_data="").count() == 0
