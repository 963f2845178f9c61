"""When somebody can meet, as people write it: “Mon-Fri 9-17; Sat 10-12”, « lun-ven 9h-17h30 »."""

import re

from tremplin.cli.sheets.cells import Kind, Unreadable
from tremplin.cli.sheets.columns import folded
from tremplin.cli.sheets.words import quoted

_DAYS = (
    ("mon", "monday", "mo", "lun", "lundi", "lu"),
    ("tue", "tuesday", "tu", "tues", "mar", "mardi", "ma"),
    ("wed", "wednesday", "we", "mer", "mercredi", "me"),
    ("thu", "thursday", "th", "thur", "thurs", "jeu", "jeudi", "je"),
    ("fri", "friday", "fr", "ven", "vendredi", "ve"),
    ("sat", "saturday", "sa", "sam", "samedi"),
    ("sun", "sunday", "su", "dim", "dimanche", "di"),
)
_OF = {name: number for number, names in enumerate(_DAYS) for name in names}
_DAILY = frozenset({"daily", "every day", "tous les jours", "chaque jour"})
_TIME = r"(\d{1,2})(?:[:h](\d{2})?)?"
_SPAN = re.compile(rf"^(.*?)\s*{_TIME}\s*(?:-|–|to|à|a)\s*{_TIME}$", re.IGNORECASE)
_REMEDY = "Write days and hours of the own clock: Mon-Fri 9-17; Sat 10-12."

Spans = tuple[tuple[int, float, float], ...]


def spans(cell: str, mark: str = "") -> Spans:
    """Days from 0 (Monday) with hours from and to. Raises Unreadable."""
    found: list[tuple[int, float, float]] = []
    for part in _parts(cell):
        match = _SPAN.match(part.strip())
        if not match:
            raise Unreadable(f"{quoted(part)} says no days and hours.", _REMEDY, "hours")
        first, last = _hour(match[2], match[3]), _hour(match[4], match[5])
        if not 0 <= first < last <= 24:
            raise Unreadable(
                f"{quoted(part)} ends before it begins, or is no time of a day.", _REMEDY, "hours"
            )
        found.extend((day, first, last) for day in _days(match[1], part))
    return tuple(sorted(set(found)))


def _parts(cell: str) -> list[str]:
    """Days with their hours. Days that stand alone before a comma go with what follows: « mardi, jeudi 18h-20h »."""
    found: list[str] = []
    waiting = ""
    for part in re.split(r"[;\n,|]", cell):
        if not part.strip():
            continue
        if not any(sign.isdigit() for sign in part) and _OF.get(folded(part)) is not None:
            waiting += f"{part.strip()} & "
            continue
        found.append(waiting + part.strip())
        waiting = ""
    return [*found, waiting.removesuffix(" & ")] if waiting else found


def _hour(hours: str, minutes: str | None) -> float:
    return int(hours) + int(minutes or 0) / 60


def _days(words: str, part: str) -> list[int]:
    plain = folded(words.replace("-", " - ").replace("–", " - "))
    if not plain or plain in _DAILY:
        return list(range(7))
    several = [one for one in re.split(r"&|\bet\b|\band\b", words) if one.strip()]
    if len(several) > 1:
        return sorted({day for one in several for day in _days(one.strip(), part)})
    ends = [folded(word) for word in re.split(r"-|–|\bto\b|à|\bau\b", words)]
    numbers = [_OF.get(end.removeprefix("du ").strip()) for end in ends]
    if not 1 <= len(numbers) <= 2 or None in numbers:
        raise Unreadable(f"{quoted(part)} names no days that are known.", _REMEDY, "hours")
    known = [number for number in numbers if number is not None]
    first, last = known[0], known[-1]
    return [day % 7 for day in range(first, last + 1 if last >= first else last + 8)]


HOURS = Kind("days and hours", spans)
