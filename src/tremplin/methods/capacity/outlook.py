"""What a season looks like: who may be unread on which day, how late it gets, how many reads are short."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from tremplin.methods.capacity.desks import Ints
from tremplin.methods.capacity.season import Season
from tremplin.methods.capacity.simulated import USUAL, Runs, Size, simulate

_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability. `low`, `high`: 95 % interval of the simulation alone (Wilson 1927; runs of one world hang
    together, so it counts worlds, not runs). `least`, `most`: from 5 % to 95 % of what it would be if all that is not
    known (how many come, how fast each reads) were known."""

    value: float
    low: float
    high: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Spread:
    """A number that is not known: as likely above `middle` as below, between `low` and `high` in nine of ten runs."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Day:
    """How it stands on one day from now. `people` are unread then, `missing` reads are short; `extra`: some extra reads
    are not in."""

    day: float
    unread: Chance
    short: Chance
    people: Spread
    missing: Spread
    extra: Chance


@dataclass(frozen=True, slots=True)
class InLanguage:
    """One language on the day on which reading ends. `readers` can read it."""

    language: str
    readers: int
    unread: Chance
    missing: Spread


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a season will go. `unread`: somebody is read by nobody; `short`: somebody has fewer reads than planned; both
    on the day on which reading ends. `people`: how many will be unread then. `missing`: reads short then. `late`: days
    from the end until the last planned read is in, in the 5th, 50th and 95th of a hundred runs; 0 where it comes in
    time, None where it does not come within the `horizon` days that were looked at.
    `extra`: not all extra reads are in on the day on which reading ends; so many of them are not: `extra_missing`.
    """

    days: tuple[Day, ...]
    unread: Chance
    short: Chance
    people: Spread
    missing: Spread
    late: tuple[float | None, ...]
    languages: tuple[InLanguage, ...]
    horizon: float
    extra: Chance
    extra_missing: Spread


def outlook(season: Season, size: Size = USUAL) -> Outlook:
    """How a season will go, by simulation; the same seed gives the same answer. Raises BadSeason."""
    return read_off(simulate(season, size))


def read_off(runs: Runs, later: int = 0) -> Outlook:
    """What the runs say of a season that ends so many days later."""
    ends = runs.season.ends + later
    end = int(np.searchsorted(runs.days, ends - 1e-9))
    unread, missing = runs.unread.sum(axis=1), runs.missing.sum(axis=1)
    people, short = _spreads(unread), _spreads(missing)
    days = tuple(
        Day(
            float(day),
            chance(unread[step] > 0, runs.size),
            chance(missing[step] > 0, runs.size),
            people[step],
            short[step],
            chance(runs.extra[step] > 0, runs.size),
        )
        for step, day in enumerate(runs.days)
    )
    languages = tuple(
        InLanguage(
            language,
            sum(1 for one in runs.season.readers if not one.languages or language in one.languages),
            chance(runs.unread[end, number] > 0, runs.size),
            spread(runs.missing[end, number]),
        )
        for number, language in enumerate(runs.season.languages)
    )
    return Outlook(
        days=days,
        unread=days[end].unread,
        short=days[end].short,
        people=spread(unread[end]),
        missing=spread(missing[end]),
        late=_late(runs.days, missing, ends),
        languages=languages,
        horizon=float(runs.days[-1] - ends),
        extra=days[end].extra,
        extra_missing=spread(runs.extra[end]),
    )


def missed(runs: Runs, goal: Literal["unread", "short"], language: str | None = None) -> Chance:
    """The chance that a goal is missed on the day on which reading ends, by anybody or in one language."""
    end = int(np.searchsorted(runs.days, runs.season.ends - 1e-9))
    left = (runs.unread if goal == "unread" else runs.missing)[end]
    one = left.sum(axis=0) if language is None else left[runs.season.languages.index(language)]
    return chance(one > 0, runs.size)


def chance(happens: npt.NDArray[np.bool_], size: Size) -> Chance:
    """How often something happens."""
    worlds = happens.reshape(size.worlds, size.each).mean(axis=1)
    value = float(worlds.mean())
    # Wilson's interval for as many independent runs as would scatter like these worlds.
    spread_of = float(worlds.var(ddof=1)) if size.worlds > 1 else 0.25
    even = value * (1 - value)
    runs = size.worlds * (even / spread_of if spread_of > 0 else float(size.each))
    runs = min(max(runs, size.worlds), size.runs)
    middle = (value + _Z**2 / (2 * runs)) / (1 + _Z**2 / runs)
    reach = _Z / (1 + _Z**2 / runs) * float(np.sqrt(even / runs + _Z**2 / (4 * runs**2)))
    least, most = np.quantile(worlds, (0.05, 0.95))
    return Chance(value, max(0.0, middle - reach), min(1.0, middle + reach), float(least), float(most))


def spread(values: Ints) -> Spread:
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95), method="inverted_cdf")
    return Spread(float(low), float(middle), float(high))


def _spreads(values: Ints) -> list[Spread]:
    """(steps, runs): of each step."""
    found = np.quantile(values, (0.05, 0.5, 0.95), axis=1, method="inverted_cdf")
    return [Spread(float(low), float(middle), float(high)) for low, middle, high in found.T]


def _late(days: npt.NDArray[np.float64], missing: Ints, ends: float) -> tuple[float | None, ...]:
    """Days after the end at which the last read is in: 5 %, 50 %, 95 % of the runs."""
    # The last step with something missing; the one after it is whole.
    whole = len(days) - np.argmax((missing > 0)[::-1], axis=0)
    whole[~(missing > 0).any(axis=0)] = 0
    at = np.append(days, np.inf)[whole]
    found = np.quantile(np.maximum(at - ends, 0.0), (0.05, 0.5, 0.95), method="inverted_cdf")
    return tuple(None if np.isinf(one) else float(one) for one in found)
