"""Rows whose INSERT and UPDATE are written once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Upper
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from tremplin.core import saved
from tremplin.core.jobs.models import Job
from tremplin.core.models import OnceKey, TokenBucket
from tremplin.core.outbox.models import Batch, OutboxMessage
from tremplin.core.saved import add_if_new, change
from tremplin.people.models import User

NOW = datetime(2027, 3, 1, 12, 0, 0, 123_456, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def job(number: int, **values: object) -> Job:
    return Job(task=f"task {number}", args=[number, {"é": None}], run_after=NOW, created_at=NOW, **values)


def test_rows_of_one_shape_come_back_as_they_were_whichever_was_first() -> None:
    saved = [job(number, key=f"k{number}", lease_until=NOW if number else None) for number in range(3)]
    for each in saved:
        each.save()
    assert len({each.pk for each in saved}) == 3
    for number, each in enumerate(saved):
        found = Job.objects.get(pk=each.pk)
        assert (found.task, found.args, found.key) == (f"task {number}", [number, {"é": None}], f"k{number}")
        assert found.lease_until == (NOW if number else None)
        assert (found.ref, found.run_after) == (each.ref, NOW)


def test_a_row_changes_in_the_columns_that_are_named_and_in_no_other_row() -> None:
    one, other = job(1), job(2)
    one.save()
    other.save()
    for until, result in ((NOW, {"a": 1}), (None, None), (NOW + timedelta(days=1), [2]), (None, {"b": "“"})):
        one.lease_until, one.result, one.priority = until, result, 7
        one.save(update_fields=["lease_until", "result"])
        found = Job.objects.get(pk=one.pk)
        assert (found.lease_until, found.result, found.priority) == (until, result, 0)
    assert Job.objects.get(pk=other.pk).lease_until is None


def test_what_the_database_works_out_goes_its_own_way_and_leaves_the_next_row_alone() -> None:
    ada = User.objects.create_user("ada@example.org", now=NOW)
    ada.name = Upper(Value("ada"))
    ada.save_base()
    ada.refresh_from_db()
    assert ada.name == "ADA"
    ada.session_epoch = F("session_epoch") + 2
    ada.save(update_fields=["session_epoch"])
    ada.refresh_from_db()
    ada.session_epoch += 1
    ada.save(update_fields=["session_epoch"])
    assert User.objects.get(pk=ada.pk).session_epoch == 3


def test_faults_are_told_as_ever() -> None:
    OnceKey.objects.create(key="a", at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        OnceKey.objects.create(key="a", at=NOW)
    gone = job(1)
    gone.save()
    Job.objects.all().delete()
    with pytest.raises(DatabaseError, match="did not affect any rows"), transaction.atomic():
        gone.save(update_fields=["priority"])


def test_a_row_with_a_key_of_its_own_is_changed_if_it_is_there_and_else_added(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for at in (NOW, NOW + timedelta(hours=1)):
        bucket = TokenBucket(key="k")
        bucket.full_at = at
        bucket.save()
        assert TokenBucket.objects.get().full_at == at
    with django_assert_num_queries(1):
        bucket.save(update_fields=["full_at"])


def test_a_row_is_added_once_under_its_key() -> None:
    assert add_if_new(job(1, key="same"))
    assert not add_if_new(job(2, key="same"))
    assert add_if_new(job(3))
    assert add_if_new(job(4))
    assert list(Job.objects.order_by("pk").values_list("task", flat=True)) == ["task 1", "task 3", "task 4"]


def test_a_row_that_was_added_knows_its_key_and_can_be_changed() -> None:
    new, again = job(1, key="same"), job(2, key="same")
    add_if_new(new)
    assert not add_if_new(again)
    assert again.pk is None
    new.priority = 3
    new.save(update_fields=["priority"])
    assert Job.objects.get(pk=new.pk).priority == 3


@pytest.mark.django_db(transaction=True)
def test_a_single_row_needs_no_transaction_of_its_own() -> None:
    with CaptureQueriesContext(connection) as asked:
        add_if_new(job(1))
    assert [each["sql"].split()[0] for each in asked] == ["INSERT"]


def test_the_statement_is_written_once_for_a_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[tuple[object, ...], str] = {}
    monkeypatch.setattr(saved, "_known", known)
    for number in range(3):
        job(number).save()
    assert [shape[1:3] for shape in known] == [("insert", Job)]
    assert all(known.values())


def test_an_unsaved_row_is_refused_as_what_another_belongs_to() -> None:
    with pytest.raises(ValueError, match="unsaved related object"):
        add_if_new(OutboxMessage(key="k", batch=Batch(), created_at=NOW))


def test_what_the_database_would_work_out_is_not_added() -> None:
    with pytest.raises(ValueError, match="works out"):
        add_if_new(TokenBucket(key=Upper(Value("k")), full_at=NOW))


def test_rows_of_other_peoples_models_are_changed_by_name() -> None:
    row = Session(session_key="k", session_data="a", expire_date=NOW)
    assert not change(row, "session_data")
    assert add_if_new(row)
    row.session_data, row.expire_date = "b", NOW + timedelta(days=1)
    assert change(row, "session_data")
    assert Session.objects.values_list("session_data", "expire_date").get() == ("b", NOW)
    row.session_data = Upper(Value("c"))
    assert change(row, "session_data")
    assert Session.objects.get().session_data == "C"
