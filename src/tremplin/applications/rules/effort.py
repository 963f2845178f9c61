"""How long writing takes, without watching anybody: pauses between saves, and what many of them have in common."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import quantiles

from tremplin.programmes.effort import Spread

LONGEST_PAUSE = timedelta(minutes=10)  # whoever saves nothing for longer was doing something else
ENOUGH = 20  # applications, before anything is said of them
LEAST = timedelta(minutes=5)  # whoever took less had written elsewhere, and tells nothing about writing
_STEP = 5  # minutes


def active_seconds(before: datetime, now: datetime) -> int:
    """What a save adds to the writing time: the pause since the save before, unless it was a long one."""
    pause = now - before
    return int(pause.total_seconds()) if timedelta(0) < pause <= LONGEST_PAUSE else 0


def spread(seconds: Sequence[int]) -> Spread | None:
    """What writing took, rounded to five minutes; None while there are too few to say anything."""
    if len(seconds) < ENOUGH:
        return None
    low, middle, high = (_rounded(value / 60) for value in quantiles(seconds, n=4, method="inclusive"))
    return Spread(low, middle, high, len(seconds))


def _rounded(minutes: float) -> int:
    return max(_STEP, _STEP * round(minutes / _STEP))
