"""A season lived through many times: who comes, who reads, what is left.

Each run draws first what is not known (how many come, in which languages, each reviewer's true pace), then what is
chance (on which day who comes, how many reads a day brings, who stops). A reviewer's chance is a stream of its own, by
the seed and their code: somebody more, or more effort, leaves everybody else's luck as it was, so that two seasons
differ only by what was changed (common random numbers).

A pace is Gamma: the pledge as a prior, the reads so far as what was seen, so that reads to come are negative binomial;
where people read in sittings, the sittings are what is counted.
Reads go to whoever has fewest; among languages, to the longest pile. A reviewer reads nothing while nothing lies there,
and does not make up for it later. Whoever has read an application does not read it again: of that only so much is
counted that a language needs as many reviewers as reads.
"""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from tremplin.methods.capacity.desks import Desk, Extra, Group, Ints
from tremplin.methods.capacity.season import Habits, Reader, Season
from tremplin.methods.forecast import totals

Floats = npt.NDArray[np.float64]
_Array = TypeVar("_Array", Ints, Floats)
_STEPS = 48


@dataclass(frozen=True, slots=True)
class Size:
    """How many runs: `worlds` draws of what is not known, `each` of the chance in it. `beyond`: days after the end."""

    worlds: int = 200
    each: int = 10
    beyond: int = 42
    seed: int = 20_190_424

    @property
    def runs(self) -> int:
        return self.worlds * self.each


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """What was left in each run. `days` (s,); `unread`, `missing` (s, languages, runs): applications without any read,
    and reads that are missing. `people`: how many will have applied, in the middle run. `extra` (s, runs): extra reads
    that are not in."""

    season: Season
    size: Size
    days: Floats
    unread: Ints
    missing: Ints
    people: float
    extra: Ints


@dataclass(frozen=True, slots=True)
class Changed:
    """What a remedy changes. `fewer`: for this part of all applications one read less is asked. `effort`: times the
    pace of everyone, 1 or more. `cap`: once so many have come nobody else may. `earlier`: whoever has not begun begins
    so many days earlier."""

    fewer: float = 0.0
    effort: float = 1.0
    more: tuple[Reader, ...] = ()
    cap: int | None = None
    earlier: float = 0.0


USUAL, UNCHANGED = Size(), Changed()


def simulate(season: Season, size: Size = USUAL, changed: Changed = UNCHANGED) -> Runs:
    """Live a season through. O(runs x steps x (reviewers + languages x reads)). Raises BadSeason."""
    return Simulation(season, size).runs(changed)


class Simulation:
    """A season whose luck is drawn once, to be lived through with one change after the other."""

    def __init__(self, season: Season, size: Size = USUAL) -> None:
        season.check()
        self.season, self.size, self.languages = season, size, season.languages
        self.days = _days(season.ends, size.beyond)
        self.came = _arrivals(season, size, self.days, self.languages)
        self.base: dict[Group, Ints] = {}
        self.load: dict[Group, Floats] = {}
        self.capped: dict[Group, list[tuple[Reader, Ints]]] = {}
        self.new: dict[Reader, Ints] = {}
        for reader in season.readers:
            load, reads = _reads(reader, season, size, self.days)
            group = self._group(reader)
            if reader.most is None:
                _add(self.base, group, reads)
                _add(self.load, group, load)
            else:
                self.capped.setdefault(group, []).append((reader, reads))

    def _group(self, reader: Reader) -> Group:
        return tuple(
            number
            for number, one in enumerate(self.languages)
            if not reader.languages or one in reader.languages
        )

    def runs(self, changed: Changed = UNCHANGED, *, whole: bool = True) -> Runs:
        """Live it through once more, unless `whole` only up to the end of reading.

        O(runs x steps x languages x reads), and what the change brings.
        """
        days = (
            self.days if whole else self.days[: 1 + int(np.searchsorted(self.days, self.season.ends - 1e-9))]
        )
        season, runs = self.season, self.size.runs
        piles = np.zeros((season.reads + 1, len(self.languages), runs), dtype=np.int64)
        for number, language in enumerate(self.languages):
            for level, many in enumerate(season.piles.get(language, ())):
                piles[level, number] = many
        desks = self._desks(changed, days)
        able = _able((*season.readers, *changed.more), self.languages)
        came = self.came if changed.cap is None else _capped(self.came, changed.cap - season.coming.arrived)
        spared = _spared(season, changed.fewer, piles, came)
        shape = (len(days), len(self.languages), runs)
        unread, missing = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        wanted = np.arange(season.reads, 0, -1)[:, None, None]
        extra = Extra(season, came, len(days))
        for step in range(len(days)):
            piles[0] += came[step]
            _read(piles, [(desk.group, desk.opens(step)) for desk in desks], able)
            extra.step(step, desks, missing[step - 1].sum(axis=0) if step else None)
            for desk in desks:
                desk.closes()
            unread[step] = piles[0]
            open_ = piles[:-1].sum(axis=0)
            missing[step] = (piles[:-1] * wanted).sum(axis=0) - np.minimum(spared[step], open_)
        people = float(np.median(piles.sum(axis=(0, 1))))
        return Runs(season, self.size, days, unread, missing, people, extra.missing)

    def _desks(self, changed: Changed, days: Floats) -> list[Desk]:
        """All who read the same languages, those of fewest languages first."""
        kept = {group: reads[: len(days)] for group, reads in self.base.items()}
        groups = self._earlier(changed, days) if changed.earlier else kept
        for reader in changed.more:
            if reader not in self.new:
                self.new[reader] = _reads(reader, self.season, self.size, self.days)[1]
            _add(groups, self._group(reader), self.new[reader][: len(days)])
        if changed.effort > 1 and not changed.earlier:
            self._harder(groups, changed.effort, days)
        found = []
        for group in sorted({*groups, *self.capped}, key=lambda one: (len(one), one)):
            members = self.capped.get(group, [])
            if changed.effort > 1 or changed.earlier:
                members = [
                    (one, self._again(one, days, changed.effort, changed.earlier)) for one, _reads in members
                ]
            nothing = np.zeros((len(days), self.size.runs), dtype=np.int64)
            found.append(Desk(group, groups.get(group, nothing), members))
        return found

    def _again(self, reader: Reader, days: Floats, effort: float, earlier: float = 0.0) -> Ints:
        moved = replace(reader, starts=max(0.0, reader.starts - earlier)) if earlier else reader
        return _reads(moved, self.season, self.size, days, effort)[1]

    def _earlier(self, changed: Changed, days: Floats) -> dict[Group, Ints]:
        """All who take on any number, from an earlier day on and with all effort."""
        groups: dict[Group, Ints] = {}
        for reader in self.season.readers:
            if reader.most is None:
                _add(groups, self._group(reader), self._again(reader, days, changed.effort, changed.earlier))
        return groups

    def _harder(self, groups: dict[Group, Ints], effort: float, days: Floats) -> None:
        """More effort is more reads on top, by streams of their own: never less than was read before."""
        if self.season.habits.steady:
            groups.clear()
            for reader in self.season.readers:
                if reader.most is None:
                    _add(groups, self._group(reader), self._again(reader, days, effort))
            return
        for group, load in self.load.items():
            together = self.season.habits.sitting
            more = _stream(self.size, "more", *map(str, group)).poisson(
                load[: len(days)] * (effort - 1) / together
            )
            _add(groups, group, together * more.astype(np.int64))


def _add(sums: dict[Group, _Array], group: Group, more: _Array) -> None:
    sums[group] = sums[group] + more if group in sums else more


def _read(piles: Ints, groups: list[tuple[Group, Ints]], able: list[int]) -> None:
    """One step of reading: whoever has fewest reads first, and those first who read fewest languages."""
    for level in range(len(piles) - 1):
        for group, reads in groups if piles[level].any() else ():
            which = [number for number in group if able[number] > level]
            if which and reads.any():
                taken = _shared(piles[level, which], reads)
                piles[level, which] -= taken
                piles[level + 1, which] += taken
                reads -= taken.sum(axis=0)


def _days(ends: float, beyond: int) -> Floats:
    """The ends of the steps: daily up to the end where there is room for it, and every day after it."""
    before = np.linspace(0, ends, min(int(np.ceil(ends)), _STEPS) + 1)[1:] if ends else np.zeros(1)
    return np.concatenate([before, ends + np.arange(1, beyond + 1)])


def _stream(size: Size, *names: str) -> np.random.Generator:
    """A stream of chance that depends on the seed and these names alone."""
    digest = sha256("\n".join((str(size.seed), *names)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "little"))


def _arrivals(season: Season, size: Size, days: Floats, languages: tuple[str, ...]) -> Ints:
    """(steps, languages, runs): who comes when."""
    coming = season.coming
    rng = _stream(size, "arrivals")
    if coming.guess:
        low, high = np.log(coming.guess[0]), np.log(coming.guess[1])
        middle = np.log(coming.likely) if coming.likely else (low + high) / 2
        away = rng.standard_normal(size.worlds)
        drawn = np.exp(middle + np.where(away < 0, middle - low, high - middle) / 1.6449 * away)
        whole = np.maximum(np.rint(drawn).astype(np.int64), coming.arrived)
    else:
        whole = totals(coming.arrived, coming.share, rng, size.worlds)
    # Whoever writes in a language that nobody has written in yet: half an application each is what is expected.
    seen = np.array([coming.by_language.get(language, 0) + 0.5 for language in languages])
    mix = rng.dirichlet(seen, size.worlds)
    left = np.repeat(whole - coming.arrived, size.each)
    mix = np.repeat(mix, size.each, axis=0)
    points = np.array(coming.along, dtype=np.float64)
    part = np.interp(days, points[:, 0], points[:, 1], left=points[0, 1] if points[0, 0] <= 0 else 0.0)
    chance = _stream(size, "days")
    found = np.zeros((len(days), len(languages), size.runs), dtype=np.int64)
    before = 0.0
    for step, now in enumerate(part):
        odds = min(1.0, (now - before) / (1 - before)) if before < 1 else 0.0
        today = chance.binomial(left, odds)
        left, before = left - today, now
        found[step] = chance.multinomial(today, mix).T
    return found if coming.cap is None else _capped(found, coming.cap - coming.arrived)


def _reads(
    reader: Reader, season: Season, size: Size, days: Floats, effort: float = 1.0
) -> tuple[Floats, Ints]:
    """(steps, runs) each: how many reads each step is expected to bring of one reviewer, and how many it does."""
    rng = _stream(size, "reader", reader.code)
    habits = season.habits
    work = _Work(reader, season)
    pace, together = _pace(reader, habits, work, rng, size), habits.sitting
    weekly = -np.log1p(-habits.leaves)
    stops = rng.exponential(7 / weekly, size.runs) if weekly else np.full(size.runs, np.inf)
    starts = np.concatenate([[0.0], days[:-1]])
    load = np.maximum(work(np.minimum(days[:, None], stops)) - work(starts[:, None]), 0.0) * pace
    if habits.steady:
        so_far: Ints = np.floor(np.cumsum(load * effort, axis=0) + 1e-9).astype(np.int64)
    else:
        reads = together * rng.poisson(load / together)
        if effort > 1:
            more = _stream(size, "more", reader.code).poisson(load * (effort - 1) / together)
            reads = reads + together * more
        so_far = np.cumsum(reads, axis=0)
    if reader.first:
        so_far = np.maximum(so_far - reader.first, 0)
    found: Ints = np.diff(so_far, axis=0, prepend=0)
    return load, found


class _Work:
    """How many weeks' worth of reading a reviewer does from now to a day, at a pace of one: less at first, more towards
    the end where people gather."""

    def __init__(self, reader: Reader, season: Season) -> None:
        self.first = -7 * reader.weeks if reader.weeks else reader.starts
        self.starts, self.ends = reader.starts, season.ends
        self.gathers = season.habits.gathers
        self.before = float(self._sum(np.array(0.0)) if reader.weeks else 0.0)

    def __call__(self, days: Floats) -> Floats:
        found: Floats = self._sum(np.maximum(days, self.starts)) - self._sum(np.array(max(self.starts, 0.0)))
        return found

    def _sum(self, days: Floats) -> Floats:
        """Weeks' worth from the first day on; past the end each day is like the mean one."""
        whole = self.ends - self.first
        if self.gathers == 1 or whole <= 0:
            return (days - self.first) / 7
        part = np.clip((days - self.first) / whole, 0.0, 1.0)
        within = 2 / (1 + self.gathers) * (part + (self.gathers - 1) * part**2 / 2) * whole
        found: Floats = (within + np.maximum(days - self.ends, 0.0)) / 7
        return found


def _pace(reader: Reader, habits: Habits, work: _Work, rng: np.random.Generator, size: Size) -> Floats:
    """Reads a week in each run, the same in all runs of a world. What was seen counts by the sitting."""
    trust, seen = habits.trust, 1 / habits.sitting
    if np.isinf(trust) or not reader.a_week:
        return np.full(size.runs, habits.effort * reader.a_week)
    rate = trust / reader.a_week + seen * work.before
    worlds = rng.gamma(trust + seen * reader.done, habits.effort / rate, size.worlds)
    return np.repeat(worlds, size.each)


def _able(readers: tuple[Reader, ...], languages: tuple[str, ...]) -> list[int]:
    """How many reviewers read each language: nobody reads an application twice."""
    return [
        sum(1 for reader in readers if reader.a_week and (not reader.languages or one in reader.languages))
        for one in languages
    ]


def _capped(came: Ints, room: int) -> Ints:
    """(steps, languages, runs): who comes while there is room for so many; on its last day, of each language alike."""
    daily = came.sum(axis=1)
    kept = np.diff(np.minimum(np.cumsum(daily, axis=0), max(room, 0)), axis=0, prepend=0)[:, None]
    whole = np.maximum(daily, 1)[:, None]
    found: Ints = came * kept // whole
    rest = kept - found.sum(axis=1, keepdims=True)
    order = np.argsort(np.argsort(-(came * kept % whole), axis=1, kind="stable"), axis=1)
    found += order < rest
    return found


def _spared(season: Season, part: float, piles: Ints, came: Ints) -> Ints:
    """(steps, languages, runs): reads that are not asked for any more, up to each step."""
    whole = piles[:-1].sum(axis=0) + np.cumsum(came, axis=0)
    if season.reads < 2:
        return np.zeros_like(whole)  # everybody is read once
    found: Ints = np.floor(part * whole).astype(np.int64)
    return found


def _shared(piles: Ints, reads: Ints) -> Ints:
    """How many reads go to each pile (languages, runs): always to the longest, until they are alike."""
    if len(piles) == 1:
        return np.minimum(piles, reads)
    if len(piles) == 2:
        return _shared_by_two(piles, reads)
    order = np.argsort(-piles, axis=0, kind="stable")
    sorted_piles = np.take_along_axis(piles, order, axis=0)
    sums = np.cumsum(sorted_piles, axis=0)
    level = np.zeros(piles.shape[1], dtype=np.int64)
    for number in range(len(piles)):
        # The level to which so many reads bring the longest `number + 1` piles, rounded up.
        reach = -((reads - sums[number]) // (number + 1))
        nothing = np.zeros_like(reach)
        below = sorted_piles[number + 1] if number + 1 < len(piles) else nothing
        level = np.where((level == 0) & (reach > below), reach, level)
    taken = np.maximum(sorted_piles - level, 0)
    rest = reads - taken.sum(axis=0)
    for number in range(len(piles)):
        one = (rest > 0) & (sorted_piles[number] - taken[number] > 0) & (level > 0)
        taken[number] += one
        rest -= one
    found: Ints = np.empty_like(taken)
    np.put_along_axis(found, order, taken, axis=0)
    return found


def _shared_by_two(piles: Ints, reads: Ints) -> Ints:
    """The same for two piles, as most programmes have: the longer one first, then by turns."""
    all_ = np.minimum(piles.sum(axis=0), reads)
    apart = piles[0] - piles[1]
    longer = np.minimum(all_, -(-(all_ + np.abs(apart)) // 2))
    first = np.where(apart >= 0, longer, all_ - longer)
    return np.stack([first, all_ - first])
