"""A real installation for real browsers: the demonstration, made by its own command and served by `tremplin serve`."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "springboard-demo"
TREMPLIN = [sys.executable, "-m", "tremplin.cli.main"]


@dataclass(frozen=True)
class Site:
    """Where it runs, and where it keeps its things."""

    url: str
    folder: Path

    def address(self, role: str) -> str:
        return f"{role}@demo.example.org"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path, *, applicants: int) -> Iterator[Site]:
    """Make the demonstration in `folder`, serve it, and stop it."""
    port = free_port()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("TREMPLIN_", "DJANGO_"))
    }
    environment["TREMPLIN_DEMO_DIR"] = str(folder)
    command = [*TREMPLIN, "demo", "--port", str(port), "--applicants", str(applicants)]
    made = subprocess.run(
        [*command, "--no-serve"], env=environment, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    log = (folder.parent / "server.log").open("w")
    server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    site = Site(f"http://127.0.0.1:{port}", folder)
    try:
        _wait(site, server, folder.parent / "server.log")
        yield site
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


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
