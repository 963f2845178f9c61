"""Whose people are invented: of every cohort that was rehearsed, also of one that is shown as if it were real.

A demonstration shows its cohorts in the list of calls. What is kept about nobody protects nobody when it goes, and
a finished edition without a name, an answer or a read would show nothing a year later.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tremplin.core.recall import recall
from tremplin.programmes.models import Cohort
from tremplin.rehearsal.models import Rehearsal

_playing: ContextVar[bool] = ContextVar("playing", default=False)


@contextmanager
def playing() -> Iterator[None]:
    """While a cohort is played its rehearsal is not kept yet, and everybody in it is invented already."""
    before = _playing.set(True)
    try:
        yield
    finally:
        _playing.reset(before)


def invented(cohort: Cohort) -> bool:
    return _playing.get() or rehearsal_of(cohort) is not None


def rehearsal_of(cohort: Cohort) -> Rehearsal | None:
    """The rehearsal of a cohort with its report, asked once a page."""
    return recall(("rehearsal", cohort.pk), Rehearsal.objects.filter(cohort=cohort.pk).first)
