"""Decisions about requests in confidence, without a database."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil

from tremplin.applications.rules.deadline import bound, closes
from tremplin.programmes.schema import ApplicationForm, Question

LONGEST = 4000  # characters of one word to the other side
LONGEST_TRANSCRIPT = 20_000  # what any answer may have whose question sets no limit
TO_CONFIRM = timedelta(days=3)
"""How long at least somebody has to read, correct and send a transcript, whenever it was written."""
_WORDS_A_MINUTE = 130
_CHARACTERS_A_WORD = 6
_UNLIMITED_MINUTES = 5


def minutes_for(question: Question) -> int:
    """About how long one speaks to say what a written answer to `question` may say."""
    words = question.max_words
    if words is None and question.max_characters is not None:
        words = question.max_characters // _CHARACTERS_A_WORD
    return ceil(words / _WORDS_A_MINUTE) if words else _UNLIMITED_MINUTES


def spoken_questions(form: ApplicationForm) -> list[Question]:
    """Which questions can be answered by a recording: the long ones, whose answers are prose."""
    return [question for question in form.questions() if question.kind == "long"]


def may_speak(dates: Mapping[str, datetime], now: datetime) -> bool:
    """Whether a request can still change anything: until the decisions."""
    return now < bound(dates)


def time_to_confirm(dates: Mapping[str, datetime], own: datetime | None, now: datetime) -> datetime | None:
    """A deadline of one's own that leaves enough time for a transcript written `now`; None if there is enough.

    It never reaches the decisions: then as much time as there is, if there is any at all.
    """
    wanted = min(now + TO_CONFIRM, bound(dates) - timedelta(seconds=1))
    return wanted if wanted > max(closes(dates, own), now) else None
