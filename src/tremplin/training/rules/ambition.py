"""Whether a plan asks for more than a person can do, told by what people did, and what would mend it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import quantiles
from typing import Literal

from tremplin.training.rules.weeks import FULL_WEEK, Week, done_hours, hours_of

OVERFULL = 1.25 * FULL_WEEK
"""Hours in one week beyond which a plan asks for too much, whatever the pace."""
ENOUGH = 5
"""Scholars below whom no pace is told: it would be somebody's own."""
_PRIOR_WEEKS = 3
"""Of how many weeks the pace of others counts beside one's own: after three weeks both weigh the same."""
Source = Literal["cohorts", "rehearsal"]
Level = Literal["fits", "tight", "much"]


@dataclass(frozen=True, slots=True)
class Pace:
    """Planned hours that scholars get done in a week, each by their own mean: one in ten below `low`, half below
    `middle`, one in ten above `high`. `stretch` is how many hours a planned hour really takes, where it was noted."""

    low: float
    middle: float
    high: float
    people: int
    source: Source
    stretch: float | None = None


REHEARSED = Pace(29.0, 36.0, 40.0, 2000, "rehearsal")
"""Of invented scholars (`rehearsal.population`, 40 seeds of 50), until five real ones have finished."""


@dataclass(frozen=True, slots=True)
class Relief:
    """One thing that would make a plan lighter: a week `lighten`ed to a full one, or a goal to `drop`."""

    kind: Literal["lighten", "drop"]
    week: int
    goal: str
    hours: int


@dataclass(frozen=True, slots=True)
class Ambition:
    """How a plan stands to what can be done. `left` and `likely` are hours, for all weeks to come.

    `full` names weeks to come that hold more than anybody's week; `optional` counts optional resources to come.
    """

    level: Level
    left: int
    likely: int
    pace: float
    own_weeks: int
    others: Pace
    full: tuple[int, ...] = ()
    relief: tuple[Relief, ...] = ()
    optional: int = 0

    @property
    def over(self) -> int:
        """Hours more than are likely to get done."""
        return max(0, self.left - self.likely)


def pace_of(plans: Iterable[Sequence[Week]]) -> Pace | None:
    """The pace of scholars whose training is over, from their plans; None where too few kept one.

    A plan without a single ticked week was not kept up: it says nothing of what got done.
    """
    kept = [plan for plan in plans if any(done_hours(week) for week in plan)]
    if len(kept) < ENOUGH:
        return None
    paces = [sum(map(done_hours, plan)) / len(plan) for plan in kept]
    tenths = quantiles(paces, n=10, method="inclusive")
    return Pace(tenths[0], tenths[4], tenths[8], len(kept), "cohorts", _stretch(kept))


def _stretch(plans: Iterable[Sequence[Week]]) -> float | None:
    noted = [week for plan in plans for week in plan if week.get("spent") and done_hours(week)]
    planned = sum(map(done_hours, noted))
    return sum(int(week["spent"]) for week in noted) / planned if planned else None


def ambition(weeks: Sequence[Week], *, upto: int, others: Pace) -> Ambition | None:
    """How the weeks from `upto` on stand to one's own pace so far and that of `others`; None without hours to come.

    One's own pace counts more with each week. What is left are the hours to come and what was neither done nor
    given up. It is `much` beyond what the fastest tenth would do, from the same middle; `tight` beyond the middle.
    """
    past, to_come = (
        [week for week in weeks if week["week"] < upto],
        [week for week in weeks if week["week"] >= upto],
    )
    left = round(
        sum(map(hours_of, to_come)) + sum(hours_of(week) - done_hours(week) for week in past if _open(week))
    )
    if not to_come or not left:
        return None
    own = [done_hours(week) for week in past if hours_of(week)]
    pace = (_PRIOR_WEEKS * others.middle + sum(own)) / (_PRIOR_WEEKS + len(own))
    likely = pace * len(to_come)
    full = tuple(week["week"] for week in to_come if hours_of(week) > OVERFULL)
    level: Level = "fits"
    if full or left > likely * others.high / others.middle:
        level = "much"
    elif left > likely:
        level = "tight"
    return Ambition(
        level,
        left,
        round(likely),
        pace,
        len(own),
        others,
        full,
        _relief(to_come, left - likely) if level == "much" else (),
        sum(not item.get("required", True) for week in to_come for item in week.get("resources", [])),
    )


def _open(week: Week) -> bool:
    """Whether what was not done of a week is still to be done: it neither moved nor was given up."""
    return not week.get("left")


def _relief(to_come: Sequence[Week], over: float) -> tuple[Relief, ...]:
    """What to take out, until it fits: overfull weeks first, then goals without a lab, the last ones first.

    Never the last week: that is where things end, and nobody can drop the end.
    """
    found = [
        Relief("lighten", week["week"], str(week.get("goal", "")), hours_of(week) - FULL_WEEK)
        for week in to_come
        if hours_of(week) > FULL_WEEK
    ]
    over -= sum(one.hours for one in found)
    lightened = {one.week for one in found}
    for week in sorted(to_come[:-1], key=lambda week: (bool(week.get("labs")), -int(week["week"]))):
        if over <= 0 or len(found) >= 5:
            break
        if (
            week.get("goal")
            and hours_of(week)
            and week.get("done", "no") == "no"
            and week["week"] not in lightened
        ):
            hours = min(hours_of(week), FULL_WEEK)
            found.append(Relief("drop", week["week"], str(week["goal"]), hours))
            over -= hours
    return tuple(sorted(found, key=lambda one: one.week))


def rounded(hours: float) -> int:
    """Hours as one says them: to the next five."""
    return 5 * ceil(hours / 5)
