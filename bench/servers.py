"""The night of the deadline: pages and submissions at a fixed rate, beside hundreds of slow uploads.

The loop is open: requests come when people come, not when the server is ready, and waiting counts from the
moment a request was due. 70 pages and 15 submissions a second (five times the peak that DreamApply reports
for 28,400 applications), while 300 phones upload at 20 kB/s. The same site, database settings and work run
under our server and under the servers that others put before Django, one after the other.
"""

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import peers
from bench.installation import ROOT, Installation, memory_of, stop
from bench.load import Pool, Request, Tally, open_loop, slow_upload, spread

HELP = "85 requests a second with 15 writes beside 300 slow uploads, open loop"
PAGES, WRITES, PHONES = 70.0, 15.0, 300
Server = Callable[[Installation], "subprocess.Popen[bytes]"]


def ours(site: Installation) -> "subprocess.Popen[bytes]":
    return site.start_server()


def wsgi(site: Installation, folder: Path, *words: str) -> "subprocess.Popen[bytes]":
    """Another server with the same WSGI application, its address in {}; jobs run beside, as in ours."""
    environment = {**site.environment, "PYTHONPATH": f"{ROOT}:{folder}"}
    with (site.folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *(word.replace("{}", f"127.0.0.1:{site.port}") for word in words)],
            env=environment,
            cwd=site.folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    site.wait_until_up(process)
    return process


def servers(*, alone: bool) -> dict[str, Server]:
    """Ours and, where they can be installed, the others."""
    found: dict[str, Server] = {"tremplin serve": ours}
    folder = None if alone else peers.install("servers", "gunicorn==23.*", "waitress==3.*")
    if folder is not None:
        application = "bench.site.wsgi:application"
        gunicorn = ["gunicorn.app.wsgiapp", "--bind", "{}", "--log-level", "error", application]
        found |= {
            "gunicorn sync 4": lambda site: wsgi(site, folder, *gunicorn, "--workers", "4"),
            "gunicorn threads 4": lambda site: wsgi(site, folder, *gunicorn, "--threads", "4"),
            "waitress": lambda site: wsgi(site, folder, "waitress", "--listen", "{}", application),
        }
    return found


@contextmanager
def night(start: Server) -> Iterator[tuple[Installation, "subprocess.Popen[bytes]"]]:
    """A fresh installation with two thousand submissions, served."""
    with tempfile.TemporaryDirectory(prefix="tremplin-deadline-") as name:
        site = Installation(Path(name))
        worker = None
        try:
            site.run("migrate")
            site.run("manage", "shell", "-c", _SEED)
            process = start(site)
            worker = None if start is ours else site.start("worker")
            try:
                yield site, process
            finally:
                stop(process)
        finally:
            if worker is not None:
                stop(worker)
            site.close()


_SEED = """
from bench.site.models import Submission
from tremplin.core import clock
Submission.objects.bulk_create(
    Submission(key=f"seed-{number}", text="An essay. " * 60, at=clock.now()) for number in range(2000)
)
"""


def request(chance: random.Random) -> Request:
    """A page, or now and then a submission."""
    if chance.random() < WRITES / (PAGES + WRITES):
        return Request("submit", "/submit", {"key": f"{chance.getrandbits(48):x}", "text": "An essay. " * 60})
    return Request("page", "/page")


async def phones(port: int, count: int, over: asyncio.Event) -> list[int | str]:
    """Uploads, each followed by another until it is over; statuses, or names of what broke."""
    ended: list[int | str] = []

    async def one(number: int) -> None:
        await asyncio.sleep(number / count * 2)
        while not over.is_set():
            try:
                ended.append(await slow_upload(port))
            except (OSError, IndexError, ValueError) as error:
                ended.append(type(error).__name__)
                await asyncio.sleep(0.5)

    await asyncio.gather(*(one(number) for number in range(count)))
    return ended


async def measure(site: Installation, *, seconds: float, uploads: int, seed: int) -> dict[str, Any]:
    """One run: latencies and errors of the others while phones upload."""
    pool, tally, over = Pool(site.port), Tally(), asyncio.Event()
    for _ in range(20):
        await pool.ask(Request("warm", "/page"))
    slow = asyncio.create_task(phones(site.port, uploads, over))
    await asyncio.sleep(2.5 if uploads else 0)
    await open_loop(pool, tally, rate=PAGES + WRITES, seconds=seconds, make=request, seed=seed)
    over.set()
    statuses = await slow
    pool.close()
    saved = site.count("SELECT count(*) FROM bench_site_submission WHERE key NOT LIKE 'seed-%'")
    acknowledged = len(tally.seconds.get("submit", []))
    return {
        "requests": len(tally.all()) + tally.errors,
        "errors": tally.errors,
        "why": sorted({why for failures in tally.failures.values() for why in failures}),
        "page": spread(tally.seconds.get("page", [])),
        "submit": spread(tally.seconds.get("submit", [])),
        "all": spread(tally.all()),
        "uploads": len(statuses),
        "uploads_failed": sum(status != 200 for status in statuses),
        "unsaved": max(0, acknowledged - saved),
    }


async def four_at_once(site: Installation, rounds: int = 25) -> int:
    """Four people submit in the same moment, many times; how many were refused."""
    pool, refused = Pool(site.port), 0
    for number in range(rounds):
        asked = [pool.ask(Request("submit", "/submit", {"key": f"four-{number}-{one}"})) for one in range(4)]
        refused += sum(status != 200 for status, _body in await asyncio.gather(*asked))
    pool.close()
    return refused


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, help="of load for each server (default: 60; quick: 15)")
    parser.add_argument("--phones", type=int, default=PHONES)
    parser.add_argument("--alone", action="store_true", help="our server only")


def run(args: argparse.Namespace) -> dict[str, Any]:
    seconds = args.seconds or (15 if args.quick else 60)
    figures: dict[str, Any] = {"phones": args.phones, "seconds": seconds}
    print(
        f"{PAGES + WRITES:.0f} requests a second for {seconds:.0f} s beside {args.phones} slow uploads; ms\n"
    )
    print(
        f"{'':<22}{'errors':>8}{'p50':>8}{'p95':>8}{'p99':>8}{'max':>9}{'uploads':>9}{'failed':>8}{'MiB':>6}"
    )
    for name, start in servers(alone=args.alone or args.quick).items():
        with night(start) as (site, process):
            began = time.process_time()
            result = asyncio.run(measure(site, seconds=seconds, uploads=args.phones, seed=1))
            result["generator_cpu"] = round(time.process_time() - began, 1)
            result["refused_of_four"] = asyncio.run(four_at_once(site))
            result["memory"] = round(memory_of(process))
        figures[name] = result
        row = result["all"]
        print(
            f"{name:<22}{result['errors']:>8}"
            + "".join(f"{row.get(key, float('nan')):>{width}.0f}" for key, width in _COLUMNS)
            + f"{result['uploads']:>9}{result['uploads_failed']:>8}{result['memory']:>6}"
        )
    mine = figures["tremplin serve"]
    good = mine["errors"] == mine["uploads_failed"] == mine["unsaved"] == mine["refused_of_four"] == 0
    figures["met"] = good and mine["all"]["p95"] < 500
    verdict = "met" if figures["met"] else "missed"
    print(f"\nbar (0 errors, p95 < 500 ms): {verdict}; load average {os.getloadavg()[0]:.1f}")
    return figures


_COLUMNS = (("p50", 8), ("p95", 8), ("p99", 8), ("max", 9))
