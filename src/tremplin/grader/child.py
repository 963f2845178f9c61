"""The one process of ours that a box hangs on: ended and waited for by us and by nobody else.

`Popen.kill` and `Popen.poll` wait for a process in passing, and whoever waits second finds no child. So neither
is used: the child is signalled and waited for here, under one lock, since the watchdog is another thread.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Protocol


class Child(Protocol):
    """What the keeper of a box needs of the process that the box hangs on."""

    cpu_ms: int
    sheltered: bool
    """The first process of its namespace, which nothing inside it can kill."""

    @property
    def code(self) -> int | None:
        """How it ended, negative for a signal; `None` while it has not been waited for."""

    def kill(self) -> None: ...

    def wait(self, seconds: float, meanwhile: Callable[[], None]) -> bool:
        """Wait so long for its end, calling `meanwhile` now and then. Did it end?"""

    def give_up(self) -> None:
        """Stop waiting for a process that the kernel does not let go of."""


class Started:
    """A process that we started, bubblewrap."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._lock = threading.Lock()
        self.cpu_ms = 0
        self.sheltered = False

    @property
    def code(self) -> int | None:
        """How it ended, negative for a signal; `None` while it has not been waited for."""
        return self._process.returncode

    def kill(self) -> None:
        with self._lock, contextlib.suppress(ProcessLookupError):
            if self.code is None:  # until then the number cannot have passed to another process
                os.kill(self._process.pid, signal.SIGKILL)

    def wait(self, seconds: float, meanwhile: Callable[[], None]) -> bool:
        """Wait so long for its end, calling `meanwhile` now and then. Did it end?"""
        until = time.monotonic() + seconds
        while not self._reaped():
            if time.monotonic() >= until:
                return False
            meanwhile()
            time.sleep(0.001)
        return True

    def give_up(self) -> None:
        """Stop waiting for a process that the kernel does not let go of."""
        with self._lock:
            if self.code is None:
                self._process.returncode = -signal.SIGKILL

    def _reaped(self) -> bool:
        with self._lock:
            if self.code is not None:
                return True
            try:
                pid, status, usage = os.wait4(self._process.pid, os.WNOHANG)
            except ChildProcessError:  # the host waits for all its children, or ignores their end
                self._process.returncode = 0
                return True
            if not pid:
                return False
            self._process.returncode = os.waitstatus_to_exitcode(status)
            self.cpu_ms = int(1000 * (usage.ru_utime + usage.ru_stime))
            return True
