"""A real installation for real browsers: the demonstration, made by its own command and served by `tremplin serve`."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.installation import free_port

PASSWORD = "springboard-demo"
TREMPLIN = [sys.executable, "-m", "tremplin.cli.main"]


@dataclass(frozen=True)
class Site:
    """Where it runs, and where it keeps its things."""

    url: str
    folder: Path

    def address(self, role: str) -> str:
        return f"{role}@demo.example.org"


def make(folder: Path, *, applicants: int) -> None:
    """Make the demonstration in `folder`."""
    done = subprocess.run(
        [*TREMPLIN, "demo", "--applicants", str(applicants), "--no-serve"],
        env=_environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def running(folder: Path) -> Iterator[Site]:
    """Serve the demonstration that was made in `folder`, and stop it."""
    port = free_port()
    with serving(folder, port):
        yield Site(f"http://127.0.0.1:{port}", folder)


@contextmanager
def serving(folder: Path, port: int) -> "Iterator[subprocess.Popen[bytes]]":
    """The process that serves `folder` on `port`; stopped at the end if it still runs."""
    log = (folder.parent / "server.log").open("a")
    server = subprocess.Popen(
        [*TREMPLIN, "demo", "--port", str(port)],
        env=_environment(folder),
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait(Site(f"http://127.0.0.1:{port}", folder), server, folder.parent / "server.log")
        yield server
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def _environment(folder: Path) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("TREMPLIN_", "DJANGO_"))
    }
    return {**kept, "TREMPLIN_DEMO_DIR": str(folder)}


def _wait(site: Site, server: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(240):
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{site.url}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.25)
    raise AssertionError("The server did not answer within a minute:\n" + log.read_text())
