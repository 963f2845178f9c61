"""One command on spreadsheets: read, say what was understood, have it confirmed, check, say what came out, write."""

import argparse
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tremplin.cli.sheets import columns
from tremplin.cli.sheets.columns import Chosen, Column
from tremplin.cli.sheets.faults import Faults, Wrong
from tremplin.cli.sheets.privacy import personal
from tremplin.cli.sheets.reading import Sheet, read
from tremplin.cli.sheets.tables import Table
from tremplin.cli.sheets.words import aligned, amount, shown
from tremplin.cli.sheets.writing import Outputs

_EXAMPLES = 3
_OURS = re.compile(r"-(calibrated|selection|codes)$")


class Job:
    """What all commands on spreadsheets do alike. `args` holds the options of `tremplin.cli.tabular`.

    `tables` are the columns of each table that the command reads; the keys of a table with a name are told apart from
    those of others by it: `conflicts.reviewer`.
    """

    def __init__(
        self, args: argparse.Namespace, inputs: Sequence[str], tables: Mapping[str, Sequence[Column]]
    ) -> None:
        self.args, self.wanted = args, tables
        self._keys = [_key(name, column.key) for name, wanted in tables.items() for column in wanted]
        self._given = columns.parse(args.columns, self._keys)
        self.dry: bool = args.dry_run
        self.faults = Faults()
        self.tables: list[Table] = []
        paths = [Path(one.rpartition("#")[0] if _has_page(one) else one) for one in inputs]
        folder = Path(args.output) if args.output else paths[0].parent
        # What one command has written is another's input: marks-calibrated.csv leads to marks-selection.csv.
        stem = _OURS.sub("", paths[0].stem) or paths[0].stem
        self.outputs = Outputs(stem, folder, args.force, paths)

    def sheet(self, source: str) -> Sheet:
        return read(
            source,
            self.faults,
            headings=not self.args.no_headings,
            mask=_separator(self.args.separator),
            encoding=self.args.encoding,
            decimal=self.args.decimal,
        )

    def table(self, source: str, name: str = "", *, otherwise: str = "") -> Table:
        """Read one table and find its columns. `otherwise` says what else the file may be, where they are not found."""
        return self.of_sheet(self.sheet(source), name, otherwise=otherwise)

    def of_sheet(
        self, sheet: Sheet, name: str = "", *, wanted: Sequence[Column] = (), otherwise: str = ""
    ) -> Table:
        """Find the columns of a sheet; `wanted` where only some of the table's columns can be there."""
        try:
            chosen = self._guess(sheet, name, wanted or self.wanted[name])
        except Wrong as wrong:
            if not otherwise:
                raise
            raise Wrong(wrong.message, f"{wrong.remedy}\n  {otherwise}", status=wrong.status) from None
        table = Table(chosen, self.faults, name)
        self.tables.append(table)
        return table

    def _guess(self, sheet: Sheet, name: str, wanted: Sequence[Column]) -> Chosen:
        given = {
            column.key: self._given[_key(name, column.key)]
            for column in wanted
            if _key(name, column.key) in self._given
        }
        chosen = columns.guess(sheet, wanted, given)
        _refuse_data_for_headings(chosen)
        return chosen

    def given(self, name: str, key: str) -> bool:
        """Whether --columns names this column."""
        return _key(name, key) in self._given

    def confirm(self) -> None:
        """Show which column is taken for what; ask, where somebody can answer; then read all cells.

        Raises Wrong where nobody is there to confirm, and where the answer is no. Faults of cells are collected.
        """
        self._show()
        if not (self.args.yes or self.dry or all(table.chosen.all_named for table in self.tables)):
            self._ask()
        for table in self.tables:
            table.read()

    def _show(self) -> None:
        for table in self.tables:
            print("\n".join(_understood(table.chosen, table.file)))

    def _ask(self) -> None:
        """Until somebody says yes: no ends it, and KEY=HEADING says better."""
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise Wrong(
                "Nobody is here to confirm which column is which. Nothing was written.",
                "Name columns with --columns KEY=HEADING, or say that these are right with --yes.",
            )
        while True:
            print("Are these the right columns? [y, n, or KEY=HEADING] ", end="", flush=True)
            answer = sys.stdin.readline()
            if answer.strip().lower() in {"y", "yes", "o", "oui"}:
                return
            if "=" not in answer:
                raise Wrong("Nothing was written.", "Name the right columns: --columns KEY=HEADING.")
            self._change(answer)

    def _change(self, answer: str) -> None:
        """Take other columns, as somebody has just said; say what is wrong with that, and ask again."""
        before = dict(self._given)
        try:
            self._given = {**before, **columns.parse([answer], self._keys)}
            for table in self.tables:
                table.chosen = self._guess(table.sheet, table.name, table.chosen.columns)
        except Wrong as wrong:
            self._given = before
            print(f"{wrong.message} {wrong.remedy}")
            return
        self._show()

    def ready(self) -> None:
        """Stop with all faults that were found; then say what was passed over."""
        self.faults.stop_if_any()
        for table in self.tables:
            for note in table.notes:
                print(f"Note on {table.file}: {note}.")

    def finish(self) -> int:
        """Write everything, or say what would be written."""
        print()
        if not self.dry:
            self.outputs.write()
        print("\n".join(self.outputs.told(dry=self.dry)))
        return 0


def _key(name: str, key: str) -> str:
    return f"{name}.{key}" if name else key


def _has_page(source: str) -> bool:
    return "#" in source and not Path(source).exists()


def _separator(word: str) -> str:
    return {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";"}.get(word, word)


def _understood(chosen: Chosen, file: str) -> list[str]:
    """What each column is taken for, with a few of its cells."""
    sheet = chosen.sheet
    rows: list[Sequence[str]] = []
    for column in chosen.columns:
        places = chosen.places.get(column.key, ())
        if not places:
            continue
        label = sheet.label(places[0])
        if len(places) > 1:
            label += f" … {sheet.label(places[-1])} ({amount(len(places), 'column')})"
        rows.append((column.key, label, _examples(sheet, places[0]), chosen.how[column.key]))
    head = f"{file}: {amount(len(sheet.rows), 'row')}. Its columns are taken so:"
    absent = [column.key for column in chosen.columns if not chosen.places.get(column.key)]
    lines = [head, *aligned([("key", "column", "for example", "why"), *rows])]
    if absent:
        lines.append(f"  There is none for: {', '.join(absent)}. It can do without.")
    if chosen.unused:
        lines.append(f"  Not used: {', '.join(_unused(sheet, chosen.unused))}.")
    if sheet.notes:
        lines.append(f"  How it was read: {'; '.join(sheet.notes)}.")
    return lines


def _unused(sheet: Sheet, places: Sequence[int], most: int = 8) -> Iterable[str]:
    for place in places[:most]:
        held = personal(sheet, place)
        yield sheet.label(place) + (f" ({held}, which are never needed)" if held else "")
    if len(places) > most:
        yield f"and {len(places) - most} more"


def _examples(sheet: Sheet, place: int) -> str:
    cells = [shown(cell, 14) for cell in dict.fromkeys(sheet.column(place)) if cell][:_EXAMPLES]
    return ", ".join(cells)


def _refuse_data_for_headings(chosen: Chosen) -> None:
    """A list without headings would lose its first row in silence. Raises Wrong where that row looks like data."""
    sheet = chosen.sheet
    if not sheet.named or not sheet.rows or any(how != "by its cells" for how in chosen.how.values()):
        return
    for key, places in chosen.places.items():
        column = next(column for column in chosen.columns if column.key == key)
        for place in places:
            if _alike(sheet.headings[place], sheet.column(place)) or (
                column.kind.numeric and columns.readable([sheet.headings[place]], column.kind)
            ):
                raise Wrong(
                    f"{sheet.path.name} seems to have no headings: its first row reads like the others.",
                    "Put a row of headings above, or say that there is none with --no-headings.",
                )


def _alike(heading: str, cells: Sequence[str]) -> bool:
    """Whether a heading is made like the cells below it: as long, and of letters and figures alike."""
    if not any(sign.isdigit() for sign in heading):
        return False
    same = [cell for cell in cells if len(cell) == len(heading) and any(sign.isdigit() for sign in cell)]
    return len(same) > 0.5 * len(cells)
