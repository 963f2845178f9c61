"""From a file to a sheet: headings and rows of text, with row numbers as the person's own program shows them."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

from tremplin.cli.sheets import delimited, workbook
from tremplin.cli.sheets.faults import Faults, Wrong
from tremplin.cli.sheets.kinds import kind_of
from tremplin.cli.sheets.raw import Raw
from tremplin.cli.sheets.words import amount, quoted

LARGEST = 200_000_000  # bytes
MOST_ROWS = 1_000_000
_FEW = 0.2  # of the rows: as many may be wider than the headings by mistake
_LOOKED_AT = 12  # rows, in search of the headings
_SAMPLE = 50  # rows below them, to see what columns hold
_WHOLE, _PART = re.compile(r"[+-]?\d{1,3}"), re.compile(r"\d{1,2}")


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it stands in the file. `number` is what the spreadsheet shows beside it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with headings. `notes` say how it was read, where that was not a matter of course."""

    path: Path
    name: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    decimal: str = ""
    named: bool = True
    width: int = field(default=0)

    def column(self, place: int) -> list[str]:
        return [row.cells[place] for row in self.rows]

    def label(self, place: int) -> str:
        """How the person finds the column: its letter, and its heading."""
        if not self.named:
            return letter(place)
        return f"{letter(place)} {quoted(self.headings[place])}"


def letter(place: int) -> str:
    """The letters of a column: A, B, …, Z, AA."""
    found, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


def read(
    source: str,
    faults: Faults,
    *,
    page: str = "",
    headings: bool = True,
    mask: str = "",
    encoding: str = "",
    decimal: str = "",
) -> Sheet:
    """The sheet in the file `source`, which may name a sheet of a workbook: “book.xlsx#Reviewers”.

    Raises Wrong for what is no table at all; faults of single rows go to `faults`. `mask` and `encoding` are what a
    text file separates its cells with and how it writes letters, where guessing would be wrong; `decimal` the mark
    before decimals, where no figure tells it.
    """
    path, page = _path_and_page(source, page)
    content = _content(path)
    if kind_of(content, path.name) == "workbook":
        raw = workbook.read(content, path.name, page)
    else:
        if page:
            raise Wrong(
                f"{path.name} has no sheets.", "Leave the name after # out: only workbooks have sheets."
            )
        raw = delimited.read(content, path.name, mask=mask, encoding=encoding)
    return _sheet(path, replace(raw, decimal=decimal or raw.decimal), faults, headings=headings)


def _path_and_page(source: str, page: str) -> tuple[Path, str]:
    if not Path(source).exists() and "#" in source:
        file, _sign, named = source.rpartition("#")
        return Path(file), named
    return Path(source), page


def _content(path: Path) -> bytes:
    if path.is_dir():
        raise Wrong(f"{path} is a folder, not a file.", "Name the spreadsheet inside.")
    try:
        if path.stat().st_size > LARGEST:
            raise Wrong(
                f"{path.name} has {path.stat().st_size / 1e6:,.0f} MB, and {LARGEST / 1e6:,.0f} is the most.",
                "Leave out the columns that are not needed, such as essays.",
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise Wrong(f"There is no file {path}.", _near(path)) from None
    except PermissionError:
        raise Wrong(f"{path} may not be read by this account.", "Ask for access to it, or copy it.") from None


def _near(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"There is no folder {folder} either. Check the path."
    names = [entry.name for entry in folder.iterdir() if entry.is_file()]
    near = get_close_matches(path.name, names, n=1, cutoff=0.6)
    return (
        f"Did you mean {near[0]}?" if near else f"Check the name. This was looked for in {folder.resolve()}."
    )


def _sheet(path: Path, raw: Raw, faults: Faults, *, headings: bool) -> Sheet:
    filled = [(number, cells) for number, cells in raw.rows if any(cells)]
    if not filled:
        raise Wrong(f"{path.name} holds no row.", "Check that the right sheet was saved.")
    if len(filled) > MOST_ROWS:
        raise Wrong(
            f"{path.name} has {len(filled):,} rows; {MOST_ROWS:,} is the most.",
            "Leave out what is not needed.",
        )
    widths = Counter(_length(cells) for _number, cells in filled)
    usual = max(widths, key=lambda length: (widths[length], length))
    start = _heading_row(filled, usual) if headings else 0
    notes = list(raw.notes)
    second = start + 1 if headings and _goes_on(filled, start) else start
    if second > start:
        notes.append(f"the headings are in rows {filled[start][0]} and {filled[second][0]}")
    elif start:
        notes.append(f"the headings are in row {filled[start][0]}; what stands above them is left out")
    body = filled[second + 1 :] if headings else filled
    top = _joined(filled[start][1], filled[second][1]) if headings else ()
    wide = _width(path, top, body, raw, faults) if headings else max(_length(cells) for _n, cells in body)
    if not body:
        raise Wrong(
            f"{path.name} has headings and no row below them.", "Check that the right sheet was saved."
        )
    blank = body[-1][0] - body[0][0] + 1 - len(body)
    if blank:
        notes.append(f"{amount(blank, 'blank row')} left out")
    names = _names(top, wide, notes) if headings else tuple(letter(place) for place in range(wide))
    rows = tuple(Row(number, _fit(cells, wide)) for number, cells in body)
    return Sheet(path, raw.name, names, rows, tuple(notes), raw.decimal, headings, wide)


def _heading_row(filled: Sequence[tuple[int, tuple[str, ...]]], usual: int) -> int:
    """The first row that is not a title: as wide as most rows, give or take."""
    for place, (_number, cells) in enumerate(filled[:_LOOKED_AT]):
        if sum(map(bool, cells)) >= max(1, round(0.6 * usual)):
            return place
    return 0


def _goes_on(filled: Sequence[tuple[int, tuple[str, ...]]], start: int) -> bool:
    """Whether headings stand in two rows, as “Reviewers” over “R1”, “R2”, “R3” does.

    So it is where the second row fills the gaps of the first, says something else only below the head of such a gap,
    and has a word on top of a column of figures.
    """
    if len(filled) < start + 4:
        return False
    wide = max(_length(filled[start][1]), _length(filled[start + 1][1]))
    top, below = (_fit(filled[place][1], wide) for place in (start, start + 1))
    gaps = [place for place in range(wide) if not top[place]]
    if not gaps or not all(below[place] for place in gaps):
        return False
    heads = {place - 1 for place in gaps}
    if any(below[place] and below[place] != top[place] for place in set(range(wide)) - set(gaps) - heads):
        return False
    rest = [_fit(cells, wide) for _number, cells in filled[start + 2 : start + 2 + _SAMPLE]]
    return not any(map(_figure, below)) and any(
        below[place] and sum(_figure(cells[place]) for cells in rest) > len(rest) / 2 for place in range(wide)
    )


def _figure(cell: str) -> bool:
    return bool(cell) and cell.strip("+-%").replace(",", "").replace(".", "").isdecimal()


def _joined(top: tuple[str, ...], below: tuple[str, ...]) -> tuple[str, ...]:
    """One heading a column from two rows: the lower, with the upper before it where the lower alone is not enough."""
    if top == below:
        return top
    wide = max(len(top), len(below))
    upper, lower = list(_fit(top, wide)), _fit(below, wide)
    for place in range(1, wide):
        upper[place] = upper[place] or upper[place - 1]
    alone = Counter(lower)
    return tuple(
        low if low and (alone[low] == 1 or low == high) else f"{high} {low}".strip()
        for high, low in zip(upper, lower, strict=True)
    )


def _width(
    path: Path, top: tuple[str, ...], body: Sequence[tuple[int, tuple[str, ...]]], raw: Raw, faults: Faults
) -> int:
    """How many columns there are. A few rows that are wider than the headings have come out of step."""
    wide = _length(top)
    wider = [(number, _length(cells)) for number, cells in body if _length(cells) > wide]
    if len(wider) > _FEW * len(body):
        if raw.separator == ",":
            _require_uncut(path, wide, body)
        return max(length for _number, length in wider)
    for number, length in wider:
        why = (
            f"Perhaps a text or a figure there holds a “{raw.separator}”: put quotation marks around it."
            if raw.separator
            else "Give that column a heading, or empty the cell."
        )
        faults.add(
            path.name,
            f"there are {length} cells, and {amount(wide, 'heading')}.",
            why,
            row=number,
            kind="wide",
        )
    return wide


def _require_uncut(path: Path, wide: int, body: Sequence[tuple[int, tuple[str, ...]]]) -> None:
    """In a file of commas 8,5 is two cells, 8 and 5: half of every figure would be lost in silence."""
    wider = [(number, cells) for number, cells in body if _length(cells) > wide]
    for place in range(1, min(_length(cells) for _number, cells in wider)):
        if all(
            _WHOLE.fullmatch(cells[place - 1]) and _PART.fullmatch(cells[place]) for _number, cells in wider
        ):
            number, cells = wider[0]
            raise Wrong(
                f"{path.name}: figures seem to be cut in two at their decimal comma. Row {number} has "
                f"{cells[place - 1]} in column {letter(place - 1)} and {cells[place]} in column {letter(place)}, and "
                f"there are {amount(wide, 'heading')} for {_length(cells)} cells.",
                "Save it again with semicolons between the columns, or as XLSX. If these are two columns, give each a "
                "heading.",
            )


def _names(top: tuple[str, ...], wide: int, notes: list[str]) -> tuple[str, ...]:
    """Headings, each once: a second “Note” becomes “Note (2)”; a column without one has its letter."""
    names: list[str] = []
    seen: Counter[str] = Counter()
    for place in range(wide):
        name = " ".join(top[place].split()) if place < len(top) else ""
        name = name or f"column {letter(place)}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    twice = [quoted(name) for name, times in seen.items() if times > 1]
    if twice:
        notes.append(f"more than one column is called {' and '.join(twice)}: the later ones have a number")
    return tuple(names)


def _length(cells: tuple[str, ...]) -> int:
    """The cells up to the last that holds something."""
    return next((place for place in range(len(cells), 0, -1) if cells[place - 1]), 0)


def _fit(cells: tuple[str, ...], wide: int) -> tuple[str, ...]:
    return (*cells[:wide], *("" for _ in range(wide - len(cells))))
