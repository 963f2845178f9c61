"""Whether newer counts, held against all that were shown before, tell of a few people: asked of the one ledger. Pure.

Whoever guesses is taken to know much: every count exactly as it stood, rounded on the page or hidden, and of what is
hidden at least which counts were shown. Two questions are put to `methods.disclosure.Ledger`: what a count less an
earlier one leaves, and what can be worked out of a small hidden count when two releases hide different ones beside it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tremplin.methods.disclosure import Figure, Ledger

Sums = Collection[tuple[str, Collection[str]]]
"""Counts with parts of them that do not overlap: what is left over is a group of people as well."""


@dataclass(frozen=True, slots=True)
class Told:
    """The exact counts behind one release, and the names of those that it showed."""

    counts: Mapping[str, int]
    shown: frozenset[str]


def tells_of_few(before: Sequence[Told], after: Told, *, least: int, sums: Sums = ()) -> bool:
    """Whether `after` would tell of a group of fewer than `least` people to somebody who has all that was `before`."""
    told = [*before, after]
    counts = [_with_rests(one.counts, sums) for one in told]
    names = sorted(set().union(*counts))
    if any(_grew_by_few([one.get(name, 0) for one in counts], least) for name in names):
        return True
    return any(_patterns_tell(told, whole, parts, least) for whole, parts in sums if len(parts) > 1)


def _rest(whole: str, parts: Collection[str]) -> str:
    return f"{whole} less {', '.join(sorted(parts))}"


def _with_rests(counts: Mapping[str, int], sums: Sums) -> dict[str, int]:
    """The counts, and of each sum how many are in none of its parts."""
    return {**counts, **{_rest(whole, parts): _left_over(counts, whole, parts) for whole, parts in sums}}


def _left_over(counts: Mapping[str, int], whole: str, parts: Collection[str]) -> int:
    return max(counts.get(whole, 0) - sum(counts.get(part, 0) for part in parts), 0)


def _grew_by_few(counts: Sequence[int], least: int) -> bool:
    """One count as it stood at each release, the newest last."""
    *earlier, fresh = [
        Figure(str(number), _people("", counts, count), 1) for number, count in enumerate(counts)
    ]
    return bool(Ledger(tuple(earlier)).leaks([fresh], dict(_sizes("", counts)), least=least))


def _people(name: str, counts: Sequence[int], count: int) -> frozenset[str]:
    """The people of a smaller count are taken to be among those of a larger one: a difference tells no more."""
    return frozenset(f"{name}|{level}" for level in {*counts} if 0 < level <= count)


def _sizes(name: str, counts: Sequence[int]) -> Iterator[tuple[str, int]]:
    for below, level in pairwise(sorted({0, *counts})):
        yield f"{name}|{level}", level - below


def _patterns_tell(told: Sequence[Told], whole: str, parts: Collection[str], least: int) -> bool:
    """Whether a small count that every release hides for itself comes out of all of them together."""
    rest = _rest(whole, parts)
    over_time = {part: [one.counts.get(part, 0) for one in told] for part in parts}
    over_time[rest] = [_left_over(one.counts, whole, parts) for one in told]
    people = {code: size for name, counts in over_time.items() for code, size in _sizes(name, counts)}
    releases, watched = [], {}
    for number, one in enumerate(told):
        groups = {name: _people(name, counts, counts[number]) for name, counts in over_time.items()}
        everybody = frozenset[str]().union(*groups.values())
        figures = {**groups, whole: everybody}
        releases.append(
            [Figure(f"{number}|{name}", figures[name], 1) for name in figures if name in one.shown]
        )
        for name, group in groups.items():
            if 0 < over_time[name][number] < least and name not in one.shown:
                watched[f"{number}|{name}"] = group
    if not watched:
        return False

    def leaks(earlier: Sequence[Figure], fresh: Sequence[Figure]) -> set[str]:
        found = Ledger(tuple(earlier)).leaks(fresh, people, least=least, watched=watched)
        return {leak.code for leak in found}

    *earlier, fresh = releases
    alone = set().union(*(leaks((), figures) for figures in releases))
    return bool(leaks([figure for figures in earlier for figure in figures], fresh) - alone)
