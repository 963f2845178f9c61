"""Whether groups of people differed in how far they came: what the public may be told of it, in words.

Whoever keeps answers about groups registers a teller in a module `telling`, found by name in every app. A room that
may not know that store asks here; nothing flows the other way.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.utils.module_loading import autodiscover_modules

from tremplin.programmes.models import Cohort


class Told(NamedTuple):
    """`state`: a code for how the answers are kept by now. `said`: sentences in the active language, if any may be."""

    state: str
    said: list[str]


Teller = Callable[[Cohort, datetime], Told]
_tellers: list[Teller] = []


def register(teller: Teller) -> Teller:
    """Declare who tells. The last declaration counts."""
    _tellers[:] = [teller]
    return teller


def told(cohort: Cohort, now: datetime) -> Told:
    """What may be told of `cohort` now; where nobody keeps such answers, that nothing is kept."""
    _discover()
    return _tellers[0](cohort, now) if _tellers else Told("anonymous", [])


@cache
def _discover() -> None:
    autodiscover_modules("telling")
