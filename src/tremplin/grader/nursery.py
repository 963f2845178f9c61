"""A zygote seen from outside: started in a box of bubblewrap, asked for copies of itself, ended.

Not safe to share between threads but for what says so; `warm.py` holds a lock around it.
"""

from __future__ import annotations

import array
import contextlib
import json
import os
import re
import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tremplin.grader import mounts, seccomp
from tremplin.grader.bwrap import (
    NOBODY,
    READY_SECONDS,
    READY_SECONDS_OF_TORCH,
    as_file,
    environment,
    namespaces,
    nul_joined,
    private_user,
    privileged,
)
from tremplin.grader.limits import Limits
from tremplin.grader.sandbox import Unavailable

_PATIENCE = 20.0
_FAREWELL = 2.0
_LONGEST = 4096
_HUGE = 1 << 21
_MEMORY = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw-p \S+ 00:00 0\s*(?:\[heap\])?$")


@dataclass
class Copy:
    """A confined copy that waits for a submission."""

    nursery: Nursery
    inner: int
    """Its number in the zygote's namespace."""
    pid: int
    pidfd: int
    user: int | None
    channel: socket.socket
    out: int
    err: int

    def discard(self) -> None:
        """End it unused."""
        child = Hatched(self)
        child.kill()
        if not child.wait(5, lambda: None):
            child.give_up()
        self.channel.close()
        for number in (self.out, self.err, self.pidfd):
            os.close(number)


class Nursery:
    """One zygote. Raises `Unavailable` where it cannot be started or no longer answers."""

    def __init__(self, bwrap: str, libraries: tuple[str, ...], tmp_mb: int) -> None:
        self.served = 0
        self.born = time.monotonic()
        self._live = 0
        self._retired = False
        self._lock = threading.RLock()
        self._root = privileged()
        self._said = os.memfd_create("said", os.MFD_CLOEXEC)
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            arguments, self.visible = _arguments(libraries, tmp_mb, root=self._root)
            self._process = self._started(bwrap, arguments, theirs)
        except (OSError, mounts.LibraryMissing, seccomp.UnknownArchitecture) as error:
            self._control.close()
            os.close(self._said)
            raise Unavailable(f"{type(error).__name__}: {error}") from error
        finally:
            theirs.close()
        try:
            _, numbers = self._answer(READY_SECONDS_OF_TORCH if "torch" in libraries else READY_SECONDS)
            self._gather(numbers[0])
        except Unavailable:
            self.close()
            raise

    def _started(self, bwrap: str, arguments: list[str], theirs: socket.socket) -> subprocess.Popen[bytes]:
        listed = as_file(nul_joined(arguments[: arguments.index("--")]))
        try:
            return subprocess.Popen(  # noqa: S603 — our own program with our own arguments
                [bwrap, "--args", str(listed), *arguments[arguments.index("--") :]],
                stdin=theirs.fileno(), stdout=self._said, stderr=self._said,
                env={}, pass_fds=[listed], start_new_session=True, cwd="/",
            )  # fmt: skip
        finally:
            os.close(listed)

    def _gather(self, pidfd: int) -> None:
        """Have its memory in huge pages, where the kernel can: forking and ending a copy take half the time."""
        try:
            maps = Path(f"/proc/{_number_of(pidfd)}/maps").read_text()
        except OSError:
            return
        finally:
            os.close(pidfd)
        self._ask({"gather": _stretches(maps)}, ())

    # --- its copies -------------------------------------------------------------------------------------

    def fork(self) -> Copy:
        """A new copy, which confines itself while we go on. Safe in threads."""
        user = private_user() if self._root else None
        ours, channel = socket.socketpair()
        out, out_in = os.pipe()
        err, err_in = os.pipe()
        passed = (channel.fileno(), out_in, err_in)
        try:
            with self._lock:
                reply, received = self._ask({"fork": user}, passed)
                if "pid" not in reply or len(received) != 1:
                    raise Unavailable(f"no copy: {reply.get('error')}")
                self.served += 1
                self._live += 1
        except Unavailable:
            ours.close()
            os.close(out)
            os.close(err)
            raise
        finally:
            channel.close()
            os.close(out_in)
            os.close(err_in)
        pidfd = received[0]
        return Copy(self, reply["pid"], _number_of(pidfd), pidfd, user, ours, out, err)

    def reap(self, inner: int) -> tuple[int | None, int]:
        """How a copy that has ended did so, and its processor time in milliseconds. Safe in threads."""
        with self._lock:
            reply, _ = self._ask({"reap": inner}, ())
        return reply["code"], reply["cpu_ms"]

    def leave(self) -> None:
        """One copy is gone. Safe in threads."""
        with self._lock:
            self._live -= 1
            if self._retired and not self._live:
                self.close()

    def retire(self) -> None:
        """End it as soon as its last copy has ended. Safe in threads."""
        with self._lock:
            self._retired = True
            if not self._live:
                self.close()

    # --- talking to it ----------------------------------------------------------------------------------

    def _ask(self, request: dict[str, Any], passed: tuple[int, ...]) -> tuple[dict[str, Any], list[int]]:
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", passed))] if passed else []
        try:
            self._control.sendmsg([json.dumps(request).encode()], rights)
        except OSError as error:
            raise Unavailable(f"the zygote is gone: {error}") from None
        return self._answer(_PATIENCE)

    def _answer(self, seconds: float) -> tuple[dict[str, Any], list[int]]:
        self._control.settimeout(seconds)
        numbers = array.array("i")
        try:
            space = socket.CMSG_SPACE(4)
            data, rights, _flags, _address = self._control.recvmsg(_LONGEST, space, socket.MSG_CMSG_CLOEXEC)
        except OSError as error:
            raise Unavailable(self._complaint() or f"the zygote does not answer: {error}") from None
        for _level, _kind, content in rights:
            numbers.frombytes(content[: len(content) // 4 * 4])
        if not data:
            raise Unavailable(self._complaint() or "the zygote ended")
        return json.loads(data), list(numbers)

    def _complaint(self) -> str:
        with contextlib.suppress(OSError):
            return os.pread(self._said, 8192, 0).decode("utf-8", "replace").strip()[-2000:]
        return ""

    def close(self) -> None:
        """End it, and every copy that still lives. Safe in threads, and to call twice."""
        with self._lock:
            if self._process.returncode is None:
                self._control.close()  # then it goes by itself, and what it used is known
                try:
                    self._process.wait(_FAREWELL)
                except subprocess.TimeoutExpired:
                    self._process.kill()
                    self._process.wait()
                os.close(self._said)


class Hatched:
    """A copy as the process that its keeper waits for; see `child.Child`. The zygote is its parent, not we."""

    def __init__(self, copy: Copy) -> None:
        self._copy = copy
        self._lock = threading.Lock()
        self.code: int | None = None
        self.cpu_ms = 0
        self.sheltered = True

    def kill(self) -> None:
        with self._lock, contextlib.suppress(OSError):
            if self.code is None:
                signal.pidfd_send_signal(self._copy.pidfd, signal.SIGKILL)

    def wait(self, seconds: float, meanwhile: Callable[[], None]) -> bool:
        until = time.monotonic() + seconds
        poll = select.poll()
        if self.code is None:
            poll.register(self._copy.pidfd, select.POLLIN)
        while self.code is None:
            left = until - time.monotonic()
            if poll.poll(max(0.0, min(left, 0.02)) * 1000):
                self._ended()
            elif left <= 0:
                return False
            meanwhile()
        return True

    def give_up(self) -> None:
        self._leave(-signal.SIGKILL)

    def _ended(self) -> None:
        try:
            code, self.cpu_ms = self._copy.nursery.reap(self._copy.inner)
        except Unavailable:  # it went with its zygote
            code = None
        self._leave(-signal.SIGKILL if code is None else code)

    def _leave(self, code: int) -> None:
        with self._lock:
            if self.code is not None:
                return
            self.code = code
        self._copy.nursery.leave()


def _arguments(libraries: tuple[str, ...], tmp_mb: int, *, root: bool) -> tuple[list[str], frozenset[str]]:
    """What bubblewrap is started with: the files of a box, and the right to make namespaces inside them."""
    files = mounts.arguments(Limits(tmp_mb=tmp_mb), libraries)
    rights = ("CAP_SYS_ADMIN", "CAP_SETUID", "CAP_SETGID") if root else ("CAP_SYS_ADMIN",)
    identity = ["--cap-drop", "ALL", *(word for right in rights for word in ("--cap-add", right))]
    if not root:
        identity += ["--uid", str(NOBODY), "--gid", str(NOBODY)]
    settings = {"libraries": list(libraries), "tmp_mb": tmp_mb, "filter": seccomp.program().hex()}
    command = [mounts.interpreter(), "-s", "-P", "-S", "-B", "/box/zygote.py", json.dumps(settings)]
    arguments = [
        *namespaces(root=root), *identity, "--hostname", "box", "--die-with-parent", "--new-session",
        "--clearenv", *environment(), *files, "--", *command,
    ]  # fmt: skip
    return arguments, mounts.visible(files)


def _stretches(maps: str) -> list[tuple[int, int]]:
    """Memory of a process that is its own and written to, in whole huge pages; from its /proc/PID/maps."""
    found = []
    for line in maps.splitlines():
        part = _MEMORY.match(line)
        if part:
            first = -(-int(part[1], 16) // _HUGE) * _HUGE
            last = int(part[2], 16) // _HUGE * _HUGE
            if last > first:
                found.append((first, last - first))
    return found[:1000]


def _number_of(pidfd: int) -> int:
    """The number of a process as we see it; see pidfd_open(2)."""
    found = re.search(r"^Pid:\s*(\d+)", Path(f"/proc/self/fdinfo/{pidfd}").read_text(), re.MULTILINE)
    return int(found[1]) if found else 0
