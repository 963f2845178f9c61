"""Cells of CSV that leave the house."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime

MARK = "\ufeff"
"""At the beginning of a file: tells Excel that it is UTF-8."""
# A cell that begins like this is run as a formula by spreadsheets (OWASP: CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """`text` so that no spreadsheet runs it: what looks like a formula gets an apostrophe in front."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def written(cells: Iterable[str]) -> str:
    """One line of CSV."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def plain(value: object) -> str:
    """A cell of CSV: codes, figures and moments as programs read them, and no text that runs."""
    if value is None:
        return ""
    if isinstance(value, str):
        return safe_cell(value)
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)
