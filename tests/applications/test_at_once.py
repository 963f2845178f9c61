"""Many at once, on the database that is configured, through the pages."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test import Client

from tests.applications.conftest import begin, page, signed_in, write
from tests.cast import Cast, gather, person
from tremplin.applications.models import Application, ApplicationState, Snapshot
from tremplin.core.outbox.models import OutboxMessage


@pytest.fixture
def on_disk(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """From the call on, other threads work on the database as it is served: for SQLite, a copy in a file."""
    settings = connections.settings["default"]
    before = settings["NAME"]

    def switch() -> None:
        if connection.vendor == "sqlite":
            path = tmp_path / "served.db"
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(path)])
            settings["NAME"] = str(path)

    yield switch
    settings["NAME"] = before


def together(deeds: list[Callable[[], object]]) -> list[object]:
    """Do all of them at the same moment, each in a thread with a connection of its own."""
    barrier, results = threading.Barrier(len(deeds)), [None] * len(deeds)  # type: list[object]

    def run(index: int) -> None:
        barrier.wait()
        try:
            results[index] = deeds[index]()
        except Exception as fault:  # the test shows it
            results[index] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


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
