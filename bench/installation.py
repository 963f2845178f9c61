"""An installation of Tremplin of its own: a temporary data folder, a database, a port, and its processes."""

import copy
import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent
TREMPLIN = [sys.executable, "-m", "tremplin.cli.main"]


class Installation:
    """By default the bench site, on SQLite, or on the PostgreSQL server of TREMPLIN_DATABASE_URL.

    With `like` it begins as a copy of another one that is at rest.
    """

    def __init__(
        self,
        folder: Path,
        *,
        settings: str = "bench.site.settings",
        like: "Installation | None" = None,
        **extra: str,
    ) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TREMPLIN_")},
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
            "DJANGO_SETTINGS_MODULE": settings,
            "TREMPLIN_DATA_DIR": str(self.data),
            "TREMPLIN_SECRET_KEY": "only-for-tests",
            "TREMPLIN_MAIL": "file",
            "TREMPLIN_LOG_LEVEL": "warning",
            **extra,
        }
        self.server_url = os.environ.get("TREMPLIN_DATABASE_URL", "")
        self.database = f"bench_{uuid.uuid4().hex[:12]}"
        if self.server_url:
            template = f' TEMPLATE "{like.database}"' if like else ""
            self._administer(f'CREATE DATABASE "{self.database}"{template}')
            self.environment["TREMPLIN_DATABASE_URL"] = self._url(self.database)
        if like is not None:
            shutil.copytree(like.data, self.data)

    def twin(self) -> "Installation":
        """The same installation on another port."""
        other = copy.copy(self)
        other.port = free_port()
        return other

    def _url(self, name: str) -> str:
        parts = urlsplit(self.server_url)
        # urlunsplit would drop the empty host of a socket URL, hence the text.
        return f"{parts.scheme}://{parts.netloc}/{name}" + (f"?{parts.query}" if parts.query else "")

    def _administer(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def close(self) -> None:
        """Drop the database, if it lies on a server; the folder is its maker's to delete."""
        if self.server_url:
            self._administer(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')

    def unmeasured(self) -> dict[str, str]:
        """The environment for a process that may write no file of its own, not even of what tests reach."""
        return {name: value for name, value in self.environment.items() if not name.startswith("COVERAGE_")}

    def run(self, *words: str, timeout: float = 120, **options: Any) -> "subprocess.CompletedProcess[str]":
        """Run one command to its end."""
        return subprocess.run(
            [*TREMPLIN, *words],
            env=options.pop("env", self.environment),
            cwd=options.pop("cwd", self.folder),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            **options,
        )

    def inside(self, module: str, *words: str) -> Any:
        """What a module of ours, run within this installation, prints as JSON in its last line. Raises RuntimeError."""
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return json.loads(done.stdout.splitlines()[-1])

    def start(self, *words: str, log: Path | None = None) -> "subprocess.Popen[bytes]":
        """Start a command in a process group of its own."""
        with (log or self.folder / "log").open("ab") as output:
            return subprocess.Popen(
                [*TREMPLIN, *words],
                env=self.environment,
                cwd=self.folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start_server(self, *words: str) -> "subprocess.Popen[bytes]":
        """`tremplin serve`, answering."""
        process = self.start("serve", "--port", str(self.port), *words)
        self.wait_until_up(process)
        return process

    def wait_until_up(self, process: "subprocess.Popen[bytes]", seconds: float = 30) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if process.poll() is not None:
                raise RuntimeError(f"tremplin serve ended: {self.log()}")
            with suppress(OSError), urllib.request.urlopen(f"{self.address}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"tremplin serve does not answer: {self.log()}")

    @contextmanager
    def serving(self, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
        process = self.start_server(*words)
        try:
            yield process
        finally:
            stop(process)

    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What a SELECT gives, read beside Tremplin, not through it."""
        if self.server_url:
            import psycopg

            with psycopg.connect(self._url(self.database)) as connection:
                return list(connection.execute(statement))
        with closing(sqlite3.connect(self.data / "tremplin.db", timeout=20)) as connection:
            return list(connection.execute(statement))

    def digests(self, *, leave_out: tuple[str, ...] = ()) -> dict[str, str]:
        """A digest of all rows of each table."""
        listing = (
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            if self.server_url
            else "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        names = sorted(str(row[0]) for row in self.rows(listing))
        contents = {name: sorted(map(repr, self.rows(f'SELECT * FROM "{name}"'))) for name in names}
        return {
            name: hashlib.sha256("\n".join(rows).encode()).hexdigest()
            for name, rows in contents.items()
            if name not in leave_out
        }

    def count(self, statement: str) -> int:
        return int(self.rows(statement)[0][0])


def free_port() -> int:
    """A port on which nobody listens, now and when a server comes back to it.

    None that the system would give by itself: those it lends to outgoing connections, and while a server is away
    one of these could be on its port, even connected to itself.
    """
    while True:
        port = secrets.choice(range(20_000, 32_000))
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port


def stop(process: "subprocess.Popen[bytes]", seconds: float = 30) -> int:
    """Stop a process politely, its whole group by force if it does not go."""
    process.send_signal(signal.SIGTERM)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        kill_group(process)
        return process.wait()


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def family(pid: int) -> list[int]:
    """The process and all that descend from it."""
    found = [pid]
    for pid in found:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            with suppress(OSError):
                found.extend(int(word) for word in task.read_text().split())
    return found


def database_family() -> list[int]:
    """All processes of the PostgreSQL server of TREMPLIN_DATABASE_URL, on this machine; none where SQLite is used.

    SQLite works inside the processes of a site; what a server does for it has to be looked for beside them.
    """
    url = os.environ.get("TREMPLIN_DATABASE_URL", "")
    if not url:
        return []
    import psycopg

    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        stat = Path(f"/proc/{row[0] if row else 0}/stat").read_text()
        return family(int(stat.rpartition(")")[2].split()[1]))


def memory_of(process: "subprocess.Popen[bytes]") -> float:
    """Proportional memory of a process and its descendants, in MiB."""
    total = 0
    for pid in family(process.pid):
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024
