"""Spreadsheets for the tests, as people send them."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from tremplin.cli import tabular
from tremplin.cli.sheets.faults import Faults
from tremplin.cli.sheets.reading import Sheet, read


def options(*words: str) -> argparse.Namespace:
    """The options that all commands share, as given."""
    parser = argparse.ArgumentParser(description="Test")
    tabular.arguments(parser, "code")
    return parser.parse_args(words)


def of(folder: Path, content: str | bytes, name: str = "list.csv") -> Sheet:
    """The sheet of a file with this content; no fault of a row is expected."""
    faults = Faults()
    sheet = read(str(put(folder, content, name)), faults)
    faults.stop_if_any()
    return sheet


def put(folder: Path, content: str | bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def book(
    path: Path, sheets: dict[str, Sequence[Sequence[object]]], *, hidden: Sequence[str] = (), down: int = 0
) -> Path:
    """A workbook; `down` leaves that many rows free above the tables."""
    with xlsxwriter.Workbook(path) as made:
        for name, rows in sheets.items():
            page = made.add_worksheet(name)
            if name in hidden:
                page.hide()
            for number, row in enumerate(rows, down):
                page.write_row(number, 0, row)
    return path
