"""What would mend a season, each thing as a change of what is assumed, lived through as the page would show it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tremplin.methods.capacity import Advice, Chance, Most, Outlook, Prices, Remedy, Size, advise, outlook
from tremplin.review.planning.assumptions import (
    MOST_DAYS,
    MOST_EFFORT,
    MOST_READERS,
    Assumptions,
)
from tremplin.review.planning.seasons import Standing, season

SIZE = Size(worlds=100, each=5, beyond=28)
_SEARCH = Size(
    worlds=60, each=3, beyond=28
)  # what is found by it is lived through in full before it is shown
PRICES = Prices()
_NUDGES = (1.0, 1.1, 1.3)
_MOST_DAYS = 28  # that anybody would wait longer, or begin earlier


@dataclass(frozen=True, slots=True)
class Mend:
    """One thing that would help: the season `assumed` with it, the `chance` that is left then, whether that is
    `enough`, and the hours of people that it costs."""

    remedy: Remedy
    assumed: Assumptions
    chance: Chance
    enough: bool
    cost: float


@dataclass(frozen=True, slots=True)
class Plan:
    """How a season will go, and what would mend it, the cheapest first of what is enough."""

    assumed: Assumptions
    standing: Standing
    outlook: Outlook
    mends: tuple[Mend, ...]

    @property
    def chance(self) -> Chance:
        """Of what must not happen."""
        return goal_chance(self.assumed, self.outlook)

    @property
    def enough(self) -> bool:
        return self.chance.value <= self.assumed.risk / 100


def plan(assumed: Assumptions, standing: Standing, *, size: Size = SIZE) -> Plan:
    """How it will go with what is assumed, and what would mend it."""
    scene = season(assumed, standing)
    now = outlook(scene, size)
    if goal_chance(assumed, now).value <= assumed.risk / 100:
        return Plan(assumed, standing, now, ())
    advice = advise(
        scene,
        goal=assumed.goal,
        risk=assumed.risk / 100,
        prices=PRICES,
        most=_most(assumed, standing),
        size=_SEARCH,
    )
    mends = [*_mends(advice, assumed, standing, size), *_one_read_less(assumed, standing, size)]
    ranked = sorted(mends, key=lambda one: (not one.enough, one.cost, one.remedy.kind))
    return Plan(assumed, standing, now, tuple(ranked))


def goal_chance(assumed: Assumptions, found: Outlook) -> Chance:
    return found.unread if assumed.goal == "unread" else found.short


def _most(assumed: Assumptions, standing: Standing) -> Most:
    """What can still be changed: the form and the number of people only before the call opens."""
    before = standing.now < standing.opens
    can_begin = (standing.closes - standing.begins).days - assumed.early
    return Most(
        reviewers=64,
        days=min(_MOST_DAYS, MOST_DAYS - assumed.later),
        effort=2.0,
        fewer=0.0,  # one read less of everybody is looked at as a whole, below
        shorter=0.6 if before else 0.0,
        cap=max(1, assumed.likely // 5) if before and not assumed.cap else 0,
        earlier=max(0, min(_MOST_DAYS, can_begin)),
    )


def _mends(advice: Advice, assumed: Assumptions, standing: Standing, size: Size) -> Iterator[Mend]:
    for remedy in advice.remedies:
        found = None
        for amount in _NUDGES if remedy.enough else (1.0,):
            one = _more_of(remedy, amount)
            changed = applied(one, assumed, standing)
            if changed is None:
                break
            found = _mend(one, changed, standing, size)
            if found.enough:
                break
        if found:
            yield found


def _more_of(remedy: Remedy, times: float) -> Remedy:
    """The same, a little more of it: what can be typed is whole, and may be just too little."""
    if times == 1:
        return remedy
    if remedy.kind == "reviewers":
        more = tuple((code, math.ceil(many * times)) for code, many in remedy.by_language)
        total = sum(many for _code, many in more)
        return replace(
            remedy, amount=total, by_language=more, cost=remedy.cost / max(remedy.amount, 1) * total
        )
    if remedy.kind == "cap":
        return replace(remedy, amount=round(remedy.amount / times), cost=remedy.cost * times)
    if remedy.kind == "shorter":
        amount = min(remedy.amount * times, 0.9)
    elif remedy.kind in ("later", "earlier"):
        amount = math.ceil(remedy.amount * times)
    else:
        amount = remedy.amount * times
    return replace(remedy, amount=amount, cost=remedy.cost / remedy.amount * amount)


def _one_read_less(assumed: Assumptions, standing: Standing, size: Size) -> Iterator[Mend]:
    if assumed.goal != "short" or assumed.reads < 2:
        return
    changed = replace(assumed, reads=assumed.reads - 1)
    cost = PRICES.read_less * max(assumed.likely, standing.arrived)
    unknown = Chance(1, 1, 1, 1, 1)
    yield _mend(Remedy("fewer", 1, False, unknown, cost), changed, standing, size)


def _mend(remedy: Remedy, changed: Assumptions, standing: Standing, size: Size) -> Mend:
    chance = goal_chance(changed, outlook(season(changed, standing), replace(size, beyond=1)))
    return Mend(remedy, changed, chance, chance.value <= changed.risk / 100, remedy.cost)


def applied(remedy: Remedy, assumed: Assumptions, standing: Standing) -> Assumptions | None:
    """What is assumed with a remedy; None where it goes beyond what can be typed."""
    if remedy.kind == "reviewers":
        more = {code: assumed.more.get(code, 0) + many for code, many in remedy.by_language}
        hours = assumed.more_hours if any(assumed.more.values()) else _usual_hours(assumed, standing)
        known = set(assumed.shares) >= set(more)
        few = all(many <= MOST_READERS for many in more.values())
        return replace(assumed, more={**assumed.more, **more}, more_hours=hours) if known and few else None
    if remedy.kind == "later":
        return replace(assumed, later=assumed.later + round(remedy.amount))
    if remedy.kind == "effort":
        effort = round(100 * ((1 + assumed.effort / 100) * (1 + remedy.amount) - 1))
        return replace(assumed, effort=effort) if effort <= MOST_EFFORT else None
    if remedy.kind == "shorter":
        return replace(assumed, minutes=round(assumed.minutes * (1 - remedy.amount), 1))
    if remedy.kind == "cap":
        cap = round(remedy.amount)
        return replace(assumed, cap=cap)
    return replace(assumed, early=assumed.early + round(remedy.amount))


def _usual_hours(assumed: Assumptions, standing: Standing) -> int:
    """The middle of the hours that those there are have."""
    hours = sorted(assumed.hours if one.hours is None else one.hours for one in standing.readers)
    some = [one for one in hours if one]
    return max(1, round(some[len(some) // 2])) if some else assumed.more_hours
