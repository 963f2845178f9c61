import gc
import os
import socket
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import settings

from tests.at_once import as_served
from tests.cast import Cast
from tests.recalled import recalled
from tests.templates_seen import TemplatesSeen
from tests.visiting import Clock, hold
from tremplin.core import audit
from tremplin.web.middleware import AccessMiddleware
from tremplin.web.server import COLLECT

_LOCAL = ("127.", "::1", "localhost")
# Tests start some hundred processes: where the shell lets none keep what it compiled, each compiles everything.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(TemplatesSeen(config))
    settings.register_profile(
        "suite", deadline=None
    )  # how long one example takes says how busy the machine is
    settings.load_profile("suite")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Hundreds of modules are imported to stay: nothing of them is rubbish, now or when tests have made some.
    Later on rubbish is looked for as seldom as in the server."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(*COLLECT)
        gc.enable()


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests reach this machine alone."""
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not str(address[0]).startswith(_LOCAL):
            raise AssertionError(f"A test tried to reach {address}.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A page in French leaves French behind in its thread; each test begins in English."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def same_umask() -> Iterator[None]:
    """Commands make files private to their owner; what a test leaves behind does not."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process remembers from request to request is forgotten from test to test."""
    cache.clear()
    monkeypatch.setattr("tremplin.applications.effort._known", {})


@pytest.fixture(autouse=True)
def no_transaction_lent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test runs in a transaction. A page that writes to the log has to open one of its own: when it is served,
    nobody lends it any."""
    record, answer = audit.record, AccessMiddleware.__call__
    at_work: list[bool] = []

    def of_a_page(**words: Any) -> Any:
        blocks: list[Any] = connection.atomic_blocks
        if at_work and blocks and all(block._from_testcase for block in blocks):
            raise AssertionError(f"“{words['verb']}” was written outside of a transaction.")
        return record(**words)

    def served(self: AccessMiddleware, request: Any) -> Any:
        at_work.append(True)
        try:
            return answer(self, request)
        finally:
            at_work.pop()

    monkeypatch.setattr(audit, "record", of_a_page)
    monkeypatch.setattr(AccessMiddleware, "__call__", served)


@pytest.fixture
def cast(db: None) -> Cast:
    """An open cohort with one person for each role, and a stranger with a cohort of their own."""
    return recalled()


@pytest.fixture
def stands_at(cast: Cast) -> datetime:
    """Where `clock` begins: in the second week of training. Rooms whose work is earlier say so."""
    return cast.at("training_starts", days=11)


@pytest.fixture
def clock(stands_at: datetime, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The wall clock of the pages, held still until a test moves it."""
    return hold(monkeypatch, stands_at)


@pytest.fixture
def queries_of() -> Callable[[Client, str], int]:
    """How many queries a page needs."""

    def count(client: Client, path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path)
        assert answer.status_code == 200, answer.status_code
        return len(captured)

    return count


@pytest.fixture
def on_disk(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """From the call on, other threads work on the database as it is served."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(as_served(tmp_path))
