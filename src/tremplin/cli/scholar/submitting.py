"""`tremplin labs submit`: kept here first, sent as soon as there is a network, its verdict awaited."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tremplin.cli.scholar import place, server, telling, waiting
from tremplin.cli.scholar.server import Connection, Refused, Unreachable
from tremplin.cli.scholar.waiting import Entry
from tremplin.cli.scholar.words import Tongue
from tremplin.cli.sheets.faults import Wrong

PATIENCE = 90.0
LOOK_AGAIN = 0.7
DONE, NOT_YET = 0, 1
_OPEN = frozenset({"queued", "running"})


@dataclass
class Sync:
    """What became of what waited: sent, set aside with the reason, and why the rest still waits."""

    sent: list[tuple[Entry, dict[str, Any]]] = field(default_factory=list)
    aside: list[tuple[Entry, str]] = field(default_factory=list)
    offline: str = ""
    busy: bool = False


def submit(args: argparse.Namespace, *, sleep: Callable[[float], None] = time.sleep) -> int:
    """Hand in. 0: passed, or kept for later; 1: not passed, or refused."""
    tongue = Tongue(args.lang)
    connection = server.needed(tongue)
    where = place.find(args.file, args.lab, tongue)
    work = place.read(where, tongue)
    for text in () if args.json else (where.notice, *work.left_out):
        if text:
            print(text)
    entry = waiting.add(where.lab.code, work.code, connection)
    synced = sync(connection, tongue, patience=0.0 if args.no_wait else PATIENCE, sleep=sleep)
    mine = next((told for sent, told in synced.sent if sent.key == entry.key), None)
    if mine is not None and not args.no_wait:
        mine = _await(connection, mine, tongue, quiet=args.json, sleep=sleep)
    if args.json:
        print(json.dumps(_as_data(entry, mine, synced), ensure_ascii=False, indent=1))
    else:
        for line in [*outcome(synced, tongue), *(verdict(mine, tongue, work.code) if mine else ())]:
            print(line)
    refused = any(other.key == entry.key for other, _said in synced.aside)
    failed = mine is not None and mine["state"] == "graded" and mine["score"] != 1
    return NOT_YET if refused or failed else DONE


def sync(
    connection: Connection, tongue: Tongue, *, patience: float, sleep: Callable[[float], None] = time.sleep
) -> Sync:
    """Send everything that waits for this programme, in order. Raises Wrong when it no longer knows the token.

    Where the programme asks for patience, waits that long at most and leaves the rest.
    """
    result = Sync()
    until = time.monotonic() + patience
    queue = [entry for entry in waiting.entries(tongue) if entry.is_for(connection)]
    while queue:
        entry = queue[0]
        try:
            told = connection.post(
                f"{connection.here}/labs/submit",
                {"lab": entry.lab, "code": entry.code, "key": entry.key},
                tongue,
            )
        except Unreachable as error:
            if error.wait and time.monotonic() + error.wait <= until:
                sleep(error.wait)
                continue
            result.busy, result.offline = bool(error.wait), "" if error.wait else error.reason
            return result
        except Refused as error:
            if error.status == 401:
                raise tongue.wrong("refused-token", site=connection.site) from None
            if error.status == 403:
                raise Wrong(tongue("said-no", detail=error.detail), tongue("cannot-submit")) from None
            waiting.set_aside(entry, error.detail)
            result.aside.append((entry, error.detail))
        else:
            waiting.done(entry)
            result.sent.append((entry, told))
        queue.pop(0)
    return result


def _await(
    connection: Connection,
    told: dict[str, Any],
    tongue: Tongue,
    *,
    quiet: bool,
    sleep: Callable[[float], None],
) -> dict[str, Any]:
    """The submission once it is graded, or as it stands when patience or the network ends."""
    until = time.monotonic() + PATIENCE
    said = ""
    while told["state"] in _OPEN and time.monotonic() < until:
        line = _progress(told, tongue)
        if line != said and not quiet:
            print(line, flush=True)
            said = line
        sleep(LOOK_AGAIN)
        try:
            told = connection.get(f"{connection.here}/submissions/{told['ref']}", tongue)
        except (Unreachable, Refused):
            break
    return told


def _progress(told: dict[str, Any], tongue: Tongue) -> str:
    if told["state"] == "queued" and told.get("position"):
        return tongue("position", position=told["position"])
    return tongue("running")


def outcome(synced: Sync, tongue: Tongue) -> list[str]:
    """What became of what waited, in sentences."""
    lines = [tongue("sent", lab=entry.lab) for entry, _told in synced.sent]
    for entry, said in synced.aside:
        file = server.folder() / "refused" / entry.name
        lines.append(tongue("set-aside", lab=entry.lab, detail=said, file=file))
    if synced.offline:
        lines.append(tongue("offline", reason=synced.offline))
    if synced.busy:
        lines.append(tongue("busy", count=len(waiting.entries(tongue))))
    return lines


def verdict(told: dict[str, Any], tongue: Tongue, code: str = "") -> list[str]:
    """A submission as the programme judges it."""
    if told["state"] == "failed":
        return [tongue("ungraded")]
    if told["state"] != "graded" or not told["report"]:
        return [_progress(told, tongue), tongue("waiting")]
    report = told["report"]
    return [
        "",
        *telling.told(report["checks"], tongue, code=code),
        *telling.printed(report["output"], tongue),
        "",
        f"{told['score']:.0%} · {tongue.text(report['message'])}",
    ]


def _as_data(entry: Entry, mine: dict[str, Any] | None, synced: Sync) -> dict[str, Any]:
    return {
        "lab": entry.lab,
        "kept": mine is None and not any(other.key == entry.key for other, _said in synced.aside),
        "refused": next((said for other, said in synced.aside if other.key == entry.key), None),
        "offline": synced.offline or None,
        "submission": mine,
    }
