"""Ends a box whose time is up or, where no control group holds its memory, whose processes hold too much.

A thread of its own, so that a box is also watched while the checks compute and no call is under way.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from tremplin.grader.processes import held_bytes
from tremplin.grader.sandbox import Cause


class Watchdog(threading.Thread):
    def __init__(
        self, *, pid: int, deadline: float, memory_bytes: int | None, end: Callable[[Cause], None]
    ) -> None:
        super().__init__(name="box-watchdog", daemon=True)
        self._pid = pid
        self._deadline = deadline
        self._memory_bytes = memory_bytes
        self._end = end
        self._stopped = threading.Event()
        self.peak_bytes = 0

    def run(self) -> None:
        while not self._stopped.wait(self._pause()):
            if time.monotonic() >= self._deadline:
                return self._end("wall")
            if self._memory_bytes is None:
                continue
            self.peak_bytes = max(self.peak_bytes, held_bytes(self._pid))
            if self.peak_bytes > self._memory_bytes:
                return self._end("memory")
        return None

    def _pause(self) -> float:
        left = max(0.0, self._deadline - time.monotonic())
        return left if self._memory_bytes is None else min(left, 0.03)

    def stop(self) -> None:
        self._stopped.set()
        if self.ident is not None and self is not threading.current_thread():
            self.join(2)
