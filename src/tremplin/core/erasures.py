"""What people had erased, noted so that no backup brings it back.

A backup that is older than an erasure holds what was erased. So each erasure leaves a line: which deed, in which
cohort, and a keyed hash of the reference it was about, which nobody can read without the keys of the installation.
The lines are rows, written in the transaction of the deed, and a file beside the database (`erasures.jsonl`), which
a restore leaves where it is. `tremplin restore` does every deed again that the backup does not know of.
"""

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Callable, Collection, Iterable
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from tremplin.core import sealed
from tremplin.core.errors import UserError
from tremplin.core.models import Erased

NAME = "erasures.jsonl"


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One erasure: when, which deed, in which cohort if it was in one, and the keyed hash of whom or what."""

    at: str
    deed: str
    scope: str
    who: str


class Repeater(NamedTuple):
    """How a deed is done again. `refs`: what it could be about in this database. `again`: do it to one of them, in
    a scope, as it was done at a moment; whether there was anything left to do."""

    refs: Callable[[], Iterable[str]]
    again: Callable[[str, str, datetime], bool]


_repeaters: dict[str, Repeater] = {}
_repeating: ContextVar[bool] = ContextVar("repeating", default=False)


def register(deed: str, repeater: Repeater) -> None:
    """Declare a deed that restores repeat. The last declaration of a deed counts."""
    _repeaters[deed] = repeater


def note(deed: str, ref: str, *, scope: str = "", now: datetime) -> None:
    """Note that `deed` was done to `ref`, in the caller's transaction; the file follows when that has held."""
    if deed not in _repeaters:
        raise ValueError(f"Nobody could repeat “{deed}”.")
    if _repeating.get():
        return  # the line of the first time stands already
    Erased.objects.create(at=now, deed=deed, scope=scope, who=hash_of(sealed.keys()[0], deed, ref))
    transaction.on_commit(flush, robust=True)


def flush() -> int:
    """Write to the file what is not in it yet; how many lines. A line may stand there twice, which harms nobody."""
    rows = list(Erased.objects.filter(filed=False).order_by("pk")[:1000])
    if rows:
        _append(Path(settings.ERASURES), [_entry(row) for row in rows])
        Erased.objects.filter(pk__in=[row.pk for row in rows]).update(filed=True)
    return len(rows)


def _append(path: Path, entries: Iterable[Entry]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    number = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(number, "a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.writelines(json.dumps(asdict(entry), sort_keys=True) + "\n" for entry in entries)
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> set[Entry]:
    """The lines of a file. A last line that was cut off is none. Raises UserError for what is no such file."""
    found = set()
    *lines, last = path.read_bytes().split(b"\n")
    for number, line in enumerate([*lines, last], start=1):
        try:
            entry = Entry(**json.loads(line)) if line.strip() else None
            if entry is not None:
                datetime.fromisoformat(entry.at)
                found.add(entry)
        except (ValueError, TypeError) as error:
            if line is last:
                break
            raise UserError(
                f"{path} is no list of erasures: line {number} cannot be read.",
                f"Name a file {NAME} of this installation. Nothing was changed.",
            ) from error
    return found


def rows() -> set[Entry]:
    """The lines that the database knows."""
    return {_entry(row) for row in Erased.objects.iterator()}


def _entry(row: Erased) -> Entry:
    return Entry(row.at.isoformat(), row.deed, row.scope, row.who)


def repeat(entries: Collection[Entry], *, keys: Collection[bytes] = ()) -> int:
    """Do again what this database does not know of, the oldest first; how many deeds there were to do.

    `keys`: those under which lines may have been written, besides the installation's own. Each deed is a
    transaction of its own: whoever is stopped does it once more. What nobody here is meant by stays a line, since
    another backup may hold them.
    """
    missing = sorted(set(entries) - rows())
    if not missing:
        return 0
    refs = _refs({entry.deed for entry in missing}, {*sealed.keys(), *keys})
    done = 0
    for entry in missing:
        ref, moment = refs.get((entry.deed, entry.who)), datetime.fromisoformat(entry.at)
        with transaction.atomic():
            if ref is not None:
                done += _again(entry.deed, ref, entry.scope, moment)
            Erased.objects.create(at=moment, deed=entry.deed, scope=entry.scope, who=entry.who)
    flush()
    return done


def _again(deed: str, ref: str, scope: str, at: datetime) -> bool:
    repeating = _repeating.set(True)
    try:
        return _repeaters[deed].again(ref, scope, at)
    finally:
        _repeating.reset(repeating)


def _refs(deeds: Iterable[str], keys: Iterable[bytes]) -> dict[tuple[str, str], str]:
    """What each hash stands for in this database."""
    held = list(keys)
    return {
        (deed, hash_of(key, deed, ref)): ref
        for deed in deeds
        if deed in _repeaters
        for ref in _repeaters[deed].refs()
        for key in held
    }


def hash_of(key: bytes, deed: str, ref: str) -> str:
    return hmac.new(key, f"erased/{deed}/{ref}".encode(), hashlib.sha256).hexdigest()
