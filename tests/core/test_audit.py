from datetime import UTC, datetime

import pytest
from django.db import transaction

from tremplin.core import audit
from tremplin.core.models import AuditChain, AuditEvent
from tremplin.people.models import Institution

NOW = datetime(2027, 1, 11, 9, 30, tzinfo=UTC)


@pytest.fixture
def lab(db: None) -> Institution:
    return Institution.objects.create(slug="lab", name="Lab", created_at=NOW)


def write(lab: Institution, verb: str, scope: str = "lab") -> AuditEvent:
    with transaction.atomic():
        return audit.record(scope=scope, actor="abc", verb=verb, subject=lab, now=NOW, data={"n": 1})


def test_events_are_chained_in_order(lab: Institution) -> None:
    first, second = write(lab, "lab.opened"), write(lab, "lab.renamed")
    assert (first.position, second.position) == (1, 2)
    assert second.previous == first.digest
    assert audit.first_break("lab") is None


def test_each_scope_has_a_chain_of_its_own(lab: Institution) -> None:
    write(lab, "lab.opened")
    other = write(lab, "lab.opened", scope="other")
    assert (other.position, other.previous) == (1, "")


def test_a_changed_event_breaks_the_chain_at_its_place(lab: Institution) -> None:
    for verb in ("a.a", "b.b", "c.c"):
        write(lab, verb)
    AuditEvent.objects.filter(position=2).update(data={"n": 2})
    assert audit.first_break("lab") == 2


def test_a_removed_last_event_is_noticed(lab: Institution) -> None:
    write(lab, "a.a")
    write(lab, "b.b")
    AuditEvent.objects.filter(position=2).delete()
    assert audit.first_break("lab") == 2


def test_an_event_is_never_changed_or_deleted_by_the_programme(lab: Institution) -> None:
    event = write(lab, "a.a")
    event.verb = "b.b"
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()


@pytest.mark.django_db(transaction=True)
def test_no_event_without_a_transaction() -> None:
    lab = Institution.objects.create(slug="lab", name="Lab", created_at=NOW)
    with pytest.raises(transaction.TransactionManagementError):
        audit.record(scope="lab", actor=None, verb="a.a", subject=lab, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_deed_that_fails_leaves_no_event() -> None:
    lab = Institution.objects.create(slug="lab", name="Lab", created_at=NOW)
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record(scope="lab", actor=None, verb="a.a", subject=lab, now=NOW)
        raise RuntimeError
    assert not AuditEvent.objects.exists()
    assert not AuditChain.objects.exists()
