"""Tables in workbooks: XLSX, XLSM, XLSB, XLS and ODS."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO

import python_calamine as calamine

from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.raw import Raw
from tremplin.cli.sheets.words import amount, listed, quoted


def read(content: bytes, name: str, page: str) -> Raw:
    """The rows of a sheet; of the only one that holds any where none is named. Raises Wrong."""
    try:
        book = calamine.CalamineWorkbook.from_filelike(BytesIO(content))
        chosen = _page(book, name, page)
        sheet = book.get_sheet_by_name(chosen)
        table = [[said(value) for value in values] for values in sheet.to_python(skip_empty_area=False)]
        joined = _filled_down(table, sheet.merged_cell_ranges or ())
    except calamine.PasswordError:
        raise Wrong(f"{name} is locked with a password.", "Save a copy without one.") from None
    except calamine.CalamineError as error:
        raise Wrong(
            f"{name} cannot be read as a workbook: {error}.",
            "Open it in the program that made it, and save it as XLSX or CSV.",
        ) from error
    rows = [(number, tuple(cells)) for number, cells in enumerate(table, 1)]
    notes = ("what merged cells say is read in each row that they span",) if joined else ()
    return Raw(chosen, rows, notes, decimal=".")  # its numbers are numbers, whatever the country


def _filled_down(table: list[list[str]], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> bool:
    """Write what a merged cell says into each row that it spans, as a person sees it; whether there was any."""
    joined = False
    for (top, left), (bottom, _right) in merged:
        said_there = table[top][left] if top < len(table) and left < len(table[top]) else ""
        if bottom == top or not said_there:
            continue
        joined = True
        for row in table[top + 1 : bottom + 1]:
            if not row[left]:
                row[left] = said_there
    return joined


def said(value: object) -> str:
    """A cell as text: numbers without a needless “.0”, days and moments as ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return (
            str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
        )  # as it is displayed
    if isinstance(value, datetime):
        day = value.time() == time()
        return value.date().isoformat() if day else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value).strip()


def _page(book: calamine.CalamineWorkbook, name: str, page: str) -> str:
    """The sheet to read. Raises Wrong where several could be meant."""
    pages = [meta for meta in book.sheets_metadata if meta.typ == calamine.SheetTypeEnum.WorkSheet]
    if page:
        return _named([meta.name for meta in pages], name, page)
    seen = [meta.name for meta in pages if meta.visible == calamine.SheetVisibleEnum.Visible]
    filled = [one for one in seen if book.get_sheet_by_name(one).height]
    if len(filled) > 1:
        raise Wrong(
            f"{name} has {amount(len(filled), 'sheet')}: {listed([quoted(one) for one in filled])}.",
            f'Name the one that is meant, in quotation marks: "{name}#{filled[0]}".',
        )
    if not filled:
        raise Wrong(f"{name} holds no row.", "Check that the right workbook was saved.")
    return filled[0]


def _named(pages: list[str], name: str, page: str) -> str:
    for one in pages:
        if one.casefold().strip() == page.casefold().strip():
            return one
    if page.isdigit() and 1 <= int(page) <= len(pages):
        return pages[int(page) - 1]
    raise Wrong(
        f"{name} has no sheet {quoted(page)}.", f"Its sheets are {listed([quoted(one) for one in pages])}."
    )
