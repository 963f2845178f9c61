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
PATIENCE = timedelta(days=5)
"""How long somebody may wait for an answer before organisers hear that somebody does, and how many."""
_PATIENCE_NEAR = timedelta(days=1)
_NEAR = timedelta(days=3)
_AFTERWARDS = 4  # reminders, one a week, once the decisions are out
_WEEK = timedelta(weeks=1)
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


def next_date(dates: Mapping[str, datetime], now: datetime) -> str | None:
    """Before which date an answer is worth most: the deadline, then the decisions. None once they are out."""
    if now < dates["call_closes"]:
        return "call_closes"
    if now < bound(dates):
        return "decisions_out" if "decisions_out" in dates else "training_starts"
    return None


def too_long_since(dates: Mapping[str, datetime], now: datetime) -> datetime:
    """Whoever has waited since this moment or longer has waited too long: less is borne when a date is near."""
    code = next_date(dates, now)
    if code is None:
        return now
    return now - (_PATIENCE_NEAR if dates[code] - now <= _NEAR else PATIENCE)


def reminder(dates: Mapping[str, datetime], oldest: datetime, now: datetime) -> str | None:
    """Which reminder is due to the officer while something waits since `oldest`; each has a name and is sent once.

    Three days and one day before the deadline, seven and two before the decisions, else once a week. Nothing is
    due for what came after that moment: a mail told of it then. After the decisions four more, one a week.
    """
    ends = bound(dates)
    if now >= ends:
        week = (now - ends - timedelta(days=1)) // _WEEK
        return f"after:{ends:%Y%m%d}:{week}" if 0 <= week < _AFTERWARDS else None
    for code, days in ((dates["call_closes"], 1), (dates["call_closes"], 3), (ends, 2), (ends, 7)):
        due = code - timedelta(days=days)
        if oldest <= due <= now < code:
            return f"before:{code:%Y%m%d}:{days}"
    weeks = (now - oldest) // _WEEK
    return f"week:{oldest:%Y%m%d}:{weeks}" if weeks else None


def time_to_confirm(dates: Mapping[str, datetime], own: datetime | None, now: datetime) -> datetime | None:
    """A deadline of one's own that leaves enough time for a transcript written `now`; None if there is enough.

    It never reaches the decisions: then as much time as there is, if there is any at all.
    """
    wanted = min(now + TO_CONFIRM, bound(dates) - timedelta(seconds=1))
    return wanted if wanted > max(closes(dates, own), now) else None
