import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tremplin.grader import bwrap, processes
from tremplin.grader.limits import Limits
from tremplin.grader.sandbox import BoxSpec
from tremplin.grader.watchdog import Watchdog

GROW = (
    "import os, time; keep = bytearray(b'x' * 60_000_000); os.fork(); print('.', flush=True); time.sleep(60)"
)


@pytest.fixture
def family() -> Iterator[int]:
    """A process of 60 MB and its child, which shares every page of it."""
    with subprocess.Popen(
        [sys.executable, "-c", GROW], stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        process.stdout.read(2)
        yield process.pid
        os.killpg(process.pid, 9)


def test_shared_pages_are_counted_once_and_children_are_found(family: int) -> None:
    assert len(processes.tree(family)) == 2
    held = sum(map(processes._process_bytes, processes.tree(family)))
    assert 60_000_000 < held < 110_000_000


def test_where_shares_are_not_told_the_whole_is_counted(family: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.read_text

    def closed(self: Path, *args: str, **kwargs: str) -> str:
        if self.name == "smaps_rollup":
            raise PermissionError(self)
        return real(self, *args, **kwargs)

    monkeypatch.setattr(Path, "read_text", closed)
    assert processes._process_bytes(family) > 60_000_000


def test_a_process_that_is_gone_holds_and_used_nothing() -> None:
    gone = 2**22 + 1
    assert processes.tree(gone) == [gone]
    assert processes.held_bytes(gone) == 0
    assert processes.cpu_ms(gone) == 0


def test_time_of_finished_children_is_counted() -> None:
    before = processes.cpu_ms(os.getpid())
    subprocess.run([sys.executable, "-c", "x = 0\nfor i in range(5_000_000): x += i"], check=True)
    assert processes.cpu_ms(os.getpid()) > before + 50


@pytest.mark.parametrize(
    ("memory", "seconds", "cause"), [(10**6, 60.0, "memory"), (None, 0.1, "wall"), (10**12, 0.1, "wall")]
)
def test_the_watchdog_says_why_it_barks(family: int, memory: int | None, seconds: float, cause: str) -> None:
    heard: list[str] = []
    dog = Watchdog(pid=family, deadline=time.monotonic() + seconds, memory_bytes=memory, end=heard.append)
    dog.start()
    dog.join(5)
    assert heard == [cause]


def test_a_stopped_watchdog_is_silent(family: int) -> None:
    heard: list[str] = []
    dog = Watchdog(pid=family, deadline=time.monotonic() + 60, memory_bytes=10**12, end=heard.append)
    dog.start()
    dog.stop()
    assert not dog.is_alive()
    assert heard == []


def facts_of_kernel(monkeypatch: pytest.MonkeyPatch, uid: int, text: str) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    monkeypatch.setattr(Path, "read_text", lambda self: text)


@pytest.mark.parametrize(
    ("uid", "held", "privileged"),
    [(0, "000001ffffffffff", True), (0, "00000000a80425fb", False), (1000, "000001ffffffffff", False)],
)
def test_root_without_its_powers_is_treated_as_anybody(
    monkeypatch: pytest.MonkeyPatch, uid: int, held: str, privileged: bool
) -> None:
    facts_of_kernel(monkeypatch, uid, f"Name:\tx\nCapEff:\t{held}\n")
    assert bwrap.privileged() is privileged


def test_each_box_of_root_has_a_user_of_its_own_where_there_are_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    facts_of_kernel(monkeypatch, 0, "         0          0 4294967295\n")
    users = {bwrap.private_user() for _ in range(50)}
    assert len(users) > 45
    assert all(user >= 1_900_000_000 for user in users)
    facts_of_kernel(monkeypatch, 0, "         0     100000      65536\n")
    assert bwrap.private_user() == bwrap.NOBODY


def test_without_a_group_for_memory_fewer_processes_are_allowed() -> None:
    spec = BoxSpec(Limits(processes=64))
    assert bwrap.plan(spec, root=False, grouped=True).rlimits["NPROC"] == 64
    assert bwrap.plan(spec, root=False, grouped=False).rlimits["NPROC"] == 8


def test_without_privilege_the_box_gets_a_user_namespace() -> None:
    arguments = bwrap.plan(BoxSpec(Limits()), root=False, grouped=False).arguments
    assert "--unshare-all" in arguments
    assert arguments[arguments.index("--uid") + 1] == str(bwrap.NOBODY)
    assert "--cap-add" not in arguments
