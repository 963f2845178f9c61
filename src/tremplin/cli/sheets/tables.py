"""The rows of a sheet as values, and what is wrong with each cell."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from tremplin.cli.sheets.cells import Unreadable, decimal_mark, is_missing
from tremplin.cli.sheets.columns import Chosen, Column, folded
from tremplin.cli.sheets.faults import Faults
from tremplin.cli.sheets.reading import Sheet
from tremplin.cli.sheets.words import amount, figure, quoted

_SUMS = frozenset(
    {"total", "totals", "sum", "average", "mean", "somme", "moyenne", "totaux", "median", "mediane"}
)
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
        """Read every cell of the columns that are used."""
        columns = [column for column in self.chosen.columns if self.has(column.key)]
        values: list[dict[str, Any]] = [{} for _row in self.sheet.rows]
        for column in columns:
            places = self.chosen.places[column.key]
            for place in places:
                for row, value in enumerate(self._cells(column, place)):
                    if column.many:
                        values[row][column.key] = (*values[row].get(column.key, ()), value)
                    else:
                        values[row][column.key] = value
        self.lines = [Line(row.number, found) for row, found in zip(self.sheet.rows, values, strict=True)]

    def _cells(self, column: Column, place: int) -> Iterator[Any]:
        cells = self.sheet.column(place)
        mark = decimal_mark(cells, self.sheet.decimal) if column.kind.numeric else ""
        said_missing = 0
        for row, cell in zip(self.sheet.rows, cells, strict=True):
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

    def refuse_sums(self, key: str) -> None:
        """A row of sums at the end is no application."""
        for line in self.lines[-3:]:
            if isinstance(line[key], str) and folded(line[key]) in _SUMS:
                self.wrong(line, key, f"{quoted(line[key])} looks like a row of sums.", "Remove the row.")

    def require_known(self, key: str, known: Sequence[str], where: str) -> None:
        """Each code must stand in another table; the nearest one there is named where it does not."""
        there = set(known)
        plain = {_plain(other): other for other in known}
        told = 0
        for line in self.lines:
            found = line[key]
            if not isinstance(found, str) or found in there:
                continue
            near = plain.get(_plain(found), "")
            if not near and told < _NEAREST_LOOKED_FOR:
                near = next(iter(get_close_matches(found, known, n=1, cutoff=0.75)), "")
            told += 1
            meant = f"Did you mean {quoted(near)}? " if near else ""
            zeros = "Spreadsheets take zeros away in front. " if near and near.lstrip("0") == found else ""
            self.wrong(
                line,
                key,
                f"{quoted(found)} is not in {where}.",
                f"{meant}{zeros}Correct it, or add it there.",
                "unknown",
            )

    def require(self, key: str, test: Callable[[Any], bool], what: str, remedy: str) -> None:
        """Every value that is there must pass a test; `what` may name the value as {}."""
        for line in self.lines:
            found = line[key]
            if found is not None and not test(found):
                said = figure(found) if isinstance(found, float) else str(found)
                self.wrong(line, key, what.format(quoted(said)), remedy, kind=what)


def _plain(text: str) -> str:
    return folded(text).lstrip("0")
