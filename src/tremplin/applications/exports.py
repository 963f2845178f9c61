"""Applications as rows of a table that leaves the house: CSV, a workbook, or JSON (docs/exports.md)."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tremplin.applications.models import Application, ApplicationState, Snapshot
from tremplin.applications.rules import eligibility
from tremplin.applications.rules.answers import readable, whole_date, whole_number
from tremplin.core.cells import MARK, plain, written
from tremplin.core.text import language_name, say
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import EligibilityQuestion, Question

Row = tuple[Application, Snapshot | None, list[str]]
Kind = Literal["text", "number", "moment", "day"]

SCHEMA = "tremplin-applications/1"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its code for programs, its label for people, what stands in it and how wide that is.

    `of`: what the column is about, where that is a question of the form or a door.
    """

    code: str
    label: str
    kind: Kind = "text"
    width: int = 16
    of: Question | EligibilityQuestion | None = None


def table(cohort: Cohort, questions: Sequence[Question]) -> list[Column]:
    """The columns of a file: what is known of every application, the doors, and the `questions`."""
    doors = eligibility.conditions(cohort.plan)
    return [*_known(), *map(_door, doors), *map(_question, questions)]


def _known() -> list[Column]:
    return [
        Column("reference", _("Reference"), width=13),
        Column("name", _("Name"), width=24),
        Column("email", _("E-mail address"), width=30),
        Column("state", _("State")),
        Column("language", _("Language"), width=11),
        Column("progress_percent", _("Answered, in per cent"), "number", 11),
        Column("missing_answers", _("Answers missing"), "number", 11),
        Column("labels", _("Labels"), width=22),
        Column("begun", pgettext("one application", "Begun"), "moment", 17),
        Column("saved", pgettext("application", "Saved"), "moment", 17),
        Column("sent", pgettext("application", "Sent"), "moment", 17),
        Column("withdrawn", pgettext("application", "Withdrawn"), "moment", 17),
    ]


def _door(door: EligibilityQuestion) -> Column:
    kind: Kind = "number" if door.kind == "number" else "text"
    return Column(f"door:{door.code}", say(door.label), kind, 20 if door.kind == "commitments" else 14, door)


_WIDTHS = {"long": 60, "short": 28, "url": 32, "email": 30, "choices": 28, "choice": 24, "country": 20}


def _question(question: Question) -> Column:
    kinds: dict[str, Kind] = {"number": "number", "date": "day"}
    kind = kinds.get(question.kind, "text")
    return Column(question.code, say(question.label), kind, _WIDTHS.get(question.kind, 13), question)


def facts(row: Row) -> dict[str, Any]:
    """What is known of every application."""
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
        "begun": application.created_at,
        "saved": application.saved_at,
        "sent": application.submitted_at,
        "withdrawn": application.withdrawn_at,
    }


def values(row: Row, columns: Sequence[Column]) -> list[Any]:
    """What stands in each cell: a text, a number, a moment, a day, or None for nothing at all.

    Answers only where something was sent; what is no number or no day after all stays the text that it is.
    """
    known = {**facts(row), "labels": ", ".join(row[2])}
    found = []
    for column in columns:
        if isinstance(column.of, EligibilityQuestion):
            found.append(_at_the_door(row[0], column.of))
        elif isinstance(column.of, Question):
            found.append(_answered(row[1], column.of))
        else:
            found.append(known[column.code])
    return found


def _at_the_door(application: Application, door: EligibilityQuestion) -> Any:
    given = application.eligibility.get(door.code, "")
    found = whole_number(given) if door.kind == "number" else None
    return eligibility.readable(door, given) if found is None else found


def _answered(snapshot: Snapshot | None, question: Question) -> Any:
    answer = snapshot.answers.get(question.code) if snapshot else None
    found: Any = None
    if question.kind == "number" and isinstance(answer, str):
        found = whole_number(answer)
    elif question.kind == "date" and isinstance(answer, str):
        found = whole_date(answer)
    return readable(question, answer) if found is None else found


def state_words() -> dict[str, str]:
    """The states as the board calls them."""
    return {
        ApplicationState.DRAFT: _("Draft"),
        ApplicationState.SUBMITTED: pgettext("application", "Sent"),
        ApplicationState.WITHDRAWN: pgettext("application", "Withdrawn"),
        ApplicationState.EXCLUDED: pgettext("application", "Excluded"),
    }


def in_words(column: Column, value: Any) -> Any:
    """A code as a person reads it; everything else as it is."""
    if column.code == "state" and column.of is None:
        return state_words().get(value, value)
    return language_name(value).capitalize() if column.code == "language" and column.of is None else value


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def as_csv(rows: Iterable[Row], columns: Sequence[Column]) -> Iterator[str]:
    """CSV, line by line, its columns named by their codes."""
    yield MARK + written(column.code for column in columns)
    for row in rows:
        yield written(plain(value) for value in values(row, columns))


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
        "doors": [_asked(door) for door in eligibility.conditions(cohort.plan)],
        "questions": [_asked(question) for question in questions],
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "applications": [\n'
    between = ""
    for row in rows:
        yield between + json.dumps(_one(row, questions), ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"


def _asked(question: Question | EligibilityQuestion) -> dict[str, Any]:
    return {"code": question.code, "kind": question.kind, "label": question.label}


def _one(row: Row, questions: Sequence[Question]) -> dict[str, Any]:
    snapshot = row[1]
    found = {name: _at(value) if isinstance(value, datetime) else value for name, value in facts(row).items()}
    found["doors"] = row[0].eligibility
    if questions:
        answers = snapshot.answers if snapshot else {}
        asked = {question.code for question in questions}
        found["answers"] = {code: value for code, value in answers.items() if code in asked}
    return found


def sheet_name(cohort: Cohort) -> str:
    """What the sheet is called: no character that a workbook forbids there."""
    name = say(cohort.plan.programme.name)
    return "".join(" " if sign in r"[]:*?/\'" else sign for sign in name).strip()[:31] or "Applications"
