"""Counts of people by two things: as a table gives them, or counted from a list of people."""

from collections import Counter
from dataclasses import dataclass

from tremplin.cli.sheets import cells
from tremplin.cli.sheets.columns import Column, folded
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.tables import Line, Table
from tremplin.cli.sheets.words import amount, figure, quoted

CATEGORY = Column("category", "category of the row", cells.TEXT, ("category", "group", "catégorie", "groupe"))
COUNTS = Column(
    "counts", "count of people", cells.WHOLE, ("count", "number", "effectif", "nombre"), many=True
)
ROWS = Column("rows", "value of the row", cells.TEXT, (), by_values=False, may_be_empty=True)
BY = Column("by", "value of the column", cells.TEXT, (), by_values=False, may_be_empty=True)
MOST_CELLS = 2_000
UNKNOWN = "not said"
_TOTALS = frozenset({"total", "totals", "sum", "somme", "totaux", "all", "ensemble", "tous"})


@dataclass(frozen=True, slots=True)
class Crossed:
    """Counts with the names of rows and columns, without totals; `name` says what the rows are."""

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


def of_table(table: Table) -> Crossed:
    """The counts of a table. Its totals are checked and left out: they are made anew. Faults go to the table."""
    places = table.chosen.places["counts"]
    heads = [table.sheet.headings[place] for place in places]
    sums = [number for number, head in enumerate(heads) if folded(head) in _TOTALS]
    kept = [number for number in range(len(heads)) if number not in sums]
    table.require_unique("category", "category")
    lines = [line for line in table if line["category"] is not None and counted(table, line)]
    body = [line for line in lines if folded(line["category"]) not in _TOTALS]
    for line in lines:
        for number in sums:
            _check_total(table, line, number, sum(line["counts"][part] for part in kept))
        if line not in body:
            for number in kept:
                _check_total(table, line, number, sum(other["counts"][number] for other in body))
    if len(lines) - len(body) or sums:
        table.notes.append("its totals are left out, and made anew")
    return Crossed(
        table.sheet.headings[table.chosen.places["category"][0]],
        tuple(line["category"] for line in body),
        tuple(heads[number] for number in kept),
        tuple(tuple(line["counts"][number] for number in kept) for line in body),
    )


def counted(table: Table, line: Line) -> bool:
    """Whether a row has all its counts. One with some of them is a fault, one with none is left out, and said."""
    lacking = [part for part, count in enumerate(line["counts"]) if count is None]
    if lacking and len(lacking) == len(line["counts"]):
        table.notes.append(f"row {line.number} has no counts and is left out")
    elif lacking:
        remedy = "Write it; 0 is a number too."
        table.wrong(line, "counts", "the count is missing.", remedy, "missing", part=lacking[0])
    return not lacking


def _check_total(table: Table, line: Line, number: int, found: int) -> None:
    if line["counts"][number] != found:
        table.wrong(
            line,
            "counts",
            f"the total says {line['counts'][number]}, and the counts add up to {found}.",
            "Correct one of them.",
            "total",
            part=number,
        )


def of_people(table: Table) -> Crossed:
    """People counted by two columns; empty cells count as “not said”."""
    usual = {key: {**table.one_spelling(key), None: UNKNOWN} for key in ("rows", "by")}
    pairs = Counter((usual["rows"][line["rows"]], usual["by"][line["by"]]) for line in table)
    rows = _ordered({row for row, _column in pairs})
    columns = _ordered({column for _row, column in pairs})
    if len(rows) * len(columns) > MOST_CELLS:
        raise Wrong(
            f"That would be a table of {amount(len(rows), 'row')} and {amount(len(columns), 'column')}.",
            "Columns for this have few different values, such as a region or a yes and no. Group them first.",
        )
    empty = sum(many for pair, many in pairs.items() if UNKNOWN in pair)
    if empty:
        table.notes.append(f"{amount(empty, 'empty answer')} counted as {quoted(UNKNOWN)}")
    name = table.sheet.headings[table.chosen.places["rows"][0]]
    counts = tuple(tuple(pairs[row, column] for column in columns) for row in rows)
    return Crossed(name, rows, columns, counts)


def _ordered(names: set[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (name == UNKNOWN, folded(name), name)))


def said(count: int | None) -> str:
    return "hidden" if count is None else figure(count)
