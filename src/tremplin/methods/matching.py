"""Stable matching of proposers (scholars) to hosts (mentors) with capacities, and why a pair fits.

`deferred_acceptance` is Gale and Shapley's algorithm (1962) for many-to-one markets (Roth and Peranson 1999):
the result is stable and, of all stable matchings, the best for every proposer. `blocking_pairs` lists pairs
that would both rather have each other: empty for a stable matching, and the price of a hand-made change.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

HOURS_PER_WEEK = 168


@dataclass(frozen=True, slots=True)
class Profile:
    """What the fit of two people is judged by. `topics` maps a topic to interest or strength, 1 to 3.

    `hours` are hours of the week in UTC (0 = Monday 00:00, 167 = Sunday 23:00) in which a person can meet.
    """

    code: str
    topics: Mapping[str, int] = field(default_factory=dict)
    languages: frozenset[str] = frozenset()
    hours: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part of the fit counts. Overlap above `enough_hours` a week adds nothing more."""

    topics: float = 0.6
    hours: float = 0.25
    languages: float = 0.15
    enough_hours: int = 10


@dataclass(frozen=True, slots=True)
class Fit:
    """How well two people fit: `score` from 0 to 1, with all that it was made of. Not possible: `obstacle`.

    `obstacle` is "", "conflict", "language" (no common one) or "hours" (no common one).
    """

    score: float
    shared_topics: tuple[str, ...] = ()
    shared_hours: int = 0
    shared_languages: tuple[str, ...] = ()
    obstacle: str = ""


def fit(scholar: Profile, mentor: Profile, *, weights: Weights = Weights(), conflict: bool = False) -> Fit:
    """The fit of one pair. Hours or languages that either side left empty are unknown, and no obstacle.

    Topics: the share of the scholar's interest that the mentor covers, up to the mentor's strength.
    """
    wanted = sum(scholar.topics.values())
    common = scholar.topics.keys() & mentor.topics.keys()
    shared = {topic: min(scholar.topics[topic], mentor.topics[topic]) for topic in common}
    hours = len(scholar.hours & mentor.hours)
    languages = scholar.languages & mentor.languages
    obstacle = _obstacle(scholar, mentor, hours, languages, conflict)
    score = 0.0
    if not obstacle:
        parts = (
            (weights.topics, sum(shared.values()) / wanted if wanted else 0.0),
            (weights.hours, min(1.0, hours / weights.enough_hours)),
            (weights.languages, float(bool(languages))),
        )
        score = sum(weight * part for weight, part in parts) / sum(weight for weight, _part in parts)
    ranked = tuple(sorted(shared, key=lambda topic: (-shared[topic], topic)))
    return Fit(score, ranked, hours, tuple(sorted(languages)), obstacle)


def _obstacle(
    scholar: Profile, mentor: Profile, hours: int, languages: frozenset[str], conflict: bool
) -> str:
    if conflict:
        return "conflict"
    if scholar.languages and mentor.languages and not languages:
        return "language"
    if scholar.hours and mentor.hours and not hours:
        return "hours"
    return ""


def local_hours(days: Iterable[int], first: int, last: int, *, utc_offset_minutes: int) -> frozenset[int]:
    """The hours of the week in UTC for "from `first` to `last` o'clock on `days`" (0 = Monday) at an offset.

    An offset of half an hour counts the whole UTC hours that lie within. Raises ValueError outside 0 to 24.
    """
    if not 0 <= first <= last <= 24:
        raise ValueError("hours run from 0 to 24")
    found = set()
    for day in days:
        start = (day * 24 + first) * 60 - utc_offset_minutes
        end = (day * 24 + last) * 60 - utc_offset_minutes
        hour = -(-start // 60)
        while (hour + 1) * 60 <= end:
            found.add(hour % HOURS_PER_WEEK)
            hour += 1
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Matching:
    """`pairs` maps each matched proposer to its host; no host on the list of an `unmatched` one keeps it."""

    pairs: Mapping[str, str]
    unmatched: tuple[str, ...]
    proposals: int

    def of_host(self, host: str) -> tuple[str, ...]:
        return tuple(sorted(proposer for proposer, found in self.pairs.items() if found == host))


def deferred_acceptance(
    wishes: Mapping[str, Sequence[str]], ranks: Mapping[str, Sequence[str]], capacities: Mapping[str, int]
) -> Matching:
    """Match proposers to hosts. O(length of all wish lists x log capacity).

    `wishes[proposer]` are acceptable hosts, best first; `ranks[host]` acceptable proposers, best first. A
    pair forms only where each accepts the other. `capacities[host]` defaults to 1. Raises ValueError for a
    list that names someone twice or a negative capacity.
    """
    place = {host: _positions(f"ranks of {host}", order) for host, order in ranks.items()}
    for proposer, order in wishes.items():
        _positions(f"wishes of {proposer}", order)
    if any(capacity < 0 for capacity in capacities.values()):
        raise ValueError("a capacity cannot be negative")
    held: dict[str, list[tuple[int, str]]] = {host: [] for host in ranks}
    following = dict.fromkeys(wishes, 0)
    waiting = sorted(wishes, reverse=True)
    proposals, unmatched = 0, []
    while waiting:
        proposer = waiting.pop()
        if following[proposer] >= len(wishes[proposer]):
            unmatched.append(proposer)
            continue
        host = wishes[proposer][following[proposer]]
        following[proposer] += 1
        proposals += 1
        refused = _propose(held, place, capacities, host, proposer)
        if refused is not None:
            waiting.append(refused)
    pairs = {proposer: host for host, heap in held.items() for _rank, proposer in heap}
    return Matching(dict(sorted(pairs.items())), tuple(sorted(unmatched)), proposals)


def _positions(what: str, order: Sequence[str]) -> dict[str, int]:
    positions = {name: position for position, name in enumerate(order)}
    if len(positions) != len(order):
        raise ValueError(f"{what}: somebody stands twice")
    return positions


def _propose(
    held: dict[str, list[tuple[int, str]]],
    place: Mapping[str, Mapping[str, int]],
    capacities: Mapping[str, int],
    host: str,
    proposer: str,
) -> str | None:
    """Who is without a host after this proposal, if anyone. The heap of a host has its worst on top."""
    rank = place.get(host, {}).get(proposer)
    room = capacities.get(host, 1)
    if rank is None or room == 0:
        return proposer
    heap = held[host]
    if len(heap) < room:
        heapq.heappush(heap, (-rank, proposer))
        return None
    return heapq.heappushpop(heap, (-rank, proposer))[1]


@dataclass(frozen=True, slots=True)
class BlockingPair:
    """Two who would both rather have each other than what they have."""

    proposer: str
    host: str


def blocking_pairs(
    pairs: Mapping[str, str],
    wishes: Mapping[str, Sequence[str]],
    ranks: Mapping[str, Sequence[str]],
    capacities: Mapping[str, int],
) -> list[BlockingPair]:
    """All blocking pairs of `pairs`, sorted. Empty: the matching is stable."""
    place = {host: {name: position for position, name in enumerate(order)} for host, order in ranks.items()}
    guests: dict[str, list[str]] = {}
    for proposer, host in pairs.items():
        guests.setdefault(host, []).append(proposer)
    found = []
    for proposer, order in wishes.items():
        for host in order:
            if host == pairs.get(proposer):
                break
            if _would_take(host, proposer, guests.get(host, []), place, capacities):
                found.append(BlockingPair(proposer, host))
    return sorted(found, key=lambda pair: (pair.proposer, pair.host))


def _would_take(
    host: str,
    proposer: str,
    guests: Sequence[str],
    place: Mapping[str, Mapping[str, int]],
    capacities: Mapping[str, int],
) -> bool:
    rank = place.get(host, {}).get(proposer)
    room = capacities.get(host, 1)
    if rank is None or room == 0:
        return False
    worst = len(place[host])
    return len(guests) < room or any(place[host].get(guest, worst) > rank for guest in guests)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A matching made from fits, with the fit of each pair and of the alternatives of each scholar."""

    matching: Matching
    fits: Mapping[tuple[str, str], Fit]

    def alternatives(self, scholar: str, limit: int = 3) -> list[tuple[str, Fit]]:
        """Other mentors whom this scholar could have, best fit first."""
        mine = self.matching.pairs.get(scholar)
        rows = [
            (mentor, found)
            for (wanting, mentor), found in self.fits.items()
            if wanting == scholar and mentor != mine and not found.obstacle
        ]
        return sorted(rows, key=lambda row: (-row[1].score, row[0]))[:limit]


def suggest(
    scholars: Sequence[Profile],
    mentors: Sequence[Profile],
    capacities: Mapping[str, int],
    *,
    weights: Weights = Weights(),
    conflicts: frozenset[tuple[str, str]] = frozenset(),
    wishes: Mapping[str, Sequence[str]] | None = None,
    ranks: Mapping[str, Sequence[str]] | None = None,
) -> Suggestion:
    """Match by fit where people named no order of their own.

    `wishes[scholar]` / `ranks[mentor]` put named people first; the others follow by fit, then by code. A pair
    with an obstacle never forms. `conflicts` holds (scholar, mentor) pairs.
    """
    fits = {
        (scholar.code, mentor.code): fit(
            scholar, mentor, weights=weights, conflict=(scholar.code, mentor.code) in conflicts
        )
        for scholar in scholars
        for mentor in mentors
    }
    scholar_lists: dict[str, list[str]] = {}
    for scholar in scholars:
        row = {mentor.code: fits[scholar.code, mentor.code] for mentor in mentors}
        scholar_lists[scholar.code] = _ordered(row, (wishes or {}).get(scholar.code, ()))
    mentor_lists: dict[str, list[str]] = {}
    for mentor in mentors:
        column = {scholar.code: fits[scholar.code, mentor.code] for scholar in scholars}
        mentor_lists[mentor.code] = _ordered(column, (ranks or {}).get(mentor.code, ()))
    return Suggestion(deferred_acceptance(scholar_lists, mentor_lists, capacities), fits)


def _ordered(fits: Mapping[str, Fit], named: Sequence[str]) -> list[str]:
    possible = {code for code, found in fits.items() if not found.obstacle}
    first = [code for code in dict.fromkeys(named) if code in possible]
    rest = sorted(possible.difference(first), key=lambda code: (-fits[code].score, code))
    return [*first, *rest]
