"""Figures about people that may be shown, and when surveys fall. No database.

Counts below the smallest cell are suppressed and others rounded to 5, as HESA does for statistics of
students; a share is shown only on a base of at least 23 (HESA: 22.5), so a cohort of eight publishes none.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tremplin.programmes.schema.training import FormQuestion, Survey

ROUND_TO = 5
SMALLEST_BASE = 23
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
    return Figure(ROUND_TO * round(count / ROUND_TO), False)


def tally(values: Iterable[str], among: Sequence[str], *, smallest_cell: int) -> dict[str, Figure] | None:
    """How often each value of `among` was given, None when the whole could give a person away.

    Values that nobody gave stand among those that too few gave: left out, they would tell that somebody gave each
    of the others.
    When exactly one cell is suppressed, its size could be had from the total: the smallest other cell is
    suppressed with it. There is one, for a whole that one small cell makes up is not shown either.
    """
    counts = Counter(values)
    if sum(counts.values()) < smallest_cell:
        return None
    shown = {value: figure(counts[value], smallest_cell=smallest_cell) for value in among}
    hidden = [value for value, cell in shown.items() if cell.suppressed]
    if len(hidden) == 1:
        _count, second = min((counts[value], value) for value in shown if value != hidden[0])
        shown[second] = Figure(None, True)
    return shown


def outcomes(
    questions: Sequence[FormQuestion], answers: Sequence[Mapping[str, Any]], *, asked: int, smallest_cell: int
) -> list[dict[str, Any]]:
    """Each closed question with its figures, and how many of those asked did not say. Free text stays private."""
    rows = []
    for question in questions:
        if question.private or question.kind in {"long", "number"}:
            continue
        given = [str(answer[question.code]) for answer in answers if answer.get(question.code)]
        cells = tally(given, _codes(question), smallest_cell=smallest_cell)
        rows.append(
            {
                "question": question.code,
                "asked": figure(asked, smallest_cell=smallest_cell).shown,
                "answers": None if cells is None else {value: cell.shown for value, cell in cells.items()},
            }
        )
    return rows


def _codes(question: FormQuestion) -> list[str]:
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
    return "closed" if now > due + CLOSES_AFTER else "open"


def reminders_due(due: datetime, *, now: datetime) -> int:
    """How many of the three mails of a survey are due: at its date, after two weeks, after four."""
    if now > due + CLOSES_AFTER:
        return 0
    return sum(1 for wait in REMINDERS if now >= due + wait)
