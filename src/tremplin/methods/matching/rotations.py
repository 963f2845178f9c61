"""All stable matchings by their rotations, and the one with the best welfare.

Gusfield and Irving, *The Stable Marriage Problem*, MIT Press 1989; for many scholars a mentor: Cheng, McDermid and
Suzuki, *A unified approach to finding good stable matchings in the hospitals/residents setting*, Theoretical Computer
Science 400, 2008. From the matching best for scholars, a *rotation* moves a ring of scholars each one mentor down; the
stable matchings are the sets of rotations that hold all their predecessors. The best sum of weights is a closure of
greatest weight (Irving, Leather and Gusfield, *An efficient algorithm for the optimal stable marriage*, Journal of the
ACM 34, 1987): one minimum cut.
"""

from bisect import bisect_left, insort
from dataclasses import dataclass

import numpy as np

from tremplin.methods.matching.acceptance import scholars_propose
from tremplin.methods.matching.market import NOBODY, BadMarket, Floats, Ints, Market

GRID = 1_000_000
"""How finely weights are compared."""
_FROM_THE_START = -1


def scaled(weight: Floats) -> Ints:
    """Whole numbers instead of weights: exact for up to six decimals below GRID, else rounded in GRIDths of the
    greatest. Raises BadMarket for one that is no number.
    """
    if not np.isfinite(weight).all():
        raise BadMarket("a weight is not a number; give every accepted pair a finite one")
    top = float(np.abs(weight).max(initial=0.0))
    for decimals in range(7):
        if top * 10**decimals > GRID:
            break
        found = np.rint(weight * 10**decimals)
        if np.abs(found - weight * 10**decimals).max(initial=0.0) < 1e-9:
            whole: Ints = found.astype(np.int64)
            return whole
    rounded: Ints = np.rint(weight * (GRID / top)).astype(np.int64)
    return rounded


@dataclass(frozen=True, slots=True)
class Rotation:
    """Scholars who move, in a ring: entry `leaves[i]` is given up for `takes[i]`. `after`: rotations needed first."""

    leaves: tuple[int, ...]
    takes: tuple[int, ...]
    after: tuple[int, ...]


def rotations(market: Market) -> tuple[Ints, list[Rotation]]:
    """The matching best for scholars, and all rotations in an order in which they can be carried out. O(entries).

    For one mentor a scholar. Raises BadMarket where scholars want more.
    """
    if (market.wants > 1).any():
        raise BadMarket("rotations are for one mentor a scholar; with co-mentors choose another rule")
    return _Walk(market).run()


def best_stable(market: Market, weight: Floats) -> Ints:
    """Of all stable matchings one with the greatest sum of `weight` (n, L), laid along the lists; as sorted entries.

    Of several such matchings the one that is best for every scholar (they form a lattice): the answer is unique. Ties
    in lists are broken by the lot first.
    """
    start, found = rotations(market)
    value = scaled(np.where(market.mentor == NOBODY, 0.0, weight)).ravel()
    gains = [
        int(value[list(rotation.takes)].sum() - value[list(rotation.leaves)].sum()) for rotation in found
    ]
    held = set(start.tolist())
    for number in _closure(gains, [rotation.after for rotation in found]):
        held.difference_update(found[number].leaves)
        held.update(found[number].takes)
    return np.array(sorted(held), dtype=np.int64)


def _closure(gains: list[int], after: list[tuple[int, ...]]) -> list[int]:
    """The smallest set of greatest gain that holds all predecessors of its members, in order."""
    if not any(gain > 0 for gain in gains):
        return []
    from ortools.graph.python import max_flow

    flow = max_flow.SimpleMaxFlow()
    source, sink = len(gains), len(gains) + 1
    whole = sum(abs(gain) for gain in gains) + 1
    flow.add_arc_with_capacity(source, sink, 0)  # so that both ends exist, whatever the gains
    for number, gain in enumerate(gains):
        if gain > 0:
            flow.add_arc_with_capacity(source, number, gain)
        elif gain < 0:
            flow.add_arc_with_capacity(number, sink, -gain)
        for before in after[number]:
            flow.add_arc_with_capacity(number, before, whole)
    if flow.solve(source, sink) != flow.OPTIMAL:
        raise RuntimeError("the cut of the rotations was not found")
    # What the source still reaches is the smallest of all minimum cuts, whatever flow was found.
    return sorted(number for number in flow.get_source_side_min_cut() if number < source)


class _Walk:
    """Goes down from the scholars' best matching, one rotation after the other."""

    def __init__(self, market: Market) -> None:
        self.width = market.width
        self.mentor = market.mentor.ravel().tolist()
        self.key = market.keys().ravel().tolist()
        self.start = scholars_propose(market)
        self.held: dict[int, int] = {entry // self.width: entry for entry in self.start.tolist()}
        self.guests: list[list[tuple[int, int]]] = [[] for _mentor in range(market.mentors)]
        for entry in self.start.tolist():
            self.guests[self.mentor[entry]].append((self.key[entry], entry))
        for guests in self.guests:
            guests.sort()
        room = market.most.tolist()
        self.full = [len(guests) == many for guests, many in zip(self.guests, room, strict=True)]
        self.below = dict(self.held)  # where the search for a scholar's next mentor goes on
        self.brought: dict[int, int] = {}  # the rotation that gave a scholar this entry
        # For each mentor, in the order of time: the key of the worst guest, negative, and which rotation left it.
        self.history: list[list[tuple[int, int]]] = [[] for _mentor in range(market.mentors)]
        for mentor, guests in enumerate(self.guests):
            if self.full[mentor] and guests:
                self.history[mentor].append((-guests[-1][0], _FROM_THE_START))
        self.final: set[int] = set()
        self.found: list[Rotation] = []

    def run(self) -> tuple[Ints, list[Rotation]]:
        for scholar in sorted(self.held):
            while scholar not in self.final:
                self._follow(scholar)
        return self.start, self.found

    def _follow(self, scholar: int) -> None:
        """From scholar to the next one displaced, until a ring closes or somebody has nowhere to go."""
        path, seen = [scholar], {scholar: 0}
        while path:
            other = self._displaced(path[-1])
            if other is None or other in self.final:
                # Whoever has nowhere to go keeps their mentor for good, and so does whoever would displace them.
                last = path.pop()
                del seen[last]
                self.final.add(last)
            elif other in seen:
                ring = path[seen[other] :]
                del path[seen[other] :]
                self._turn(ring)
                for member in ring:
                    del seen[member]
            else:
                seen[other] = len(path)
                path.append(other)

    def _next(self, scholar: int) -> int | None:
        """The entry of the first mentor below, who would rather have this scholar than the worst guest."""
        entry, last = self.below[scholar], (scholar + 1) * self.width - 1
        while entry < last:
            entry += 1
            mentor = self.mentor[entry]
            if mentor == NOBODY:
                break
            guests = self.guests[mentor]
            if not self.full[mentor]:
                break  # a place is free there in every stable matching: further down the pair would block
            if guests and self.key[entry] < guests[-1][0]:
                self.below[scholar] = entry - 1
                return entry
        self.below[scholar] = last
        return None

    def _displaced(self, scholar: int) -> int | None:
        entry = self._next(scholar)
        return None if entry is None else self.guests[self.mentor[entry]][-1][1] // self.width

    def _turn(self, ring: list[int]) -> None:
        number = len(self.found)
        leaves = tuple(self.held[scholar] for scholar in ring)
        takes = tuple(entry for scholar in ring if (entry := self._next(scholar)) is not None)
        after = set()
        for old, new in zip(leaves, takes, strict=True):
            if old in self.brought:
                after.add(self.brought[old])
            for passed in range(old + 1, new):
                history = self.history[self.mentor[passed]]
                place = bisect_left(history, (-self.key[passed], -1))
                if place < len(history) and history[place][1] != _FROM_THE_START:
                    after.add(history[place][1])
        for old in leaves:
            self.guests[self.mentor[old]].remove((self.key[old], old))
        for scholar, new in zip(ring, takes, strict=True):
            insort(self.guests[self.mentor[new]], (self.key[new], new))
            self.held[scholar], self.brought[new], self.below[scholar] = new, number, new
        for new in takes:
            mentor = self.mentor[new]
            self.history[mentor].append((-self.guests[mentor][-1][0], number))
        self.found.append(Rotation(leaves, takes, tuple(sorted(after))))
