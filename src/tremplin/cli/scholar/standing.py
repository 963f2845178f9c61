"""`tremplin labs status`: what is done here, what waits to be sent, and what the programme says."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tremplin.cli.scholar import place, server, submitting, waiting
from tremplin.cli.scholar.place import Memory
from tremplin.cli.scholar.server import Connection, Refused, Unreachable
from tremplin.cli.scholar.words import Tongue

LAST = 5


def status(args: argparse.Namespace) -> int:
    """Send what waits, then tell how things stand; without a network, what is known here."""
    tongue = Tongue(args.lang)
    connection = None if args.offline else server.kept(tongue)
    lines: list[str] = []
    there: dict[str, Any] | None = None
    if connection is not None:
        synced = submitting.sync(connection, tongue, patience=0.0)
        lines = submitting.outcome(synced, tongue)
        if not synced.offline:
            there, trouble = _there(connection, tongue)
            lines += [trouble] if trouble else []
    if args.json:
        print(json.dumps(_as_data(there, tongue), ensure_ascii=False, indent=1))
        return 0
    for line in [*lines, *_here(tongue), *_kept(tongue), *_told(connection, there, tongue)]:
        print(line)
    return 0


def _there(connection: Connection, tongue: Tongue) -> tuple[dict[str, Any] | None, str]:
    """What the programme knows, or why it does not say."""
    try:
        labs = connection.get(f"{connection.here}/labs", tongue)["items"]
        last = connection.get(f"{connection.here}/submissions?limit={LAST}", tongue)["items"]
    except Unreachable as error:
        return None, tongue("unreachable", reason=error.reason)
    except Refused as error:
        return None, tongue("said-no", detail=error.detail)
    return {"labs": labs, "last": last}, ""


def begun(tongue: Tongue) -> list[tuple[Path, Memory]]:
    """The labs that were begun in this folder, and in those below it."""
    folders = [Path(), *sorted(path for path in Path().iterdir() if path.is_dir())]
    found = [(folder, place.memory(folder, tongue)) for folder in folders]
    return [(folder, kept) for folder, kept in found if kept is not None]


def _here(tongue: Tongue) -> Iterator[str]:
    found = begun(tongue)
    yield tongue("here")
    if not found:
        yield f"  {tongue('nothing-here')}"
    for folder, kept in found:
        state = tongue("begun") if kept.best is None else f"{kept.best:.0%}"
        yield f"  {kept.lab:<16} {tongue('done') if kept.best == 1 else state:<10} {folder}"


def _kept(tongue: Tongue) -> Iterator[str]:
    queue, aside = waiting.entries(tongue), waiting.refused(tongue)
    if queue:
        yield tongue("queue")
        yield from (f"  {entry.lab}" for entry in queue)
    if aside:
        yield tongue("aside")
        yield from (
            f"  {entry.lab}: {entry.said} {server.folder() / 'refused' / entry.name}" for entry in aside
        )


def _told(connection: Connection | None, there: dict[str, Any] | None, tongue: Tongue) -> Iterator[str]:
    if connection is None or there is None:
        return
    yield tongue("there", site=connection.site, cohort=connection.cohort)
    labs = there["labs"]
    yield "  " + tongue("progress", done=sum(lab["best"] == 1 for lab in labs), all=len(labs))
    if not there["last"]:
        yield "  " + tongue("none-yet")
        return
    yield tongue("last")
    for told in there["last"]:
        yield f"  {told['lab']:<16} {_state(told, tongue):<24} {told['created_at'][:16].replace('T', ' ')} UTC"


def _state(told: dict[str, Any], tongue: Tongue) -> str:
    if told["state"] == "graded":
        return tongue("done") if told["score"] == 1 else f"{told['score']:.0%}"
    position = f" ({told['position']})" if told.get("position") else ""
    return tongue(f"state-{told['state']}") + position


def _as_data(there: dict[str, Any] | None, tongue: Tongue) -> dict[str, Any]:
    return {
        "here": [
            {"folder": str(folder), "lab": kept.lab, "best": kept.best} for folder, kept in begun(tongue)
        ],
        "waiting": [
            {key: asdict(entry)[key] for key in ("lab", "at", "name")} for entry in waiting.entries(tongue)
        ],
        "refused": [{"lab": entry.lab, "said": entry.said} for entry in waiting.refused(tongue)],
        "there": there,
    }
