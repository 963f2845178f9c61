"""Keeps one running box: moves bytes in and out against deadlines, ends it, and says what it used."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import time
from typing import IO

from tremplin.grader import processes, protocol
from tremplin.grader.cgroup import Group
from tremplin.grader.child import Child
from tremplin.grader.limits import Limits
from tremplin.grader.sandbox import BoxDied, Cause, Usage
from tremplin.grader.watchdog import Watchdog

_CHUNK = 1 << 16
_FLOOD = 16
_SIGNALS: dict[int, Cause] = {signal.SIGXCPU: "cpu", signal.SIGKILL: "cpu"}


class Keeper:
    """The processes and pipes of one box. `bwrap` makes it; `exchange` and `close` are the `Box` protocol."""

    def __init__(
        self,
        *,
        child: Child,
        printed: tuple[IO[bytes], IO[bytes]],
        channel: socket.socket,
        limits: Limits,
        deadline: float,
        group: Group | None,
    ) -> None:
        self._child = child
        self._printers = printed
        self._channel = channel
        self._limits = limits
        self._deadline = deadline
        self._init: int | None = None
        self._pidfd: int | None = None
        self._group = group
        self._watchdog: Watchdog | None = None
        self._cause: Cause | None = None
        self._usage: Usage | None = None
        self._cpu_ms = 0
        self._kept = {"out": bytearray(), "err": bytearray()}
        self._printed = 0
        self.layers: tuple[str, ...] = ()
        channel.setblocking(False)
        self._pipes: dict[str, IO[bytes]] = {}
        for name, pipe in zip(("out", "err"), printed, strict=True):
            os.set_blocking(pipe.fileno(), False)
            self._pipes[name] = pipe

    # --- while it lives ---------------------------------------------------------------------------------

    def hold(self, init: int, pidfd: int | None = None) -> None:
        """Take hold of the box's first process, which has been given no code yet.

        One that comes with a `pidfd` is in its group already: to be admitted again would cost ten milliseconds.
        """
        self._init, self._pidfd = init, pidfd
        if pidfd is not None:
            return
        with contextlib.suppress(OSError):
            self._pidfd = os.pidfd_open(init)
        if self._group is not None:
            self._group.admit(init)

    def guard(self, seconds: float) -> None:
        """Set the watchdog on a box that is ready, and its clock. Not before: until it has its own root, it seems
        to hold ours; and what it takes us to open it is not the scholar's time."""
        self._deadline = time.monotonic() + seconds
        if self._init is None:
            return
        self._watchdog = Watchdog(
            pid=self._init,
            deadline=self._deadline,
            memory_bytes=None if self._group is not None else self._limits.memory_mb << 20,
            end=self.end,
        )
        self._watchdog.start()

    def exchange(self, frame: bytes, seconds: float) -> bytes:
        deadline = min(time.monotonic() + seconds, self._deadline)
        pending = memoryview(frame)
        answer = bytearray()
        wanted = protocol.HEADER.size
        while len(answer) < wanted:
            can_read, can_write = self._wait(bool(pending), deadline)
            if can_write and pending:
                pending = pending[self._send(pending) :]
            if can_read:
                self._receive(answer, wanted)
                if len(answer) == protocol.HEADER.size == wanted:
                    wanted += self._announced(bytes(answer))
        return bytes(answer)

    def _announced(self, header: bytes) -> int:
        try:
            return sum(protocol.header_lengths(header, self._limits.message_mb << 20))
        except protocol.Malformed:
            self.end("broken")
            raise self._death() from None

    def _wait(self, sending: bool, deadline: float) -> tuple[bool, bool]:
        """Wait for the channel, draining what the box prints meanwhile."""
        left = deadline - time.monotonic()
        if left <= 0:
            self.end("wall" if deadline >= self._deadline else "call")
            raise self._death()
        poll = select.poll()  # not select: a busy server has descriptors past 1024
        channel = self._channel.fileno()
        poll.register(channel, select.POLLIN | (select.POLLOUT if sending else 0))
        for pipe in self._pipes.values():
            poll.register(pipe, select.POLLIN)
        events = dict(poll.poll(left * 1000))
        self._drain(events)
        seen = events.get(channel, 0)
        return bool(seen & ~select.POLLOUT), bool(seen & select.POLLOUT)

    def _send(self, data: memoryview) -> int:
        try:
            return self._channel.send(data[: _CHUNK * 16])
        except BlockingIOError:
            return 0
        except OSError:
            raise self._death() from None

    def _receive(self, answer: bytearray, wanted: int) -> None:
        try:
            data = self._channel.recv(min(wanted - len(answer), _CHUNK * 16))
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            raise self._death()
        answer += data

    def _drain(self, events: dict[int, int] | None = None) -> None:
        for name, pipe in list(self._pipes.items()):
            if events is not None and pipe.fileno() not in events:
                continue
            data = _read_some(pipe.fileno())
            if data == b"":
                del self._pipes[name]
            elif data:
                self._keep(name, data)

    def _keep(self, name: str, data: bytes) -> None:
        self._printed += len(data)
        room = (self._limits.output_kb << 10) - len(self._kept[name])
        self._kept[name] += data[: max(0, room)]
        if self._printed > (self._limits.output_kb << 10) * _FLOOD:
            self.end("output")

    # --- its end ----------------------------------------------------------------------------------------

    def end(self, cause: Cause) -> None:
        """Kill every process of the box. The first cause given is the one that is reported."""
        if self._cause is None:
            self._cause = cause
        self._kill()

    def _kill(self) -> None:
        """Kill the first process of the namespace: the kernel then kills all others in it."""
        if self._init is not None and self._child.code is None:
            # What killed processes have used is not passed on to those who wait for them.
            self._cpu_ms = max(self._cpu_ms, processes.cpu_ms(self._init))
        if self._pidfd is not None:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
                return
        self._child.kill()

    def _death(self) -> BoxDied:
        code = self._reap()
        cause = self._cause
        if self._group is not None and self._group.out_of_memory():
            cause = "memory"
        if cause is None:
            number = code - 128 if code > 128 else -code
            cause = _SIGNALS.get(number, "crash" if number > 0 else "exit")
            if number == signal.SIGKILL and self._child.sheltered and self._idled():
                cause = "lost"
        return BoxDied(cause, code)

    def _idled(self) -> bool:
        """Has it used too little of the processor for the kernel to have killed it for that?"""
        return max(self._cpu_ms, self._child.cpu_ms) < 900 * self._limits.cpu_s

    def _reap(self) -> int:
        """Wait until the child, and with it the whole box, is gone; add up what the processes used."""
        if self._child.code is None:
            for patience in (1.0, 3.0, 10.0):
                if self._child.wait(patience, self._drain):
                    break
                self.end(self._cause or "exit")  # it hung up but lives on
            else:
                self._child.kill()
                self._child.give_up()
            self._wait_for_init()
        return self._child.code or 0

    def _wait_for_init(self) -> None:
        """Bubblewrap may go first; nothing of the box is to run when we say that it has ended."""
        self._kill()
        if self._pidfd is not None:
            poll = select.poll()
            poll.register(self._pidfd, select.POLLIN)
            poll.poll(5000)

    def finished(self) -> bool:
        return self._child.wait(0, self._drain)

    def complaint(self) -> str:
        """What was said on the way to a box that never was ready."""
        self._reap()
        self._drain()
        return bytes(self._kept["err"]).decode("utf-8", "replace").strip()[-2000:]

    def close(self) -> Usage:
        if self._usage is not None:
            return self._usage
        if self._watchdog is not None:
            self._watchdog.stop()
        self._drain()
        self._kill()
        self._reap()
        self._drain()
        peak = self._watchdog.peak_bytes >> 20 if self._watchdog is not None else 0
        if self._group is not None:
            peak = self._group.peak_mb()
            self._group.remove()
        text = (self._kept["out"] + self._kept["err"]).decode("utf-8", "replace")
        kept = sum(map(len, self._kept.values()))
        self._usage = Usage(max(self._cpu_ms, self._child.cpu_ms), peak, text, self._printed > kept)
        self._release()
        return self._usage

    def _release(self) -> None:
        self._channel.close()
        for pipe in self._printers:
            pipe.close()
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None


def _read_some(number: int) -> bytes | None:
    """Bytes, nothing (`b""`) at the end, or `None` when there is nothing yet."""
    try:
        return os.read(number, _CHUNK)
    except BlockingIOError:
        return None
    except OSError:
        return b""
