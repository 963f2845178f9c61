"""How long applying takes: measured where enough people have applied, else the organisers' guess, and which it is.

The measuring is done by the stage that takes applications; it registers itself here, since this page of the
call stands below it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core.ui.amounts import number
from tremplin.programmes.models import Cohort


@dataclass(frozen=True, slots=True)
class Spread:
    """Minutes of active writing: the middle half of all, its middle, and what nine in ten stay below."""

    low: int
    middle: int
    high: int
    most: int
    count: int


Measure = Callable[[Cohort], Spread | None]
_measures: list[Measure] = []


def register(measure: Measure) -> Measure:
    """Let `measure` say how long applying took; None where it cannot."""
    _measures.append(measure)
    return measure


def measured(cohort: Cohort) -> Spread | None:
    """What is known from applications that were sent."""
    return next((found for measure in _measures if (found := measure(cohort))), None)


def effort_text(cohort: Cohort) -> str:
    """How long applying takes, in a sentence or two that say where the figures come from."""
    found = measured(cohort)
    if found is None:
        minutes = cohort.plan.application.minutes
        if minutes < 120:
            text = ngettext(
                "about %(count)s minute, the organisers’ guess",
                "about %(count)s minutes, the organisers’ guess",
                minutes,
            )
            return text % {"count": number(minutes)}
        return _("about %(count)s hours, the organisers’ guess") % {"count": number(minutes / 60, 1)}
    return _(
        "%(low)s to %(high)s minutes of writing for half of the people, and more than %(most)s for one in ten. "
        "Measured from %(count)s applications that were sent; breaks are left out, and so are people who wrote "
        "elsewhere."
    ) % {
        "low": number(found.low),
        "high": number(found.high),
        "most": number(found.most),
        "count": number(found.count),
    }
