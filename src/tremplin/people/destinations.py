"""Where somebody wants to go who must sign in first, in words: what lies there, and why it asks who they are.

A stage declares in a module `destinations.py` what it knows of its own pages, and which notes of a browser (names
of values in its session) travel with the mailed link to whichever browser opens it.
"""

import json
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

LONGEST_NOTES = 20_000  # characters: what a person answered, never what somebody stuffs into a form


@dataclass(frozen=True, slots=True)
class Destination:
    """`title` and `place` name it; `line` greets whoever comes there; `reason` says why it asks for an address."""

    title: str
    place: str
    line: str = ""
    reason: str = ""


Notes = Mapping[str, Any]
Finder = Callable[[str, Notes], Destination | None]
_finders: list[Finder] = []
_travelling: set[str] = set()


def register(finder: Finder) -> Finder:
    """Declare `finder(path, notes)`: what is known of a page of this site, None for a page of others."""
    _finders.append(finder)
    return finder


def takes_along(name: str) -> None:
    """Declare that the value `name` of a session, a mapping, goes with the mail to another browser."""
    _travelling.add(name)


def destination(path: str, notes: Notes) -> Destination | None:
    """What `path` leads to, in the language that is active; `notes` are those of the browser that asks."""
    found = (finder(path, notes) for finder in _finders) if path else ()
    return next((each for each in found if each), None)


def to_take_along(notes: Notes) -> dict[str, Any]:
    """The notes that travel, or none if they have grown beyond reason."""
    taken = {name: notes[name] for name in sorted(_travelling) if notes.get(name)}
    return taken if len(json.dumps(taken)) <= LONGEST_NOTES else {}


def put_down(taken: Notes, notes: MutableMapping[str, Any]) -> None:
    """Add what came along to the notes of the browser in which somebody arrives."""
    for name, value in taken.items():
        notes[name] = {**notes.get(name, {}), **value}
