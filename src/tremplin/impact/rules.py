"""Figures about people that may be shown, and when surveys fall. No database.

Counts below the smallest cell are suppressed and others rounded to 5, as HESA does for statistics of students (see
`methods.disclosure`); there are no shares.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tremplin.methods.disclosure import hide_row, rounded
from tremplin.programmes.schema.training import FormQuestion, Survey

OPENS_BEFORE = timedelta(days=7)
CLOSES_AFTER = timedelta(days=56)
REMINDERS = (timedelta(0), timedelta(days=14), timedelta(days=28))


@dataclass(frozen=True, slots=True)
class Figure:
    """A count that may be shown: `shown` is None when it is suppressed; never the exact small number."""

    shown: int | None
    suppressed: bool


def figure(count: int, *, smallest_cell: int) -> Figure:
    """`count` as it may be shown: a small one is suppressed, nobody among them, others are rounded to 5.

    A zero that were shown would say of everybody that they did not answer so.
    """
    if count < smallest_cell:
        return Figure(None, True)
    return Figure(rounded(count), False)


def tally(values: Iterable[str], among: Sequence[str], *, smallest_cell: int) -> dict[str, Figure] | None:
    """How often each value of `among` was given, None when the whole could give a person away.

    Values that nobody gave stand among those that too few gave: left out, they would tell that somebody gave each
    of the others.
    Where a suppressed count could be worked out from the others, more are suppressed with it.
    """
    given = Counter(values)
    if sum(given.values()) < smallest_cell:
        return None
    counts = [given[value] for value in among]
    hidden = hide_row(counts, least=smallest_cell)
    return {
        value: Figure(None, True) if position in hidden else figure(count, smallest_cell=smallest_cell)
        for position, (value, count) in enumerate(zip(among, counts, strict=True))
    }


def countable(questions: Sequence[FormQuestion]) -> list[FormQuestion]:
    """The closed questions. Free text and what is private is for nobody to count."""
    return [
        question for question in questions if not question.private and question.kind not in {"long", "number"}
    ]


def outcomes(
    questions: Sequence[FormQuestion], answers: Sequence[Mapping[str, Any]], *, smallest_cell: int
) -> list[dict[str, Any]]:
    """Each closed question with its figures. Free text stays private."""
    rows = []
    for question in countable(questions):
        given = [str(answer[question.code]) for answer in answers if answer.get(question.code)]
        cells = tally(given, codes(question), smallest_cell=smallest_cell)
        rows.append(
            {
                "question": question.code,
                "answers": None if cells is None else {value: cell.shown for value, cell in cells.items()},
            }
        )
    return rows


def codes(question: FormQuestion) -> list[str]:
    """Every answer that a closed question takes, in its order."""
    fixed = {"yes_no": ["yes", "no"], "scale": ["1", "2", "3", "4", "5"]}
    return fixed.get(question.kind) or [option.code for option in question.options]


def survey_due(survey: Survey, dates: Mapping[str, datetime]) -> datetime:
    return survey.due.after(dict(dates))


def survey_phase(due: datetime, *, sent: bool, now: datetime) -> str:
    """`sent`, `later`, `open` or `closed`."""
    if sent:
        return "sent"
    if now < due - OPENS_BEFORE:
        return "later"
    return "closed" if has_ended(due, now=now) else "open"


def ends(due: datetime) -> datetime:
    return due + CLOSES_AFTER


def has_ended(due: datetime, *, now: datetime) -> bool:
    """Whether nobody can answer any more, so that the answers may be counted."""
    return now > ends(due)


def reminders_due(due: datetime, *, now: datetime) -> int:
    """How many of the three mails of a survey are due: at its date, after two weeks, after four."""
    if has_ended(due, now=now):
        return 0
    return sum(1 for wait in REMINDERS if now >= due + wait)
