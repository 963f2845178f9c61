"""How long writing takes, without watching anybody: pauses between saves, and what many of them have in common.

Pauses say too little of whoever writes elsewhere and pastes, or saves once a page: such people are left out, and no
figure stands below the time in which anybody could write as much.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles

from tremplin.applications.rules.answers import Answers
from tremplin.programmes.effort import Spread
from tremplin.programmes.schema import ApplicationForm

LONGEST_PAUSE = timedelta(minutes=10)  # whoever saves nothing for longer was doing something else
ENOUGH = 20  # applications, before anything is said of them
LEAST = timedelta(minutes=5)  # whoever took less had written elsewhere, and tells nothing about writing
COPIED = 200  # characters a minute: faster is typing from a paper, or pasting
COMPOSED = (
    110  # characters a minute of people who think about what they write: nineteen words (Karat et al. 1999)
)
UNSEEN = 800  # characters from one save to the next: whoever saves more seldom wrote out of our sight
_STEP = 5  # minutes
_PROSE = frozenset({"short", "long"})


def active_seconds(before: datetime, now: datetime) -> int:
    """What a save adds to the writing time: the pause since the save before, unless it was a long one."""
    pause = now - before
    return int(pause.total_seconds()) if timedelta(0) < pause <= LONGEST_PAUSE else 0


@dataclass(frozen=True, slots=True)
class Written:
    """One application that was sent: its active seconds, how often it was saved, how much was typed for it."""

    seconds: int
    saves: int
    characters: int

    @property
    def tells(self) -> bool:
        """Whether its seconds say how long the writing took."""
        return (
            self.seconds >= LEAST.total_seconds()
            and self.characters * 60 <= COPIED * self.seconds
            and self.characters <= UNSEEN * self.saves
        )


def typed(form: ApplicationForm, answers: Answers, without: Collection[str]) -> int:
    """How many characters of prose were typed: `without` what was taken over or spoken."""
    return sum(
        len(answer)
        for question in form.questions()
        if question.kind in _PROSE
        and question.code not in without
        and isinstance(answer := answers.get(question.code), str)
    )


def spread(all_sent: Sequence[Written]) -> Spread | None:
    """What writing took, rounded to five minutes; None while too few tell to say anything."""
    told = [written.seconds / 60 for written in all_sent if written.tells]
    if len(told) < ENOUGH:
        return None
    least = [written.characters / COMPOSED for written in all_sent]
    low, middle, high, most = (
        _rounded(max(found, floor)) for found, floor in zip(_points(told), _points(least), strict=True)
    )
    return Spread(low, middle, max(high, low + _STEP), max(most, low + _STEP), len(told))


def _points(values: Sequence[float]) -> tuple[float, float, float, float]:
    """What a quarter, a half, three quarters and nine tenths stay below."""
    twentieths = quantiles(values, n=20, method="inclusive")
    return twentieths[4], twentieths[9], twentieths[14], twentieths[17]


def _rounded(minutes: float) -> int:
    return max(_STEP, _STEP * round(minutes / _STEP))
