"""Words and figures for a terminal: plurals, rows in a few signs, cells that cannot play tricks on the screen."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise

LONGEST = 40
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")

_ACCENTS = re.compile("[\u0300-\u036f]")


def amount(many: int, thing: str, things: str = "") -> str:
    """“1 row”, “10,000 rows”."""
    return f"{many:,} {thing if many == 1 else things or thing + 's'}"


def listed(words: Sequence[str], joint: str = "and") -> str:
    """“a, b and c”."""
    return f" {joint} ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def some(words: Sequence[str], most: int = 8) -> str:
    """The first of a long list, and how many more there are."""
    if len(words) <= most + 1:
        return ", ".join(words)
    return f"{', '.join(words[:most])} and {len(words) - most:,} more"


def shown(text: str, longest: int = LONGEST) -> str:
    """A cell as a terminal can show it: one line, cut, and no sign that moves the cursor or turns the text around."""
    plain = " ".join(_UNSEEN.sub(" ", text).split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def spelling(text: str) -> str:
    """What is left of a word without capitals, accents and spare spaces. Signs stay: “<18” and “>18” are two groups."""
    flat = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(_ACCENTS.sub("", flat).split())


def quoted(text: str, longest: int = LONGEST) -> str:
    return f"“{shown(text, longest)}”"


def spans(rows: Sequence[int], most: int = 8) -> str:
    """“4, 7–9, 12”: row numbers in few signs."""
    rows = sorted(rows)
    breaks = [place for place, (one, two) in enumerate(pairwise(rows), 1) if two != one + 1]
    parts = [rows[a:b] for a, b in pairwise([0, *breaks, len(rows)])]
    said = [str(part[0]) if len(part) == 1 else f"{part[0]}–{part[-1]}" for part in parts]
    return ", ".join(said[:most]) + (" …" if len(said) > most else "")


def width(text: str) -> int:
    """How many places of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )


def aligned(
    rows: Iterable[Sequence[str]], *, indent: str = "  ", right: frozenset[int] = frozenset()
) -> list[str]:
    """Lines of a table whose columns stand below one another."""
    table = [list(row) for row in rows]
    if not table:
        return []
    wide = [max(width(row[place]) for row in table) for place in range(len(table[0]))]
    lines = []
    for row in table:
        cells = []
        for place, cell in enumerate(row):
            gap = " " * (wide[place] - width(cell))
            cells.append(gap + cell if place in right else cell + gap)
        lines.append((indent + "  ".join(cells)).rstrip())
    return lines


def figure(value: float, digits: int = 3) -> str:
    """A figure without digits that say nothing: 7.5, 0.333, 12."""
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimals(values: Iterable[float]) -> int:
    """How many decimals tell these figures apart without saying more than they know: 2 for marks from 0 to 10."""
    found = list(values)
    spread = max(found, default=0.0) - min(found, default=0.0)
    return 2 if spread < 20 else 1 if spread < 200 else 0


def fixed(value: float, digits: int = 2) -> str:
    """A figure of a column: as many decimals as its neighbours, and no minus before a zero."""
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if not text.strip("-0.") else text


def percent(share: float) -> str:
    """“12.5 %”; what is there but tiny is not called nothing, and what is not quite sure not sure."""
    if 0 < share < 0.0005:
        return "under 0.1 %"
    if 0.9995 < share < 1:
        return "over 99.9 %"
    return f"{figure(100 * share, 1)} %"
