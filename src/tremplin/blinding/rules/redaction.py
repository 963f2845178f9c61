"""Texts of one application as somebody reads them who must not know whose they are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.utils.translation import gettext as _

from tremplin.blinding.rules.contacts import contacts
from tremplin.blinding.rules.corrections import Corrections
from tremplin.blinding.rules.declared import Known
from tremplin.blinding.rules.found import Found, Kind, folded_words, side_by_side, words_of

# What a piece is called of which two kinds say the same length: the one that says most.
_ORDER: tuple[Kind, ...] = (
    "person",
    "email",
    "link",
    "handle",
    "phone",
    "street",
    "school",
    "employer",
    "town",
    "hidden",
)


class Mark(NamedTuple):
    """A piece that was hidden: where its marker stands in the copy, and where it stood in the answer."""

    start: int
    end: int
    kind: Kind
    at: int
    till: int


@dataclass(frozen=True, slots=True)
class Redaction:
    """The texts of a copy by question, and what was hidden in each."""

    texts: dict[str, str] = field(default_factory=dict)
    marks: dict[str, tuple[Mark, ...]] = field(default_factory=dict)


def redact(texts: Mapping[str, str], known: Known, corrections: Corrections | None = None) -> Redaction:
    """`texts` with a marker for each piece that would lead to a person; the same piece has the same marker in all.

    Numbers of what was declared follow the declaration, so that an edited answer does not shift them; all others
    the order in which they stand.
    """
    numbers = _Numbers(known.numbers())
    redaction = Redaction()
    for code, text in texts.items():
        pieces = list(_merged(text, _found(text, known, corrections or Corrections())))
        redaction.texts[code], redaction.marks[code] = _replaced(text, pieces, numbers)
    return redaction


def _found(text: str, known: Known, corrections: Corrections) -> list[Found]:
    words = words_of(text)
    by_rule = [
        found
        for found in (*contacts(text), *known.find(text))
        if not _may_stay(text[found.start : found.end], found, known, corrections)
    ]
    return sorted((*by_rule, *corrections.find(text, words)), key=lambda one: (one.start, -one.end))


def _may_stay(piece: str, found: Found, known: Known, corrections: Corrections) -> bool:
    """Whether somebody said so, and might: a link that has the person's name in it stays hidden whoever says what."""
    return corrections.shows(found, folded_words(piece)) and not known.name_in(piece)


def _merged(text: str, found: list[Found]) -> Iterator[Found]:
    """Pieces that do not overlap. Where two do, all that either would hide is hidden, under the longer one's name;
    two pieces of one thing that stand side by side are one."""
    open_: Found | None = None
    for one in found:
        if open_ is None:
            open_ = one
            continue
        if one.start >= open_.end:
            if (one.kind, one.key) == (open_.kind, open_.key) and side_by_side(text, open_.end, one.start):
                open_ = replace(open_, end=one.end)
                continue
            yield open_
            open_ = one
            continue
        chief = min(open_, one, key=lambda piece: (piece.start - piece.end, _ORDER.index(piece.kind)))
        open_ = replace(chief, start=open_.start, end=max(open_.end, one.end))
    if open_ is not None:
        yield open_


class _Numbers:
    """The number of each thing among those of its kind."""

    def __init__(self, known: Mapping[tuple[Kind, str], int]) -> None:
        self._numbers = dict(known)

    def of(self, found: Found) -> int:
        key = (found.kind, found.key)
        if key not in self._numbers:
            same = (number for (kind, _key), number in self._numbers.items() if kind == found.kind)
            self._numbers[key] = int(found.key) if found.kind == "hidden" else max(same, default=0) + 1
        return self._numbers[key]


def _replaced(text: str, pieces: list[Found], numbers: _Numbers) -> tuple[str, tuple[Mark, ...]]:
    kept: list[str] = []
    marks: list[Mark] = []
    at = length = 0
    for piece in pieces:
        marker = f"[{name_of(piece.kind, numbers.of(piece))}]"
        between = text[at : piece.start]
        length += len(between)
        marks.append(Mark(length, length + len(marker), piece.kind, piece.start, piece.end))
        kept += [between, marker]
        length += len(marker)
        at = piece.end
    return "".join([*kept, text[at:]]), tuple(marks)


def name_of(kind: Kind, number: int) -> str:
    """What stands in the place of what was hidden."""
    return {
        "person": _("own name"),
        "email": _("address %(number)s"),
        "link": _("link %(number)s"),
        "handle": _("account %(number)s"),
        "phone": _("telephone number %(number)s"),
        "street": _("street %(number)s"),
        "school": _("school %(number)s"),
        "employer": _("employer %(number)s"),
        "town": _("town %(number)s"),
        "hidden": _("hidden %(number)s"),
    }[kind] % {"number": number}
