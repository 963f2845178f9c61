"""The season of reading that follows from what is assumed and from what is known on a day."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from tremplin.methods.capacity import Coming, Habits, Reader, Season
from tremplin.methods.forecast import FEWEST, Share, totals
from tremplin.review.planning.assumptions import Assumptions

_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_POINTS = 12
_SHARES_WEIGH = 100  # shares of languages that were guessed are worth so many applications seen
_SITTING = 120  # minutes: people read an hour or two at a time, some evenings not at all
_GATHERS = 2.0  # twice as much on the last day as on the first: deadlines do that to everybody
_DRAWS, _SEED, _NINETY = 4_000, 20_190_424, 1.6449
ENOUGH_READS = 10
"""So many reads tell the minutes of a read better than a guess."""


@dataclass(frozen=True, slots=True)
class Known:
    """One reviewer as far as it is known. `hours` a week, None: not said. `done` reads in `weeks` weeks so far.
    `away`: they are not there for so many days from now. `first`: texts that all read first, which they have not."""

    code: str
    languages: frozenset[str]
    hours: float | None = None
    capacity: int | None = None
    given: int = 0
    done: int = 0
    weeks: float = 0.0
    away: float = 0.0
    first: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known at `now`. `piles[language]`: how many applications have 0, 1, … reads in, and all they need.

    `share`: the share of all applications that has usually come by a moment, as in the programme's last call if there
    was one; `published`: as in published calls. `minutes`: of a read, as measured in this
    season; None before enough reads are in. `extra`: extra reads that are still to come, in rounds. `first`: texts that
    everybody reads first, those included who come new.
    """

    now: datetime
    opens: datetime
    closes: datetime
    due: datetime
    share: Share
    published: Share
    readers: tuple[Known, ...]
    piles: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    minutes: float | None = None
    extra: tuple[int, ...] = ()
    first: int = 0

    @property
    def begins(self) -> datetime:
        """From when days count."""
        return max(self.now, self.opens)

    @property
    def over(self) -> bool:
        """Whether reading has ended; `now` is the hour that has begun."""
        return self.due - self.now < timedelta(hours=1)

    def curve(self, name: str) -> Share:
        """How applications come."""
        return self.published if name == "published" else self.share

    @property
    def came(self) -> dict[str, int]:
        return {language: sum(pile) for language, pile in self.piles.items()}

    @property
    def arrived(self) -> int:
        return sum(self.came.values())


def season(assumed: Assumptions, standing: Standing) -> Season:
    """What will be lived through. Days count from now, or from the day on which the call opens."""
    begins = standing.begins
    ends = standing.due + assumed.later * _DAY
    starts = max(0.0, (standing.closes - assumed.early * _DAY - begins) / _DAY)
    minutes = standing.minutes or assumed.minutes
    readers = [_reader(one, assumed, minutes, starts) for one in standing.readers]
    readers += [
        Reader(
            f"new reviewer {number} of {language}",  # the luck of those that a remedy asks for
            _a_week(assumed.more_hours, minutes),
            frozenset({language}),
            starts,
            first=standing.first,
        )
        for language, many in sorted(assumed.more.items())
        for number in range(1, many + 1)
    ]
    return Season(
        reads=assumed.reads,
        ends=max(0.0, (ends - begins) / _DAY),
        piles={language: _pile(pile, assumed.reads) for language, pile in standing.piles.items()},
        readers=tuple(readers),
        coming=coming(assumed, standing),
        habits=Habits(
            sitting=max(1, round(_SITTING / minutes)), effort=1 + assumed.effort / 100, gathers=_GATHERS
        ),
        extra=standing.extra,
    )


def _reader(one: Known, assumed: Assumptions, minutes: float, starts: float) -> Reader:
    hours = assumed.hours if one.hours is None else one.hours
    return Reader(
        code=one.code,
        a_week=_a_week(hours, minutes),
        languages=one.languages,
        starts=max(one.away, 0.0 if one.given else starts),
        most=None if one.capacity is None else max(one.capacity - one.done, 0),
        done=one.done,
        weeks=one.weeks,
        first=one.first,
    )


def _a_week(hours: float, minutes: float) -> float:
    return round(hours * 60 / minutes, 3)


def _pile(pile: Sequence[int], reads: int) -> tuple[int, ...]:
    """By the reads that are wanted: what has as many or more waits for nothing."""
    return tuple([*pile, *[0] * reads][:reads])


def coming(assumed: Assumptions, standing: Standing) -> Coming:
    """Who is still to come: guessed before the call, told from the arrivals and from the guess while it is open."""
    now, came, arrived = standing.now, standing.came, standing.arrived
    if now >= standing.closes:
        return Coming(arrived, by_language=came)
    low, likely, high = expected(assumed, standing)
    weights = {code: many * _SHARES_WEIGH // 100 for code, many in assumed.shares.items()}
    return Coming(
        arrived,
        share=0.5,
        guess=(low, high),
        likely=likely,
        cap=assumed.cap or None,
        along=_along(standing, standing.curve(assumed.curve)),
        by_language={code: came.get(code, 0) + weights.get(code, 0) for code in {*came, *weights}},
    )


def expected(assumed: Assumptions, standing: Standing) -> tuple[int, int, int]:
    """How many applications in all: low, likely, high.

    What was guessed before the call and what follows from the arrivals weigh by how sure each is, on a scale of ratios;
    where nothing was guessed the arrivals alone say it.
    """
    guess = (assumed.low, assumed.likely, assumed.high)
    arrived, now = standing.arrived, standing.now
    if now >= standing.closes:
        return arrived, arrived, arrived
    share = standing.curve(assumed.curve)(now) if now > standing.opens else 0.0
    if arrived < FEWEST or share <= 0.01:
        return _from(guess, arrived)
    found = totals(arrived, share, np.random.default_rng(_SEED), _DRAWS)
    told = [float(at) for at in np.quantile(found, (0.05, 0.5, 0.95))]
    if not assumed.low:
        return _from([round(at) for at in told], arrived)
    one, other = _normal(*guess), _normal(*told)
    weights = 1 / one[1] ** 2, 1 / other[1] ** 2
    middle = (one[0] * weights[0] + other[0] * weights[1]) / sum(weights)
    apart = _NINETY / math.sqrt(sum(weights))
    return _from([round(math.exp(at)) for at in (middle - apart, middle, middle + apart)], arrived)


def _normal(low: float, middle: float, high: float) -> tuple[float, float]:
    """Middle and standard deviation of the logarithm; nothing is known to the last application."""
    return math.log(middle), max(math.log(high / low) / 2 / _NINETY, 0.01)


def _from(numbers: Sequence[int], least: int) -> tuple[int, int, int]:
    low, likely, high = (max(number, least, 1) for number in numbers)
    return low, likely, high


def _along(standing: Standing, share: Share) -> tuple[tuple[float, float], ...]:
    """The way of the arrivals that are still to come, denser towards the close."""
    begins, closes = standing.begins, standing.closes
    if begins >= closes:
        return ((0.0, 1.0),)
    come = share(begins)
    steps = [begins + (closes - begins) * (1 - (1 - number / _POINTS) ** 2) for number in range(1, _POINTS)]
    part = [
        min(max((share(at) - come) / (1 - come), 0.0), 1.0) if come < 1 else 1.0 for at in (*steps, closes)
    ]
    part[-1] = 1.0
    days = [(at - begins) / _DAY for at in (*steps, closes)]
    return ((0.0, 0.0), *zip(days, np.maximum.accumulate(part).tolist(), strict=True))
