"""What would help: the smallest change of each kind after which nobody is left out but for a stated risk."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from tremplin.methods.capacity.outlook import Chance, Outlook, missed, read_off
from tremplin.methods.capacity.season import Reader, Season
from tremplin.methods.capacity.simulated import USUAL, Changed, Runs, Simulation, Size

Kind = Literal["reviewers", "later", "effort", "fewer", "shorter", "cap", "earlier"]
Goal = Literal["unread", "short"]


@dataclass(frozen=True, slots=True)
class Prices:
    """What a remedy costs, in whatever unit an institution counts; only their order decides which is the cheapest.

    The defaults are hours: to find, train and thank one reviewer more; what one day later costs everybody who waits;
    one read more of anybody; what is lost with a read that is not asked for; with a text that is not asked for; with
    somebody who may not apply; what beginning a day earlier asks of those who read.
    """

    reviewer: float = 6.0
    day: float = 4.0
    read: float = 0.5
    read_less: float = 0.75
    text_less: float = 0.25
    turned_away: float = 2.0
    day_earlier: float = 2.0


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change and what it does. `amount`, by kind: "reviewers": so many more, `by_language`; "later": days; "effort":
    everybody reads this part more (0.2: a fifth); "fewer": one read less for this part of all applications; "shorter":
    a read takes this part of its time less; "cap": nobody may apply once so many have; "earlier": days.

    `enough`: the risk is met; if not, this is the most of its kind that was tried. `chance`: of the goal being missed
    with it. `cost` in the unit of the prices.
    """

    kind: Kind
    amount: float
    enough: bool
    chance: Chance
    cost: float
    by_language: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """The outlook as things stand, and remedies, those that are enough first, then by cost. None: nothing is needed."""

    now: Outlook
    goal: Goal
    risk: float
    remedies: tuple[Remedy, ...]

    @property
    def cheapest(self) -> Remedy | None:
        return next((remedy for remedy in self.remedies if remedy.enough), None)


@dataclass(frozen=True, slots=True)
class Most:
    """The most that is tried of each kind; 0: it is not tried. `cap`: the smallest number of people to stop at."""

    reviewers: int = 64
    days: int = 42
    effort: float = 2.0
    fewer: float = 1.0
    shorter: float = 0.0
    cap: int = 0
    earlier: int = 0


def advise(
    season: Season,
    *,
    goal: Goal = "short",
    risk: float = 0.05,
    prices: Prices = Prices(),
    most: Most = Most(),
    size: Size = USUAL,
) -> Advice:
    """The outlook and what would help. Each remedy is simulated anew, on the same luck as the season without it.

    More of one kind does not hurt there, so the smallest amount that is enough is found by doubling and halving: some
    eight simulations a kind. (Where reviewers take on only so many reads, more effort can spend them too early; the
    remedy that is returned is simulated and enough all the same.) New reviewers read one language each, start with
    the first of the others and read as many a week as the middle one of those there are. Raises BadSeason.
    """
    simulation = Simulation(season, size)
    runs = simulation.runs()
    now = read_off(runs)
    if _chance(now, goal).value <= risk:
        return Advice(now, goal, risk, ())
    remedies = [*_Search(simulation, runs, goal, risk, prices, most).found()]
    return Advice(
        now, goal, risk, tuple(sorted(remedies, key=lambda one: (not one.enough, one.cost, one.kind)))
    )


class _Search:
    """The smallest amount of each kind that is tried."""

    def __init__(
        self, simulation: Simulation, runs: Runs, goal: Goal, risk: float, prices: Prices, most: Most
    ) -> None:
        self.simulation, self.runs, self.season = simulation, runs, simulation.season
        self.goal, self.risk, self.prices, self.most = goal, risk, prices, most

    def found(self) -> Iterator[Remedy]:
        season, most, prices = self.season, self.most, self.prices
        people = self.runs.people
        if most.reviewers:
            yield _Reviewers(self.simulation, self.goal, self.risk, most.reviewers).found(prices.reviewer)
        if most.days:
            days = range(1, min(most.days, self.simulation.size.beyond) + 1)
            yield self._least("later", days, self._later, prices.day)
        if most.effort:
            weekly = sum(reader.a_week for reader in season.readers)
            yield self._least(
                "effort",
                _twentieths(most.effort),
                lambda amount: self._judged(Changed(effort=1 + amount)),
                prices.read * weekly * season.ends / 7,
            )
        if most.fewer and self.goal == "short" and season.reads > 1:
            yield self._least(
                "fewer",
                _twentieths(most.fewer),
                lambda amount: self._judged(Changed(fewer=amount)),
                prices.read_less * people,
            )
        if most.shorter:
            yield self._least(
                "shorter",
                _twentieths(most.shorter),
                lambda amount: self._judged(Changed(effort=1 / (1 - amount))),
                prices.text_less * people,
            )
        if most.earlier and any(reader.starts for reader in season.readers):
            yield self._least(
                "earlier",
                range(1, most.earlier + 1),
                lambda amount: self._judged(Changed(earlier=amount)),
                prices.day_earlier,
            )
        if 0 < most.cap < people:
            yield self._cap(round(people))

    def _later(self, amount: float) -> Chance:
        return _chance(read_off(self.runs, int(amount)), self.goal)

    def _judged(self, changed: Changed) -> Chance:
        return missed(self.simulation.runs(changed, whole=False), self.goal)

    def _least(
        self, kind: Kind, amounts: Sequence[float], judged: Callable[[float], Chance], price: float
    ) -> Remedy:
        """The smallest of `amounts`, which rise, that is enough; otherwise the greatest."""
        amount, found = _halved(amounts, judged, self.risk)
        return Remedy(kind, amount, found.value <= self.risk, found, amount * price)

    def _cap(self, people: int) -> Remedy:
        """The greatest number to stop at. Each step turns two in a hundred more away of those who would come."""
        caps = [
            cap
            for share in range(98, 0, -2)
            if (cap := max(people * share // 100, self.season.coming.arrived)) >= self.most.cap
        ] or [self.most.cap]
        place, found = _halved(
            range(len(caps)), lambda number: self._judged(Changed(cap=caps[int(number)])), self.risk
        )
        cap = caps[int(place)]
        cost = (people - cap) * self.prices.turned_away
        return Remedy("cap", cap, found.value <= self.risk, found, cost)


def _twentieths(most: float) -> list[float]:
    return [number / 20 for number in range(1, round(20 * most) + 1)]


def _halved(amounts: Sequence[float], judged: Callable[[float], Chance], risk: float) -> tuple[float, Chance]:
    """The first that is enough, or the last: by doubling steps, as little is enough more often than much."""
    low, at = 0, 0
    best = judged(amounts[at])
    while best.value > risk and at < len(amounts) - 1:
        low, at = at + 1, min(2 * at + 1, len(amounts) - 1)
        best = judged(amounts[at])
    while low < at and best.value <= risk:
        middle = (low + at) // 2
        found = judged(amounts[middle])
        if found.value <= risk:
            at, best = middle, found
        else:
            low = middle + 1
    return amounts[at], best


class _Reviewers:
    """How many more reviewers, and of which languages."""

    def __init__(self, simulation: Simulation, goal: Goal, risk: float, most: int) -> None:
        self.simulation, self.season = simulation, simulation.season
        self.goal, self.risk, self.most = goal, risk, most
        season = self.season
        paces = sorted(reader.a_week for reader in season.readers if reader.a_week)
        self.a_week = paces[len(paces) // 2] if paces else 7.0
        self.starts = min((reader.starts for reader in season.readers), default=0.0)

    def found(self, price: float) -> Remedy:
        """Language by language, the one most in need first, each until it is no longer that; then one by one."""
        many = dict.fromkeys(self.season.languages, 0)
        chance = self._judged(many)[0]
        share = self.risk / len(many)
        for _turn in many:
            chance, needs = self._judged(many)
            if chance.value <= self.risk:
                break
            language = needs[0]
            room = range(many[language] + 1, self.most + 1)
            if room:
                amount, _found = _halved(room, partial(self._alone, many, language), share)
                many[language] = int(amount)
        for language in many:  # what the others brought may have made some of them needless
            while many[language]:
                fewer = {**many, language: many[language] - 1}
                if self._judged(fewer)[0].value > self.risk:
                    break
                many = fewer
        chance = self._judged(many)[0]
        amount = float(sum(many.values()))
        by_language = tuple((language, number) for language, number in many.items() if number)
        return Remedy("reviewers", amount, chance.value <= self.risk, chance, amount * price, by_language)

    def _alone(self, many: dict[str, int], language: str, number: float) -> Chance:
        """The chance that this language misses the goal, with so many more."""
        runs = self._runs({**many, language: int(number)})
        return missed(runs, self.goal, language)

    def _judged(self, many: dict[str, int]) -> tuple[Chance, list[str]]:
        """The chance that anybody misses the goal, and the languages, those in need first."""
        runs = self._runs(many)
        worst = {language: missed(runs, self.goal, language).value for language in many}
        return missed(runs, self.goal), sorted(many, key=lambda language: (-worst[language], language))

    def _runs(self, many: dict[str, int]) -> Runs:
        more = tuple(
            Reader(
                f"new reviewer {number} of {language}",
                self.a_week,
                frozenset({language} if language else ()),
                self.starts,
            )
            for language, amount in many.items()
            for number in range(1, amount + 1)
        )
        return self.simulation.runs(Changed(more=more), whole=False)


def _chance(found: Outlook, goal: Goal) -> Chance:
    return found.unread if goal == "unread" else found.short
