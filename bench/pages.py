"""Every page of every role of the demonstration: its weight, its queries, its time.

The demonstration is made by its own command; then all pages that links lead to are asked for as each role. Held
against the bars of the house; what others weigh stands there too, measured once: a submission form of pretalx
takes 237 KB, 39 requests and 50 ms.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.installation import Installation

HELP = "every page of every role: bytes, queries, milliseconds"
QUERIES, OF_APPLICANTS = 15, 5
FIRST_KB, AFTER_KB, APPLICANT_MS = 20, 8, 20
WHEN_SENDING = "applications:"


def measure(applicants: int, repeat: Path | None) -> dict[str, Any]:
    """Make the demonstration (or use one that lies in `repeat`), and crawl it in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = Installation(folder, settings="tremplin.web.settings", TREMPLIN_DEMO="1")
        data = repeat or folder / "demonstration"
        if repeat is None:
            made = {**site.environment, "TREMPLIN_DEMO_DIR": str(data)}
            words = ("demo", "--no-serve", "--applicants", str(applicants))
            done = site.run(*words, env=made, timeout=1800)
            if done.returncode:
                raise RuntimeError(done.stdout + done.stderr)
        environment = {**site.environment, "TREMPLIN_DATA_DIR": str(data.resolve())}
        result = folder / "pages.json"
        crawled = subprocess.run(
            [sys.executable, "-m", "bench.crawl", str(result)],
            env=environment,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if crawled.returncode:
            raise RuntimeError(crawled.stderr)
        found: dict[str, Any] = json.loads(result.read_text("utf-8"))
        return found


def faults(role: str, name: str, row: dict[str, Any]) -> list[str]:
    """The bars that a page misses."""
    applicant = role == "applicant" and name.startswith(WHEN_SENDING)
    found = []
    most = OF_APPLICANTS if applicant else QUERIES
    if row["queries"] > most:
        found.append(f"{row['queries']} queries, bar {most}")
    if applicant and row["first"] > FIRST_KB * 1000:
        found.append(f"{row['first'] / 1000:.1f} KB on a first visit, bar {FIRST_KB}")
    if applicant and row["gzip"] > AFTER_KB * 1000:
        found.append(f"{row['gzip'] / 1000:.1f} KB afterwards, bar {AFTER_KB}")
    if applicant and row["ms"] > APPLICANT_MS:
        found.append(f"{row['ms']:.0f} ms, bar {APPLICANT_MS}")
    return found


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--applicants", type=int, help="in the largest edition (default: 240; quick: 24)")
    parser.add_argument("--data", type=Path, help="a demonstration that was made before")
    parser.add_argument("--again", action="store_true", help="say which statements a page repeats")


def run(args: argparse.Namespace) -> dict[str, Any]:
    applicants = args.applicants or (24 if args.quick else 240)
    found = measure(applicants, args.data)
    print(f"{'page':<40}{'role':<12}{'HTML':>8}{'gzip':>8}{'first':>8}{'queries':>9}{'ms':>8}\n")
    missed = []
    for role, rows in found["pages"].items():
        for name, row in sorted(rows.items()):
            print(
                f"{name:<40}{role:<12}{row['html']:>8}{row['gzip']:>8}{row['first']:>8}"
                f"{row['queries']:>9}{row['ms']:>8.1f}"
            )
            if args.again and row["again"]:
                print("".join(f"    {many} x {text}\n" for text, many in row["again"].items()), end="")
            missed += [f"{name} as {role}: {fault}" for fault in faults(role, name, row)]
    for rows in found["pages"].values():
        for row in rows.values():
            del row["again"]
    print("\n" + ("\n".join(["bars missed:", *missed]) if missed else "all bars met"))
    print(f"load average {os.getloadavg()[0]:.1f}")
    return {"applicants": "an unknown number of" if args.data else applicants, "missed": missed, **found}


def page(figures: dict[str, Any]) -> str:
    """The results as a page."""
    lines = [
        f"The demonstration with {figures['applicants']} applicants in its largest edition, every page that links lead "
        "to, as each role. HTML and gzip in bytes; *first* is the compressed page with style sheet, icon and scripts, "
        "as on a first visit (there are no fonts to fetch); ms is CPU time on the server, the median of five. Of a "
        "page in several cohorts each column shows the worst.",
        "",
        f"Bars: {QUERIES} queries on any page; pages on which people apply {OF_APPLICANTS} queries, {FIRST_KB} KB on a "
        f"first visit, {AFTER_KB} KB afterwards, {APPLICANT_MS} ms. "
        + ("Missed: " + "; ".join(figures["missed"]) + "." if figures["missed"] else "All met."),
        "",
        "| page | role | HTML | gzip | first | queries | ms |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for role, rows in figures["pages"].items():
        for name, row in sorted(rows.items()):
            measures = (row["html"], row["gzip"], row["first"], row["queries"], f"{row['ms']:.1f}")
            lines.append(f"| `{name}` | {role} | " + " | ".join(map(str, measures)) + " |")
    return "\n".join(lines)
