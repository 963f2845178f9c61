"""kill -9 under load: nothing acknowledged is lost, no job or mail is lost or doubled.

Writers submit forms, each with a key of its own, and try again with the same key whenever the line breaks,
as a browser's idempotency token makes them; every fifth presses the button twice. Meanwhile web processes,
job processes, keepers and whole servers are killed at random. At the end the books are compared: what was
acknowledged, what is stored, which effects jobs had, which mails lie in the mailbox.

Also says on which databases, and how often each kind of process was killed.
"""

import argparse
import asyncio
import random
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from os import kill
from pathlib import Path
from typing import Any

from bench.installation import Installation, kill_group, stop
from bench.load import Pool, Request

HELP = "kill -9 of web and workers under load: lost and doubled writes, jobs, mails"
TARGETS = ("web", "jobs", "keeper", "worker", "server")


@dataclass
class Books:
    """What happened, and what is left to compare."""

    acknowledged: set[str] = field(default_factory=set)
    attempts: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def faults(self) -> dict[str, int]:
        """Every figure that must be zero."""
        names = (
            "lost_writes",
            "doubled_writes",
            "lost_jobs",
            "doubled_jobs",
            "lost_mails",
            "doubled_mails",
            "broken",
        )
        return {name: self.figures[name] for name in names}


class Scene:
    """One installation under fire."""

    def __init__(self, site: Installation, *, seed: int, pace: float) -> None:
        self.site, self.chance, self.pace = site, random.Random(seed), pace
        self.books = Books()
        self.over = asyncio.Event()
        self.server: subprocess.Popen[bytes] = site.start_server()
        self.worker: subprocess.Popen[bytes] = site.start("worker")

    async def run(self, *, kills: int, writers: int) -> Books:
        tasks = [asyncio.create_task(self.write(number)) for number in range(writers)]
        for _ in range(kills):
            await asyncio.sleep(self.pace * self.chance.uniform(0.3, 1.2))
            await self.shoot()
        await asyncio.sleep(1)
        self.over.set()
        await self.finish(tasks)
        await self.settle()
        return self.books

    async def finish(self, writers: "list[asyncio.Task[None]]") -> None:
        """Until each writer has its last answer; a server that gave up after the last kill is started again."""
        pending = set(writers)
        while pending:
            await asyncio.to_thread(self.revive)
            _done, pending = await asyncio.wait(pending, timeout=0.5)
        await asyncio.gather(*writers)

    async def write(self, writer: int) -> None:
        """Submit, again and again until acknowledged; then the next one."""
        pool = Pool(self.site.port)
        number = 0
        while not self.over.is_set():
            number += 1
            key = f"{writer}-{number}"
            request = Request("submit", "/submit", {"key": key, "text": "x" * 200})
            presses = 2 if number % 5 == 0 else 1
            while key not in self.books.acknowledged:
                self.books.attempts += presses
                answers = await asyncio.gather(*(self.press(pool, request) for _ in range(presses)))
                if True in answers:
                    self.books.acknowledged.add(key)
                else:
                    await asyncio.sleep(0.05)
            await asyncio.sleep(0.03)
        pool.close()

    async def press(self, pool: Pool, request: Request) -> bool:
        with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, ValueError, IndexError):
            status, body = await pool.ask(request, timeout=30)
            return status == 200 and body.startswith(b"saved ")
        return False

    async def shoot(self) -> None:
        """Kill one process, or the whole server; start again what nobody else would."""
        target = self.chance.choice(TARGETS)
        self.books.killed[target] += 1
        if target == "worker":
            kill_group(self.worker)
        elif target == "server":
            kill_group(self.server)
        else:
            for pid in self.pids(target):
                with suppress(ProcessLookupError):
                    kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.2)
        await asyncio.to_thread(self.revive)

    def pids(self, target: str) -> list[int]:
        """The keeper has a child, the jobs process; the web process is the server's other child."""
        children = {pid: self.children(pid) for pid in self.children(self.server.pid)}
        keepers = [pid for pid, below in children.items() if below]
        return {
            "keeper": keepers,
            "jobs": [pid for keeper in keepers for pid in children[keeper]],
            "web": [pid for pid in children if pid not in keepers],
        }[target]

    def children(self, pid: int) -> list[int]:
        found = []
        with suppress(OSError):
            for path in Path(f"/proc/{pid}/task").glob("*/children"):
                found += [int(word) for word in path.read_text().split()]
        return found

    def revive(self) -> None:
        if self.worker.poll() is not None:
            self.worker = self.site.start("worker")
        for _ in range(5):
            if self.server.poll() is None:
                return
            # Orphans of a killed server leave by themselves within a second; until then the port is theirs.
            with suppress(RuntimeError):
                self.server = self.site.start_server()
                return
            time.sleep(0.5)

    async def settle(self, seconds: float = 180) -> None:
        """Until nothing waits or runs any more."""
        ends = time.monotonic() + seconds
        open_jobs = (
            "SELECT count(*) FROM jobs_job WHERE state IN ('waiting', 'running') AND task NOT LIKE '%tidy'"
        )
        while time.monotonic() < ends and self.site.count(open_jobs):
            await asyncio.to_thread(self.revive)
            await asyncio.sleep(0.5)

    def close(self) -> None:
        for process in (self.worker, self.server):
            stop(process)


def compare(site: Installation, books: Books) -> None:
    """Fill in the figures."""
    stored = Counter(str(key) for (key,) in site.rows("SELECT key FROM bench_site_submission"))
    effects = Counter(str(key) for (key,) in site.rows("SELECT key FROM bench_site_effect"))
    retried = site.count("SELECT count(*) FROM jobs_job WHERE attempts > 1 AND state = 'done'")
    mails = Counter(_subject(path) for path in (site.data / "mail").glob("*.eml"))
    unsent = site.count("SELECT count(*) FROM outbox_outboxmessage WHERE state <> 'sent'")
    failed = site.count("SELECT count(*) FROM jobs_job WHERE state <> 'done' AND task NOT LIKE '%tidy'")
    books.figures = {
        "kills": sum(books.killed.values()),
        "attempts": books.attempts,
        "acknowledged": len(books.acknowledged),
        "stored": sum(stored.values()),
        "stored_unacknowledged": len(set(stored) - books.acknowledged),
        "jobs_taken_over": retried,
        "mails_handed_over_again": site.count("SELECT count(*) FROM outbox_outboxmessage WHERE attempts > 1"),
        "lost_writes": len(books.acknowledged - set(stored)),
        "doubled_writes": _surplus(stored),
        "lost_jobs": len(set(stored) - set(effects)) + failed,
        "doubled_jobs": _surplus(effects),
        "lost_mails": len({f"Received {key}" for key in stored} - set(mails)) + unsent,
        "doubled_mails": _surplus(mails),
        "broken": _broken(site),
    }


def _surplus(counted: Counter[str]) -> int:
    return sum(counted.values()) - len(counted)


def _subject(path: Path) -> str:
    lines = path.read_text("utf-8").splitlines()
    return next(line.removeprefix("Subject: ") for line in lines if line.startswith("Subject: "))


def _broken(site: Installation) -> int:
    """0 if the database file is sound and the audit log has no gap."""
    positions = [row[0] for row in site.rows("SELECT position FROM core_auditevent ORDER BY position")]
    gaps = positions != list(range(1, len(positions) + 1))
    if site.server_url:
        return int(gaps)
    with closing(sqlite3.connect(site.data / "tremplin.db")) as connection:
        return int(gaps or connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok")


def fire(folder: Path, *, kills: int, writers: int = 4, seed: int = 1, pace: float = 1.0) -> Books:
    """A fresh installation, `kills` kills (about one a second at pace 1), and the books."""
    site = Installation(folder)
    try:
        migrated = site.run("migrate")
        if migrated.returncode:
            raise RuntimeError(migrated.stderr)
        scene = Scene(site, seed=seed, pace=pace)
        try:
            books = asyncio.run(scene.run(kills=kills, writers=writers))
        finally:
            scene.close()
        compare(site, books)
        return books
    finally:
        site.close()


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kills", type=int, help="how many (default: 100; quick: 20)")
    parser.add_argument("--seed", type=int, default=1)


def run(args: argparse.Namespace) -> dict[str, Any]:
    kills = args.kills or (20 if args.quick else 100)
    with tempfile.TemporaryDirectory(prefix="tremplin-kill-") as folder:
        began = time.monotonic()
        books = fire(Path(folder), kills=kills, seed=args.seed)
        figures = {**books.figures, "seconds": round(time.monotonic() - began)}
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):<24}{value:>8}")
    print(f"{'killed':<24}" + ", ".join(f"{count} {name}" for name, count in sorted(books.killed.items())))
    return {**figures, "killed": dict(books.killed)}
