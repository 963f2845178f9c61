"""A matching by codes: made under a rule, explained pair by pair, compared with another."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from tremplin.methods.matching import clash
from tremplin.methods.matching.acceptance import mentors_propose, scholars_propose
from tremplin.methods.matching.flow import NoFlow, max_weight, rank_maximal
from tremplin.methods.matching.market import BadMarket, Floats, Ints
from tremplin.methods.matching.rotations import best_stable
from tremplin.methods.matching.stability import blocking
from tremplin.methods.matching.table import Table
from tremplin.methods.matching.ties import most_stable

Rule = Literal["scholars", "mentors", "welfare", "most", "weight", "ranks"]
STABLE: frozenset[Rule] = frozenset({"scholars", "mentors", "welfare", "most"})
Weight = Mapping[tuple[str, str], float] | npt.NDArray[np.float64]
Why = Literal["full", "lot", "traded", "closed", "refused"]
_NAMED = 8


class Infeasible(ValueError):
    """The limits cannot hold. `kind` and numbers as in `clash.Clash`, people by code; `what` and `remedy` in words."""

    def __init__(self, found: clash.Clash, table: Table) -> None:
        self.kind: clash.Kind = found.kind
        self.scholars = tuple(table.scholars[number] for number in found.scholars)
        self.mentors = tuple(table.mentors[number] for number in found.mentors)
        self.needed, self.available = found.needed, found.available
        self.what, self.remedy = self._words()
        super().__init__(f"{self.what}: {self.remedy}")

    def _words(self) -> tuple[str, str]:
        scholars, mentors = _names(self.scholars), _names(self.mentors)
        if self.kind == "scholars":
            verb, lists = ("needs", "the list") if len(self.scholars) == 1 else ("need", "their lists")
            there = {0: "there is none", 1: "there is 1"}.get(self.available, f"there are {self.available}")
            where = f"on {lists} ({mentors}) {there}" if self.mentors else f"nobody is on {lists}"
            return (
                f"{scholars} {verb} {_many(self.needed, 'place')}, and {where}",
                "lengthen a list, add a place, or match without everyone",
            )
        if self.kind == "minimums":
            verb, lists = ("is", "the list") if len(self.mentors) == 1 else ("are", "their lists")
            who = (
                f"only {self.available} on {lists} ({scholars}) can be" if self.scholars else "nobody can be"
            )
            return (
                f"{mentors} {verb} to have at least {_many(self.needed, 'scholar')}, and {who}",
                "lower a minimum or lengthen a list",
            )
        return (
            f"in no stable matching does {mentors} reach the minimum ({self.needed}; {self.available} would come)",
            "lower it, or trade stability and see the blocking pairs",
        )


def _names(codes: tuple[str, ...]) -> str:
    """“ada”, “ada and bo”, “ada, bo and cy”; of many the first, and how many others."""
    if len(codes) > _NAMED + 1:
        return f"{', '.join(codes[:_NAMED])} and {len(codes) - _NAMED:,} others"
    return " and ".join(part for part in (", ".join(codes[:-1]), *codes[-1:]) if part)


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


@dataclass(frozen=True, slots=True)
class Passed:
    """A mentor whom the scholar would rather have, and why not. Places count from 1 on each side's list.

    `why`: "full" with people whom the mentor prefers; "lot": the public lot decided between tied people; "traded": both
    would rather have each other, and the rule gave that up for its aim; "closed": takes nobody; "refused": the mentor
    does not accept this scholar (then there is no `theirs`). `worst`: the place of the mentor's last guest.
    """

    mentor: str
    mine: int | None
    why: Why
    theirs: int | None = None
    worst: int | None = None


@dataclass(frozen=True, slots=True)
class Other:
    """Another mentor on the list, further down or tied. `would`: takes the scholar as things stand."""

    mentor: str
    mine: int
    theirs: int
    would: bool


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a scholar has whom: `has` with the place on both lists, who was preferred and why not, who else there is."""

    scholar: str
    has: tuple[tuple[str, int, int], ...]
    passed: tuple[Passed, ...]
    others: tuple[Other, ...]


@dataclass(frozen=True, slots=True)
class BlockingPair:
    """Two who would both rather have each other than what they have."""

    scholar: str
    mentor: str


@dataclass(frozen=True, eq=False)
class Answer:
    """A matching under a rule. `held`: the entries of `table.market`, sorted."""

    table: Table
    rule: Rule
    held: Ints

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """(scholar, mentor), by scholar and then by the scholar's list."""
        rows = self.table.market.pairs(self.held).tolist()
        return tuple((self.table.scholars[who], self.table.mentors[whom]) for who, whom in rows)

    @cached_property
    def _of_scholar(self) -> dict[str, tuple[str, ...]]:
        return _grouped(self.pairs)

    @cached_property
    def _of_mentor(self) -> dict[str, tuple[str, ...]]:
        return _grouped((mentor, scholar) for scholar, mentor in self.pairs)

    def of(self, scholar: str) -> tuple[str, ...]:
        """The mentors of a scholar, best first."""
        return self._of_scholar.get(scholar, ())

    def of_mentor(self, mentor: str) -> tuple[str, ...]:
        """The scholars of a mentor, by code."""
        return self._of_mentor.get(mentor, ())

    @cached_property
    def unmatched(self) -> tuple[tuple[str, int], ...]:
        """Scholars who have fewer mentors than they want, and how many are missing."""
        market = self.table.market
        given = np.bincount(self.held // max(1, market.width), minlength=market.scholars)
        missing = (market.wants - given).tolist()
        return tuple(
            (code, many) for code, many in zip(self.table.scholars, missing, strict=True) if many > 0
        )

    @cached_property
    def _blocking(self) -> frozenset[int]:
        return frozenset(blocking(self.table.market, self.held).tolist())

    @cached_property
    def _guests(self) -> list[list[int]]:
        """For each mentor the places of the guests, the worst last."""
        market = self.table.market
        found: list[list[int]] = [[] for _mentor in range(market.mentors)]
        ranks = market.rank.ravel()[self.held].tolist()
        for (_who, whom), rank in zip(market.pairs(self.held).tolist(), ranks, strict=True):
            found[whom].append(rank)
        for places in found:
            places.sort()
        return found

    @cached_property
    def blocking(self) -> tuple[BlockingPair, ...]:
        """All blocking pairs, by scholar and wish; none under a stable rule."""
        market = self.table.market
        rows = market.pairs(np.array(sorted(self._blocking), dtype=np.int64)).tolist()
        return tuple(BlockingPair(self.table.scholars[who], self.table.mentors[whom]) for who, whom in rows)

    def clash(self) -> Infeasible | None:
        """Why not everyone can be matched, whatever the rule; None when everyone could."""
        found = clash.smallest(self.table.market, everyone=True)
        return None if found is None else Infeasible(found, self.table)

    def why(self, scholar: str) -> Reasons:
        """Why this scholar has whom. Data first: pages and commands make sentences of it."""
        table, market, who = self.table, self.table.market, self.table.number(scholar)
        first, last = who * market.width, (who + 1) * market.width
        own = self.held[np.searchsorted(self.held, first) : np.searchsorted(self.held, last)].tolist()
        mentor, wish, rank = (part.ravel() for part in (market.mentor, market.wish, market.rank))
        complete = len(own) >= market.wants[who]
        bar = max((int(wish[entry]) for entry in own), default=-1) if complete else np.inf
        guests, blocked = self._guests, self._blocking
        passed, others = [], []
        for entry in range(first, last):
            whom = int(mentor[entry])
            if whom < 0 or entry in own:
                continue
            places = (table.mentors[whom], int(wish[entry]) + 1)
            theirs, worst = int(rank[entry]), guests[whom]
            if wish[entry] < bar:
                why = _why(entry in blocked, int(market.most[whom]), theirs, worst)
                passed.append(Passed(*places, why, theirs + 1, worst[-1] + 1 if worst else None))
            else:
                would = len(worst) < int(market.most[whom]) or bool(worst and theirs < worst[-1])
                others.append(Other(*places, theirs + 1, would))
        here = {table.mentors[int(mentor[entry])] for entry in range(first, last) if mentor[entry] >= 0}
        refused = [
            Passed(code, place + 1, "refused")
            for code, place in _places(table.wishes[scholar])
            if code not in here
        ]
        has = tuple(
            (table.mentors[int(mentor[entry])], int(wish[entry]) + 1, int(rank[entry]) + 1) for entry in own
        )
        ahead = [one for one in refused if one.mine is not None and one.mine <= bar + 1]
        ordered = sorted([*passed, *ahead], key=lambda one: (one.mine or 0, one.mentor))
        return Reasons(scholar, has, tuple(ordered), tuple(others))


def _why(blocks: bool, most: int, theirs: int, worst: list[int]) -> Why:
    if most == 0:
        return "closed"
    if blocks:
        return "traded"
    return "lot" if worst and worst[-1] == theirs else "full"


def _places(given: Sequence[str | Collection[str]]) -> list[tuple[str, int]]:
    """Everybody on a list, accepted or not, with the place from 0."""
    found, place = [], 0
    for group in given:
        members = [group] if isinstance(group, str) else sorted(group)
        found += [(code, place) for code in members]
        place += len(members)
    return found


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def match(
    table: Table,
    rule: Rule = "scholars",
    *,
    weight: Weight | None = None,
    everyone: bool = False,
    most_matched: bool = True,
) -> Answer:
    """Match by a rule. Equal input gives an equal answer, in whatever order people come.

    Stable: "scholars", "mentors" (the best for that side), "welfare" (of all stable ones the greatest sum of `weight`;
    without it the smallest sum of both sides' places), all three with ties broken by the lot first; "most" (with ties
    as they are, the most pairs that a stable matching can have; programme sizes). Traded for another aim: "weight" (the
    greatest sum of `weight`, among matchings of most pairs unless `most_matched` is off), "ranks" (rank-maximal).
    `everyone`: nobody may be left over, with these two. Minimums hold under every rule.

    Raises Infeasible, naming the smallest clash; BadMarket for a weight that is missing or no number.
    """
    market = table.market
    given = _laid(table, weight) if weight is not None else None
    if everyone and rule in STABLE:
        raise BadMarket(f"the rule {rule!r} cannot promise everyone a mentor; use 'weight' or 'ranks'")
    try:
        if rule == "weight":
            if given is None:
                raise BadMarket("the rule 'weight' needs weights")
            held: Ints | None = max_weight(market, given, most_matched=most_matched, everyone=everyone)
        elif rule == "ranks":
            held = rank_maximal(market, everyone=everyone)
        elif rule == "most":
            held = most_stable(market, given)
        elif rule == "welfare":
            held = best_stable(
                market, -(market.wish + market.rank).astype(np.float64) if given is None else given
            )
        elif rule == "mentors":
            held = mentors_propose(market)
        else:
            held = scholars_propose(market)
    except NoFlow:
        held = None
    if held is None:
        raise _infeasible(table, everyone)
    short = clash.unstable(market, held)
    if short is not None:
        general = clash.smallest(market)
        raise Infeasible(general or short, table)
    return Answer(table, rule, held)


def _infeasible(table: Table, everyone: bool) -> Infeasible:
    found = clash.smallest(table.market, everyone=everyone)
    return Infeasible(found or _unstable(table), table)


def _unstable(table: Table) -> clash.Clash:
    """Minimums that some matching meets and no stable one: as few of them as still cannot be met."""
    market = table.market
    asked = [number for number, least in enumerate(market.least.tolist()) if least]
    for number in list(asked):
        less = np.zeros_like(market.least)
        rest = [other for other in asked if other != number]
        less[rest] = market.least[rest]
        if most_stable(replace(market, least=less)) is None:
            asked = rest
    free = most_stable(replace(market, least=np.zeros_like(market.least)))
    loads = np.bincount(
        market.mentor.ravel()[free] if free is not None else [], minlength=market.mentors
    ).astype(int)
    return clash.Clash("stability", (), tuple(asked), int(market.least[asked].sum()), int(loads[asked].sum()))


def _laid(table: Table, weight: Weight) -> Floats:
    """(n, L): weights along the lists."""
    market = table.market
    if isinstance(weight, np.ndarray):
        if weight.shape != (market.scholars, market.mentors):
            raise BadMarket(
                f"weights are {weight.shape}, not scholars by mentors, both in the order of codes"
            )
        found: Floats = market.aligned(weight.astype(np.float64))
        return found
    found = np.zeros(market.mentor.shape)
    entries = market.entries()
    for entry, (who, whom) in zip(entries.tolist(), market.pairs(entries).tolist(), strict=True):
        pair = (table.scholars[who], table.mentors[whom])
        if pair not in weight:
            raise BadMarket(f"no weight for {pair[0]} with {pair[1]}; give each accepted pair one")
        found.ravel()[entry] = weight[pair]
    return found


@dataclass(frozen=True, slots=True)
class Change:
    """What another matching changes for one person. `gain`: 1 better, -1 worse, by their own list; 0: neither, or
    some for better and some for worse."""

    side: Literal["scholar", "mentor"]
    code: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    gain: int


def changes(before: Answer, after: Answer) -> tuple[Change, ...]:
    """For whom another matching changes what, scholars first. Judged by the lists of `after`.

    With `table.without_mentor`, `with_room` and `with_wishes` this answers what would be, and who would gain.
    """
    found = []
    table = after.table
    wishes = {code: dict(_places(table.wishes[code])) for code in table.scholars}
    ranks = {code: dict(_places(table.ranks[code])) for code in table.mentors}
    for code in table.scholars:
        one, two = before.of(code), after.of(code)
        if set(one) != set(two):
            found.append(Change("scholar", code, one, two, _gain(wishes[code], one, two)))
    for code in table.mentors:
        one, two = before.of_mentor(code), after.of_mentor(code)
        if set(one) != set(two):
            found.append(Change("mentor", code, one, two, _gain(ranks[code], one, two)))
    return tuple(found)


def _gain(places: Mapping[str, int], before: tuple[str, ...], after: tuple[str, ...]) -> int:
    """Place by place, the best with the best; nobody is worse than anybody on the list."""
    nobody, unknown = len(places), len(places) + 1
    size = max(len(before), len(after))
    one, two = (
        sorted([places.get(code, unknown) for code in codes] + [nobody] * (size - len(codes)))
        for codes in (before, after)
    )
    signs = {(old > new) - (old < new) for old, new in zip(one, two, strict=True)} - {0}
    return signs.pop() if len(signs) == 1 else 0
