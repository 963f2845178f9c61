"""What is asked, until when, and what may be shown of the answers. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tremplin.methods.disclosure import hide_row, rounded
from tremplin.programmes.jurisdiction import counted
from tremplin.programmes.schema.profile import Attribute, Profile

LEAST_CELL = 5
LEAST_BASE = 23  # below 22.5 people a percentage says more about persons than about groups (HESA)
_AFTER = timedelta(days=7)


def questions(profile: Profile, tied: Sequence[str] = ()) -> list[Attribute]:
    """What the profile lets an anonymous audit ask, without what is `tied` to applications already."""
    return counted(profile, tied)


def closes(dates: Mapping[str, datetime]) -> datetime:
    """A week after the call: whoever sent at the last minute may still answer."""
    return dates["call_closes"] + _AFTER


def is_open(dates: Mapping[str, datetime], now: datetime) -> bool:
    return dates["call_opens"] <= now <= closes(dates)


NOT_SAID = "not_said"
"""The answer that goes with no other."""


def valid(asked: Sequence[Attribute], given: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The answers that were offered; anything else is dropped without a word, for nothing here is compulsory."""
    answers: dict[str, list[str]] = {}
    for attribute in asked:
        offered = {option.code for option in attribute.options}
        chosen = [code for code in dict.fromkeys(given.get(attribute.code, ())) if code in offered]
        if NOT_SAID in chosen:  # whoever would rather not say has said nothing, whatever else is ticked
            chosen = [NOT_SAID]
        if chosen:
            answers[attribute.code] = chosen if attribute.multiple else chosen[:1]
    return answers


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer and how many gave it, rounded; None: too few, or too telling, to be shown."""

    answer: str
    count: int | None


def cells(counts: Sequence[tuple[str, int]], *, least: int, base: int, multiple: bool = False) -> list[Cell]:
    """The counts of one question as they may be shown.

    A count below `least` is hidden, a zero too: that nobody is something tells about everybody. So is a count that
    falls short of all answers by at most two. Where a hidden count could be worked out from the others, more are
    hidden with it (see `methods.disclosure`). Fewer than twice `least` answers in all: nothing is shown. Where
    several answers may be given, their sum is no total, and each count stands for itself.
    """
    numbers = [count for _answer, count in counts]
    if sum(numbers) < 2 * least:
        hidden = frozenset(range(len(counts)))
    elif multiple:
        hidden = frozenset(position for position, count in enumerate(numbers) if count < least)
    else:
        hidden = hide_row(numbers, least=least)
    return [
        Cell(answer, None if position in hidden else rounded(count, base))
        for position, (answer, count) in enumerate(counts)
    ]
