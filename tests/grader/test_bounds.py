"""What a box may use has an end: scratch space, files, processes, memory, printed text."""

from __future__ import annotations

import pytest

from tests.grader.helpers import QUICK, attack, loot
from tremplin.grader import Lab, grade
from tremplin.grader.sandbox import Sandbox


def test_nothing_but_scratch_can_be_written(box: Sandbox) -> None:
    body = """
loot = []
for path in ("/x", "/box/inmate.py", "/box/site/numpy/__init__.py", "/dev/x", "/etc/x", os.__file__, "/lib/x"):
    try:
        open(path, "a").write("x")
        loot.append(path)
    except OSError:
        pass
"""
    assert loot(body, sandbox=box) == []


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm"])
def test_the_scratch_folders_have_an_end(box: Sandbox, folder: str) -> None:
    body = f"""
loot = 0
try:
    for number in range(100):
        with open(f"{folder}/{{number}}", "wb") as f:
            for _ in range(50):
                loot += f.write(b"x" * 2**20)
                f.flush()
except OSError:
    pass
"""
    assert loot(body, sandbox=box) <= (QUICK.tmp_mb + 1) << 20


def test_one_file_has_an_end(box: Sandbox) -> None:
    body = """
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
loot = 0
try:
    with open("/tmp/large", "wb", buffering=0) as f:
        while True: loot += f.write(b"x" * 2**20)
except OSError:
    pass
"""
    assert loot(body, sandbox=box) <= QUICK.file_mb << 20


FORKS = """
loot = 0
while loot < 400:
    try:
        if os.fork() == 0:
            time.sleep(100)
        loot += 1
    except OSError:
        break
"""


def test_processes_have_an_end(sandbox: Sandbox) -> None:
    assert loot(FORKS, sandbox=sandbox) <= QUICK.processes


def test_many_processes_together_have_one_memory(sandbox: Sandbox, tiny: Lab) -> None:
    body = """
for _ in range(6):
    if os.fork() == 0:
        keep = []
        while True:
            keep.append(b"x" * 2**20)
            if len(keep) > 200: time.sleep(100)
time.sleep(100)
"""
    report = grade(tiny, attack(body), seed=1, limits=QUICK, sandbox=sandbox)
    assert not report.check("target").passed
    assert report.check("honest").passed
    if (
        "memory group" in report.layers
    ):  # the watchdog looks thirty times a second where it gets the processor
        assert report.peak_mb <= QUICK.memory_mb * 1.6


def test_memory_in_one_process_has_an_end_and_a_kind_word(tiny: Lab, sandbox: Sandbox) -> None:
    report = grade(tiny, attack("loot = np.ones(10**9)"), seed=1, limits=QUICK, sandbox=sandbox)
    assert report.status == "memory"
    assert "memory" in report.check("target").message["en"]
    assert "mémoire" in report.check("target").message["fr"]


def test_limits_cannot_be_raised_nor_root_regained(box: Sandbox) -> None:
    body = """
import resource
loot = []
for name in ("AS", "NPROC", "FSIZE", "CPU", "NOFILE", "CORE"):
    try:
        resource.setrlimit(getattr(resource, "RLIMIT_" + name), (2**40, 2**40))
        loot.append(name)
    except (OSError, ValueError):
        pass
for act in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0]), lambda: os.chroot("/tmp"),
            lambda: os.mknod("/tmp/d", 0o20666, os.makedev(1, 1)), lambda: os.setresuid(0, 0, 0)):
    try:
        act()
        loot.append("root")
    except OSError:
        pass
"""
    assert loot(body, sandbox=box) == []


def test_scratch_space_counts_as_memory(tiny: Lab, sandbox: Sandbox) -> None:
    """Files in scratch space lie in memory: filling it and the memory too is one thing."""
    limits = QUICK.with_values({"tmp_mb": 200, "file_mb": 200, "memory_mb": 256})
    body = """
for place in ("/tmp", "/dev/shm"):
    with open(place + "/x", "wb") as f:
        for _ in range(190): f.write(b"x" * 2**20)
loot = x
time.sleep(1)
"""
    report = grade(tiny, attack(body), seed=1, limits=limits, sandbox=sandbox)
    assert not report.check("target").passed
    assert report.check("honest").passed
    assert report.peak_mb <= limits.memory_mb * 1.6


def test_printed_text_is_kept_short_and_plain(tiny: Lab, box: Sandbox) -> None:
    body = "print('\\x1b[2J\\x00\\u202e' + 'é' * 10**5)\nos.write(2, bytes(range(256)) * 20)\nloot = x"
    report = grade(tiny, attack(body), seed=1, limits=QUICK, sandbox=box)
    assert len(report.output) <= 8000
    assert all(c.isprintable() or c in "\n\t" for c in report.output)
    assert report.check("honest").passed
