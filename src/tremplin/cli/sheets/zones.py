"""Time zones as people write them: “Europe/Paris”, “Paris”, “UTC+1”."""

import re
from functools import cache
from zoneinfo import available_timezones

from tremplin.cli.sheets.cells import Kind, Unreadable
from tremplin.cli.sheets.words import quoted, some, spelling

_OFFSET = re.compile(r"(?:utc|gmt)\s*([+\-−–])\s*(\d{1,2})(?::?00)?")
_REMEDY = "Write it like Europe/Paris or America/New_York."


@cache
def _known() -> tuple[dict[str, str], dict[str, list[str]]]:
    """Every zone by its name, and by its city."""
    names = sorted(available_timezones())
    cities: dict[str, list[str]] = {}
    for name in names:
        if "/" in name and not name.startswith(("Etc/", "posix/", "right/")):
            cities.setdefault(spelling(name.rpartition("/")[2].replace("_", " ")), []).append(name)
    return {spelling(name): name for name in names}, cities


@cache
def zone(cell: str, mark: str = "") -> str:
    """The name of a zone. Raises Unreadable for none that is known, and for a city that is in several."""
    plain = spelling(cell)
    names, cities = _known()
    if found := names.get(plain.replace(" ", "_"), ""):
        return found
    if offset := _OFFSET.fullmatch(plain):
        hours = int(offset[2])
        # In the names of these zones plus is west, of all things.
        if found := names.get(f"etc/gmt{'-' if offset[1] == '+' else '+'}{hours}", ""):
            return found
    there = cities.get(plain.replace("_", " "), [])
    if len(there) == 1:
        return there[0]
    if there:
        raise Unreadable(f"{quoted(cell)} may be {some(there, 4)}.", "Write the one that is meant.", "zone")
    raise Unreadable(f"{quoted(cell)} is no time zone that is known.", _REMEDY, "zone")


ZONE = Kind("text", zone)
