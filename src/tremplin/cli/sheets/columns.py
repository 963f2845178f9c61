"""Which column is which: guessed from headings in English and French and from what the cells hold, then confirmed."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache

from tremplin.cli.sheets.cells import NUMBER, Kind, Unreadable, decimal_mark, is_missing
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.reading import Sheet, letter
from tremplin.cli.sheets.words import listed, quoted, some

EXACT, INSIDE, ALIKE = 1.0, 0.8, 0.6
_NEAR = 0.86
_FITS = 0.5  # of the cells must be readable as what a heading promises
_SAMPLE = 200
_LIGATURES = str.maketrans({"°": " ", "œ": "oe", "æ": "ae"})
_ASSIGNMENT = re.compile(r"\s*([a-z_.]+)\s*=\s*")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a command works on.

    `names` are its headings in English and French. `needed` is False where the command can do without. `many` takes
    every column that fits. `by_values` lets a column be found by what it holds, if only one can be meant. A heading
    with a word of `unlike` means something else.
    """

    key: str
    what: str
    kind: Kind
    names: tuple[str, ...]
    needed: bool = True
    many: bool = False
    by_values: bool = True
    may_be_empty: bool = False
    unlike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which places of a sheet hold what. `how` says why: “named”, “by its heading” or “by its cells”."""

    sheet: Sheet
    columns: tuple[Column, ...]
    places: Mapping[str, tuple[int, ...]]
    how: Mapping[str, str] = field(default_factory=dict)

    def one(self, key: str) -> int | None:
        found = self.places.get(key, ())
        return found[0] if found else None

    @property
    def unused(self) -> list[int]:
        """Those that hold something."""
        used = {place for places in self.places.values() for place in places}
        rest = [place for place in range(len(self.sheet.headings)) if place not in used]
        return [place for place in rest if any(self.sheet.column(place))]

    @property
    def all_named(self) -> bool:
        """Whether the person has named every column that is used."""
        return all(how == "named" for how in self.how.values())


@cache
def folded(text: str) -> str:
    """A heading without case, accents, punctuation and what is in brackets: “N° de dossier (code)”, “n de dossier”."""
    plain = re.sub(r"[(\[].*?[)\]]", " ", text) if not re.fullmatch(r"\W*[(\[].*[)\]]\W*", text) else text
    flat = unicodedata.normalize("NFKD", plain.casefold().translate(_LIGATURES))
    letters = "".join(sign for sign in flat if not unicodedata.combining(sign))
    letters = re.sub(r"(?<=[a-z])[·•][a-z]+", "", letters)  # évaluateur·rice·s
    return " ".join(re.sub(r"[^0-9a-z]+", " ", letters).split())


def guess(sheet: Sheet, columns: Sequence[Column], given: Mapping[str, str]) -> Chosen:
    """Find each column. Raises Wrong when one that is needed cannot be told, with what there is to choose from."""
    search = _Search(sheet, tuple(columns))
    search.take_named(given)
    search.by_heading()
    search.by_values()
    search.by_name_alone()
    return search.chosen()


@dataclass(slots=True)
class _Search:
    """Columns looked for in a sheet: what has been found so far, and why that was taken."""

    sheet: Sheet
    columns: tuple[Column, ...]
    places: dict[str, tuple[int, ...]] = field(default_factory=dict)
    how: dict[str, str] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)

    def chosen(self) -> Chosen:
        """What was found. Raises Wrong where something needed was not."""
        missing = [column for column in self.columns if column.needed and not self.places.get(column.key)]
        if missing:
            raise _missing(self.sheet, missing, self.taken)
        return Chosen(self.sheet, self.columns, self.places, self.how)

    def _take(self, column: Column, places: Iterable[int], how: str) -> None:
        self.places[column.key] = tuple(places)
        self.how[column.key] = how
        self.taken.update(self.places[column.key])

    def _open(self, column: Column) -> bool:
        """Whether a column may still be given a place."""
        return column.many or not self.places.get(column.key)

    @property
    def _free(self) -> list[int]:
        return [place for place in range(len(self.sheet.headings)) if place not in self.taken]

    def _says(self, place: int, column: Column) -> bool:
        """A heading without a cell below it is no column, unless it is one that is needed."""
        return column.needed or any(self.sheet.column(place))

    def take_named(self, given: Mapping[str, str]) -> None:
        for column in self.columns:
            if column.key in given:
                self._take(column, _named(self.sheet, given[column.key], column), "named")

    def by_heading(self) -> None:
        """The best likeness first, so that “Candidat” is not lost to a column that it resembles less."""
        if not self.sheet.named:
            return
        ranked = sorted(
            (
                (-likeness(self.sheet.headings[place], column), order, place, column)
                for order, column in enumerate(self.columns)
                if column.key not in self.places
                for place in self._free
            ),
            key=lambda row: row[:3],
        )
        for alike, _order, place, column in ranked:
            if not alike or place in self.taken or not self._open(column):
                continue
            if self._says(place, column) and _holds(self.sheet, place, column.kind):
                self._take(column, sorted((*self.places.get(column.key, ()), place)), "by its heading")

    def by_values(self) -> None:
        """What is still missing, where exactly one free column can hold it."""
        for column in self.columns:
            if not column.needed or not column.by_values or self.places.get(column.key):
                continue
            fitting = [place for place in self._free if _looks_like(self.sheet, place, column.kind)]
            if len(fitting) == 1 or (column.many and fitting):
                self._take(column, fitting, "by its cells")

    def by_name_alone(self) -> None:
        """A heading that can mean nothing else is believed in the end: what is wrong with its cells is then told."""
        for column in self.columns:
            if not self.sheet.named or self.places.get(column.key):
                continue
            heads = self.sheet.headings
            found = [
                place
                for place in self._free
                if likeness(heads[place], column) == EXACT and self._says(place, column)
            ]
            if found:
                self._take(column, found if column.many else found[:1], "by its heading")


def _named(sheet: Sheet, words: str, column: Column) -> tuple[int, ...]:
    """What a person named: one column, or several as “Note 1+Note 2” or “C:F” where a command takes several."""
    if not column.many or folded(words) in map(folded, sheet.headings):
        return (_place(sheet, words, column),)
    found: list[int] = []
    for part in words.split("+"):
        ends = [_place(sheet, end, column) for end in part.split(":")]
        found.extend(range(min(ends), max(ends) + 1))
    return tuple(dict.fromkeys(found))


def _place(sheet: Sheet, name: str, column: Column) -> int:
    """The column that a person named: by its heading, or by its letter."""
    wanted = folded(name)
    for test in (lambda head: head == name, lambda head: folded(head) == wanted and wanted):
        found = [place for place, head in enumerate(sheet.headings) if test(head)]
        if found:
            return found[0]
    for place in range(len(sheet.headings)):
        if letter(place) == name.strip().upper():
            return place
    raise Wrong(
        f"{sheet.path.name} has no column {quoted(name)} ({column.what}).",
        f"Its columns are {some([sheet.label(place) for place in range(len(sheet.headings))], 20)}.",
    )


def likeness(heading: str, column: Column) -> float:
    """How surely a heading means a column: 1 the same word, less where it is one of several, or nearly the same."""
    said = _singular(folded(heading))
    if any(f" {_singular(word)} " in f" {said} " for word in column.unlike):
        return 0.0
    best = 0.0
    for name in map(_singular, map(folded, column.names)):
        if said == name:
            return EXACT
        if f" {name} " in f" {said} ":
            # The longer the part that fits, the surer; the first word weighs more than a later one.
            best = max(
                best, INSIDE * (0.7 + 0.3 * len(name) / len(said)) - 0.05 * (not said.startswith(name))
            )
        elif len(name) > 4 and SequenceMatcher(None, said, name).ratio() >= _NEAR:
            best = max(best, ALIKE)
    return best


@cache
def _singular(text: str) -> str:
    """Without the signs of the plural that both languages have: “notes finales” is “note finale”."""
    return " ".join(word.rstrip("sx") if len(word) > 3 else word for word in text.split())


def filled(sheet: Sheet, place: int) -> list[str]:
    """Some of the cells that hold something, from the whole length of the sheet."""
    cells = [cell for cell in sheet.column(place) if not is_missing(cell)]
    return cells[:: max(1, len(cells) // _SAMPLE)]


def _holds(sheet: Sheet, place: int, kind: Kind) -> bool:
    """Whether enough cells can be read as this kind for the heading to be believed. Faults in a few are told later."""
    cells = filled(sheet, place)
    return not cells or readable(cells, kind, sheet.decimal) >= _FITS


def _looks_like(sheet: Sheet, place: int, kind: Kind) -> bool:
    """Whether the cells alone say so: figures for a number, a short text of its own in each row for a code."""
    cells = filled(sheet, place)
    if not cells:
        return False
    numeric = readable(cells, NUMBER, sheet.decimal) > 0.9
    if kind.numeric:
        return readable(cells, kind, sheet.decimal) > 0.9
    if kind.what == "text":
        return readable(cells, NUMBER, sheet.decimal) < _FITS
    if kind.what == "code":
        short = all(len(cell) <= 24 and len(cell.split()) == 1 and "@" not in cell for cell in cells)
        return short and not numeric and len(set(cells)) > 0.95 * len(cells)
    return False


def readable(cells: Sequence[str], kind: Kind, hint: str = "") -> float:
    """The share of these cells that can be read as `kind`."""
    mark = decimal_mark(cells, hint)
    return sum(_can_read(cell, kind, mark) for cell in cells) / len(cells) if cells else 0.0


def _can_read(cell: str, kind: Kind, mark: str) -> bool:
    try:
        kind.read(cell, mark)
    except Unreadable:
        return False
    return True


def _missing(sheet: Sheet, missing: Iterable[Column], taken: set[int]) -> Wrong:
    wanted = list(missing)
    free = [place for place in range(len(sheet.headings)) if place not in taken]
    there = some([sheet.label(place) for place in free or range(len(sheet.headings))], 20)
    said = listed([f"{column.what} ({column.key})" for column in wanted], "or")
    lines = [f"{sheet.path.name}: no column can be told to be the {said}.", f"  Its columns are {there}."]
    example = free[0] if free else 0
    heading = sheet.headings[example]
    pairs = [
        f'--columns "{column.key}={heading if number == 0 else "HEADING"}"'
        for number, column in enumerate(wanted)
    ]
    return Wrong(
        "\n".join(lines), f"Name {'it' if len(wanted) == 1 else 'them'}, for example: {' '.join(pairs)}"
    )


def parse(words: Sequence[str], keys: Iterable[str]) -> dict[str, str]:
    """What `--columns` says: “applicant=Candidat,marks=Note 1+Note 2”. Raises Wrong, as wrong usage."""
    known = list(keys)
    found: dict[str, str] = {}
    border = re.compile(rf",\s*(?=(?:{'|'.join(map(re.escape, known))})\s*=)")
    for part in (part for word in words for part in border.split(word)):
        match = _ASSIGNMENT.match(part)
        if not match or match[1] not in known or not part[match.end() :].strip():
            raise Wrong(
                f"--columns {quoted(part)} cannot be understood.",
                f"Write KEY=HEADING; the keys here are {', '.join(known)}.",
                status=2,
            )
        found[match[1]] = part[match.end() :].strip()
    return found
