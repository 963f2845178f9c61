"""The codes that take part in a draw, as a spreadsheet gives them and as the draw writes them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tremplin.cli.sheets import cells
from tremplin.cli.sheets.columns import Column, folded
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.privacy import personal
from tremplin.cli.sheets.reading import Row, Sheet
from tremplin.cli.sheets.tables import Table
from tremplin.cli.sheets.words import quoted, some, spelling

CODE = Column(
    "code",
    "code of the entry",
    cells.CODE,
    (
        "code",
        "reference",
        "ref",
        "id",
        "identifier",
        "application",
        "applicant",
        "candidate",
        "entry",
        "dossier",
        "numéro de dossier",
        "n° de dossier",
        "référence",
        "identifiant",
        "candidature",
        "candidat",
        "candidate",
        "numéro",
    ),
)
CHANCE = Column(
    "chance",
    "chance of the entry",
    cells.CHANCE,
    ("chance", "probability", "probabilité"),
    needed=False,
)
GROUP = Column("group", "group of the entry", cells.TEXT, (), needed=False)
COLUMNS = (CODE, CHANCE, GROUP)
_SHORTEST = 4
_FITTING = re.compile(r"[0-9a-z]{4,32}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that takes part: its number, its code as it stands there, its code in the draw."""

    row: int
    said: str
    code: str
    chance: Fraction | None = None
    group: str = ""


def only(sheet: Sheet, words: str) -> Sheet:
    """The rows whose cell under a heading says a value: “band=lottery”. Raises Wrong for no such heading or value."""
    if not words:
        return sheet
    heading, _sign, value = words.partition("=")
    wanted = spelling(value)
    places = [place for place, head in enumerate(sheet.headings) if folded(head) == folded(heading)]
    if not places or not wanted:
        raise Wrong(
            f"--only {quoted(words)}: {sheet.path.name} has no column {quoted(heading)}.",
            f"Write HEADING=VALUE; its columns are {some([quoted(head) for head in sheet.headings], 20)}.",
            status=2,
        )
    rows: Sequence[Row] = [row for row in sheet.rows if spelling(row.cells[places[0]]) == wanted]
    if not rows:
        there = list(dict.fromkeys(row.cells[places[0]] or "nothing" for row in sheet.rows))
        raise Wrong(
            f"No row of {sheet.path.name} says {quoted(value)} in column {sheet.label(places[0])}.",
            f"It says {some([quoted(one) for one in there])}.",
        )
    note = f"only the {len(rows):,} of {len(sheet.rows):,} rows that say {quoted(words)} take part"
    return Sheet(
        sheet.path, sheet.name, sheet.headings, tuple(rows), (*sheet.notes, note), sheet.decimal, sheet.named
    )


def refuse_names(table: Table, *, sure: bool) -> None:
    """Raise Wrong where the codes seem to name people: the file of a draw is published."""
    place = table.chosen.one("code")
    held = "" if place is None else personal(table.sheet, place)
    if held and not (sure and held == "names"):
        also = "; if they are none, say so with --not-names" if held == "names" else ""
        raise Wrong(
            f"Column {table.label('code')} seems to hold {held}, and the file of a draw is published.",
            f"Make codes with --new-codes{also}.",
        )


def _written(said: str) -> str:
    """A code as a draw writes it: small letters and figures, zeros in front of a short one."""
    plain = re.sub(r"[^0-9a-z]", "", folded(said))
    return plain.rjust(_SHORTEST, "0") if plain else ""


def entries(table: Table) -> list[Entry]:
    """Everybody who takes part. Faults of codes go to the table."""
    table.require_unique("code", "entry")
    found: list[Entry] = []
    seen: dict[str, Entry] = {}
    usual = table.one_spelling("group")
    for line in table:
        if line["code"] is None:
            continue
        code = _written(line["code"])
        entry = Entry(line.number, line["code"], code, line["chance"], usual.get(line["group"], ""))
        if not _FITTING.fullmatch(code):
            table.wrong(
                line,
                "code",
                f"{quoted(entry.said)} cannot be a code of a draw: that is 4 to 32 small letters and figures.",
                "Make codes with --new-codes.",
                "unfit",
            )
        elif code in seen and seen[code].said.casefold() != entry.said.casefold():
            table.wrong(
                line,
                "code",
                f"{quoted(entry.said)} is {quoted(seen[code].said)} of row {seen[code].row} but for signs.",
                "Tell them apart, or make codes with --new-codes.",
                "same",
            )
        seen.setdefault(code, entry)
        found.append(entry)
    changed = [entry for entry in found if entry.said != entry.code]
    if changed:
        table.notes.append(
            f"a draw writes codes in small letters and figures: {quoted(changed[0].said)} is {changed[0].code} there"
        )
    return found
