"""What can be said of what the programme itself changed: as much as its draws allow, and so far they allow little.

An effect is read from a draw, by what became of those who were drawn and of those who were not, each weighted by the
chance they had. How much a draw could show follows from its file alone, before anybody is asked.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from tremplin.methods import lottery
from tremplin.methods.causal import OFFERED, arms_of, smallest_share
from tremplin.programmes.models import Cohort
from tremplin.selection.models import Draw

USUAL = 0.3
"""The share that would say yes without a place: assumed, as nobody knows it before people are asked."""
WANTED = 0.2
"""An effect that is worth finding: twenty of a hundred more."""
MOST = 200
_EFFORT = 100_000
Arms = tuple[int, int]


def effect(cohort: Cohort) -> dict[str, Any] | None:
    """What the draw of a cohort, and those of the editions before it, could show; None before it is opened.

    `smallest`: the smallest difference in shares that would be found four times in five, None where not even the
    largest would; `together`: the same over all `editions`; `needed`: so many editions of this size would find one of
    twenty points. Everything here follows from draw files, which are public.
    """
    files = _files(cohort)
    if cohort.pk not in files:
        return None
    arms = {pk: _arms(file) for pk, file in files.items()}
    own = arms[cohort.pk]
    chance = own[0] / sum(own) if sum(own) else 0.0
    return {
        "drawn": sum(own),
        "places": own[0],
        "chance": round(chance, 4),
        "usual": USUAL,
        "wanted": WANTED,
        "smallest": smallest(*own),
        "editions": len(arms),
        "together": smallest(*_sum(arms.values())),
        "needed": needed(*own),
    }


def _files(cohort: Cohort) -> dict[int, str]:
    """The files of all draws that are open, of this edition of the programme and of those before it. One query."""
    rows = Draw.objects.filter(
        cohort__programme=cohort.programme_id,
        cohort__first_day__lte=cohort.first_day,
        cohort__invented=cohort.invented,
        opened_at__isnull=False,
    )
    return dict(rows.exclude(file="").order_by("cohort__first_day", "pk").values_list("cohort_id", "file"))


@lru_cache(maxsize=16)
def _arms(file: str) -> Arms:
    """How many were drawn, and how many of those who could have been were not."""
    made = lottery.loads(file)
    chances = [float(made.probabilities[code]) for code in made.entries]
    arms = [arm for arm, chance in zip(arms_of(made), chances, strict=True) if 0 < chance < 1]
    return arms.count(OFFERED), len(arms) - arms.count(OFFERED)


def _sum(arms: Collection[Arms]) -> Arms:
    return sum(one[0] for one in arms), sum(one[1] for one in arms)


@lru_cache(maxsize=256)
def smallest(offered: int, control: int) -> float | None:
    """The smallest rise above the usual share that so many people would show, rounded; None: none at all."""
    if not offered or not control:
        return None
    up = smallest_share(offered, control, USUAL, effort=_EFFORT).up
    return None if up is None else round(up, 2)


def needed(offered: int, control: int) -> int | None:
    """How many editions of this size together would find the wanted effect; None: more than two hundred."""
    low, high = 1, MOST
    if not _finds(offered, control, MOST):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _finds(offered, control, middle) else (middle + 1, high)
    return low


def _finds(offered: int, control: int, editions: int) -> bool:
    found = smallest(offered * editions, control * editions)
    return found is not None and found <= WANTED
