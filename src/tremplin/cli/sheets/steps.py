"""How far people of each group came, as a table of counts gives it or counted from a list of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tremplin.cli.sheets import cells
from tremplin.cli.sheets.cells import is_missing
from tremplin.cli.sheets.columns import Column, folded
from tremplin.cli.sheets.crossing import counted
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.job import Job
from tremplin.cli.sheets.reading import Sheet
from tremplin.cli.sheets.tables import Table, is_sum
from tremplin.cli.sheets.words import quoted, some

GROUP = Column("group", "group", cells.TEXT, ("group", "category", "groupe", "catégorie"))
COUNTS = Column("counts", "count of a step", cells.WHOLE, (), many=True)
FIRST = "in the list"
SILENT = frozenset({"", "not said", "prefer not to say", "no answer", "unknown", "non renseigne",
                    "ne souhaite pas repondre",
                    "sans reponse", "inconnu", "na", "nc", "nd"})  # fmt: skip
MOST_GROUPS = 40


@dataclass(frozen=True, slots=True)
class Walked:
    """One attribute: how many of each group came to each step or further; `silent` those who did not say."""

    attribute: str
    steps: tuple[str, ...]
    groups: dict[str, list[int]]
    silent: list[int]


def of_counts(table: Table) -> Walked:
    """A table of counts. Faults of rows in which more people come to a later step go to the table."""
    places = table.chosen.places["counts"]
    steps = tuple(table.sheet.headings[place] for place in places)
    if len(steps) < 2:
        raise Wrong(
            f"{table.file} has one column of counts, and a comparison needs two steps at least.",
            "Give how many came, and how many came further, such as applied and admitted.",
        )
    table.require_unique("group", "group")
    totals = [line for line in table if is_sum(line["group"] or "")]
    if totals:
        table.notes.append("its row of totals is left out")
    groups: dict[str, list[int]] = {}
    silent = [0] * len(steps)
    for line in table:
        row = list(line["counts"])
        if line in totals or not counted(table, line):
            continue
        for part in range(1, len(row)):
            if row[part] > row[part - 1]:
                table.wrong(
                    line,
                    "counts",
                    f"{row[part]:,} came to {quoted(steps[part])}, and {row[part - 1]:,} to the step before.",
                    "Each step counts those of the one before who came further: check the figures, and their order.",
                    "more later",
                    part=part,
                )
        if _silent(line["group"]):
            silent = [one + other for one, other in zip(silent, row, strict=True)]
        else:
            groups[line["group"]] = row
    return Walked(table.sheet.headings[table.chosen.one("group") or 0], steps, groups, silent)


def columns(job: Job, sheet: Sheet, by: Sequence[str], steps: Sequence[str], chance: str) -> Table:
    """The table of people, with the columns that were named. Raises Wrong for one that is not there."""
    heads = [folded(head) for head in sheet.headings]
    wanted = [
        Column(f"by{number}", "group", cells.TEXT, (name,), may_be_empty=True)
        for number, name in enumerate(by)
    ]
    wanted += [
        Column(f"step{number}", "step", cells.YES_NO, (name,), may_be_empty=True)
        for number, name in enumerate(steps)
    ]
    wanted += [Column("chance", "chance", cells.CHANCE, (chance,))] if chance else []
    for column in wanted:
        if folded(column.names[0]) not in heads:
            raise Wrong(
                f"{sheet.path.name} has no column {quoted(column.names[0])}.",
                f"Its columns are {some([quoted(head) for head in sheet.headings], 20)}.",
                status=2,
            )
    return job.of_sheet(sheet, wanted=wanted)


def _silent(word: str) -> bool:
    """Whether somebody did not say. A word in other letters than ours folds to nothing, and says something."""
    return is_missing(word) or (bool(folded(word)) and folded(word) in SILENT)


def values(table: Table, number: int) -> list[str]:
    """Everybody’s group; those who did not say have none. Raises Wrong where nearly everybody has their own."""
    usual = table.one_spelling(f"by{number}")
    said = [line[f"by{number}"] or "" for line in table]
    found = ["" if _silent(word) else usual[word] for word in said]
    many = len(set(found) - {""})
    if many > MOST_GROUPS:
        raise Wrong(
            f"Column {table.label(f'by{number}')} has {many:,} different values: those are no groups.",
            "Choose a column with few values, or put them into groups first.",
        )
    return found


def of_people(table: Table, number: int, by: str, steps: Sequence[str]) -> Walked:
    """People counted. Faults of rows that skip a step go to the table."""
    groups: dict[str, list[int]] = {}
    silent = [0] * (len(steps) + 1)
    for line, group in zip(table, values(table, number), strict=True):
        row = groups.setdefault(group, [0] * (len(steps) + 1)) if group else silent
        row[0] += 1
        came = [bool(line[f"step{place}"]) for place in range(len(steps))]
        if number == 0 and any(later and not earlier for earlier, later in pairwise(came)):
            table.wrong(
                line,
                f"step{came.index(False)}",
                "a later step says yes, and this one does not.",
                "Say yes to every step up to the last one reached.",
                "skipped",
            )
        for place, reached in enumerate(came, 1):
            row[place] += reached
    return Walked(by, (FIRST, *steps), groups, silent)
