"""Many at once, on the database that is configured, through the pages."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.applications.conftest import begin, write
from tests.at_once import together
from tests.cast import Cast, gather, person
from tests.visiting import page, signed_in
from tremplin.applications.models import Application, ApplicationState, Snapshot
from tremplin.core.outbox.models import OutboxMessage


@pytest.fixture
def opened(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    cast = gather()
    now = cast.at("call_opens", days=2)
    monkeypatch.setattr("tremplin.core.clock.now", lambda: now)
    return cast


def test_four_submits_at_once_are_all_saved(opened: Cast, on_disk: Callable[[], None]) -> None:
    people = [person(f"Writer {number}") for number in range(4)]
    for user in people:
        write(begin(opened, user), opened.at("call_opens", days=2))
    clients = [signed_in(user) for user in people]
    on_disk()
    address, receipt = page(opened, "applications:check"), page(opened, "applications:receipt")

    def press(client: Client, key: str) -> Callable[[], object]:
        return lambda: client.post(address, {"once": key})

    answers = together([press(client, str(number)) for number, client in enumerate(clients)])
    assert [getattr(answer, "headers", {}).get("Location", answer) for answer in answers] == [receipt] * 4
    counted = together(
        [
            lambda: (
                Application.objects.filter(state=ApplicationState.SUBMITTED).count(),
                Snapshot.objects.count(),
                OutboxMessage.objects.filter(kind="application-received").count(),
            )
        ]
    )
    assert counted == [(4, 4, 4)]


def test_one_person_pressing_four_times_at_once_sends_once(opened: Cast, on_disk: Callable[[], None]) -> None:
    write(begin(opened), opened.at("call_opens", days=2))
    clients = [signed_in(opened.applicant) for _window in range(4)]
    on_disk()
    address, receipt = page(opened, "applications:check"), page(opened, "applications:receipt")

    def press(client: Client) -> Callable[[], object]:
        return lambda: client.post(address, {"once": "the same"})

    answers = together([press(client) for client in clients])
    assert [getattr(answer, "headers", {}).get("Location", answer) for answer in answers] == [receipt] * 4
    assert together([Snapshot.objects.count]) == [1]
