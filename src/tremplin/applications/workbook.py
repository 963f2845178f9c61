"""Applications as a workbook: the table, and a second sheet that names its columns."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo

from django.utils.translation import gettext as _

from tremplin.applications.exports import Column, Row, in_words, values
from tremplin.core import workbook
from tremplin.core.workbook import LONGEST_CELL, Head, Sheet

__all__ = ["LONGEST_CELL", "as_workbook"]


def as_workbook(
    rows: Iterable[Row], columns: Sequence[Column], *, sheet: str, zone: tzinfo
) -> Iterator[bytes]:
    """A workbook whose first sheet says what each column is in words; the second gives the code of each."""
    heads = [Head(column.label, column.width, column.kind == "moment") for column in columns]
    table = (
        [in_words(column, value) for column, value in zip(columns, values(row, columns), strict=True)]
        for row in rows
    )
    names = (
        (head.said(zone), column.code, column.label if column.of else "")
        for column, head in zip(columns, heads, strict=True)
    )
    titles = [Head(_("Column"), 40), Head(_("Code"), 28), Head(_("The whole question"), 90)]
    return workbook.as_workbook(
        [Sheet(sheet, heads, table, held=2, head_height=48), Sheet(_("Columns"), titles, names)], zone=zone
    )
