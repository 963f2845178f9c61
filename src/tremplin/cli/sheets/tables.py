"""The rows of a sheet as values, and what is wrong with each cell."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from tremplin.cli.sheets.cells import Unreadable, decimal_mark, is_missing
from tremplin.cli.sheets.columns import Chosen, Column, folded
from tremplin.cli.sheets.faults import Faults
from tremplin.cli.sheets.reading import Row, Sheet
from tremplin.cli.sheets.words import amount, figure, quoted, some, spelling

_SUMS = frozenset(
    {
        "sum",
        "mean",
        "median",
        "mediane",
        "grand total",
        "sous total",
        "subtotal",
        "ecart type",
        "standard deviation",
    }
)
_LEADING = frozenset({"total", "totals", "totaux", "somme", "average", "moyenne"})
"""Words that make a row of sums with others behind them too: “Total général”."""
_SUMS_LOOKED_FOR = 6  # rows from the end: a total, a mean, a median, the least, the greatest, a deviation
_NEAREST_LOOKED_FOR = 50  # unknown codes: likenesses take time, and nobody reads more


@dataclass(frozen=True, slots=True)
class Line:
    """A row of values. `number` is its row in the file; a column that is not there has no value."""

    number: int
    values: Mapping[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key)


@dataclass(slots=True)
class Table:
    """A sheet whose columns are known. Reading its values collects faults, all of them."""

    chosen: Chosen
    faults: Faults
    name: str = ""
    with_totals: bool = False
    """Whether the command knows what to do with a row of sums; else it is a fault."""
    notes: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def sheet(self) -> Sheet:
        return self.chosen.sheet

    @property
    def file(self) -> str:
        name = self.sheet.path.name
        return f"{name}#{self.sheet.name}" if self.sheet.name else name

    def has(self, key: str) -> bool:
        return bool(self.chosen.places.get(key))

    def label(self, key: str, part: int = 0) -> str:
        places = self.chosen.places.get(key, ())
        return self.sheet.label(places[part]) if places else ""

    def column(self, key: str) -> list[Any]:
        return [line[key] for line in self.lines]

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def wrong(
        self, line: Line | None, key: str, what: str, remedy: str = "", kind: str = "", *, part: int = 0
    ) -> None:
        """Note a fault of a row (of the whole file without one); `part` says which of several columns."""
        self.faults.add(
            self.file,
            what,
            remedy,
            row=line.number if line else 0,
            column=self.label(key, part) if key else "",
            kind=kind,
        )

    def read(self) -> None:
        """Read every cell of the columns that are used, but of rows of sums, which are a fault by themselves."""
        rows = self._without_sums()
        columns = [column for column in self.chosen.columns if self.has(column.key)]
        values: list[dict[str, Any]] = [{} for _row in rows]
        for column in columns:
            places = self.chosen.places[column.key]
            for place in places:
                for row, value in enumerate(self._cells(column, place, rows)):
                    if column.many:
                        values[row][column.key] = (*values[row].get(column.key, ()), value)
                    else:
                        values[row][column.key] = value
        self.lines = [Line(row.number, found) for row, found in zip(rows, values, strict=True)]

    def _without_sums(self) -> list[Row]:
        """A row of sums at the end is nobody: told by the first cell that says something, whatever column that is."""
        if self.with_totals:
            return list(self.sheet.rows)
        start = max(0, len(self.sheet.rows) - _SUMS_LOOKED_FOR)
        kept = list(self.sheet.rows[:start])
        for row in self.sheet.rows[start:]:
            place = next((place for place, cell in enumerate(row.cells) if cell), 0)
            if not is_sum(row.cells[place]):
                kept.append(row)
                continue
            self.faults.add(
                self.file,
                f"{quoted(row.cells[place])} looks like a row of sums.",
                "Remove the row.",
                row=row.number,
                column=self.sheet.label(place),
            )
        return kept

    def _cells(self, column: Column, place: int, rows: Sequence[Row]) -> Iterator[Any]:
        cells = [row.cells[place] for row in rows]
        mark = decimal_mark(cells, self.sheet.decimal) if column.kind.numeric else ""
        said_missing = 0
        for row, cell in zip(rows, cells, strict=True):
            if not cell or (column.kind.numeric and is_missing(cell)):
                said_missing += bool(cell)
                if not (column.may_be_empty or column.many):
                    self.faults.add(
                        self.file,
                        f"the {column.what} is missing.",
                        "Fill it in, or remove the row.",
                        row=row.number,
                        column=self.sheet.label(place),
                    )
                yield None
                continue
            try:
                yield column.kind.read(cell, mark)
            except Unreadable as fault:
                self.faults.add(
                    self.file,
                    fault.what,
                    fault.remedy,
                    row=row.number,
                    column=self.sheet.label(place),
                    kind=fault.kind,
                )
                yield None
        if said_missing:
            self.notes.append(
                f"{amount(said_missing, 'cell')} of column {self.sheet.label(place)} that say something like “n/a” "
                "count as empty"
            )

    def require_unique(self, key: str, thing: str) -> None:
        """Each code once; told with the row where it stood first, and where two differ by case alone."""
        first: dict[str, Line] = {}
        alike: dict[str, Line] = {}
        for line in self.lines:
            found = line[key]
            if found is None:
                continue
            if found in first:
                self.wrong(
                    line,
                    key,
                    f"{quoted(found)} stands in row {first[found].number} already.",
                    f"Each {thing} has one row: remove one, or correct the code.",
                    kind="twice",
                )
            elif (near := found.casefold()) in alike:
                other = alike[near]
                self.wrong(
                    line,
                    key,
                    f"{quoted(found)} differs from {quoted(other[key])} in row {other.number} by capitals alone.",
                    "Make them the same, or tell them apart.",
                    kind="case",
                )
            else:
                first[found] = alike[near] = line

    def require_one_case(self, key: str) -> None:
        """Codes that may stand in many rows: “tr-101” beside “TR-101” would be two people."""
        first: dict[str, Line] = {}
        for line in self.lines:
            found = line[key]
            if found is not None and (other := first.setdefault(found.casefold(), line))[key] != found:
                self.wrong(
                    line,
                    key,
                    f"{quoted(found)} differs from {quoted(other[key])} in row {other.number} by capitals alone.",
                    "Make them the same, or tell them apart.",
                    kind="case",
                )

    def one_spelling(self, key: str) -> dict[str, str]:
        """Each value by the commonest of the spellings that differ in capitals, accents or spaces alone; noted."""
        many = Counter(line[key] for line in self.lines if isinstance(line[key], str))
        usual: dict[str, str] = {}
        for word, _times in sorted(many.items(), key=lambda pair: (-pair[1], pair[0])):
            usual.setdefault(spelling(word), word)
        found = {word: usual[spelling(word)] for word in many}
        other = [f"{quoted(word)} with {quoted(found[word])}" for word in many if found[word] != word]
        if other:
            self.notes.append(f"of column {self.label(key)} {some(other)} count as one")
        return found

    def require_known(self, key: str, known: Sequence[str], where: str) -> None:
        """Each code must stand in another table; the nearest one there is named where it does not."""
        meant = Known(known)
        for line in self.lines:
            found = line[key]
            if isinstance(found, str) and found not in meant:
                what = f"{quoted(found)} is not in {where}."
                self.wrong(
                    line, key, what, f"{meant.instead_of(found)}Correct it, or add it there.", "unknown"
                )

    def require(self, key: str, test: Callable[[Any], bool], what: str, remedy: str) -> None:
        """Every value that is there must pass a test; `what` may name the value as {}."""
        for line in self.lines:
            found = line[key]
            if found is not None and not test(found):
                said = figure(found) if isinstance(found, float) else str(found)
                self.wrong(line, key, what.format(quoted(said)), remedy, kind=what)


class Known:
    """Codes that stand in another table, and the nearest of them to one that does not."""

    def __init__(self, codes: Sequence[str]) -> None:
        self._codes, self._there = codes, frozenset(codes)
        self._plain = {_plain(code): code for code in codes}
        self._told = 0

    def __contains__(self, code: str) -> bool:
        return code in self._there

    def instead_of(self, code: str) -> str:
        """“Did you mean “X”? ”, or nothing."""
        near = self._plain.get(_plain(code), "")
        if not near and self._told < _NEAREST_LOOKED_FOR:
            near = next(iter(get_close_matches(code, self._codes, n=1, cutoff=0.75)), "")
        self._told += 1
        if not near:
            return ""
        zeros = "Spreadsheets take zeros away in front. " if near.lstrip("0") == code else ""
        return f"Did you mean {quoted(near)}? {zeros}"


def is_sum(text: str) -> bool:
    """Whether a cell is the head of a row of sums, in English or French."""
    said = folded(text)
    return said in _SUMS or (bool(said) and said.split()[0] in _LEADING)


def _plain(text: str) -> str:
    return folded(text).lstrip("0")
