"""A box without walls: the learner's own code, on their own machine, as if they ran the file themselves.

It speaks the same protocol and keeps the same clock as a sealed box, so that a verdict at home and one of the
programme agree. It confines nothing: no server may use it, and nothing but `tremplin labs` imports it.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from tremplin.grader import protocol
from tremplin.grader.limits import Limits
from tremplin.grader.sandbox import BoxDied, BoxSpec, Cause, Unavailable, Usage

_INMATE = Path(__file__).with_name("plain_inmate.py")
_READY_SECONDS = 60.0
_CHUNK = 1 << 16
_FLOOD = 16
_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


class PlainSandbox:
    """The `Sandbox` of a learner's own machine where none can be sealed."""

    def open(self, spec: BoxSpec, seconds: float) -> PlainBox:
        box = PlainBox(spec.limits, time.monotonic() + seconds)
        try:
            box.exchange(b"", _READY_SECONDS)
        except BoxDied as death:
            raise Unavailable(box.close().output or f"Python did not start ({death})") from None
        return box


class PlainBox:
    """One process that runs the learner's file. Read by threads, since that works on every system."""

    layers: tuple[str, ...] = ("clock",)

    def __init__(self, limits: Limits, deadline: float) -> None:
        self._limits, self._deadline = limits, deadline
        self._folder = tempfile.TemporaryDirectory(prefix="tremplin-lab-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(  # noqa: S603 - our own program with our own arguments
            [sys.executable, "-P", str(_INMATE), json.dumps(_settings(limits))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd=self._folder.name, env={**os.environ, **_ONE_THREAD}, start_new_session=True,
        )  # fmt: skip
        self._answers: queue.Queue[bytes] = queue.Queue()
        self._arrived = bytearray()
        self._printed = bytearray()
        self._printed_in_all = 0
        self._cause: Cause | None = None
        self._usage: Usage | None = None
        self._threads = [
            _reader(self._process.stdout, self._answers.put),
            _reader(self._process.stderr, self._print),
        ]

    def exchange(self, frame: bytes, seconds: float) -> bytes:
        deadline = min(time.monotonic() + seconds, self._deadline)
        if frame:
            threading.Thread(target=self._send, args=(frame,), daemon=True).start()
        wanted = protocol.HEADER.size
        head = self._take(wanted, deadline)
        try:
            rest = sum(protocol.header_lengths(head, self._limits.message_mb << 20))
        except protocol.Malformed:
            raise self._end("broken") from None
        return head + self._take(rest, deadline)

    def _take(self, count: int, deadline: float) -> bytes:
        """So many bytes of what arrives; `BoxDied` when they do not come in time, or never will."""
        while len(self._arrived) < count:
            left = deadline - time.monotonic()
            if left <= 0:
                raise self._end("wall" if deadline >= self._deadline else "call")
            try:
                part = self._answers.get(timeout=left)
            except queue.Empty:
                continue
            if not part:
                raise self._end("exit")
            self._arrived += part
        taken = bytes(self._arrived[:count])
        del self._arrived[:count]
        return taken

    def _send(self, frame: bytes) -> None:
        with contextlib.suppress(OSError, ValueError):
            if self._process.stdin is not None:
                self._process.stdin.write(frame)
                self._process.stdin.flush()

    def _end(self, cause: Cause) -> BoxDied:
        """Kill it, and say why it ended."""
        if cause == "exit":
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
            code = self._process.returncode
            cause = "crash" if code is not None and code < 0 else "exit"
        cause = self._cause or cause
        self._kill()
        return BoxDied(cause, self._process.returncode)

    def _kill(self) -> None:
        with contextlib.suppress(OSError):
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()

    def close(self) -> Usage:
        if self._usage is not None:
            return self._usage
        self._kill()
        for thread in self._threads:
            thread.join(2)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError, ValueError):
                if pipe is not None:
                    pipe.close()
        self._folder.cleanup()
        text = self._printed.decode("utf-8", "replace")
        self._usage = Usage(0, 0, text, self._printed_in_all > len(self._printed))
        return self._usage

    def _print(self, part: bytes) -> None:
        most = self._limits.output_kb << 10
        self._printed_in_all += len(part)
        self._printed += part[: max(0, most - len(self._printed))]
        if self._printed_in_all > most * _FLOOD and self._cause is None:
            self._cause = "output"
            self._process.kill()


def _settings(limits: Limits) -> dict[str, Any]:
    """What the process is told. A file as large as the lab allows and no larger: labs ask what happens then."""
    return {
        "message_bytes": limits.message_mb << 20,
        "rlimits": {"FSIZE": limits.file_mb << 20, "CORE": 0},
    }


def _reader(pipe: IO[bytes] | None, take: Callable[[bytes], None]) -> threading.Thread:
    thread = threading.Thread(target=_read_all, args=(pipe, take), daemon=True)
    thread.start()
    return thread


def _read_all(pipe: IO[bytes] | None, take: Callable[[bytes], None]) -> None:
    """Hand on what comes, and at the end an empty part."""
    part = b"x"
    while part:
        try:
            part = os.read(pipe.fileno(), _CHUNK) if pipe is not None else b""
        except (OSError, ValueError):
            part = b""
        take(part)
