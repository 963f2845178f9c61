"""Bodies are taken in before a thread is; answers leave at the reader's pace; refusals help."""

import asyncio
import io
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.util import FileWrapper

import pytest

from tests.web.server.asgi import Client, ask
from tremplin.web.body import Limits
from tremplin.web.spool import Spool, Wsgi

LENGTH = (("content-length", "1"),)
Environ = dict[str, Any]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Spool]]:
    made: list[Spool] = []

    def build(app: Wsgi, **options: Any) -> Spool:
        made.append(Spool(app, folder=tmp_path, **options))
        return made[-1]

    yield build
    for spool in made:
        spool.web.shutdown()
        spool.bulky.shutdown()
        spool.disk.shutdown()


class Streamed:
    """An answer in pieces, as Django's StreamingHttpResponse hands it to a server."""

    streaming = True

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.pieces = pieces
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces)

    def close(self) -> None:
        self.closed = True


def length_app(environ: Environ, start: Any) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    start("200 OK", [("Content-Type", "text/plain")])
    return [f"{len(body)} {environ.get('CONTENT_LENGTH')}".encode()]


def sending_back_app(environ: Environ, start: Any) -> Iterable[bytes]:
    start("200 OK", [])
    return [environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))]


def sending_app(answer: Iterable[bytes]) -> Wsgi:
    def app(environ: Environ, start: Any) -> Iterable[bytes]:
        start("200 OK", [])
        return answer

    return app


def streaming_app(pieces: Iterable[bytes]) -> tuple[Wsgi, Streamed]:
    streamed = Streamed(pieces)
    return sending_app(streamed), streamed


def counting_app(calls: list[int]) -> Wsgi:
    """Says in `calls` that it was asked at all."""

    def app(environ: Environ, start: Any) -> Iterable[bytes]:
        calls.append(1)
        return length_app(environ, start)

    return app


@pytest.mark.parametrize("size", [0, 1, 1000, 64 * 1024, 64 * 1024 + 1, 300_000])
def test_a_body_of_any_size_arrives_whole(make: Callable[..., Spool], size: int) -> None:
    data = os.urandom(size)
    pieces = [data[start : start + 7000] for start in range(0, size, 7000)]
    answer = ask(
        make(length_app), method="POST", headers=(("content-length", str(size)),), pieces=[*pieces, b""]
    )
    assert answer.text == f"{size} {size}"


def test_the_content_of_a_large_body_is_what_was_sent(make: Callable[..., Spool]) -> None:
    data = os.urandom(200_000)

    def app(environ: Environ, start: Any) -> Iterable[bytes]:
        start("200 OK", [])
        return [environ["wsgi.input"].read()]

    pieces = [data[:70_000], data[70_000:70_001], data[70_001:], b""]
    assert ask(make(app), method="POST", headers=LENGTH, pieces=pieces).body == data


def test_a_body_without_a_length_is_counted(make: Callable[..., Spool]) -> None:
    answer = ask(
        make(length_app), method="POST", headers=(("transfer-encoding", "chunked"),), pieces=[b"abc", b""]
    )
    assert answer.text == "3 3"


@pytest.mark.parametrize("header", [("content-length", "5000"), ("transfer-encoding", "chunked")])
def test_a_body_beyond_the_limit_is_refused_with_a_way_on(
    make: Callable[..., Spool], header: tuple[str, str]
) -> None:
    calls: list[int] = []
    spool = make(counting_app(calls), limits=Limits(body=4000))
    answer = ask(spool, method="POST", headers=(header,), pieces=[b"x" * 1000] * 5 + [b""])
    assert answer.status == 413
    assert answer.headers["connection"] == "close"
    assert "Choose a smaller file" in answer.text
    assert calls == []


FORM = ("content-type", "multipart/form-data; boundary=x")


def a_form(size: int) -> bytes:
    text = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nTyped.\r\n'
    head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    return text + head + b"f" * size + b"\r\n--x--\r\n"


@pytest.mark.parametrize("size", [5000, 60_000])
def test_of_a_form_with_a_file_beyond_the_limit_the_application_gets_text_and_a_beginning(
    make: Callable[..., Spool], size: int
) -> None:
    body = a_form(size)
    headers = (("content-length", str(len(body))), FORM)
    pieces = [body[start : start + 997] for start in range(0, len(body), 997)]
    spool = make(sending_back_app, limits=Limits(body=4000, drained=100_000))
    assert ask(spool, method="POST", headers=headers, pieces=[*pieces, b""]).body == a_form(4000)


def test_a_form_is_refused_when_even_what_is_kept_of_it_is_too_much_or_when_it_is_endless(
    make: Callable[..., Spool],
) -> None:
    calls: list[int] = []
    spool = make(counting_app(calls), limits=Limits(body=4000, drained=20_000))
    texts = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"t" * 9000
    for body in (texts, a_form(30_000)):
        headers = (("content-length", str(len(body))), FORM)
        assert ask(spool, method="POST", headers=headers, pieces=[body, b""]).status == 413
    assert calls == []


@pytest.mark.parametrize(
    ("referer", "link"),
    [
        (
            "http://testserver/a/b/c/apply/section/work/?return=check",
            "/a/b/c/apply/section/work/?return=check",
        ),
        ("http://elsewhere.example/a/", ""),
        ("http://testserver//elsewhere.example/", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_a_refusal_leads_back_to_the_page_of_the_form_and_nowhere_else(
    make: Callable[..., Spool], referer: str, link: str
) -> None:
    headers = (
        ("content-length", "50"),
        ("host", "testserver"),
        ("referer", referer),
        ("cookie", "language=fr"),
    )
    spool = make(length_app, limits=Limits(body=10, file=10 * 1024 * 1024))
    text = ask(spool, method="POST", headers=headers, pieces=[b"x" * 50, b""]).text
    assert (f'href="{link}">Rouvrir la page' in text) == bool(link)
    assert "elsewhere" not in text
    assert "javascript" not in text
    assert "jusqu’à 10 mégaoctets" in text
    assert "too large" not in text  # one language


def test_whose_language_is_not_known_reads_both(make: Callable[..., Spool]) -> None:
    spool = make(length_app, limits=Limits(body=10))
    headers = (("content-length", "50"), ("accept-language", "de"))
    text = ask(spool, method="POST", headers=headers, pieces=[b"x" * 50, b""]).text
    assert "The file is too large" in text
    assert '<div class="content" lang="fr"><h2>Le fichier est trop volumineux</h2>' in text


def test_the_refusal_of_a_huge_body_does_not_read_it_to_its_end(make: Callable[..., Spool]) -> None:
    read: list[int] = []

    def endless() -> Iterator[bytes]:
        for _ in range(1000):
            read.append(1)
            yield b"x" * 1000

    spool = make(length_app, limits=Limits(body=4000, drained=10_000))
    client = Client(spool, method="POST", headers=(("content-length", "1000000"),))

    async def run() -> None:
        await spool(client.scope(), client.receive_from(endless()), client.send)

    asyncio.run(run())
    assert client.answer.status == 413
    assert len(read) < 20


@pytest.mark.parametrize(
    ("headers", "title", "lang"),
    [
        ((), "The file is too large", "en"),
        ((("accept-language", "fr-CA,fr;q=0.9"),), "Le fichier est trop volumineux", "fr"),
        ((("accept-language", "fr"), ("cookie", "a=b; language=en")), "The file is too large", "en"),
        ((("cookie", "language=fr"),), "Le fichier est trop volumineux", "fr"),
    ],
)
def test_refusals_speak_the_readers_language_first(
    make: Callable[..., Spool], headers: tuple[tuple[str, str], ...], title: str, lang: str
) -> None:
    spool = make(length_app, limits=Limits(body=10))
    answer = ask(spool, method="POST", headers=(("content-length", "50"), *headers), pieces=[b"x" * 50, b""])
    assert f"<h1>{title}</h1>" in answer.text
    assert f'<html lang="{lang}">' in answer.text


def test_a_silent_line_is_given_up(make: Callable[..., Spool]) -> None:
    spool = make(length_app, limits=Limits(silence=0.05))
    answer = ask(spool, method="POST", headers=LENGTH, pieces=[b"abc"])
    assert answer.status == 408


def test_a_body_that_trickles_for_ever_is_given_up(make: Callable[..., Spool]) -> None:
    spool = make(length_app, limits=Limits(silence=5, upload=0.2))
    answer = ask(spool, method="POST", headers=LENGTH, pieces=[b"x"] * 100, pause=0.02)
    assert answer.status == 408


def test_a_client_that_leaves_while_sending_costs_nothing(make: Callable[..., Spool]) -> None:
    calls: list[int] = []
    answer = ask(make(counting_app(calls)), method="POST", headers=LENGTH, pieces=[b"abc", None])
    assert (answer.status, calls) == (0, [])


def test_a_full_disk_refuses_an_upload_and_says_so(make: Callable[..., Spool], tmp_path: Path) -> None:
    spool = make(length_app)
    spool.folder = tmp_path / "missing"
    answer = ask(spool, method="POST", headers=LENGTH, pieces=[b"x" * 100_000, b""])
    assert answer.status == 507


def test_when_too_many_wait_the_rest_is_told_to_come_back(make: Callable[..., Spool]) -> None:
    release = threading.Event()

    def app(environ: Environ, start: Any) -> Iterable[bytes]:
        release.wait(5)
        return length_app(environ, start)

    spool = make(app, threads=1, limits=Limits(queue=2))

    async def run() -> list[int]:
        clients = [Client(spool) for _ in range(4)]
        tasks = [asyncio.create_task(client.run()) for client in clients]
        while sum(task.done() for task in tasks) < 2:
            await asyncio.sleep(0.01)
        release.set()
        answers = await asyncio.gather(*tasks)
        refused = next(answer for answer in answers if answer.status == 503)
        assert refused.headers["retry-after"] == "30"
        return sorted(answer.status for answer in answers)

    assert asyncio.run(run()) == [200, 200, 503, 503]


def test_slow_senders_hold_no_thread(make: Callable[..., Spool]) -> None:
    spool = make(length_app, threads=1)

    async def run() -> tuple[float, float]:
        slow = [
            Client(spool, method="POST", headers=LENGTH, pieces=[b"x"] * 20 + [b""], pause=0.05)
            for _ in range(50)
        ]
        tasks = [asyncio.create_task(client.run()) for client in slow]
        await asyncio.sleep(0.1)
        began = time.perf_counter()
        answer = await Client(spool).run()
        took = time.perf_counter() - began
        assert answer.status == 200
        assert not any(task.done() for task in tasks)
        assert [done.text for done in await asyncio.gather(*tasks)] == ["20 20"] * 50
        return took, time.perf_counter() - began

    took, sending = asyncio.run(run())  # the slow ones pause for a second, longer on a busy machine
    assert took < sending / 2


def test_large_bodies_that_end_together_keep_no_page_waiting(make: Callable[..., Spool]) -> None:
    pages_are_out, at_once, most = threading.Event(), 0, 0
    guard = threading.Lock()

    def app(environ: Environ, start: Any) -> Iterable[bytes]:
        nonlocal at_once, most
        size = len(environ["wsgi.input"].read())
        if size > 64 * 1024:
            with guard:
                at_once += 1
                most = max(most, at_once)
            assert pages_are_out.wait(3), "a page waited for the uploads"
            with guard:
                at_once -= 1
        start("200 OK", [])
        return [str(size).encode()]

    async def scene() -> None:
        spool = make(app, threads=2)
        uploads = [
            asyncio.create_task(Client(spool, "POST", headers=LENGTH, pieces=[b"x" * 70_000, b""]).run())
            for _ in range(8)
        ]
        await asyncio.sleep(0.1)
        pages = await asyncio.gather(*(Client(spool).run() for _ in range(10)))
        assert [page.text for page in pages] == ["0"] * 10
        pages_are_out.set()
        assert {answer.text for answer in await asyncio.gather(*uploads)} == {"70000"}

    asyncio.run(scene())
    assert most == 1


def test_an_application_that_falls_over_gives_an_error_page(make: Callable[..., Spool]) -> None:
    def app(environ: Environ, start: Any) -> Iterable[bytes]:
        raise RuntimeError("bug")

    answer = ask(make(app))
    assert answer.status == 500
    assert "The fault is ours" in answer.text


def test_an_answer_to_head_has_no_body(make: Callable[..., Spool]) -> None:
    answer = ask(make(length_app), method="HEAD")
    assert (answer.status, answer.body, answer.ended) == (200, b"", True)


def test_answers_name_tremplin_as_their_server(make: Callable[..., Spool]) -> None:
    assert ask(make(length_app)).headers["server"] == "tremplin"


def test_pieces_leave_as_they_are_made(make: Callable[..., Spool]) -> None:
    seen_first = threading.Event()

    def pieces() -> Iterator[bytes]:
        yield b"first"
        assert seen_first.wait(5)
        yield b"second"

    app, streamed = streaming_app(pieces())
    client = Client(make(app))
    send = client.send

    async def watching(message: Any) -> None:
        await send(message)
        if client.answer.body == b"first":
            seen_first.set()

    async def run() -> None:
        await client.spool(client.scope(), client.receive_from(iter([])), watching)

    asyncio.run(run())
    assert client.answer.body == b"firstsecond"
    assert client.answer.ended
    assert streamed.closed


def test_a_slow_reader_of_a_large_answer_holds_no_thread(make: Callable[..., Spool]) -> None:
    """Beyond a megabyte the answer goes to disk, and comes whole and in order from there."""
    data = os.urandom(4_000_000)
    app, streamed = streaming_app(data[start : start + 50_000] for start in range(0, len(data), 50_000))
    client = Client(make(app, threads=1))
    send = client.send

    async def run() -> None:
        may_read = asyncio.Event()

        async def late(message: Any) -> None:
            await may_read.wait()
            await send(message)

        reading = asyncio.create_task(client.spool(client.scope(), client.receive_from(iter([])), late))
        while not streamed.closed:
            await asyncio.sleep(0.01)
        assert client.answer.status == 0
        assert (await Client(client.spool, path="/other").run()).status == 200
        may_read.set()
        await reading

    asyncio.run(run())
    assert client.answer.body == data


def test_when_the_reader_leaves_the_rest_is_not_made(make: Callable[..., Spool]) -> None:
    made: list[int] = []

    def endless() -> Iterator[bytes]:
        while True:
            made.append(1)
            yield b"x" * 1000
            time.sleep(0.001)

    app, streamed = streaming_app(endless())
    ask(make(app), leaves_after=3)
    assert streamed.closed
    assert len(made) < 1000


def test_an_answer_that_breaks_off_is_not_ended_as_if_it_were_whole(make: Callable[..., Spool]) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise RuntimeError("bug")

    app, streamed = streaming_app(pieces())
    client = Client(make(app))
    with pytest.raises(RuntimeError):
        asyncio.run(client.run())
    assert client.answer.body in {b"", b"half"}
    assert not client.answer.ended
    assert streamed.closed


class Download(io.BytesIO):
    shut = False

    def close(self) -> None:
        self.shut = True
        super().close()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_files_are_sent_from_the_disk_and_closed(make: Callable[..., Spool], method: str) -> None:
    data = os.urandom(700_000)
    file = Download(data)
    answer = ask(make(sending_app(FileWrapper(file))), method=method)
    assert answer.body == (data if method == "GET" else b"")
    assert answer.ended
    assert file.shut


@pytest.mark.parametrize("size", [0, 5, 64 * 1024, 64 * 1024 + 1])
def test_files_whose_length_is_said_arrive_whole_and_are_closed(
    make: Callable[..., Spool], size: int
) -> None:
    data = os.urandom(size)
    file = Download(data)

    def app(_environ: Environ, start: Any) -> Iterable[bytes]:
        start("200 OK", [("Content-Length", str(size))])
        return FileWrapper(file)

    answer = ask(make(app))
    assert answer.body == data
    assert answer.ended
    assert file.shut


class Ill(list[bytes]):
    """An answer that is whole, and fails at its end."""

    def close(self) -> None:
        raise OSError("the database has gone")


def test_an_answer_that_fails_when_it_is_closed_has_arrived(
    make: Callable[..., Spool], caplog: pytest.LogCaptureFixture
) -> None:
    answer = ask(make(sending_app(Ill([b"all of ", b"it"]))))
    assert answer.status == 200
    assert answer.text == "all of it"
    assert answer.ended
    assert "failed when it was closed" in caplog.text


def test_a_file_whose_reader_leaves_is_closed(make: Callable[..., Spool]) -> None:
    file = Download(b"x" * 5_000_000)
    answer = ask(make(sending_app(FileWrapper(file))), leaves_after=1)
    assert file.shut
    assert len(answer.body) < 5_000_000


def test_stopping_waits_for_answers_under_way(make: Callable[..., Spool]) -> None:
    def app(environ: Environ, start: Any) -> Iterable[bytes]:
        time.sleep(0.3)
        return length_app(environ, start)

    spool = make(app)

    async def run() -> int:
        messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
        sent: list[str] = []

        async def receive() -> Any:
            return next(messages)

        async def send(message: Any) -> None:
            sent.append(message["type"])

        request = asyncio.create_task(Client(spool).run())
        await asyncio.sleep(0.05)
        await spool({"type": "lifespan"}, receive, send)
        assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
        assert request.done()
        return (await request).status

    assert asyncio.run(run()) == 200


def test_no_temporary_file_stays(make: Callable[..., Spool], tmp_path: Path) -> None:
    ask(make(length_app), method="POST", headers=LENGTH, pieces=[b"x" * 300_000, b""])
    assert list(tmp_path.iterdir()) == []


def test_a_kind_of_connection_that_we_do_not_speak_is_left_alone(make: Callable[..., Spool]) -> None:
    """The server in front speaks HTTP alone; a websocket would come to nobody."""
    sent: list[Any] = []

    async def never() -> dict[str, Any]:
        raise AssertionError("Nobody asks what comes.")

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(make(length_app)({"type": "websocket"}, never, send))
    assert sent == []


class Line:
    """A line of so many bytes a second: what has come since the last look is there at the next."""

    def __init__(self, size: int, rate: float, piece: int) -> None:
        self.size, self.rate, self.piece = size, rate, piece
        self.taken = self.looks = 0
        self.began = time.monotonic()

    async def receive(self) -> dict[str, Any]:
        while not (there := min(self.size, int((time.monotonic() - self.began) * self.rate)) - self.taken):
            await asyncio.sleep(self.piece / self.rate)
        self.looks += 1
        self.taken += there
        return {"type": "http.request", "body": b"x" * there, "more_body": self.taken < self.size}


@pytest.mark.parametrize(("rate", "most"), [(40_000.0, 120), (4_000_000.0, 40_000)])
def test_a_slow_body_is_looked_at_seldom_and_a_fast_one_does_not_wait(
    make: Callable[..., Spool], monkeypatch: pytest.MonkeyPatch, rate: float, most: int
) -> None:
    monkeypatch.setattr("tremplin.web.spool.PAUSE", 0.05)
    line = Line(40_000, rate, 200)
    client = Client(make(length_app), "POST", headers=(("content-length", "40000"),))
    monkeypatch.setattr(client, "receive_from", lambda _pieces: line.receive)
    answer = asyncio.run(client.run())
    assert answer.text == "40000 40000"
    assert line.looks <= most  # of two hundred; at its beginning and end it is looked at as often as before
    assert time.monotonic() - line.began < 40_000 / rate + 1


def test_a_body_whose_length_nobody_said_is_not_made_to_wait(make: Callable[..., Spool]) -> None:
    began = time.monotonic()
    pieces = [*[b"x" * 10] * 50, b""]
    client = Client(
        make(length_app), "POST", headers=(("transfer-encoding", "chunked"),), pieces=pieces, pause=0.03
    )
    assert asyncio.run(client.run()).text.startswith("500 ")
    assert time.monotonic() - began < 10
