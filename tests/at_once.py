"""Many at the same moment, on the database as it is served."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, connections


@contextmanager
def as_served(folder: Path) -> Iterator[None]:
    """Inside, threads work on the database as it is served: for SQLite, a copy in a file."""
    settings = connections.settings["default"]
    before = settings["NAME"]
    if connection.vendor == "sqlite":
        path = folder / "served.db"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
        settings["NAME"] = str(path)
        # As `tremplin migrate` leaves it: a file enters its journal mode with its first connection, and two
        # first ones at once do not wait for each other.
        together([_connect])
    try:
        yield
    finally:
        settings["NAME"] = before


def _connect() -> None:
    connection.ensure_connection()


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
