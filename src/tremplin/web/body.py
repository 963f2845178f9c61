"""A request's body as it arrives: in memory while it is small, on disk beyond."""

import asyncio
import io
import logging
import tempfile
from concurrent.futures import Executor
from dataclasses import dataclass, field
from http.client import responses
from pathlib import Path
from typing import IO

from tremplin.web.sieve import Sieve

logger = logging.getLogger("tremplin.web")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may ask of us."""

    body: int = 11 * 1024 * 1024  # bytes; more is refused, or sifted where it is a form with files
    file: int = 10 * 1024 * 1024  # bytes of a file, as the pages say; a recording may be as long as a body
    memory: int = 64 * 1024  # bytes of a body held before it goes to disk
    drained: int = 64 * 1024 * 1024  # bytes read and thrown away so that a browser shows our refusal
    silence: float = 60.0  # seconds between two pieces of a body
    upload: float = 1800.0  # seconds for a whole body
    farewell: float = 15.0  # seconds for answers under way when the server stops
    queue: int = 1000  # complete requests that wait for a thread


class Refused(Exception):
    """The request is answered here, without the application."""

    def __init__(self, status: int) -> None:
        super().__init__(responses[status])
        self.status = status


@dataclass(slots=True)
class Body:
    """A request's body as it arrives."""

    folder: Path
    disk: Executor
    memory: int
    size: int = 0
    _held: list[bytes] = field(default_factory=list)
    _holding: int = 0
    _file: IO[bytes] | None = None

    async def add(self, piece: bytes) -> None:
        """Keep a piece. Raises Refused when the disk is full."""
        self.size += len(piece)
        self._held.append(piece)
        self._holding += len(piece)
        if self._holding > self.memory:
            await asyncio.get_running_loop().run_in_executor(self.disk, self._flush)

    def _flush(self) -> None:
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(dir=self.folder)  # noqa: SIM115 (closed in `close`)
            self._file.write(b"".join(self._held))
            self._file.flush()
        except OSError as error:
            logger.error("an upload could not be stored: %s", error.strerror)
            raise Refused(507) from error
        self._held.clear()
        self._holding = 0

    async def end(self) -> None:
        """Nothing more comes."""

    def open(self) -> IO[bytes]:
        """The complete body, from its start. Raises Refused when the disk is full."""
        if self._file is None:
            return io.BytesIO(b"".join(self._held))
        self._flush()
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


@dataclass(slots=True)
class Sifted:
    """A body of which a sieve keeps what fits: see `sieve`."""

    body: Body
    sieve: Sieve

    @property
    def size(self) -> int:
        return self.body.size

    async def add(self, piece: bytes) -> None:
        kept = self.sieve.feed(piece)
        if kept:
            await self.body.add(kept)

    async def end(self) -> None:
        await self.body.add(self.sieve.rest())
