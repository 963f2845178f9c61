"""Applications as a workbook: dates that are dates, numbers that are numbers, and text that never runs."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from tremplin.applications.exports import Column, Row, in_words, values
from tremplin.core.ui.moments import zone_name

LONGEST_CELL = 32_767  # a workbook holds no more in one cell
_CUT = " […]"
_LONGEST_HEADER = 90


@dataclass(frozen=True, slots=True)
class _Formats:
    """How cells look. Text is marked as such, so that it stays text when somebody edits the cell."""

    text: Any
    head: Any
    moment: Any
    day: Any


def as_workbook(
    rows: Iterable[Row], columns: Sequence[Column], *, sheet: str, zone: tzinfo
) -> Iterator[bytes]:
    """A workbook, written row by row into a file of its own: memory holds one row at a time.

    The first sheet says what each column is in words; the second gives the code of each. Moments are told by the
    clock of `zone`, which their headers name, for a workbook knows no time zones. Nothing that an applicant wrote
    becomes a formula or a link.
    """
    with tempfile.TemporaryFile() as file:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        book = xlsxwriter.Workbook(file, options)
        formats = _Formats(
            text=book.add_format({"quote_prefix": True, "valign": "top"}),
            head=book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
            moment=book.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top", "align": "left"}),
            day=book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
        )
        heads = [_header(column, zone) for column in columns]
        _fill(book.add_worksheet(sheet), rows, columns, heads, formats, zone)
        _name_columns(book.add_worksheet(_("Columns")), columns, heads, formats)
        book.close()
        file.seek(0)
        while part := file.read(65_536):
            yield part


def _header(column: Column, zone: tzinfo) -> str:
    label = column.label if len(column.label) <= _LONGEST_HEADER else f"{column.label[:_LONGEST_HEADER]}…"
    return f"{label} ({zone_name(zone)})" if column.kind == "moment" else label


def _fill(
    page: Any,
    rows: Iterable[Row],
    columns: Sequence[Column],
    heads: Sequence[str],
    formats: _Formats,
    zone: tzinfo,
) -> None:
    page.freeze_panes(1, 2)
    page.set_row(0, 48)
    for place, (column, head) in enumerate(zip(columns, heads, strict=True)):
        page.set_column(place, place, column.width)
        page.write_string(0, place, head, formats.head)
    number = 0
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(values(row, columns)):
            _write(page, (number, place), in_words(columns[place], value), formats, zone)
    page.autofilter(0, 0, number, len(columns) - 1)


def _write(page: Any, at: tuple[int, int], value: Any, formats: _Formats, zone: tzinfo) -> None:
    """One cell, as what it is; nothing at all for nothing."""
    if isinstance(value, datetime):
        local = value.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
        page.write_datetime(*at, local, formats.moment)
    elif isinstance(value, date):
        page.write_datetime(*at, value, formats.day)
    elif isinstance(value, int):
        page.write_number(*at, value)
    elif value:
        page.write_string(*at, _short(value), formats.text)


def _name_columns(page: Any, columns: Sequence[Column], heads: Sequence[str], formats: _Formats) -> None:
    """The second sheet: under which code programs know each column, and the whole of its question."""
    page.freeze_panes(1, 0)
    titles: list[tuple[str, int, Callable[[Column, str], str]]] = [
        (_("Column"), 40, lambda _column, head: head),
        (_("Code"), 28, lambda column, _head: column.code),
        (_("The whole question"), 90, lambda column, _head: column.label if column.of else ""),
    ]
    for place, (title, width, _said) in enumerate(titles):
        page.set_column(place, place, width)
        page.write_string(0, place, title, formats.head)
    for number, (column, head) in enumerate(zip(columns, heads, strict=True), 1):
        for place, (_title, _width, said) in enumerate(titles):
            page.write_string(number, place, _short(said(column, head)), formats.text)
    page.autofilter(0, 0, len(columns), len(titles) - 1)


def _short(cell: str) -> str:
    return cell if len(cell) <= LONGEST_CELL else cell[: LONGEST_CELL - len(_CUT)] + _CUT
