"""Clients for load: an open loop whose arrivals do not wait for answers, and phones that upload slowly."""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import median
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask; `kind` names the row of the table it counts in."""

    kind: str
    path: str
    form: dict[str, str] | None = None


@dataclass
class Tally:
    """Latencies in seconds, counted from when a request was due, and failures, by kind."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    failures: dict[str, list[str]] = field(default_factory=dict)

    def took(self, kind: str, seconds: float) -> None:
        self.seconds.setdefault(kind, []).append(seconds)

    def failed(self, kind: str, why: str) -> None:
        self.failures.setdefault(kind, []).append(why)

    @property
    def errors(self) -> int:
        return sum(len(failures) for failures in self.failures.values())

    def all(self) -> list[float]:
        return [seconds for kind in self.seconds.values() for seconds in kind]


def percentile(values: list[float], share: float) -> float:
    """The smallest value that `share` of all do not exceed."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def spread(values: list[float]) -> dict[str, float]:
    """Median, 95th and 99th percentile and maximum, in milliseconds."""
    if not values:
        return {}
    return {
        "p50": round(median(values) * 1000, 1),
        "p95": round(percentile(values, 0.95) * 1000, 1),
        "p99": round(percentile(values, 0.99) * 1000, 1),
        "max": round(max(values) * 1000, 1),
    }


class Pool:
    """Kept-alive connections to one port."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, request: Request, timeout: float = 30.0) -> tuple[int, bytes]:
        """Status and body. A connection that the server closed while idle is replaced once."""
        async with asyncio.timeout(timeout):
            if self._idle:
                with suppress(ConnectionError, asyncio.IncompleteReadError):
                    return await self._ask(*self._idle.pop(), request)
            return await self._ask(*await asyncio.open_connection("127.0.0.1", self.port), request)

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: Request
    ) -> tuple[int, bytes]:
        body = urlencode(request.form).encode() if request.form is not None else b""
        lines = [
            f"{'POST' if request.form is not None else 'GET'} {request.path} HTTP/1.1",
            "Host: 127.0.0.1",
        ]
        if body:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        try:
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            status, answer, keep = await _read(reader)
        except BaseException:
            writer.close()
            raise
        if keep:
            self._idle.append((reader, writer))
        else:
            writer.close()
        return status, answer

    def close(self) -> None:
        for _reader, writer in self._idle:
            writer.close()
        self._idle.clear()


async def _read(reader: asyncio.StreamReader) -> tuple[int, bytes, bool]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = int(head.split(" ", 2)[1])
    if "content-length:" in head:
        length = int(head.split("content-length:", 1)[1].split("\r\n", 1)[0])
        return status, await reader.readexactly(length), "connection: close" not in head
    return status, await reader.read(), False


async def open_loop(
    pool: Pool,
    tally: Tally,
    *,
    rate: float,
    seconds: float,
    make: Callable[[random.Random], Request],
    seed: int = 1,
) -> None:
    """Ask at random moments, `rate` a second on average, whether or not earlier answers have come."""
    chance = random.Random(seed)
    began = time.perf_counter()
    due = began
    under_way: set[asyncio.Task[None]] = set()
    while due < began + seconds:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        task = asyncio.create_task(_one(pool, tally, make(chance), due))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
        due += chance.expovariate(rate)
    await asyncio.gather(*under_way)


async def _one(pool: Pool, tally: Tally, request: Request, due: float) -> None:
    try:
        status, _body = await pool.ask(request)
    except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as error:
        tally.failed(request.kind, type(error).__name__)
        return
    if status == 200:
        tally.took(request.kind, time.perf_counter() - due)
    else:
        tally.failed(request.kind, str(status))


async def slow_upload(port: int, path: str = "/upload", *, size: int = 200_000, rate: float = 20_000) -> int:
    """One phone: `size` bytes at `rate` bytes a second; the status of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/octet-stream\r\n"
        writer.write(f"{head}Content-Length: {size}\r\nConnection: close\r\n\r\n".encode())
        piece = b"x" * 2000
        for _ in range(size // len(piece)):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(len(piece) / rate)
        answer = await reader.read()
        return int(answer.split(b" ", 2)[1])
    finally:
        writer.close()
