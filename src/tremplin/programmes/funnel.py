"""How far people came in a cohort, as sets of references: the one register of it.

A stage declares in a module `reached`, found by name in every app, who came as far as its steps, and when its
decisions are final. A room that may not know those stages (equality data stands apart from whoever reads and
chooses) asks here; nothing flows the other way.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache

from django.utils.module_loading import autodiscover_modules

from tremplin.core.errors import Message
from tremplin.people.models import User
from tremplin.programmes.models import Cohort


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way. `people`: the references of everybody who came so far or further.

    `holds` says of one person whether they did, without asking for all.
    """

    code: str
    position: int
    label: Message
    people: Callable[[Cohort], Collection[str]]
    holds: Callable[[Cohort, User], bool] | None = None


@dataclass(frozen=True, slots=True)
class Finality:
    """When a cohort's decisions are made, and when nothing of them moves any more."""

    decided: Callable[[Cohort], bool]
    settled: Callable[[Cohort], bool]


_steps: dict[str, Step] = {}
_finality: list[Finality] = []


def register(step: Step) -> Step:
    """Declare a step. The last declaration of a code counts."""
    _steps[step.code] = step
    return step


def register_finality(finality: Finality) -> None:
    """Declare how one knows that decisions are final. The last declaration counts."""
    _finality[:] = [finality]


def steps() -> list[Step]:
    """All steps, in the order of the journey; the first is having applied."""
    _discover()
    return sorted(_steps.values(), key=lambda step: step.position)


def holds(code: str, cohort: Cohort, user: User) -> bool:
    """Whether one person came as far as the step `code`."""
    step = next((step for step in steps() if step.code == code), None)
    if step is None:
        return False
    return step.holds(cohort, user) if step.holds else user.ref in step.people(cohort)


def decided(cohort: Cohort) -> bool:
    """Whether the decisions of the cohort are made, by two people, for good."""
    _discover()
    return bool(_finality) and _finality[0].decided(cohort)


def settled(cohort: Cohort) -> bool:
    """Whether no place moves any more: all offers are answered and nobody waits for one."""
    _discover()
    return bool(_finality) and _finality[0].decided(cohort) and _finality[0].settled(cohort)


@cache
def _discover() -> None:
    autodiscover_modules("reached")
