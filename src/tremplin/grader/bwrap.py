"""Opens boxes with bubblewrap: a fresh set of namespaces, a small read-only root, and one interpreter.

Order of events: bubblewrap makes the namespaces and waits; its first process is put into a memory group; it
is let go; the interpreter loads NumPy, lowers its own limits and reports what holds; the report is checked; a
watchdog is set; only then does the box exist for the caller. Nothing of the learner is in it yet.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tremplin.grader import cgroup, mounts, protocol, seccomp
from tremplin.grader.child import Started
from tremplin.grader.keeper import Keeper
from tremplin.grader.limits import Limits
from tremplin.grader.sandbox import BoxDied, BoxSpec, Unavailable

NOBODY = 65534
_FIRST_PRIVATE_USER = 1_900_000_000
_PRIVATE_USERS = 1 << 24
_SYS_ADMIN, _SETUID, _SETGID = 21, 7, 6
READY_SECONDS = 20.0
READY_SECONDS_OF_TORCH = 120.0
_ADDRESSES_MB = 256
_ADDRESSES_OF_TORCH_MB = 768
_ENVIRONMENT = {
    "HOME": mounts.SCRATCH[0],
    "TMPDIR": mounts.SCRATCH[0],
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


def privileged() -> bool:
    """Can this process make namespaces without a user namespace, and give up root inside them?"""
    if os.geteuid() != 0:
        return False
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            held = int(line.split()[1], 16)
            return all(held >> bit & 1 for bit in (_SYS_ADMIN, _SETUID, _SETGID))
    return False


def private_user() -> int:
    """A user id that nobody has: limits on processes are counted per user, so boxes must not share one."""
    wanted = _FIRST_PRIVATE_USER + secrets.randbelow(_PRIVATE_USERS)
    for line in Path("/proc/self/uid_map").read_text().splitlines():
        first, _, count = map(int, line.split())
        if first <= wanted < first + count:
            return wanted
    return NOBODY


@dataclass(frozen=True)
class Plan:
    """Everything one box is started with."""

    arguments: list[str]
    command: list[str]
    user: int | None
    rlimits: dict[str, int]
    visible: frozenset[str]


def plan(spec: BoxSpec, *, root: bool, grouped: bool) -> Plan:
    limits = spec.limits
    files = mounts.arguments(limits, spec.libraries)
    if root:
        identity = ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        identity = ["--uid", str(NOBODY), "--gid", str(NOBODY)]
    arguments = [
        *namespaces(root=root), *identity, "--hostname", "box", "--die-with-parent", "--new-session",
        "--clearenv", *environment(), *files,
    ]  # fmt: skip
    user = private_user() if root else None
    addresses = _ADDRESSES_MB + (_ADDRESSES_OF_TORCH_MB if "torch" in spec.libraries else 0)
    rlimits = rlimits_of(limits, grouped=grouped, addresses_mb=addresses)
    settings = {
        "user": user,
        "rlimits": rlimits,
        "message_bytes": limits.message_mb << 20,
        "libraries": list(spec.libraries),
    }
    command = [mounts.interpreter(), "-s", "-P", "-S", "-B", "/box/inmate.py", json.dumps(settings)]
    return Plan(arguments, command, user, rlimits, mounts.visible(files))


def namespaces(*, root: bool) -> list[str]:
    if root:
        return ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    return ["--unshare-all"]


def environment() -> list[str]:
    given = _ENVIRONMENT | {"ATEN_CPU_CAPABILITY": vector_instructions()}
    return [part for name, value in given.items() for part in ("--setenv", name, value)]


@cache
def vector_instructions() -> str:
    """What torch may use of the processor. In a box it cannot see /proc/cpuinfo, and would use nothing of it."""
    with contextlib.suppress(OSError):
        found = re.search(r"^flags\s*:(.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
        flags = set(found[1].split()) if found else set()
        for name, needed in (
            ("avx512", {"avx512vl", "avx512bw", "avx512dq", "fma"}),
            ("avx2", {"avx2", "fma"}),
        ):
            if needed <= flags:
                return name
    return "default"


def rlimits_of(limits: Limits, *, grouped: bool, addresses_mb: int) -> dict[str, int]:
    """Without a group that sees the sum, fewer processes: the watchdog needs a moment to see it.

    `addresses_mb` is what the interpreter and its libraries take of the address space before any submission.
    """
    return {
        "CPU": limits.cpu_s,
        "AS": (limits.memory_mb + addresses_mb) << 20,
        "NPROC": limits.processes if grouped else min(limits.processes, 8),
        "FSIZE": limits.file_mb << 20,
        "NOFILE": limits.files,
        "CORE": 0,
    }


class BwrapSandbox:
    """The `Sandbox` of this version. Safe to share between threads."""

    def __init__(self, *, bwrap: str | None = None, memory_groups: bool = True) -> None:
        self._bwrap = bwrap or shutil.which("bwrap") or ""
        self._root = privileged()
        given = os.environ.get("TREMPLIN_CGROUP")
        self._place = cgroup.find(Path(given) if given else None) if memory_groups else None

    @property
    def memory_place(self) -> cgroup.Place | None:
        return self._place

    def open(self, spec: BoxSpec, seconds: float) -> Keeper:
        if not self._bwrap:
            raise Unavailable("bubblewrap is not installed (no `bwrap` on the search path)")
        try:
            the_plan = plan(spec, root=self._root, grouped=self._place is not None)
            group = self._group(spec.limits)
            launch = _Launch(self._bwrap, the_plan, spec, group)
        except (OSError, mounts.LibraryMissing, seccomp.UnknownArchitecture) as error:
            raise Unavailable(f"{type(error).__name__}: {error}") from error
        return launch.finish(seconds, grouped=group is not None)

    def _group(self, limits: Limits) -> cgroup.Group | None:
        if self._place is None:
            return None
        try:
            return cgroup.make(self._place, limits.memory_mb, limits.processes)
        except OSError:
            return None


class _Launch:
    """The few milliseconds between starting bubblewrap and a box that may be given code."""

    def __init__(self, bwrap: str, the_plan: Plan, spec: BoxSpec, group: cgroup.Group | None) -> None:
        self._plan = the_plan
        self._patience = READY_SECONDS_OF_TORCH if "torch" in spec.libraries else READY_SECONDS
        ours, theirs = socket.socketpair()
        information, information_in = os.pipe()
        gate_out, gate = os.pipe()
        filtered = as_file(seccomp.program())
        wiring = [
            "--seccomp", str(filtered), "--info-fd", str(information_in), "--block-fd", str(gate_out),
        ]  # fmt: skip
        arguments = as_file(nul_joined([*the_plan.arguments, *wiring]))
        passed = [arguments, filtered, information_in, gate_out]
        try:
            process = subprocess.Popen(  # noqa: S603 — our own program with our own arguments
                [bwrap, "--args", str(arguments), "--", *the_plan.command],
                stdin=theirs.fileno(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env={}, pass_fds=passed, start_new_session=True, cwd="/",
            )  # fmt: skip
        except BaseException:
            ours.close()
            os.close(information)
            os.close(gate)
            if group is not None:
                group.remove()
            raise
        finally:
            theirs.close()
            for number in passed:
                os.close(number)
        self._information, self._gate = information, gate
        assert process.stdout is not None  # noqa: S101
        assert process.stderr is not None  # noqa: S101
        self._keeper = Keeper(
            child=Started(process), printed=(process.stdout, process.stderr), channel=ours,
            limits=spec.limits, deadline=time.monotonic() + self._patience, group=group,
        )  # fmt: skip

    def finish(self, seconds: float, *, grouped: bool) -> Keeper:
        keeper = self._keeper
        try:
            init = self._first_process()
            keeper.hold(init)
            os.write(self._gate, b"1")
            facts = protocol.unpack(keeper.exchange(b"", self._patience), 1 << 20)["ready"]
            keeper.layers = checked_layers(facts, self._plan, grouped=grouped)
            keeper.guard(seconds)
        except BoxDied as death:
            said = keeper.complaint()
            keeper.close()
            raise Unavailable(said or f"the box ended before it was ready ({death})") from None
        except (Unavailable, OSError, protocol.Malformed, KeyError, TypeError) as error:
            keeper.close()
            raise error if isinstance(error, Unavailable) else Unavailable(repr(error)) from error
        finally:
            os.close(self._information)
            os.close(self._gate)
        return keeper

    def _first_process(self) -> int:
        """Read the number of the namespace's first process, as seen from here."""
        text = b""
        until = time.monotonic() + self._patience
        os.set_blocking(self._information, False)
        while time.monotonic() < until:
            try:
                text += os.read(self._information, 4096)
                if b"}" in text:
                    return int(json.loads(text)["child-pid"])
            except BlockingIOError:
                pass
            if self._keeper.finished():
                break
            time.sleep(0.001)
        said = self._keeper.complaint()
        raise Unavailable(said or "bubblewrap did not start")


def nul_joined(arguments: list[str]) -> bytes:
    """Arguments by descriptor, so that the paths of this machine are not in the box's command line."""
    return b"".join(os.fsencode(part) + b"\0" for part in arguments)


def as_file(content: bytes) -> int:
    """A file without a name, read from its start."""
    number = os.memfd_create("box")
    os.write(number, content)
    os.lseek(number, 0, os.SEEK_SET)
    return number


def checked_layers(facts: dict[str, Any], the_plan: Plan, *, grouped: bool) -> tuple[str, ...]:
    """Compare what the box reports with what was asked. A layer that does not hold means no box."""
    wrong = [
        name
        for name, holds in (
            ("own user", facts["uid"] != 0 and facts["uid"] == (the_plan.user or NOBODY)),
            ("no groups", the_plan.user is None or facts["groups"] == 0),
            ("no capabilities", facts["capabilities"] == 0),
            ("seccomp", facts["seccomp"] == 2),
            ("no new privileges", facts["no_new_privs"] == 1),
            ("no network", facts["network"] is False),
            ("own processes", facts["pid"] < 10),
            ("own files", set(facts["root"]) <= the_plan.visible),
            ("a library that nobody may read", facts["readable"] is True),
            ("clean environment", set(facts["environment"]) <= {*_ENVIRONMENT, "ATEN_CPU_CAPABILITY", "PWD"}),
            ("resource limits", facts["rlimits"] == the_plan.rlimits),
        )
        if not holds
    ]
    if wrong:
        raise Unavailable("the box reports that it is not closed: " + ", ".join(wrong))
    user = "own user" if the_plan.user else "user namespace"
    memory = "memory group" if grouped else "memory watchdog"
    landlock = ("landlock",) if facts.get("landlock") else ()
    files = ("own files", *landlock, "resource limits", memory, "clock")
    return ("namespaces", user, "no capabilities", "seccomp", *files)
