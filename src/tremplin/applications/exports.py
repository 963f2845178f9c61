"""Applications as rows of a table that leaves the house: CSV, a workbook, or JSON (docs/exports.md)."""

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from tremplin.applications.models import Application, Snapshot
from tremplin.applications.rules.answers import readable
from tremplin.core.text import say
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import Question

Row = tuple[Application, Snapshot | None, list[str]]

SCHEMA = "tremplin-applications/1"
COLUMNS = (
    "reference",
    "name",
    "email",
    "state",
    "language",
    "progress_percent",
    "missing_answers",
    "labels",
    "begun",
    "saved",
    "sent",
    "withdrawn",
)
_NUMBERS = frozenset({"progress_percent", "missing_answers"})
# A cell that begins like this is run as a formula by spreadsheets (OWASP: CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST_CELL = 32_767  # a workbook holds no more in one cell
_CUT = " […]"


def header(questions: Sequence[Question]) -> list[str]:
    return [*COLUMNS, *(question.code for question in questions)]


def facts(row: Row) -> dict[str, Any]:
    """The columns that every application has."""
    application, _snapshot, labels = row
    return {
        "reference": application.ref.upper(),
        "name": application.name,
        "email": "" if application.gone else application.applicant.email,
        "state": application.state,
        "language": application.language,
        "progress_percent": application.progress,
        "missing_answers": application.lacking,
        "labels": labels,
        "begun": _at(application.created_at),
        "saved": _at(application.saved_at),
        "sent": _at(application.submitted_at),
        "withdrawn": _at(application.withdrawn_at),
    }


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def line(row: Row, questions: Sequence[Question]) -> list[str]:
    """One application in words; answers only where something was sent."""
    known = {**facts(row), "labels": ", ".join(row[2])}
    answers = row[1].answers if row[1] else {}
    cells = [str(known[name]) if known[name] is not None else "" for name in COLUMNS]
    return [*cells, *(readable(question, answers.get(question.code)) for question in questions)]


def safe_cell(text: str) -> str:
    """`text` so that no spreadsheet runs it: what looks like a formula gets an apostrophe in front."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def written(cells: Sequence[str]) -> str:
    """One line of CSV."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([safe_cell(cell) for cell in cells])
    return buffer.getvalue()


def as_csv(rows: Iterable[Row], questions: Sequence[Question]) -> Iterator[str]:
    """CSV, line by line."""
    yield "\ufeff" + written(header(questions))  # the mark tells Excel that this is UTF-8
    for row in rows:
        yield written(line(row, questions))


def as_workbook(rows: Iterable[Row], questions: Sequence[Question], *, sheet: str) -> Iterator[bytes]:
    """A workbook, written row by row into a file of its own: memory holds one row at a time.

    Every text is typed as text and marked as such, so that it stays text when somebody edits the cell: nothing
    that an applicant wrote becomes a formula or a link.
    """
    with tempfile.TemporaryFile() as file:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(file, {**options, "strings_to_numbers": False})
        _fill(book, rows, questions, sheet)
        book.close()
        file.seek(0)
        while part := file.read(65_536):
            yield part


def _fill(book: xlsxwriter.Workbook, rows: Iterable[Row], questions: Sequence[Question], sheet: str) -> None:
    text = book.add_format({"quote_prefix": True})
    bold = book.add_format({"bold": True})
    page = book.add_worksheet(sheet)
    page.freeze_panes(1, 1)
    names = header(questions)
    for place, name in enumerate(names):
        page.write_string(0, place, name, bold)
    for number, row in enumerate(rows, 1):
        for place, cell in enumerate(line(row, questions)):
            if place < len(COLUMNS) and names[place] in _NUMBERS:
                page.write_number(number, place, int(cell))
            elif cell:
                page.write_string(number, place, _short(cell), text)


def _short(cell: str) -> str:
    return cell if len(cell) <= LONGEST_CELL else cell[: LONGEST_CELL - len(_CUT)] + _CUT


def as_json(
    rows: Iterable[Row],
    questions: Sequence[Question],
    *,
    cohort: Cohort,
    filters: Mapping[str, str],
    now: datetime,
) -> Iterator[str]:
    """One JSON object, row by row: what it is of, the questions, the applications with their answers as stored."""
    head = {
        "schema": SCHEMA,
        "cohort": cohort.scope,
        "made_at": _at(now),
        "filters": filters,
        "questions": [
            {"code": question.code, "kind": question.kind, "label": question.label} for question in questions
        ],
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "applications": [\n'
    between = ""
    for row in rows:
        yield between + json.dumps(_one(row, questions), ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"


def _one(row: Row, questions: Sequence[Question]) -> dict[str, Any]:
    found, snapshot = facts(row), row[1]
    if questions:
        answers = snapshot.answers if snapshot else {}
        asked = {question.code for question in questions}
        found["answers"] = {code: value for code, value in answers.items() if code in asked}
    return found


def sheet_name(cohort: Cohort) -> str:
    """What the sheet is called: no character that a workbook forbids there."""
    name = say(cohort.plan.programme.name)
    return "".join(" " if sign in r"[]:*?/\'" else sign for sign in name).strip()[:31] or "Applications"
