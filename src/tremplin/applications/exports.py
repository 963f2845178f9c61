"""Applications as rows of a table that leaves the house."""

import csv
import io
from collections.abc import Sequence

from tremplin.applications.models import Application, Snapshot
from tremplin.applications.rules.answers import readable
from tremplin.programmes.schema import Question

_COLUMNS = (
    "reference",
    "name",
    "email",
    "state",
    "language",
    "progress_percent",
    "begun",
    "saved",
    "sent",
    "withdrawn",
)
# A cell that begins like this is run as a formula by spreadsheets (OWASP: CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def header(questions: Sequence[Question]) -> list[str]:
    return [*_COLUMNS, *(question.code for question in questions)]


def line(application: Application, snapshot: Snapshot | None, questions: Sequence[Question]) -> list[str]:
    """One application; answers only where something was sent."""
    moments = (
        application.created_at,
        application.saved_at,
        application.submitted_at,
        application.withdrawn_at,
    )
    cells = [
        application.ref.upper(),
        application.name,
        application.applicant.email,
        application.state,
        application.language,
        str(application.progress),
        *(moment.isoformat(timespec="seconds") if moment else "" for moment in moments),
    ]
    answers = snapshot.answers if snapshot else {}
    return [*cells, *(readable(question, answers.get(question.code)) for question in questions)]


def safe_cell(text: str) -> str:
    """`text` so that no spreadsheet runs it: what looks like a formula gets an apostrophe in front."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def written(cells: Sequence[str]) -> str:
    """One line of CSV."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([safe_cell(cell) for cell in cells])
    return buffer.getvalue()
