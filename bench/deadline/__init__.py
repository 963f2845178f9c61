"""The night of the deadline, with the real form: newcomers who apply, drafts that save themselves, slow uploads.

The loop is open: people come when they come. ×1 is the busiest minute that DreamApply reports of a call with
28,400 applications (52 submissions); each of those people looks at the call, asks for a link, opens it from
their mail, fills in the form, checks it and sends it. Beside them 1,500 drafts lie open and save themselves,
others look at the call, and 300 phones upload 200 kB each at 20 kB/s, again and again. At the end the books
are compared: whatever was acknowledged has to be there. The bar of the house is a level of its own: about 85
requests a second, 15 of them writes.

pretalx, from its package and as its documentation runs it (gunicorn, four workers), has the same fields to fill
in and a new account for each person; it gets no autosaves and no slow uploads, which it would not bear without
another server in front.

CPU an application is measured alternately, at the peak of ×1 with nothing beside. Counted is all CPU of all
processes of the site and of the database server, if there is one, their waiting included: the call, the
account (here a mailed link that is opened, there a password that is hashed), the form, the answers, the
page at the end, and every mail as far as an SMTP server, which belongs to the benchmark. Both serve their
style sheets and scripts themselves, so it is measured twice: pages alone, to which the bar holds, and with
all that a browser with an empty cache fetches from their pages.
"""

import argparse
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from bench.deadline import ours, theirs
from bench.deadline.night import HOUSE, PHONES, Level, Night, Site, peaks, stretch
from bench.deadline.post import office

HELP = (
    "the deadline of a call with 28,400 applications: the real form, autosaves, slow uploads; beside pretalx"
)
DRAFTS = 1500
FACTORS = (1, 5, 8, 12, 16, 24)
BAR_MS, BAR_CPU = 500, 0.2
CLIMB = 30.0  # seconds of each factor above 5, where only the breaking point is looked for
PAGES, BROWSER = "pages alone", "with style sheets and scripts"
Row = dict[str, Any]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, help="of load at ×1 and ×5 (default: 45; quick: 12)")
    parser.add_argument("--factors", type=int, nargs="+", help="default: 1 5 8 12 16 24; quick: 1 5")
    parser.add_argument("--workers", type=int, help="web processes of Tremplin (default: as tremplin serve)")
    parser.add_argument("--alone", action="store_true", help="without pretalx")


def run(args: argparse.Namespace) -> Row:
    seconds = args.seconds or (12 if args.quick else 45)
    factors = tuple(args.factors or ((1, 5) if args.quick else FACTORS))
    packages = None if args.alone or args.quick else theirs.installed()
    figures: Row = {"seconds": seconds, "drafts": DRAFTS, "phones": PHONES, "levels": {}}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tremplin-deadline-")))
        post = stack.enter_context(office())
        sites: list[Site] = [
            stack.enter_context(ours.served(_new(folder / "ours"), post, DRAFTS, args.workers))
        ]
        if packages is not None:
            sites.append(
                stack.enter_context(theirs.served(_new(folder / "theirs"), packages, mail=post.port))
            )
        figures["cpu"] = _alternately(sites, rounds=1 if args.quick else 5, seconds=min(seconds, 15))
        print(_HEAD)
        for site in sites:
            figures["levels"][site.name] = _levels(site, factors, seconds)
        figures["memory_mib"] = {site.name: round(site.memory()) for site in sites}
    figures["breaks"] = {name: _breaking(rows) for name, rows in figures["levels"].items()}
    for name, level in figures["breaks"].items():
        print(f"{name} {f'breaks at {level}' if level else f'holds up to ×{factors[-1]}'}")
    figures["bars"] = _bars(figures)
    for text, met in figures["bars"].items():
        print(f"{text}: {'met' if met else 'missed'}")
    print(f"load average {os.getloadavg()[0]:.1f}")
    return figures


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _alternately(sites: list[Site], *, rounds: int, seconds: float) -> Row:
    """CPU seconds of the server for each application, at the peak rate with nothing beside, in turns."""
    spent: dict[tuple[str, str], list[float]] = {}
    for site in sites:  # the first answers of a process are slow, here as there
        stretch(site, Level("warm", 2), seconds=5, first=900_000)
    first = 800_000
    for _round in range(rounds):
        for kind in (PAGES, BROWSER):
            for site in sites:
                first += 1000
                night = stretch(site, Level("alone", 1), seconds=seconds, first=first, assets=kind == BROWSER)
                spent.setdefault((kind, site.name), []).append(night.cpu / max(1, len(night.applied)))
    found: Row = {kind: _turns({s.name: spent[kind, s.name] for s in sites}) for kind in (PAGES, BROWSER)}
    for kind, rows in found.items():
        for name, row in rows["ms"].items():
            print(
                f"CPU an application, {kind:<31}{name:<18}{row['median']:>6} ms ({row['from']} to {row['to']})"
            )
        if "ratio" in rows:
            print(f"ratio, {kind}: {rows['ratio']}")
    return found


def _turns(spent: dict[str, list[float]]) -> Row:
    """Medians and spreads in milliseconds, and the ratio of the first site to the second."""
    rows = {
        name: {"median": median(values), "from": min(values), "to": max(values)}
        for name, values in spent.items()
    }
    found: Row = {
        "ms": {name: {k: round(1000 * v) for k, v in row.items()} for name, row in rows.items()},
    }
    if len(rows) > 1:
        first, second = (row["median"] for row in rows.values())
        found["ratio"] = round(first / second, 3)
    return found


_HEAD = (
    f"\n{'':<17}{'':>5}{'req/s':>7}{'errors':>8}{'p50':>7}{'p95':>7}{'p99':>8}{'sent':>6}{'not':>5}"
    f"{'saves':>7}{'files':>7}{'lost':>6}{'CPU ms':>8}  slowest"
)


def _levels(site: Site, factors: tuple[int, ...], seconds: float) -> list[Row]:
    """One level after the other, up to the first that breaks. Others are not held to the bar of the house."""
    rows = []
    mine = isinstance(site, ours.Ours)
    levels = sorted([*map(peaks, factors), *([HOUSE] if mine else [])], key=lambda one: one.factor)
    for position, level in enumerate(levels):
        lasts = seconds if level.factor <= 5 else min(seconds, CLIMB)
        night: Night = stretch(
            site, level, seconds=lasts, first=position * 100_000, phones=PHONES if mine else 0
        )
        row = night.figures(lasts)
        rows.append(row)
        kind, worst = next(iter(row["slowest"].items()), ("", 0))
        print(
            f"{site.name:<17}{level.name:>5}{row['a_second']:>7}{row['errors']:>8}"
            + "".join(
                f"{row['all'].get(key, 0):>{width}.0f}" for key, width in (("p50", 7), ("p95", 7), ("p99", 8))
            )
            + f"{row['applied']:>6}{row['not_applied']:>5}{row['autosaves']:>7}{row['uploads']:>7}{row['lost']:>6}"
            + f"{row['cpu_ms_a_request']:>8}  {kind} {worst:.0f}"
        )
        if broke(row):
            break
    return rows


def _breaking(rows: list[Row]) -> str | None:
    """The first level that people noticed; None if none of those that were tried."""
    return next((row["level"] for row in rows if broke(row)), None)


def broke(row: Row) -> bool:
    """Whether people noticed: an error, an application that did not get through, or half a second too often."""
    late = row["all"].get("p95", 0) >= BAR_MS
    return bool(row["errors"] or row["not_applied"] or row["lost"] or late)


def _bars(figures: Row) -> dict[str, bool]:
    rows = figures["levels"]["tremplin"]
    found = {
        f"{row['level']}: no error, nothing lost, p95 under {BAR_MS} ms": not broke(row)
        for row in rows
        if row["factor"] in {1, 5}
    }
    found["nothing acknowledged was lost, at any level"] = not any(row["lost"] for row in rows)
    if "ratio" in figures["cpu"][PAGES]:
        ratio = figures["cpu"][PAGES]["ratio"]
        found[f"CPU an application, {PAGES}, at most {BAR_CPU} of pretalx’s"] = ratio <= BAR_CPU
    return found


def page(figures: Row) -> str:
    """The results as Markdown."""
    lines = [
        f"{figures['drafts']} drafts that save themselves, {figures['phones']} phones that upload 200 kB at "
        f"20 kB/s about every 40 s, {figures['seconds']:.0f} s a level. "
        "×1: 52 applications a minute. 85/s: as many, and so many looks at the call beside them that there are about "
        "85 requests a second, 15 of them writes.",
        "",
        "| | level | requests/s | errors | p50 ms | p95 ms | p99 ms | sent | not sent | lost | CPU ms a request "
        "| slowest (p95 ms) |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for name, rows in figures["levels"].items():
        for row in rows:
            spread = " | ".join(f"{row['all'].get(key, 0):.0f}" for key in ("p50", "p95", "p99"))
            slow = ", ".join(f"{kind} {value:.0f}" for kind, value in row["slowest"].items())
            lines.append(
                f"| {name} | {row['level']} | {row['a_second']} | {row['errors']} | {spread} | {row['applied']} | "
                f"{row['not_applied']} | {row['lost']} | {row['cpu_ms_a_request']} | {slow} |"
            )
    lines += ["", "CPU of the server for one application, nothing beside, in turns:", ""]
    for kind, rows in figures["cpu"].items():
        lines += [
            f"- {kind}, {name}: {row['median']} ms ({row['from']} to {row['to']})"
            for name, row in rows["ms"].items()
        ]
        if "ratio" in rows:
            lines.append(f"- {kind}, ratio: {rows['ratio']}")
    lines += ["", "Memory after all of it: "]
    lines[-1] += "; ".join(f"{name} {mib} MiB" for name, mib in figures["memory_mib"].items()) + "."
    for name, level in figures["breaks"].items():
        lines += ["", f"{name} {f'breaks at {level}' if level else 'holds at every level tried'}."]
    lines += ["", *(f"- {text}: {'met' if met else 'missed'}." for text, met in figures["bars"].items())]
    return "\n".join(lines)
