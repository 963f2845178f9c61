"""What was handed in and has not reached the programme: one file each, oldest first, until the programme has it.

Each carries a key of its own. The programme knows a key that it has seen, so that sending twice, because the line broke
just before its answer came, hands in once.
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from tremplin.cli.scholar import place, server
from tremplin.cli.scholar.server import Connection
from tremplin.cli.scholar.words import Tongue


@dataclass(frozen=True)
class Entry:
    """One try: which lab, the code as it was at that moment, and for whom."""

    lab: str
    code: str
    key: str
    at: float
    site: str
    cohort: str
    name: str = ""
    said: str = ""
    """Why the programme refused it, for one that was set aside."""

    @property
    def file(self) -> Path:
        return _queue() / self.name

    def is_for(self, connection: Connection) -> bool:
        return (self.site, self.cohort) == (connection.site, connection.cohort)


def add(lab: str, code: str, connection: Connection) -> Entry:
    """Keep a try on the disc before anything is sent."""
    key = secrets.token_hex(16)
    name = f"{time.time_ns():020d}-{lab}-{key[:6]}.json"
    entry = Entry(lab, code, key, time.time(), connection.site, connection.cohort, name)
    _write(_queue(), entry)
    return entry


def entries(tongue: Tongue) -> list[Entry]:
    """What waits, oldest first. Raises Wrong for a file that cannot be read: it may hold work."""
    return _all(_queue(), tongue)


def refused(tongue: Tongue) -> list[Entry]:
    """What the programme will not have, with what it said."""
    return _all(_aside(), tongue)


def done(entry: Entry) -> None:
    """The programme has it."""
    entry.file.unlink(missing_ok=True)


def set_aside(entry: Entry, said: str) -> Path:
    """Take a refused one out of the way of those behind it, and keep it; where it lies now."""
    _write(_aside(), Entry(**{**asdict(entry), "said": said}))
    done(entry)
    return _aside() / entry.name


def _queue() -> Path:
    return server.folder() / "queue"


def _aside() -> Path:
    return server.folder() / "refused"


def _write(folder: Path, entry: Entry) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    place.write_whole(folder / entry.name, asdict(entry))


def _all(folder: Path, tongue: Tongue) -> list[Entry]:
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            found.append(Entry(**{**json.loads(path.read_text("utf-8")), "name": path.name}))
        except FileNotFoundError:
            continue  # another window has just sent it
        except (ValueError, TypeError):
            raise tongue.wrong("damaged", file=path) from None
    return found
