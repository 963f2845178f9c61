"""A client for an ASGI application, in one process and without a network."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tremplin.web.spool import Spool


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    pieces: list[bytes] = field(default_factory=list)
    ended: bool = False

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces)

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Client:
    """Sends `pieces` one after the other; None in their place means that the client leaves there.

    Without a `spool` it only says what it would ask for.
    """

    spool: Spool | None
    method: str = "GET"
    path: str = "/"
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    pieces: Iterable[bytes | None] = ()
    pause: float = 0.0
    leaves_after: int | None = None  # pieces of the answer
    peer: str = "192.0.2.7"
    answer: Answer = field(default_factory=Answer)

    async def run(self) -> Answer:
        assert self.spool is not None
        await self.spool(self.scope(), self.receive_from(iter(list(self.pieces))), self.send)
        return self.answer

    def scope(self) -> dict[str, Any]:
        return {
            "type": "http",
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "path": self.path,
            "query_string": self.query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in self.headers],
            "client": (self.peer, 4711),
            "server": ("127.0.0.1", 8000),
        }

    def receive_from(self, pieces: Any) -> Any:
        self.gone = asyncio.Event()

        async def receive() -> dict[str, Any]:
            if self.pause:
                await asyncio.sleep(self.pause)
            piece = next(pieces, "end")
            if piece is None:
                return {"type": "http.disconnect"}
            if piece == "end":
                await self.gone.wait()
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": piece, "more_body": piece != b""}

        return receive

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.answer.status = message["status"]
            self.answer.headers = {
                name.decode(): value.decode("latin-1") for name, value in message["headers"]
            }
            return
        if message.get("body"):
            self.answer.pieces.append(message["body"])
        self.answer.ended = not message.get("more_body", False)
        if self.leaves_after is not None and len(self.answer.pieces) >= self.leaves_after:
            self.gone.set()
            await asyncio.sleep(0.01)


def ask(spool: Spool, **request: Any) -> Answer:
    """One request, answered."""
    return asyncio.run(Client(spool, **request).run())
