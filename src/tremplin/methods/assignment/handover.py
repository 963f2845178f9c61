"""Who could hand a read on to whom, and at what loss: the residual network, condensed to reviewers.

Nodes are the m reviewers, “nobody” (m: a read that is not given) and “outside” (m + 1: a place that is free).
`way[a, b]` is the least loss in total if one read moves from a to b, over all applications and all admissible pairs. An
assignment is optimal if and only if no circle of ways has a negative loss (Klein 1967); then the shortest way from a
reviewer to outside is what one place more with them is worth: their price.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.assignment.flow import Index
from tremplin.methods.assignment.grid import BARRED, NEVER, SPAN, Grid, Ints, Values

INFINITE = 2**62


class Handover:
    """An assignment at hand, given as rows and columns of its pairs; what a row lacks is with nobody.

    `open` (n, m) is the value of each pair that could be added. Building takes O(reads x m), one move O(m) for each
    read of the reviewers it touches. Without `look` nobody asks for ways: margins and pairs are known.
    """

    def __init__(self, grid: Grid, rows: Index, columns: Index, *, look: bool = True) -> None:
        n, m = grid.value.shape
        self.grid, self.m, self.nobody, self.outside = grid, m, m, m + 1
        self.open = grid.value.copy()
        self.open[rows, columns] = NEVER
        order = np.argsort(columns, kind="stable")
        self.load = np.bincount(columns, minlength=m).astype(np.int64)
        self.reads = np.split(rows[order], np.cumsum(self.load)[:-1]) if m else []
        self.missing: Ints = grid.wanted - np.bincount(rows, minlength=n)
        self.spare = grid.wanted - grid.least
        # One read more is worth more than any exchange, and an even shortfall more than an uneven one: a circle
        # passes each reviewer once, so it cannot gain more than `step` in expertise.
        self.step = 2 * (m + 3) * grid.span
        self.base = 2 * (int(grid.wanted.max(initial=0)) + 2) * self.step
        self.beyond = 40 * self.base  # further than any way there is
        self.dropping = False
        self.way = np.full((m + 2, m + 2), INFINITE, dtype=np.int64)
        if look:
            self.survey(range(m))

    def penalty(self, rows: Index, more: int = 0) -> Ints:
        """What the last of the missing reads of these rows costs; a read below the least costs most of all."""
        missing = self.missing[rows] + more
        cost: Ints = self.base * np.where(missing > self.spare[rows], 8, 1) + missing * self.step
        return cost

    @property
    def short(self) -> bool:
        return bool(self.missing.any())

    def allow_dropping(self) -> None:
        """Look at ways that end with a read that nobody gives, too, though every read is given now."""
        if not (self.short or self.dropping):
            self.dropping = True
            self.survey(range(self.m))

    def survey(self, reviewers: Iterable[int]) -> None:
        """Look again at what these reviewers could hand on, and at who has room."""
        short = self.short
        for reviewer in reviewers:
            rows = self.reads[reviewer]
            self.way[reviewer, : self.m] = self._least(rows, self.grid.value[rows, reviewer].astype(np.int64))
            self.way[reviewer, self.nobody] = self._drop(reviewer) if short or self.dropping else INFINITE
        lacking = np.flatnonzero(self.missing)
        self.way[self.nobody, : self.m] = self._least(lacking, -self.penalty(lacking))
        self.way[: self.m, self.outside] = np.where(self.load < self.grid.high, 0, INFINITE)
        self.way[self.outside, : self.m] = np.where(self.load > self.grid.low, 0, INFINITE)
        self.way[self.nobody, self.outside] = 0 if short or self.dropping else INFINITE
        self.way[self.outside, self.nobody] = 0 if short else INFINITE

    def _least(self, rows: Index, values: Ints) -> Ints:
        """For each reviewer, the least loss if one of these rows moves to them from where it is worth `values`."""
        if not len(rows):
            return np.full(self.m, INFINITE, dtype=np.int64)
        block = self.open[rows]
        if int(abs(values).max()) <= SPAN and block.dtype == np.int32:  # four bytes a pair are enough
            best = (block - values.astype(np.int32)[:, None]).max(axis=0)
            return np.where(best < BARRED, INFINITE, -best.astype(np.int64))
        best = np.where(block > BARRED, block - values[:, None], -INFINITE).max(axis=0)
        return -np.asarray(best, dtype=np.int64)

    def _drop(self, reviewer: int) -> int:
        rows = self.reads[reviewer]
        rows = rows[self.missing[rows] < self.spare[rows]]
        if not len(rows):
            return INFINITE
        return int((self.grid.value[rows, reviewer] + self.penalty(rows, 1)).min())

    def carrier(self, giver: int, taker: int) -> int:
        """The row that moves from giver to taker at the loss `way[giver, taker]`; the first of equals."""
        rows = np.flatnonzero(self.missing) if giver == self.nobody else self.reads[giver]
        here = -self.penalty(rows) if giver == self.nobody else self.grid.value[rows, giver].astype(np.int64)
        if taker == self.nobody:
            there = np.where(self.missing[rows] < self.spare[rows], -self.penalty(rows, 1), -INFINITE // 2)
        else:
            there = self.open[rows, taker].astype(np.int64)
            there[there <= BARRED] = -INFINITE // 2
        return int(rows[(there - here).argmax()])

    def to(self, target: int) -> tuple[Ints, Index] | list[int]:
        """Shortest ways to `target` and the next step on each (Bellman and Ford), or a circle with a gain."""
        size = self.m + 2
        far = np.full(size, self.beyond, dtype=np.int64)
        far[target] = 0
        step = np.full(size, -1, dtype=np.intp)
        for turn in range(2 * size + 2):
            reach = self.way + far
            best = reach.argmin(axis=1)
            length = reach[np.arange(size), best]
            nearer = length < far
            if not nearer.any():
                return far, step
            far = np.where(nearer, length, far)
            step = np.where(nearer, best, step)
            if turn % 8 == 7 and (found := circle(step.tolist())):
                return found
        raise RuntimeError("ways that neither end nor circle")

    def reached(self, far: int) -> bool:
        """Whether a distance of `to` is one, or says that there is no way (no real way is half as long)."""
        return bool(far < self.beyond // 2)

    def turn(self, circle: Sequence[int]) -> None:
        """Move one read along each step of a circle of nodes (the last step leads back to the first)."""
        moves = self.moves([*circle, circle[0]])
        touched: set[int] = set()
        rows = {row for _giver, _taker, row in moves}
        for row in rows:
            touched.update(
                np.flatnonzero((self.open[row] <= BARRED) & (self.grid.value[row] > BARRED)).tolist()
            )
        for giver, _taker, row in moves:
            self._leave(row, giver)
        for _giver, taker, row in moves:
            self._join(row, taker)
        self.survey(sorted(touched | {node for node in circle if node < self.m}))

    def moves(self, nodes: Sequence[int]) -> list[tuple[int, int, int]]:
        """(giver, taker, row) for each step from node to node that moves a read."""
        return [(g, t, self.carrier(g, t)) for g, t in pairwise(nodes) if self.outside not in (g, t)]

    def _leave(self, row: int, reviewer: int) -> None:
        if reviewer == self.nobody:
            self.missing[row] -= 1
            return
        self.reads[reviewer] = self.reads[reviewer][self.reads[reviewer] != row]
        self.open[row, reviewer] = self.grid.value[row, reviewer]
        self.load[reviewer] -= 1

    def _join(self, row: int, reviewer: int) -> None:
        if reviewer == self.nobody:
            self.missing[row] += 1
            return
        self.reads[reviewer] = np.append(self.reads[reviewer], row)
        self.open[row, reviewer] = NEVER
        self.load[reviewer] += 1

    def pairs(self) -> tuple[Index, Index]:
        """Rows and columns of what is given, by column."""
        rows = np.concatenate(self.reads) if self.reads else np.zeros(0, dtype=np.intp)
        return rows.astype(np.intp), np.repeat(np.arange(self.m), self.load)

    def values(self, rows: Index) -> Values:
        """(len(rows), m): what the pairs of these rows are worth."""
        return self.grid.value[rows]

    def worths(self, rows: Index, columns: Index) -> Ints:
        """What each of these pairs is worth."""
        return self.grid.value[rows, columns].astype(np.int64)

    def margins(self, prices: Ints) -> tuple[Ints, Ints]:
        """For each row, the least that a pair it holds is worth after prices, and the most that another would be."""
        rows, columns = self.pairs()
        held = np.full(len(self.missing), 2**62, dtype=np.int64)
        np.minimum.at(held, rows, self.worths(rows, columns) - prices[columns])
        other = _best_open(self.open, prices[: self.m])
        if self.short:
            nobody = -prices[self.nobody]
            lacking = np.flatnonzero(self.missing)
            held[lacking] = np.minimum(held[lacking], nobody - self.penalty(lacking))
            spare = np.flatnonzero(self.missing < self.spare)
            other[spare] = np.maximum(other[spare], nobody - self.penalty(spare, 1))
        return held, other


def _best_open(values: Values, own: Ints) -> Ints:
    """The most that a pair that is not held would be worth after prices; blocks stay within the cache."""
    n, m = values.shape
    best = np.full(n, -(2**62), dtype=np.int64)
    plain = bool(m) and int(abs(own).max(initial=0)) < 2**29
    for start in range(0, n if m else 0, 256):
        block = values[start : start + 256]
        if plain:  # prices fit: four bytes a pair are enough
            top = (block - own.astype(np.int32)).max(axis=1).astype(np.int64)
            sure = top > BARRED // 2
            best[start : start + 256] = np.where(sure, top, _slow_best(block, own) if not sure.all() else top)
        else:
            best[start : start + 256] = _slow_best(block, own)
    return best


def _slow_best(block: NDArray[np.integer[Any]], prices: Ints) -> Ints:
    worth = np.where(block > BARRED, block - prices, -(2**62))
    return np.asarray(worth.max(axis=1), dtype=np.int64)


def circle(step: Sequence[int]) -> list[int]:
    """A circle in the graph where each node has one next step (-1: none)."""
    seen = [0] * len(step)
    for start in range(len(step)):
        node, path = start, []
        while node >= 0 and not seen[node]:
            seen[node] = start + 1
            path.append(node)
            node = step[node]
        if node >= 0 and seen[node] == start + 1:
            return path[path.index(node) :]
    return []
