"""The ASGI face of the WSGI application: slow phones cost a buffer here, never a thread.

A request's body is read completely, asynchronously, before a thread is taken (in memory up to 64 kB, then in a
temporary file); the application runs in a few threads; its answer leaves at the reader's own pace. Requests
with a large body, mostly files, share one thread of their own: when a hundred uploads end at once, they wait
for each other and nobody else for them.
Measured: 300 uploads at 20 kB/s beside normal traffic starve plain WSGI servers for nine seconds; here
the others do not notice (`python -m bench servers`).
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from wsgiref.util import FileWrapper

from tremplin.web import refusals
from tremplin.web.body import Body, Limits, Refused, Sifted
from tremplin.web.environ import Proxies, build, merge
from tremplin.web.relay import PIECE, ClientGone, Relay
from tremplin.web.sieve import for_body

logger = logging.getLogger("tremplin.web")

SMALL, PAUSE = 16 * 1024, 0.5
"""A piece of fewer bytes comes over a slow line: the next one is asked for so many seconds later, not when it is there.
The system holds what comes meanwhile, and three hundred phones cost a few hundred looks a second, not thousands."""

SMALL_FILE = 64 * 1024
"""A file of no more bytes is read at once, where it was found: style sheets and scripts are."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Spool:
    """An ASGI application around a WSGI one."""

    def __init__(
        self,
        app: Wsgi,
        *,
        folder: Path,
        threads: int = 4,
        limits: Limits | None = None,
        proxies: Proxies | None = None,
        multiprocess: bool = False,
        at_end: Callable[[], None] | None = None,
    ) -> None:
        self.app, self.folder, self.multiprocess, self.at_end = app, folder, multiprocess, at_end
        self.limits, self.proxies = limits or Limits(), proxies or Proxies()
        self.web = ThreadPoolExecutor(threads, thread_name_prefix="web")
        self.bulky = ThreadPoolExecutor(1, thread_name_prefix="bulky")
        self.disk = ThreadPoolExecutor(2, thread_name_prefix="disk")
        self._waiting = self._busy = 0

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        ends = asyncio.get_running_loop().time() + self.limits.farewell
        while self._busy and asyncio.get_running_loop().time() < ends:
            await asyncio.sleep(0.02)
        for pool in (self.web, self.bulky, self.disk):
            pool.shutdown(wait=False, cancel_futures=True)
        if self.at_end is not None:
            self.at_end()
        await send({"type": "lifespan.shutdown.complete"})

    async def _serve(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        headers = merge(scope["headers"])
        body = Body(self.folder, self.disk, self.limits.memory)
        try:
            if not await self._read(headers, body, receive):
                return
            if self._waiting >= self.limits.queue:
                raise Refused(503)
            await self._answer(scope, headers, body, receive, send)
        except Refused as refused:
            await refusals.send(refused.status, headers, self.limits, send)
        finally:
            body.close()

    async def _read(self, headers: Mapping[bytes, bytes], body: Body, receive: Receive) -> bool:
        """Take in the whole body; False if the client left meanwhile. Raises Refused."""
        if b"content-length" not in headers and b"transfer-encoding" not in headers:
            return True
        declared = headers.get(b"content-length", b"0")
        too_large = declared.isdigit() and int(declared) > self.limits.body
        sieve = for_body(headers, self.limits.body) if too_large else None
        try:
            if sieve and int(declared) - self.limits.body <= self.limits.drained:
                return await self._take_in(Sifted(body, sieve), receive, most=2 * self.limits.body)
            most = 0 if too_large else self.limits.body
            expected = int(declared) if declared.isdigit() else 0
            return await self._take_in(body, receive, most=most, expected=expected)
        except TimeoutError as error:
            raise Refused(408) from error

    async def _take_in(
        self, body: "Body | Sifted", receive: Receive, *, most: int, expected: int = 0
    ) -> bool:
        loop, silence = asyncio.get_running_loop(), self.limits.silence
        began = moved = loop.time()
        ends, drained, too_large = began + self.limits.upload, 0, not most
        async with asyncio.timeout_at(min(moved + silence, ends)) as alarm:
            while True:
                message = await receive()
                now = loop.time()
                if now - moved > silence / 20:  # three hundred phones send thousands of pieces a second
                    alarm.reschedule(min(now + silence, ends))
                    moved = now
                if message["type"] == "http.disconnect":
                    return False
                piece = message.get("body", b"")
                too_large = too_large or body.size + len(piece) > most
                if too_large:
                    drained += len(piece)
                elif piece:
                    await body.add(piece)
                more = message.get("more_body", False)
                if too_large and (not more or drained > self.limits.drained):
                    raise Refused(413)
                if not more:
                    await body.end()
                    return True
                if len(piece) < SMALL and _long_way(body.size, expected, now - began):
                    await asyncio.sleep(PAUSE)

    async def _answer(
        self,
        scope: Mapping[str, Any],
        headers: Mapping[bytes, bytes],
        body: Body,
        receive: Receive,
        send: Send,
    ) -> None:
        loop = asyncio.get_running_loop()
        relay = Relay(loop, self.folder, self.disk)
        environ = build(
            scope, headers, body.open(), body.size, proxies=self.proxies, multiprocess=self.multiprocess
        )
        self._waiting += 1
        self._busy += 1
        lane = self.bulky if body.size > self.limits.memory else self.web
        work = lane.submit(self._run, environ, relay)
        try:
            await self._reply(scope, relay, receive, send)
            if relay.complete is None:
                # The application may read the body until it returns, so the body is closed only after that.
                await asyncio.wrap_future(work)
        finally:
            relay.close()
            self._busy -= 1

    async def _reply(self, scope: Mapping[str, Any], relay: Relay, receive: Receive, send: Send) -> None:
        try:
            status, headers = await relay.ready
        except Exception as error:
            raise Refused(500) from error
        finally:
            self._waiting -= 1
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if scope["method"] == "HEAD" or status in {204, 304}:
            relay.abandon()
            await self._drop(relay)
            await send({"type": "http.response.body", "body": b""})
        elif relay.complete is not None:
            await send({"type": "http.response.body", "body": relay.complete})
        else:
            await self._stream(relay, receive, send)

    async def _stream(self, relay: Relay, receive: Receive, send: Send) -> None:
        watch = asyncio.create_task(_until_gone(receive, relay))
        try:
            if relay.file is not None:
                await self._send_file(relay, watch, send)
            else:
                while piece := await relay.take():
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            if relay.broken is not None:
                raise relay.broken  # without an end, so that nobody takes half an answer for the whole
            await send({"type": "http.response.body", "body": b""})
        finally:
            watch.cancel()

    async def _send_file(self, relay: Relay, watch: "asyncio.Task[None]", send: Send) -> None:
        loop = asyncio.get_running_loop()
        try:
            while not watch.done() and (
                piece := await loop.run_in_executor(self.disk, relay.file.read, PIECE)
            ):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        finally:
            await self._drop(relay)

    async def _drop(self, relay: Relay) -> None:
        if relay.file is not None:
            await asyncio.get_running_loop().run_in_executor(self.disk, relay.file.close)

    def _run(self, environ: dict[str, Any], relay: Relay) -> None:
        """In a thread: the application, from the call to its close.

        The loop is woken once, at the end, where the answer is one piece: each time costs as much as a short page.
        """
        head: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
            head[:] = [int(status[:3]), [*pairs, (b"server", b"tremplin")]]

        error: BaseException | None = None
        result: Any = None
        answer: bytes | None = None
        try:
            result = self.app(environ, start_response)
            if isinstance(result, FileWrapper) and _length(head[1]) > SMALL_FILE:
                relay.file = result.filelike
                relay.head(*head)
            elif getattr(result, "streaming", False):
                relay.head(*head)
                for piece in result:
                    relay.put(piece)
            else:
                answer = b"".join(result)
        except ClientGone:
            pass
        except Exception as problem:
            logger.exception("the application failed outside its own error handling")
            error = problem
        finally:
            if relay.file is None:
                _close(result)
            if answer is None:
                relay.end(error)
            else:
                relay.whole(head[0], head[1], answer)


def _close(result: Any) -> None:
    """What fails here takes nothing from an answer that is made."""
    try:
        if hasattr(result, "close"):
            result.close()
    except Exception:
        logger.exception("an answer failed when it was closed")


def _length(headers: Iterable[tuple[bytes, bytes]]) -> float:
    """How many bytes an answer says it has."""
    return next((int(value) for name, value in headers if name == b"content-length"), math.inf)


def _long_way(arrived: int, expected: int, seconds: float) -> bool:
    """Whether a body, going on as it came so far, takes several more pauses to its end."""
    return seconds > PAUSE and (expected - arrived) * seconds > 3 * PAUSE * arrived


async def _until_gone(receive: Receive, relay: Relay) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    relay.abandon()
