"""Limits on groups, as a table gives them: at least and at most so many of the places, and on what basis."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tremplin.cli.sheets import cells
from tremplin.cli.sheets.columns import Column, folded
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.job import Job
from tremplin.cli.sheets.reading import Sheet
from tremplin.cli.sheets.tables import Line, Table
from tremplin.cli.sheets.words import amount, listed, quoted, some, spans, spelling
from tremplin.methods.selection.clash import Clash
from tremplin.methods.selection.limits import Limit

_optional: dict[str, Any] = {"needed": False, "may_be_empty": True}
COLUMNS = (
    Column("category", "heading of the list", cells.TEXT, ("category", "criterion", "trait", "heading", "column",
           "attribute", "catégorie", "critère", "rubrique", "colonne", "caractéristique"), by_values=False),
    Column("value", "value in that column", cells.TEXT, ("value", "group", "valeur", "groupe", "modalité"),
           by_values=False),
    Column("least", "least places", cells.WHOLE, ("least", "at least", "min", "minimum", "au moins"), **_optional),
    Column("most", "most places", cells.WHOLE, ("most", "at most", "max", "maximum", "au plus"), **_optional),
    Column("basis", "basis of the limit", cells.TEXT, ("basis", "legal basis", "reason", "why", "because", "base",
           "base légale", "fondement", "motif", "raison", "justification"), by_values=False),
)  # fmt: skip
_ASKS_FOR_LAW = frozenset(
    {
        "sex",
        "gender",
        "sexe",
        "genre",
        "age",
        "race",
        "ethnicity",
        "ethnie",
        "origin",
        "origine",
        "nationality",
    }
    | {"nationalite", "religion", "health", "sante", "disability", "handicap", "orientation", "opinion"}
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit: its row, and the value that the column `category` of the list must hold."""

    row: int
    category: str
    value: str
    least: int
    most: int
    basis: str

    @property
    def name(self) -> str:
        return f"“{self.value}” in “{self.category}”"


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits of one table, and what each row of the list says in the columns that they name."""

    file: str
    rules: tuple[Rule, ...]
    categories: tuple[str, ...]
    traits: Mapping[int, tuple[str, ...]]
    """By row of the list: a value for each category, as the limits spell it."""

    def of(self, row: int) -> dict[str, str]:
        return dict(zip(self.categories, self.traits[row], strict=True))

    def as_codes(self, rows: Sequence[int]) -> tuple[NDArray[np.int64], tuple[Limit, ...]]:
        """The groups of these rows as numbers (n, categories), and the limits on them."""
        numbers: dict[tuple[int, str], int] = {}
        for row in rows:
            for place, value in enumerate(self.traits[row]):
                numbers.setdefault((place, value), len(numbers))
        groups = np.array(
            [[numbers[pair] for pair in enumerate(self.traits[row])] for row in rows], dtype=np.int64
        ).reshape(len(rows), len(self.categories))
        made = []
        for rule in self.rules:
            place = self.categories.index(rule.category)
            made.append(
                Limit(
                    place, numbers.get((place, rule.value), -1), rule.least, rule.most, rule.basis, rule.name
                )
            )
        return groups, tuple(made)

    def wrong(self, error: Exception) -> Wrong:
        """What the method refuses, with the rows of the limits that it names."""
        said = str(error).rstrip(".")
        if isinstance(error, Clash):
            rows = sorted({self.rules[side.limit].row for side in error.limits})
        else:
            rows = [rule.row for rule in self.rules if rule.name in said]
        where = f"See {'row' if len(rows) == 1 else 'rows'} {spans(rows)} of {self.file}." if rows else ""
        return Wrong(f"{self.file}: {said}.", where or "Loosen a limit, or change the number of places.")

    def told(self) -> list[str]:
        """The limits in words; with a caution where a law may have its say."""
        lines = [f"Limits, from {self.file}:"]
        for rule in self.rules:
            lines.append(
                f"  {rule.name}: {span(rule.least, rule.most)} of the places. Basis: {rule.basis.rstrip('.')}."
            )
        asking = [name for name in self.categories if not _ASKS_FOR_LAW.isdisjoint(folded(name).split())]
        if asking:
            lines.append(
                f"Not everywhere may places depend on {listed([quoted(name) for name in asking], 'or')}: let somebody "
                "who knows the law read the basis before you publish it."
            )
        return lines


def span(least: int, most: int) -> str:
    """“exactly 2”, “2 to 4”."""
    return f"exactly {least:,}" if least == most else f"{least:,} to {most:,}"


def table_of(job: Job, source: str) -> Table:
    """The table of limits. Its cells are read when the columns are confirmed."""
    return job.table(source, "limits")


def columns_of(table: Table, sheet: Sheet) -> list[Column]:
    """A column of the list for each category that is named. Raises Wrong for one that the list does not have."""
    place = table.chosen.places["category"][0]
    names = list(dict.fromkeys(cell for cell in table.sheet.column(place) if cell))
    heads = {folded(head): head for head in reversed(sheet.headings)}
    for name in names:
        if folded(name) not in heads:
            rows = [row.number for row in table.sheet.rows if row.cells[place] == name]
            raise Wrong(
                f"{table.file}, {'row' if len(rows) == 1 else 'rows'} {spans(rows)}, column {table.label('category')}: "
                f"{sheet.path.name} has no column {quoted(name)}.",
                f"Its columns are {some([quoted(head) for head in sheet.headings], 20)}.",
            )
    return [
        Column(_key(name), f"value of {quoted(name)}", cells.TEXT, (heads[folded(name)],), may_be_empty=True)
        for name in names
    ]


def _key(category: str) -> str:
    return f"limit:{folded(category)}"


def read(table: Table, people: Table, places: int) -> Limits:
    """The limits. Faults of both tables are noted; a limit without a most allows all places."""
    categories: dict[str, str] = {}
    found: list[Rule] = []
    seen: dict[tuple[str, str], Line] = {}
    for line in table:
        category, value = line["category"], line["value"]
        if category is None or value is None or line["basis"] is None:
            continue
        key = folded(category)
        categories.setdefault(key, category)
        most = places if line["most"] is None else line["most"]
        earlier = seen.setdefault((key, spelling(value)), line)
        if earlier is not line:
            table.wrong(
                line, "value", f"{quoted(value)} has a limit in row {earlier.number} already.", "Keep one."
            )
        elif (fault := _fault(line, people, places, most)) is not None:
            table.wrong(line, *fault)
        else:
            found.append(Rule(line.number, categories[key], value, line["least"] or 0, most, line["basis"]))
    return Limits(table.file, tuple(found), tuple(categories.values()), _traits(people, categories, found))


def _fault(line: Line, people: Table, places: int, most: int) -> tuple[str, str, str] | None:
    """What is wrong with a limit by itself: the column, what, and the remedy."""
    category, value, least = line["category"], line["value"], line["least"] or 0
    if not people.has(_key(category)):
        remedy = 'Name the column of the limits: --columns "limits.category=HEADING".'
        return "category", f"{quoted(category)} was not shown among the columns of the list.", remedy
    if not _held(people, category, value):
        remedy = f"There are {_there(people, category)}: correct it, or remove the row."
        return "value", f"nobody in {people.file} has {quoted(value)} in {quoted(category)}.", remedy
    if least > most:
        what = f"at least {least:,} and at most {most:,} cannot both be."
        given = line["most"] is not None
        return (
            "least",
            what,
            "Correct one of both." if given else f"There are {amount(places, 'place')} in all.",
        )
    return None


def _held(people: Table, category: str, value: str) -> bool:
    return any(spelling(one or "") == spelling(value) for one in people.column(_key(category)))


def _there(people: Table, category: str) -> str:
    values = Counter(one for one in people.column(_key(category)) if one)
    return some([quoted(one) for one, _many in values.most_common()], 8) or "no values"


def _traits(
    people: Table, categories: Mapping[str, str], rules: Sequence[Rule]
) -> dict[int, tuple[str, ...]]:
    """What each row says, in the spelling of the limits: “NORTH” and “north” are one group."""
    spelt = {(rule.category, spelling(rule.value)): rule.value for rule in rules}
    found: dict[int, list[str]] = {line.number: [] for line in people}
    for category in categories.values():
        silent = 0
        for line in people:
            said = line[_key(category)] or ""
            silent += not said
            found[line.number].append(spelt.get((category, spelling(said)), said))
        if silent:
            people.notes.append(
                f"{amount(silent, 'row')} with nothing in {quoted(category)}: no limit on it counts them"
            )
    return {row: tuple(values) for row, values in found.items()}
