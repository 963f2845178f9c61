"""Where a scholar stands this week, in a few lines for their mentor: each stage says its own in a module `glances`.

They register here, since mentoring stands below them. What a reader may not see, a stage leaves out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from django.utils.module_loading import autodiscover_modules
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from tremplin.core.ui.moments import moment_text
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.selection.models import Scholar

_LENGTH = 140  # of what somebody wrote: the page behind the link holds all of it


class About(StrEnum):
    """What a line is about, in the order in which a mentor reads them."""

    PLAN = "plan"
    JOURNAL = "journal"
    MILESTONE = "milestone"


@dataclass(frozen=True, slots=True)
class Glance:
    """One thing of a scholar's week, and its page. `text` is as it was written, empty where there is nothing yet."""

    about: About
    href: str
    text: str = ""
    week: int = 0
    weeks: int = 0
    due: datetime | None = None


class Line(NamedTuple):
    """A glance in words: what it is, what it says, where it leads."""

    label: str
    text: str
    href: str


Finder = Callable[[User, Cohort, Sequence[Scholar], datetime], Mapping[int, Iterable[Glance]]]
_finders: list[Finder] = []


def register(finder: Finder) -> Finder:
    """Let `finder` tell, by the key of each scholar, what its stage shows this reader of their week."""
    _finders.append(finder)
    return finder


def this_week(
    actor: User, cohort: Cohort, scholars: Sequence[Scholar], *, now: datetime
) -> dict[int, list[Line]]:
    """The lines of each of `scholars` that `actor` may read; as many queries for thirty scholars as for one."""
    if not scholars:
        return {}
    _discover()
    found: dict[int, list[Glance]] = {scholar.pk: [] for scholar in scholars}
    for finder in _finders:
        for key, glances in finder(actor, cohort, scholars, now).items():
            found[key] += glances
    order = list(About)
    return {
        key: [_said(glance) for glance in sorted(glances, key=lambda one: order.index(one.about))]
        for key, glances in found.items()
    }


@cache
def _discover() -> None:
    autodiscover_modules("glances")


def _said(glance: Glance) -> Line:
    text = Truncator(glance.text).chars(_LENGTH)
    if glance.about == About.PLAN:
        label = _("Plan of week %(week)s of %(weeks)s") % {"week": glance.week, "weeks": glance.weeks}
        return Line(label, text or _("Nothing is planned for this week"), glance.href)
    if glance.about == About.JOURNAL:
        label = _("Last journal post")
        if glance.week:
            label = _("Last journal post, of week %(week)s") % {"week": glance.week}
        return Line(label, text or _("None is shared yet"), glance.href)
    label = _("Next milestone")
    if glance.due:
        label = _("Next milestone, due %(date)s") % {"date": moment_text(glance.due, "date")}
    return Line(label, text, glance.href)
