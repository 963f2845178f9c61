"""An answer on its way from the thread that makes it to the loop that sends it.

The thread never waits for the reader: what a slow phone has not taken yet lies in memory up to a bound,
beyond it in a temporary file. So four threads serve any number of slow readers.
"""

import asyncio
import tempfile
import threading
from collections import deque
from concurrent.futures import Executor
from pathlib import Path
from typing import IO, Any

IN_MEMORY = 1024 * 1024
PIECE = 256 * 1024

Head = tuple[int, list[tuple[bytes, bytes]]]


class ClientGone(Exception):
    """The reader closed the connection; there is no use in making more of the answer."""


class Relay:
    """One answer. `head`, `put`, `end` are called in the thread; the coroutines on the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, folder: Path, disk: Executor) -> None:
        self.ready: asyncio.Future[Head] = loop.create_future()
        self.complete: bytes | None = None
        self.file: Any = None
        self.broken: BaseException | None = None
        self._loop, self._folder, self._disk = loop, folder, disk
        self._news = asyncio.Event()
        self._guard = threading.Lock()
        self._pieces: deque[bytes] = deque()
        self._held = 0
        self._spill: IO[bytes] | None = None
        self._written = self._read = 0
        self._ended = self._gone = False

    def head(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        self._loop.call_soon_threadsafe(self._announce, (status, headers))

    def whole(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        """A complete answer, made in one go; nothing follows."""
        self.complete = body
        self.head(status, headers)

    def put(self, piece: bytes) -> None:
        """Add a piece. Raises ClientGone, and OSError when the disk is full."""
        with self._guard:
            if self._gone:
                raise ClientGone
            if self._spill is None and self._held + len(piece) <= IN_MEMORY:
                self._pieces.append(piece)
                self._held += len(piece)
            else:
                self._spill = self._spill or tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 (closed in `close`)
                self._spill.seek(self._written)
                self._written += self._spill.write(piece)
        self._loop.call_soon_threadsafe(self._news.set)

    def end(self, error: BaseException | None = None) -> None:
        """Nothing follows; with an error, the answer is broken off."""
        with self._guard:
            self._ended, self.broken = True, error
        self._loop.call_soon_threadsafe(self._finish, error)

    def _announce(self, head: Head) -> None:
        if not self.ready.done():
            self.ready.set_result(head)

    def _finish(self, error: BaseException | None) -> None:
        if error is not None and not self.ready.done():
            self.ready.set_exception(error)
        self._news.set()

    def abandon(self) -> None:
        """The reader is gone."""
        with self._guard:
            self._gone = True
        self._news.set()

    async def take(self) -> bytes:
        """What there is to send next; empty when nothing follows or the reader is gone."""
        while True:
            with self._guard:
                if self._gone:
                    return b""
                if self._pieces:
                    piece = b"".join(self._pieces)
                    self._pieces.clear()
                    self._held = 0
                    return piece
                spilled, ended = self._read < self._written, self._ended
            if spilled:
                return await self._loop.run_in_executor(self._disk, self._from_disk)
            if ended:
                return b""
            self._news.clear()
            await self._news.wait()

    def _from_disk(self) -> bytes:
        with self._guard:
            if self._spill is None:
                return b""
            self._spill.seek(self._read)
            piece = self._spill.read(PIECE)
            self._read += len(piece)
            if self._read == self._written:
                self._spill.close()
                self._spill, self._read, self._written = None, 0, 0
            return piece

    def close(self) -> None:
        """Free what is left."""
        with self._guard:
            self._gone = True
            if self._spill is not None:
                self._spill.close()
                self._spill = None
