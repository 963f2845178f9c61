"""Tables as a workbook: dates that are dates, numbers that are numbers, and text that never runs."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

import xlsxwriter

from tremplin.core.ui.moments import zone_name

LONGEST_CELL = 32_767  # a workbook holds no more in one cell
_CUT = " […]"
_LONGEST_HEADER = 90


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: what it is called, how wide it is, whether it tells moments."""

    label: str
    width: int = 16
    moment: bool = False

    def said(self, zone: tzinfo) -> str:
        label = self.label if len(self.label) <= _LONGEST_HEADER else f"{self.label[:_LONGEST_HEADER]}…"
        return f"{label} ({zone_name(zone)})" if self.moment else label


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a workbook, its rows as they come. `held`: how many columns stay in sight, from the left."""

    name: str
    heads: Sequence[Head]
    rows: Iterable[Sequence[Any]]
    held: int = 0
    head_height: float | None = None


@dataclass(frozen=True, slots=True)
class _Formats:
    """How cells look. Text is marked as such, so that it stays text when somebody edits the cell."""

    text: Any
    head: Any
    moment: Any
    day: Any
    exact: Sequence[Any]
    """Numbers with so many decimals."""


def as_workbook(sheets: Iterable[Sheet], *, zone: tzinfo) -> Iterator[bytes]:
    """A workbook, written row by row into a file of its own: memory holds one row at a time.

    Moments are told by the clock of `zone`, which their heads name, for a workbook knows no time zones. Nothing that
    a person wrote becomes a formula or a link.
    """
    with tempfile.TemporaryFile() as file:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        book = xlsxwriter.Workbook(file, options)
        formats = _formats(book)
        for sheet in sheets:
            _fill(book.add_worksheet(sheet.name), sheet, formats, zone)
        book.close()
        file.seek(0)
        while part := file.read(65_536):
            yield part


def _formats(book: Any) -> _Formats:
    decimals = ["0", "0.0", "0.00", "0.000", "0.0000"]
    return _Formats(
        text=book.add_format({"quote_prefix": True, "valign": "top"}),
        head=book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        moment=book.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top", "align": "left"}),
        day=book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
        exact=[book.add_format({"num_format": pattern, "valign": "top"}) for pattern in decimals],
    )


def _fill(page: Any, sheet: Sheet, formats: _Formats, zone: tzinfo) -> None:
    page.freeze_panes(1, sheet.held)
    if sheet.head_height:
        page.set_row(0, sheet.head_height)
    for place, head in enumerate(sheet.heads):
        page.set_column(place, place, head.width)
        page.write_string(0, place, head.said(zone), formats.head)
    number = 0
    for number, row in enumerate(sheet.rows, 1):
        for place, value in enumerate(row):
            _write(page, (number, place), value, formats, zone)
    page.autofilter(0, 0, number, len(sheet.heads) - 1)


def _write(page: Any, at: tuple[int, int], value: Any, formats: _Formats, zone: tzinfo) -> None:
    """One cell, as what it is; nothing at all for nothing."""
    if isinstance(value, datetime):
        local = value.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
        page.write_datetime(*at, local, formats.moment)
    elif isinstance(value, date):
        page.write_datetime(*at, value, formats.day)
    elif isinstance(value, Decimal):
        places = max(0, -int(value.as_tuple().exponent))
        page.write_number(*at, value, formats.exact[min(places, len(formats.exact) - 1)])
    elif isinstance(value, int):
        page.write_number(*at, value)
    elif value:
        page.write_string(*at, short(value), formats.text)


def short(cell: str) -> str:
    return cell if len(cell) <= LONGEST_CELL else cell[: LONGEST_CELL - len(_CUT)] + _CUT
