"""A person with a browser, as far as a server can tell: cookies, forms with their hidden fields, redirects."""

import asyncio
import gzip
import re
import secrets
import time
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from bench.load import Tally

BROWSER = (
    "Accept: text/html,*/*",
    "Accept-Encoding: gzip",
    "Accept-Language: en",
    "User-Agent: Mozilla/5.0 (bench)",
)


class Broken(Exception):
    """An answer that a person could not go on from."""


@dataclass
class Form:
    """A form of a page with what its fields hold."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Page:
    """What came in the end, after all redirects."""

    path: str
    status: int
    text: str

    def button(self) -> str:
        """Where the first link that looks like a button leads. Raises Broken."""
        for tag in re.findall(r"<a\b[^>]*>", self.text):
            if re.search(r'class="button["\s]', tag) and (href := re.search(r'href="([^"]*)"', tag)):
                return urljoin(self.path, unescape(href[1]))
        raise Broken(f"{self.path} ({self.status}) has no button")

    def form(self, having: str) -> Form:
        """The form with a field or button named `having`. Raises Broken."""
        parser = _Forms(self.path)
        parser.feed(self.text)
        for found in parser.forms:
            if having in found.names:
                return found
        raise Broken(f"{self.path} ({self.status}) has no form with {having}")


class _Assets(HTMLParser):
    """What a browser fetches with a page, from the same server."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        kind = {"link": "href", "script": "src", "img": "src"}.get(tag, "")
        if tag == "link" and not {"stylesheet", "icon", "modulepreload"} & set(values.get("rel", "").split()):
            return
        target = urlsplit(urljoin(self.path, values.get(kind, "")))
        if values.get(kind) and not target.netloc and target.scheme == "":
            self.found.append(target.path)


class _Forms(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        name = values.get("name", "")
        if tag == "form":
            self._open = Form(urljoin(self.path, values.get("action") or self.path))
            self.forms.append(self._open)
        if self._open is None or (not name and tag != "option"):
            return
        if tag in {"input", "button", "textarea", "select"}:
            self._open.names.add(name)
        if tag == "input" and values.get("type") not in {"file", "submit", "button", "image"}:
            if values.get("type") not in {"radio", "checkbox"} or "checked" in values:
                self._open.fields.setdefault(name, []).append(values.get("value", ""))
        elif tag == "textarea":
            self._area = name
            self._open.fields[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in values:
            self._open.fields.setdefault(self._select, []).append(values.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._area:
            self._open.fields[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        self._area = None if tag == "textarea" else self._area
        self._select = None if tag == "select" else self._select


class Visitor:
    """One browser with one kept-alive connection; every exchange is timed into `tally`.

    `address` is what a proxy in front would say: one network address may not mail the whole world. With `assets`
    it fetches the style sheets, scripts and pictures that a page names, each once, as a browser with an empty cache.
    """

    def __init__(self, port: int, tally: Tally, *, address: str = "", assets: bool = False) -> None:
        self.port, self.tally, self.address, self.assets = port, tally, address, assets
        self._cached: set[str] = set()
        self.cookies: dict[str, str] = {}
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str, *, kind: str) -> Page:
        return await self._follow("GET", path, b"", (), kind)

    async def send(
        self,
        form: Form,
        values: dict[str, str],
        *,
        kind: str,
        path: str = "",
        multipart: bool = False,
        files: dict[str, tuple[str, bytes]] | None = None,
        rate: float = 0.0,
    ) -> Page:
        """Press the button: what the form holds, with `values` typed in. `rate`: bytes a second of a slow line."""
        fields = {**form.fields, **{name: [value] for name, value in values.items()}}
        pairs = [(name, value) for name, held in fields.items() for value in held]
        if multipart or files:
            kind_of_body, body = _multipart(pairs, files or {})
        else:
            kind_of_body, body = "application/x-www-form-urlencoded", urlencode(pairs).encode()
        return await self._follow(
            "POST", path or form.action, body, (f"Content-Type: {kind_of_body}",), kind, rate
        )

    async def _follow(
        self, method: str, path: str, body: bytes, headers: tuple[str, ...], kind: str, rate: float = 0.0
    ) -> Page:
        for _ in range(6):
            status, answer, text = await self._timed(method, path, body, headers, kind, rate)
            if status not in {301, 302, 303, 307}:
                await self._fetch_assets(path, text)
                return Page(path, status, text)
            target = urlsplit(urljoin(path, answer["location"]))
            path = target.path + (f"?{target.query}" if target.query else "")
            method, body, headers, rate = "GET", b"", (), 0.0
        raise Broken(f"{path}: redirects without end")

    async def _fetch_assets(self, path: str, text: str) -> None:
        if not self.assets or "<html" not in text:
            return
        parser = _Assets(path)
        parser.feed(text)
        for each in dict.fromkeys(parser.found):
            if each not in self._cached:
                self._cached.add(each)
                await self._timed("GET", each, b"", (), "asset", 0.0)

    async def _timed(
        self, method: str, path: str, body: bytes, headers: tuple[str, ...], kind: str, rate: float
    ) -> tuple[int, dict[str, str], str]:
        began = time.perf_counter()
        name = f"{kind} {method}"
        try:
            async with asyncio.timeout(30 + (len(body) / rate if rate else 0)):
                status, answer, text = await self._exchange(method, path, body, headers, rate)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError, IndexError) as error:
            await self.leave()
            self.tally.failed(name, type(error).__name__)
            raise Broken(f"{path}: {type(error).__name__}") from None
        if status >= 400:
            self.tally.failed(name, str(status))
            raise Broken(f"{path}: {status}")
        self.tally.took(name, time.perf_counter() - began - (len(body) / rate if rate else 0))
        return status, answer, text

    async def _exchange(
        self, method: str, path: str, body: bytes, headers: tuple[str, ...], rate: float
    ) -> tuple[int, dict[str, str], str]:
        if self._line is None:
            self._line = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        reader, writer = self._line
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", *BROWSER, *headers]
        lines += [f"Cookie: {'; '.join(f'{k}={v}' for k, v in self.cookies.items())}"] if self.cookies else []
        lines += [f"X-Forwarded-For: {self.address}"] if self.address else []
        if method == "POST":
            lines += [f"Content-Length: {len(body)}", f"Origin: http://127.0.0.1:{self.port}"]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n")
        await _write(writer, body, rate)
        status, answer, content, cookies = await _read(reader)
        self.cookies.update(cookies)
        if answer.get("connection", "") == "close":
            await self.leave()
        return status, answer, content

    async def leave(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line[1].close()
            self._line = None


async def _write(writer: asyncio.StreamWriter, body: bytes, rate: float) -> None:
    piece = 2000 if rate else len(body) or 1
    for start in range(0, len(body), piece):
        writer.write(body[start : start + piece])
        await writer.drain()
        if rate:
            await asyncio.sleep(piece / rate)


async def _read(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], str, dict[str, str]]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ", 2)[1])
    headers: dict[str, str] = {}
    cookies: dict[str, str] = {}
    for line in head[1:]:
        name, _colon, value = line.partition(":")
        if name.lower() == "set-cookie":
            key, _equals, rest = value.strip().partition("=")
            cookies[key] = rest.split(";", 1)[0]
        elif name:
            headers[name.lower()] = value.strip()
    content = await _body(reader, headers, status)
    if headers.get("content-encoding") == "gzip":
        content = gzip.decompress(content)
    return status, headers, content.decode("utf-8", "replace"), cookies


async def _body(reader: asyncio.StreamReader, headers: dict[str, str], status: int) -> bytes:
    if status in {204, 304}:
        return b""
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    if headers.get("transfer-encoding") != "chunked":
        return await reader.read()
    pieces = []
    while size := int(await reader.readline(), 16):
        pieces.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readline()
    return b"".join(pieces)


def _multipart(pairs: list[tuple[str, str]], files: dict[str, tuple[str, bytes]]) -> tuple[str, bytes]:
    mark = secrets.token_hex(12)
    parts: list[Any] = []
    for name, value in pairs:
        parts.append(f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for name, (filename, content) in files.items():
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n")
    return f"multipart/form-data; boundary={mark}", b"".join([*parts, f"--{mark}--\r\n".encode()])
