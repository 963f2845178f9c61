"""Who sees what: each stage declares its classes of data, who sees them and on which pages, in a module `seen_by`.

The public page “who sees what” is made of these declarations. Tests hold them against the table of access, and the
lines about questions against what reviewers are really given.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.utils.module_loading import autodiscover_modules

from tremplin.core.errors import Message
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role


@dataclass(frozen=True, slots=True)
class Sight:
    """One class of data and those who see it, beside the person whom it is about.

    `pages` are those on which it is seen by others; `public`: by everybody. Nobody in `seen_by` and not public: no
    other person sees it. `words` lists what belongs to it, such as the questions of the form.
    """

    what: Message
    seen_by: frozenset[Role] = frozenset()
    pages: tuple[str, ...] = ()
    public: bool = False
    note: Message = ""
    words: tuple[str, ...] = ()


Seen = Callable[[Cohort], list[Sight]]
_seen: dict[str, tuple[str, Seen]] = {}
ORDER = ("applications", "accommodations", "equality", "review", "selection", "mentoring", "stipends")


def register(app: str, seen: Seen, *, stage: str = "") -> None:
    """Declare what is seen of the data of `app`; with `stage`, in programmes that run it."""
    _seen[app] = (stage, seen)


def sights(cohort: Cohort) -> list[Sight]:
    """Everything that a cohort keeps about people, in the order of the journey."""
    _discover()
    order = {app: position for position, app in enumerate(ORDER)}
    apps = sorted(_seen, key=lambda app: (order.get(app, len(ORDER)), app))
    return [
        sight
        for app in apps
        if not _seen[app][0] or cohort.plan.runs(_seen[app][0])
        for sight in _seen[app][1](cohort)
    ]


@cache
def _discover() -> None:
    autodiscover_modules("seen_by")
