"""What is to be published, as cells and the sums between them: one table, several linked ones, trees, steps of a way.

A `Publication` is a list of cells with their true values and of relations, each a signed sum that is zero (the
columns of a row less its total). Two tables are linked by sharing cells. Everything else of this package works on it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Term = tuple[int, int]  # a cell and its sign
Relation = tuple[Term, ...]


class DisclosureError(ValueError):
    """What is asked cannot be published so: says what, where, and the remedy."""


@dataclass(frozen=True, slots=True)
class Publication:
    """Cells with their sums.

    `codes`: one for each cell, unique. `values`: counts, or money in minor units; whole numbers, none below zero.
    `relations`: each a sum of signed cells that is zero. `always`: cells that are public in any case. `never`:
    cells that are not published themselves and still must not be given away. Raises DisclosureError.
    """

    codes: tuple[str, ...]
    values: tuple[int, ...]
    relations: tuple[Relation, ...] = ()
    always: frozenset[int] = frozenset()
    never: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if len(self.codes) != len(self.values):
            raise DisclosureError(f"{len(self.codes)} codes for {len(self.values)} values: give one each.")
        if len(set(self.codes)) < len(self.codes):
            twice = sorted({code for code in self.codes if self.codes.count(code) > 1})
            raise DisclosureError(f"Cells stand twice: {', '.join(twice[:5])}. Give each cell once.")
        for code, value in zip(self.codes, self.values, strict=True):
            if value != int(value) or value < 0:
                raise DisclosureError(f"{code} is {value}: counts are whole and not below zero.")
        for relation in self.relations:
            off = sum(sign * self.values[cell] for cell, sign in relation)
            if off:
                names = " ".join(f"{'+' if sign > 0 else '-'}{self.codes[cell]}" for cell, sign in relation)
                raise DisclosureError(f"{names} is {off}, not 0: correct the total or the cells.")
        if self.always & self.never:
            raise DisclosureError("A cell is either always shown or never, not both.")

    def __len__(self) -> int:
        return len(self.codes)

    def named(self, cells: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.codes[cell] for cell in sorted(cells))


@dataclass(slots=True)
class Building:
    """A publication that is being put together: cells by code, so that tables which share cells are linked."""

    numbers: dict[str, int] = field(default_factory=dict)
    values: list[int] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    always: set[int] = field(default_factory=set)
    never: set[int] = field(default_factory=set)

    def cell(self, code: str, value: int, *, always: bool = False, never: bool = False) -> int:
        """The number of a cell, new or known. Raises DisclosureError where it is known with another value."""
        if code not in self.numbers:
            self.numbers[code] = len(self.values)
            self.values.append(value)
        number = self.numbers[code]
        if self.values[number] != value:
            raise DisclosureError(
                f"{code} is {self.values[number]} in one table and {value} in another: count both again."
            )
        if always:
            self.always.add(number)
        if never:
            self.never.add(number)
        return number

    def total(self, total: int, parts: Iterable[int]) -> None:
        """`total` is the sum of `parts`."""
        relation = (*((part, 1) for part in parts), (total, -1))
        if relation not in self.relations:
            self.relations.append(relation)

    def done(self) -> Publication:
        codes = tuple(self.numbers)
        return Publication(
            codes, tuple(self.values), tuple(self.relations), frozenset(self.always), frozenset(self.never)
        )


def table(
    counts: Sequence[Sequence[int]],
    rows: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
    *,
    totals: str = "hideable",
) -> Publication:
    """A table of two ways with its totals, cells first by rows; codes are “row|column”, “row|”, “|column”, “|”.

    `totals`: “hideable” (all but the total of all), or “always” shown.
    """
    rows = [f"r{number}" for number in range(len(counts))] if rows is None else rows
    width = len(counts[0]) if counts else 0
    columns = [f"c{number}" for number in range(width)] if columns is None else columns
    return linked([(counts, rows, columns)], totals=totals)


def linked(
    tables: Iterable[tuple[Sequence[Sequence[int]], Sequence[str], Sequence[str]]],
    *,
    totals: str = "hideable",
    parents: Mapping[str, str] | None = None,
) -> Publication:
    """Several tables of two ways that share rows, columns, totals or cells: what has one code is one cell.

    Each table: counts, codes of rows, codes of columns; their codes must be unique over all ways (“gender:woman”).
    `parents`: for categories that are parts of others, the category above each (“SN” → “Africa”); a category that
    is named there as a parent is published as a subtotal of its parts in each table that has them all.
    """
    building = Building()
    fixed = totals == "always"
    for counts, rows, columns in tables:
        _require_shape(counts, rows, columns)
        grid = [[str(row), str(column)] for row in rows for column in columns]
        for (row, column), value in zip(grid, (value for line in counts for value in line), strict=True):
            building.cell(f"{row}|{column}", value)
        whole = building.cell("|", sum(map(sum, counts)), always=True)
        across = [
            building.cell(f"{row}|", sum(line), always=fixed) for row, line in zip(rows, counts, strict=True)
        ]
        downs = [
            building.cell(f"|{column}", sum(line), always=fixed)
            for column, line in zip(columns, zip(*counts, strict=True), strict=True)
        ]
        for row, total in zip(rows, across, strict=True):
            building.total(total, [building.numbers[f"{row}|{column}"] for column in columns])
        for column, total in zip(columns, downs, strict=True):
            building.total(total, [building.numbers[f"{row}|{column}"] for row in rows])
        building.total(whole, across)
        building.total(whole, downs)
        _subtotals(building, rows, columns, parents or {})
    return building.done()


def _require_shape(counts: Sequence[Sequence[int]], rows: Sequence[str], columns: Sequence[str]) -> None:
    if not counts or not columns:
        raise DisclosureError("A table has a row and a column at least.")
    if len(counts) != len(rows) or any(len(line) != len(columns) for line in counts):
        raise DisclosureError(
            f"A table of {len(rows)} rows and {len(columns)} columns has lines of "
            f"{sorted({len(line) for line in counts})} counts, {len(counts)} of them: fill or drop them."
        )
    for names in (rows, columns):
        if len(set(names)) < len(names):
            raise DisclosureError(f"A category stands twice: {', '.join(map(str, names))}.")


def _subtotals(
    building: Building, rows: Sequence[str], columns: Sequence[str], parents: Mapping[str, str]
) -> None:
    """The categories above rows and columns, each as soon as all its parts are there."""
    for own, other, by_row in ((rows, columns, True), (columns, rows, False)):
        known = dict.fromkeys(own)
        waiting = [code for code in _above(own, parents) if code not in known]
        while waiting:
            parent = next(
                (code for code in waiting if not {c for c in waiting if parents.get(c) == code}), None
            )
            if parent is None:
                raise DisclosureError(f"Categories stand above each other in a ring: {', '.join(waiting)}.")
            waiting.remove(parent)
            parts = [code for code in known if parents.get(code) == parent]
            known[parent] = None
            for across in (*other, ""):
                names = [f"{part}|{across}" if by_row else f"{across}|{part}" for part in parts]
                cells = [building.numbers[name] for name in names]
                code = f"{parent}|{across}" if by_row else f"{across}|{parent}"
                building.total(building.cell(code, sum(building.values[cell] for cell in cells)), cells)


def _above(codes: Sequence[str], parents: Mapping[str, str]) -> list[str]:
    found: dict[str, None] = {}
    level = list(codes)
    while level := [parents[code] for code in level if code in parents and parents[code] not in found]:
        found.update(dict.fromkeys(level))
    return list(found)


def steps(counts: Sequence[Sequence[int]]) -> Publication:
    """How many of each group (row) came as far as each step (column) or further; how many in all is public.

    Cells “came|g|s” are published; “stopped|g|s”, the people of a group who came to a step and no further, are not
    and follow from two counts. Totals of each step “came||s” and of those who stopped “stopped||s” are public.
    """
    building = Building()
    many = len(counts[0]) if counts else 0
    for step in range(many):
        came, stopped = [], []
        for group, row in enumerate(counts):
            following = row[step + 1] if step + 1 < many else 0
            if following > row[step]:
                raise DisclosureError("Nobody comes to a later step without the one before.")
            here = building.cell(f"came|{group}|{step}", row[step])
            gone = building.cell(f"stopped|{group}|{step}", row[step] - following, never=True)
            parts = [gone]
            if step + 1 < many:
                parts.append(building.cell(f"came|{group}|{step + 1}", following))
            building.total(here, parts)
            came.append(here)
            stopped.append(gone)
        left = building.cell(f"stopped||{step}", sum(building.values[cell] for cell in stopped), always=True)
        building.total(left, stopped)
        if not step:
            whole = building.cell("came||0", sum(building.values[cell] for cell in came), always=True)
            building.total(whole, came)
    return building.done()
