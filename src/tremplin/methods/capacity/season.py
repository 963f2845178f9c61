"""What is known of a season of reading: who reads, what waits, what is still to come."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise


class BadSeason(ValueError):
    """Figures that cannot be: says which, and how to mend them."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A reviewer. Days count from now.

    `a_week`: reads a week that they pledged or usually do. `languages`: empty for every language. `starts`: the day on
    which they begin, 0 for one who reads already. `most`: reads that they will still take on in all, None for any
    number. `first`: reads that they do before all others, none of the season's.
    `done` reads in `weeks` weeks so far are their own pace, and tell more the longer they are.
    """

    code: str
    a_week: float
    languages: frozenset[str] = frozenset()
    starts: float = 0.0
    most: int | None = None
    done: int = 0
    weeks: float = 0.0
    first: int = 0


@dataclass(frozen=True, slots=True)
class Coming:
    """The applications that are still to come.

    `arrived` have come by now, at which a `share` of all usually has (see `forecast`). Or, before anything can be told
    from that, `guess`: between these two numbers will come in all in nine of ten cases, as likely above `likely` as
    below (None: their geometric mean). `along`: (day, part) points of the way there, from (0, 0) to (last day, 1),
    straight in between. `by_language`: how many of those who have come wrote in which language; others may yet. `cap`:
    once so many have come nobody else may.
    """

    arrived: int
    share: float = 1.0
    guess: tuple[int, int] | None = None
    likely: int | None = None
    cap: int | None = None
    along: tuple[tuple[float, float], ...] = ((0.0, 1.0),)
    by_language: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Habits:
    """What is assumed of people in general.

    `trust`: how much a pledge is worth before a reviewer has shown their pace, in reads seen: the pace is a Gamma
    variable around the pledge with this shape (4: a standard deviation of half the pledge; infinite: as pledged).
    `leaves`: the chance, each week, that a reviewer stops for good. `sitting`: reads come so many at a time, so that a
    week brings more or fewer than its mean, and says less of a pace, than if each came by itself (1). `effort`:
    everybody reads so many times as much as they said or showed. `gathers`: on the last day of reading people read so
    many times as much as on their first, rising evenly in between (1: as much on each day). `steady`: reads come at
    even intervals, instead of by chance; for checks.
    """

    trust: float = 4.0
    leaves: float = 0.02
    sitting: int = 1
    effort: float = 1.0
    gathers: float = 1.0
    steady: bool = False


@dataclass(frozen=True, slots=True)
class Season:
    """A season as it stands. `reads`: how often each application is to be read.

    `piles[language]`: of the applications that have come, how many have 0, 1, … `reads` - 1 reads in. `ends`: the day
    on which reading ends. `extra`: reads beyond those, in rounds: the first goes out when all planned reads are in and
    nobody can come any more, each other one when the round before it is in. Whoever has time reads them.
    """

    reads: int
    ends: float
    piles: Mapping[str, tuple[int, ...]]
    readers: tuple[Reader, ...]
    coming: Coming = Coming(0)
    habits: Habits = Habits()
    extra: tuple[int, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """All languages in which somebody wrote or reads."""
        read = {language for reader in self.readers for language in reader.languages}
        found = {*self.piles, *self.coming.by_language, *read}
        return tuple(sorted(found)) or ("",)

    def check(self) -> None:
        """Raises BadSeason."""
        if self.reads < 1:
            raise BadSeason(f"reads is {self.reads}; each application needs one at least")
        if not (math.isfinite(self.ends) and self.ends >= 0):
            raise BadSeason(f"reading ends in {self.ends} days; give a day from 0")
        for language, pile in self.piles.items():
            if len(pile) != self.reads or any(many != int(many) or many < 0 for many in pile):
                raise BadSeason(
                    f"the pile of {language!r} is {pile}; give {self.reads} whole numbers: those with no read, one, …"
                )
        if any(many != int(many) or many < 0 for many in self.extra):
            raise BadSeason(f"the rounds of extra reads are {self.extra}; give whole numbers from 0")
        codes = [reader.code for reader in self.readers]
        if len(set(codes)) != len(codes):
            raise BadSeason(
                f"the reviewer {next(code for code in codes if codes.count(code) > 1)!r} stands twice"
            )
        for reader in self.readers:
            figures = (
                reader.a_week,
                reader.starts + 1e9,
                reader.done,
                reader.weeks,
                reader.most or 0,
                reader.first,
            )
            if not all(math.isfinite(figure) and figure >= 0 for figure in figures):
                raise BadSeason(f"the figures of {reader.code!r} must be numbers from 0")
        self._check_coming()
        habits = self.habits
        if not (habits.trust > 0 and 0 <= habits.leaves < 1 and habits.sitting >= 1):
            raise BadSeason("trust must be above 0, leaves a chance below 1, and a sitting one read or more")
        if not (habits.effort > 0 and habits.gathers > 0):
            raise BadSeason("effort and gathers must be above 0")

    def _check_coming(self) -> None:
        coming = self.coming
        if not 0 < coming.share <= 1 or coming.arrived < 0:
            raise BadSeason(
                f"{coming.arrived} came, a share of {coming.share}; the share lies above 0 and up to 1"
            )
        if coming.share < 1 and not coming.arrived and not coming.guess:
            raise BadSeason(
                "nobody has come yet, so nothing follows from that; give a guess of how many will"
            )
        if coming.guess and not 0 < coming.guess[0] <= coming.guess[1]:
            raise BadSeason(f"a guess of {coming.guess}: give the smaller number first, above 0")
        if coming.guess and coming.likely and not coming.guess[0] <= coming.likely <= coming.guess[1]:
            raise BadSeason(
                f"{coming.likely} is likely, outside of {coming.guess}: give a number between them"
            )
        points = coming.along
        steps = list(pairwise(points))
        if not points or points[-1][1] != 1 or any(b[0] < a[0] or b[1] < a[1] for a, b in steps):
            raise BadSeason("the way of the arrivals must rise from its first day to 1 on its last")
