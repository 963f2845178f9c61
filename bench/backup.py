"""Backing up and restoring 10,000 applications: seconds, memory and bytes, beside a plain copy of the same database.

The plain copy is what people do today: SQLite's `VACUUM INTO`, then gzip. It seals nothing and checks nothing.
"""

import argparse
import gzip
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.installation import Installation

HELP = "10,000 applications backed up and restored, beside a plain copy"
MANY = 10_000
FILL = """
from bench import board
board.filled({many})
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--applications", type=int, default=MANY)


def run(args: argparse.Namespace) -> dict[str, Any]:
    many = min(args.applications, 1000) if args.quick else args.applications
    with tempfile.TemporaryDirectory(prefix="bench-backup-") as name:
        site = _site(Path(name) / "site")
        try:
            _must(site, "migrate")
            _must(site, "manage", "shell", "-v", "0", "-c", FILL.format(many=many))
            figures = {"applications": many, "steps": _measured(site, Path(name))}
        finally:
            site.close()
    for row in figures["steps"]:
        print(f"{row['step']:<34}{row['seconds']:8.1f} s{row['mib']:8.0f} MiB{row['megabytes']:9.1f} MB")
    return figures


def _site(folder: Path) -> Installation:
    folder.mkdir()
    return Installation(folder, settings="tremplin.web.settings")


def _measured(site: Installation, folder: Path) -> list[dict[str, Any]]:
    rows = []
    if not site.server_url:
        rows.append(_plain(site.data / "tremplin.db", folder / "plain.db"))
    kept = folder / "one.tremplin.tar.gz"
    for step in ("backup, every key made", "backup, the night after"):
        kept.unlink(missing_ok=True)
        rows.append(
            {"step": step, **_timed(site, "backup", str(kept)), "megabytes": kept.stat().st_size / 1e6}
        )
    (keys,) = folder.glob("keys-*.tremplin")
    rows[-1]["keys_megabytes"] = keys.stat().st_size / 1e6
    other = _site(folder / "other")
    try:
        rows.append(
            {"step": "restore", **_timed(other, "restore", str(kept)), "megabytes": kept.stat().st_size / 1e6}
        )
    finally:
        other.close()
    return rows


def _plain(database: Path, copy: Path) -> dict[str, Any]:
    began = time.perf_counter()
    with closing(sqlite3.connect(database)) as source:
        source.execute("VACUUM INTO ?", [str(copy)])
    packed = copy.with_suffix(".gz")
    with copy.open("rb") as content, gzip.open(packed, "wb", compresslevel=6) as target:
        shutil.copyfileobj(content, target)
    size = packed.stat().st_size / 1e6
    return {"step": "a plain copy", "seconds": time.perf_counter() - began, "mib": 0, "megabytes": size}


def _timed(site: Installation, *words: str) -> dict[str, float]:
    """Seconds and the largest memory of one command, in a process that has no other child."""
    script = (
        "import resource, subprocess, sys, time; began = time.perf_counter(); "
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
        "print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); "
        "sys.exit(done.returncode)"
    )
    command = [sys.executable, "-c", script, sys.executable, "-m", "tremplin.cli.main", *words]
    done = subprocess.run(command, env=site.environment, capture_output=True, text=True, check=True)
    seconds, kilobytes = done.stdout.split()
    return {"seconds": float(seconds), "mib": float(kilobytes) / 1024}


def _must(site: Installation, *words: str) -> None:
    done = site.run(*words, timeout=900)
    if done.returncode:
        raise RuntimeError(done.stderr)


def page(figures: dict[str, Any]) -> str:
    """The results as Markdown."""
    lines = [
        f"{figures['applications']:,} applications.",
        "",
        "| step | seconds | MiB | file, MB |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {row['step']} | {row['seconds']:.1f} | {row['mib']:.0f} | {row['megabytes']:.1f} |"
        for row in figures["steps"]
    ]
    keys = next(row["keys_megabytes"] for row in figures["steps"] if "keys_megabytes" in row)
    said = f"The file of keys: {keys:.1f} MB. Each text is packed by itself before it is sealed, hence the larger file."
    lines += ["", said]
    return "\n".join(lines)
