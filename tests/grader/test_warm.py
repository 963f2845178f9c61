"""Boxes forked from a zygote: quick, alike, strangers to one another, and gone when they should be."""

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from tests.grader.helpers import QUICK, SOLUTION, as_ordinary_user
from tremplin.grader import Lab, grade
from tremplin.grader.bwrap import BwrapSandbox
from tremplin.grader.calls import Calls, Session
from tremplin.grader.default import DefaultSandbox
from tremplin.grader.sandbox import BoxSpec, Unavailable
from tremplin.grader.warm import WarmSandbox

SPEC = BoxSpec(QUICK)


@pytest.fixture
def warm():
    sandbox = WarmSandbox(spare=1)
    yield sandbox
    sandbox.close()


def zygotes() -> list[int]:
    """The bubblewraps that we started; below each is its zygote."""
    lists = [path.read_text().split() for path in Path("/proc/self/task").glob("*/children")]
    return [int(word) for words in lists for word in words if "bwrap" in _command(int(word))]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].decode()
    except OSError:
        return ""


def ask(warm: WarmSandbox, source: bytes, name: str, seed: int = 0):
    session = Session(warm, SPEC, source, seed=seed)
    try:
        session.start()
        return Calls(session).call(name)
    finally:
        session.stop()


def test_each_namespace_of_a_box_is_its_own(warm):
    boxes = [warm.open(SPEC, 10) for _ in range(2)]
    kinds = ("mnt", "net", "ipc", "uts", "pid")
    places = [{kind: os.stat(f"/proc/{pid}/ns/{kind}").st_ino for kind in kinds} for pid in _inits(boxes)]
    ours = {kind: os.stat(f"/proc/self/ns/{kind}").st_ino for kind in kinds}
    for kind in kinds:
        assert len({ours[kind], *(place[kind] for place in places)}) == 3, kind
    for box in boxes:
        assert "landlock" in box.layers or not Path("/sys/kernel/security/landlock").exists()
        box.close()


def _inits(boxes):
    return [box._init for box in boxes]


def test_no_box_shares_memory_that_can_be_written(warm):
    box = warm.open(SPEC, 10)
    maps = Path(f"/proc/{box._init}/maps").read_text().splitlines()
    assert [line for line in maps if line.split()[1].startswith("rw") and line.split()[1].endswith("s")] == []
    box.close()


def test_random_numbers_differ_between_submissions_and_are_the_same_when_graded_again(warm):
    source = b"import random\nimport numpy\ndef draw():\n    return [random.random(), float(numpy.random.rand())]\n"
    first, second, again = (ask(warm, source, "draw", seed) for seed in (1, 2, 1))
    assert first == again
    assert first[0] != second[0]
    assert first[1] != second[1]


def test_a_signal_to_the_whole_group_stays_in_the_box(warm, tiny: Lab):
    loop = "for pid in (0, -1):\n    try:\n        os.kill(pid, 9)\n    except OSError:\n        pass\n"
    attack = f"{SOLUTION}\nimport os\n{loop}"
    before = zygotes()
    grade(tiny, SOLUTION, seed=1, sandbox=warm)
    alive = zygotes()
    grade(tiny, attack, seed=1, sandbox=warm)
    assert set(alive) <= set(zygotes())
    assert len(alive) == len(before) + 1
    assert grade(tiny, SOLUTION, seed=1, sandbox=warm).passed


def test_a_box_or_a_zygote_that_is_killed_costs_a_submission_nothing(warm, tiny: Lab):
    assert grade(tiny, SOLUTION, seed=1, sandbox=warm).passed
    for pid in zygotes():
        os.kill(pid, signal.SIGKILL)
    assert grade(tiny, SOLUTION, seed=1, sandbox=warm).passed
    slow = SOLUTION.replace("return x * 7", "import time; time.sleep(0.6); return x * 7")
    found = []
    thread = threading.Thread(target=lambda: found.append(grade(tiny, slow, seed=1, sandbox=warm)))
    thread.start()
    time.sleep(0.3)
    for pid in zygotes():
        os.kill(pid, signal.SIGKILL)
    thread.join(30)
    assert [report.status for report in found] == ["passed"]


def test_a_zygote_is_replaced_after_so_many_boxes_and_ends_with_its_last(tiny: Lab):
    others = set(zygotes())
    sandbox = WarmSandbox(spare=1, boxes_per_zygote=3)
    sandbox.open(SPEC, 10).close()
    first = set(zygotes()) - others
    held = sandbox.open(SPEC, 10)
    for seed in range(6):
        assert grade(tiny, SOLUTION, seed=seed, limits=QUICK, sandbox=sandbox).passed
    sandbox._behind.submit(lambda: None).result(20)
    assert first & set(zygotes())  # one of its boxes is still held
    held.close()
    deadline = time.monotonic() + 10
    while first & set(zygotes()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not first & set(zygotes())
    sandbox.close()


def test_nothing_is_left_when_it_is_closed(tiny: Lab):
    before = zygotes()
    sandbox = WarmSandbox()
    assert grade(tiny, SOLUTION, seed=1, sandbox=sandbox).passed
    sandbox.close()
    assert zygotes() == before


def test_what_lay_idle_for_long_is_ended(tiny: Lab):
    sandbox = WarmSandbox(idle_seconds=0.4)
    before = zygotes()
    assert grade(tiny, SOLUTION, seed=1, sandbox=sandbox).passed
    deadline = time.monotonic() + 15
    while zygotes() != before and time.monotonic() < deadline:
        time.sleep(0.1)
    assert zygotes() == before
    assert grade(tiny, SOLUTION, seed=1, sandbox=sandbox).passed
    sandbox.close()


def test_a_zygote_outlives_the_thread_that_first_asked(tiny: Lab, warm):
    first = threading.Thread(target=lambda: warm.open(SPEC, 10).close())
    first.start()
    first.join()
    known = zygotes()
    assert grade(tiny, SOLUTION, seed=1, sandbox=warm).passed
    assert set(known) <= set(zygotes())


def test_many_threads_share_one(tiny: Lab, warm):
    reports = []
    threads = [
        threading.Thread(target=lambda n=n: reports.append(grade(tiny, SOLUTION, seed=n, sandbox=warm)))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [report.status for report in reports] == ["passed"] * 8


def test_where_there_are_no_warm_boxes_fresh_ones_grade_and_the_reason_is_kept(tiny: Lab, monkeypatch):
    def refused(*_words: object) -> None:
        raise Unavailable("unshare: Operation not permitted")

    monkeypatch.setattr("tremplin.grader.warm.Nursery", refused)
    sandbox = DefaultSandbox()
    assert grade(tiny, SOLUTION, seed=1, sandbox=sandbox).passed
    assert sandbox.why_not_warm == "unshare: Operation not permitted"
    sandbox.warm.close()


def test_an_ordinary_user_has_warm_boxes_too():
    code = (
        "from tremplin.grader.warm import WarmSandbox; from tremplin.grader.sandbox import BoxSpec;"
        "from tremplin.grader.limits import Limits; s = WarmSandbox(); b = s.open(BoxSpec(Limits()), 20);"
        "print(','.join(b.layers)); b.close(); s.close()"
    )
    import sys

    done = subprocess.run(
        as_ordinary_user(sys.executable, "-c", code), capture_output=True, text=True, check=False
    )
    assert "user namespace" in done.stdout, done.stderr
    assert "seccomp" in done.stdout


def test_a_lab_whose_library_is_missing_names_it(tiny: Lab):
    object.__setattr__(tiny, "libraries", ("torch-of-another-world",))
    report = grade(tiny, SOLUTION, seed=1, sandbox=BwrapSandbox())
    assert report.status == "refused"
    assert "torch-of-another-world" in report.message["en"]
    assert "torch-of-another-world" in report.message["fr"]
