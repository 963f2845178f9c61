"""What an edition has left for everybody to read: each stage says so in a module `results`.

They register here, since the page of the call stands below them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.utils.module_loading import autodiscover_modules

from tremplin.programmes.models import Cohort


@dataclass(frozen=True, slots=True)
class Result:
    """A public page of a stage, and what is found there."""

    label: str
    href: str
    text: str


Finder = Callable[[Cohort, datetime], Sequence[Result]]
_finders: list[Finder] = []


def register(finder: Finder) -> Finder:
    """Let `finder` name the public pages that a stage has of a cohort by now."""
    _finders.append(finder)
    return finder


def results(cohort: Cohort, *, now: datetime) -> list[Result]:
    """All that everybody may read of a cohort; nothing before decisions are out, or training begins."""
    first = cohort.dates.get("decisions_out") or cohort.dates.get("training_starts")
    if first is None or now < first:
        return []
    _discover()
    return [found for finder in _finders for found in finder(cohort, now)]


@cache
def _discover() -> None:
    autodiscover_modules("results")
