"""`tremplin serve` as a process: what it stands, how it dies, how it comes back."""

import asyncio
import errno
import os
import resource
import signal
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bench.installation import Installation, family, kill_group, memory_of, stop
from bench.load import Pool, Request, percentile, slow_upload

from tremplin.core.errors import UserError
from tremplin.web import server


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("site"))
    assert made.run("migrate").returncode == 0
    yield made
    made.close()


@pytest.fixture(scope="module")
def serving(site: Installation) -> Iterator[Installation]:
    with site.serving():
        yield site


def get(site: Installation, path: str, **headers: str) -> bytes:
    request = urllib.request.Request(f"{site.address}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return bytes(answer.read())


def eventually(condition: Callable[[], object], seconds: float = 15) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if condition():
            return True
        time.sleep(0.1)
    return False


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


def test_forty_slow_phones_do_not_keep_others_waiting(serving: Installation) -> None:
    async def run() -> tuple[list[float], list[int]]:
        pool = Pool(serving.port)
        uploads = [asyncio.create_task(slow_upload(serving.port, size=60_000)) for _ in range(40)]
        await asyncio.sleep(0.3)
        waited = []
        while not any(upload.done() for upload in uploads):
            began = time.perf_counter()
            status, _body = await pool.ask(Request("page", "/page"))
            assert status == 200
            waited.append(time.perf_counter() - began)
            await asyncio.sleep(0.05)
        pool.close()
        return waited, await asyncio.gather(*uploads)

    waited, statuses = asyncio.run(run())
    assert statuses == [200] * 40
    assert len(waited) >= 5
    # A server whose threads read bodies makes all of them wait for three seconds.
    assert percentile(waited, 0.8) < 1.0


def test_a_real_request_arrives_as_it_was_sent(serving: Installation) -> None:
    text = get(serving, "/echo?a=%C3%A9", Cookie="x=1", **{"X-Forwarded-For": "9.9.9.9"}).decode()
    assert "method=GET" in text
    assert "query=a=%C3%A9" in text
    assert "address=127.0.0.1" in text
    assert "cookies=x=1" in text
    assert "forwarded=\n" in text


def test_streams_and_downloads_arrive_whole(serving: Installation) -> None:
    assert len(get(serving, "/stream?count=50&size=100000")) == 5_000_000
    assert len(get(serving, "/download?size=200000")) == 2_000_000


def test_a_stream_that_breaks_off_is_not_taken_for_whole(serving: Installation) -> None:
    with pytest.raises((OSError, ValueError, Exception)) as caught:
        get(serving, "/stream?count=4&size=100000&fail")
    assert type(caught.value).__name__ in {"IncompleteRead", "ConnectionResetError"}


def test_a_body_beyond_the_limit_gets_its_page_though_it_is_still_being_sent(serving: Installation) -> None:
    size = 40_000_000
    with socket.create_connection(("127.0.0.1", serving.port), timeout=20) as line:
        line.sendall(f"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode())
        for _ in range(size // 100_000):
            line.sendall(b"x" * 100_000)
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"Choose a smaller file" in answer


def test_a_submission_is_saved_its_job_runs_and_its_mail_leaves(serving: Installation) -> None:
    body = b"key=first&text=hello"
    with urllib.request.urlopen(f"{serving.address}/submit", data=body, timeout=30) as answer:
        assert answer.read() == b"saved first\n"
    assert eventually(
        lambda: serving.count("SELECT count(*) FROM bench_site_effect WHERE key = 'first'") == 1
    )
    assert eventually(lambda: len(list((serving.data / "mail").glob("*.eml"))) == 1)


def test_with_two_web_processes_and_jobs_it_takes_less_than_150_mib(site: Installation) -> None:
    other = site.twin()
    with other.serving("--workers", "2") as process:
        for _ in range(20):
            get(other, "/page")
        assert eventually(lambda: len(family(process.pid)) == 5)
        assert memory_of(process) < 150


def test_processes_that_die_come_back_and_all_go_with_the_first(site: Installation) -> None:
    other = site.twin()
    process = other.start_server("--workers", "1")
    try:
        assert eventually(lambda: len(family(process.pid)) == 4)
        before = set(family(process.pid)) - {process.pid}
        time.sleep(0.5)
        for pid in before:
            if f"\nPPid:\t{process.pid}\n" not in Path(f"/proc/{pid}/status").read_text():
                os.kill(pid, signal.SIGKILL)  # the jobs process; its keeper starts another one
                jobs = pid
        assert eventually(lambda: len(set(family(process.pid)) - {process.pid} - before) == 1)
        _keeper, web = sorted(before - {jobs})
        os.kill(web, signal.SIGKILL)
        assert eventually(lambda: not alive(web))
        assert eventually(lambda: _answers(other))
        everyone = family(process.pid)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert eventually(lambda: not any(alive(pid) for pid in everyone))
    finally:
        kill_group(process)


def _answers(site: Installation) -> bool:
    try:
        return get(site, "/healthz") != b""
    except OSError:
        return False


def test_a_polite_stop_finishes_answers_under_way(site: Installation) -> None:
    other = site.twin()
    process = other.start_server()

    async def run() -> tuple[int, bytes]:
        asking = asyncio.create_task(Pool(other.port).ask(Request("slow", "/slow?seconds=1")))
        await asyncio.sleep(0.4)
        process.send_signal(signal.SIGINT)
        return await asking

    try:
        assert asyncio.run(run()) == (200, b"slow but done\n")
        assert process.wait(20) == 0
        assert "Tremplin has stopped." in other.log()
    finally:
        stop(process)


def test_a_port_of_the_system_is_told_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: socket.socket, _address: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(UserError) as caught:
        server.check_port("127.0.0.1", 80)
    assert "ports below 1024 belong to the system" in caught.value.message
    assert "--port 8000" in caught.value.remedy


@pytest.mark.parametrize(
    ("limits", "raised"),
    [
        ((1024, 4096), [(4096, 4096)]),
        ((1024, 1_000_000), [(65536, 1_000_000)]),
        ((1024, resource.RLIM_INFINITY), [(65536, resource.RLIM_INFINITY)]),
        ((65536, 1_000_000), []),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), []),
    ],
)
def test_as_many_files_are_opened_as_the_machine_lets_us(
    monkeypatch: pytest.MonkeyPatch, limits: tuple[int, int], raised: list[tuple[int, int]]
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _kind, wanted: asked.append(wanted))
    server.raise_file_limit()
    assert asked == raised
