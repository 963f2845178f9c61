"""The field of scores as pictures: all of it, and the part around the line by name. No database."""

from collections.abc import Sequence
from typing import NamedTuple

BY_NAME = 40
"""As many rows as a picture names."""
_BESIDE = 5


class Field(NamedTuple):
    """One estimate of the whole field, for the picture."""

    ref: str
    application_ref: str
    band: str
    outcome: str
    low: float
    estimate: float
    high: float


def around_the_line(rows: Sequence[Field]) -> list[Field]:
    """Of rows that stand best first, those who draw with their neighbours above and below; forty, if that holds them.

    Where nobody draws, those around the last place. Nobody where all have a name in the picture already, or a place.
    """
    sure = [at for at, row in enumerate(rows) if row.band == "admit"]
    drawn = [at for at, row in enumerate(rows) if row.band == "lottery"]
    if len(rows) <= BY_NAME or len(sure) == len(rows) or not sure + drawn:
        return []
    first = min(drawn) if drawn else max(sure) + 1
    last = max(drawn) + 1 if drawn else first
    beside = max(_BESIDE, (BY_NAME - (last - first)) // 2)
    start = max(0, first - beside)
    end = min(len(rows), max(last + beside, start + BY_NAME))
    return list(rows[max(0, min(start, end - BY_NAME)) : end])
