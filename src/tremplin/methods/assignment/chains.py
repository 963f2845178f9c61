"""Reads that came free, placed one after the other along cheapest chains of handings on: the fewest changes, proven.

A plan in which nothing but the freed reads is missing is the cheapest of all plans with as many reads: it changes
nothing. A cheapest chain from a read that is needed to a place that is free keeps that so for one read more
(successive shortest paths; Ahuja, Magnanti, Orlin, *Network Flows*, 1993, 9.7), to the last.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from tremplin.methods.assignment.costs import BEYOND, NONE, Closed, Costs
from tremplin.methods.assignment.flow import Index
from tremplin.methods.assignment.grid import BARRED, NEVER, Grid, Ints, Values


class Chains:
    """An assignment at hand that keeps `old` pairs and has `new` ones: the cheapest of all that give as many reads.

    `grid` has the limits of now, and values of which those in `closed` count no more. `worth` of an old pair must
    exceed twice all that a chain can gain. The first look takes O(reads) for each reviewer with room; then a chain
    takes O(m) for each reviewer whose way to a free place it changes.
    """

    short = False  # every plan that is looked at gives as many reads

    def __init__(
        self, grid: Grid, worth: int, closed: Closed, old: tuple[Index, Index], new: tuple[Index, Index]
    ) -> None:
        n, self.m = grid.value.shape
        self.grid, self.worth, self.closed = grid, worth, closed
        self.rows, self.columns = old
        self.load: Ints = np.bincount(np.concatenate([old[1], new[1]]), minlength=self.m).astype(np.int64)
        self.missing: Ints = grid.wanted - np.bincount(np.concatenate([old[0], new[0]]), minlength=n)
        self.costs = Costs(grid, worth, closed, old)
        for row in new[0].tolist():
            self.costs.move(row)
        self.costs.survey((), list(zip(new[0].tolist(), new[1].tolist(), strict=True)))
        self.costs.look(np.flatnonzero(self.load < grid.high))

    def place_all(self) -> bool:
        """Place what is missing, one cheapest chain after another; False if something cannot be placed."""
        costs = self.costs
        needy = np.flatnonzero(self.missing > 0)
        entries = np.array([costs.move(row).worths for row in needy.tolist()]).reshape(-1, self.m)
        place = {row: at for at, row in enumerate(needy.tolist())}
        costs.measure(self.load < self.grid.high, None)
        for _read in range(int(self.missing[needy].sum())):
            while True:
                flat = int((costs.far - entries).argmin())
                row, start = int(needy[flat // self.m]), flat % self.m
                if costs.far[start] - entries.flat[flat] >= BEYOND // 2:
                    return False
                nodes = costs.chain(start)
                if not costs.look(costs.guessed(nodes)):
                    break
                costs.measure(self.load < self.grid.high, None)
            moved = self._turn(row, nodes)
            for row in moved & place.keys():
                entries[place[row]] = costs.rows[row].worths if self.missing[row] > 0 else NONE
        return True

    def _turn(self, row: int, nodes: Sequence[int]) -> set[int]:
        """Give the row to the first reviewer of a chain, hand on one read along each step; the rows that moved."""
        costs = self.costs
        moves = [(giver, taker, costs.carrier(giver, taker)) for giver, taker in pairwise(nodes)]
        for _giver, _taker, carried in moves:
            costs.move(carried)
        leave = [(carried, giver) for giver, _taker, carried in moves]
        join = [(row, nodes[0]), *((carried, taker) for _giver, taker, carried in moves)]
        self.load[nodes[-1]] += 1
        self.missing[row] -= 1
        costs.measure(self.load < self.grid.high, costs.survey(leave, join))
        return {moving for moving, _taker in join}

    # -- the plan, as `face` asks for it

    def prices(self) -> Ints:
        """(m + 2,): what one place more with each reviewer would be worth, never too much."""
        return np.append(self.costs.far, [0, 0])

    def pairs(self) -> tuple[Index, Index]:
        """Rows and columns of what is given."""
        moved = np.zeros(len(self.missing), dtype=np.bool_)
        moved[list(self.costs.rows)] = True
        still = ~moved[self.rows]
        there = [(row, column) for row, one in self.costs.rows.items() for column in one.holders]
        more = np.array(there, dtype=np.intp).reshape(-1, 2)
        return np.concatenate([self.rows[still], more[:, 0]]), np.concatenate(
            [self.columns[still], more[:, 1]]
        )

    def values(self, rows: Index) -> Values:
        """(len(rows), m): what their pairs are worth, old ones with what a change costs; NEVER where none may be."""
        found: Ints = self.closed.off(self.grid.value[rows], rows, None).astype(np.int64)
        place, here = self._places(rows)
        found[place[self.rows[here]], self.columns[here]] += self.worth
        return found

    def worths(self, rows: Index, columns: Index) -> Ints:
        """What each of these pairs is worth."""
        is_old = np.isin(rows * self.m + columns, self.rows * self.m + self.columns, kind="table")
        worths: Ints = self.grid.value[rows, columns].astype(np.int64) + np.where(is_old, self.worth, 0)
        return worths

    def penalty(self, rows: Index, more: int = 0) -> Ints:
        """No read is left with nobody."""
        return np.zeros(len(rows), dtype=np.int64)

    def _places(self, rows: Index) -> tuple[Index, Index]:
        """Where each row stands in `rows`, and which old pairs are in one of them."""
        place = np.full(len(self.missing), -1, dtype=np.intp)
        place[rows] = np.arange(len(rows))
        return place, np.flatnonzero(place[self.rows] >= 0)

    def margins(self, prices: Ints) -> tuple[Ints, Ints]:
        """For each row, the least that a pair it holds is worth after prices, and the most that another would be.

        Most rows hold more than any reviewer a change or more away from a free place could make up for: of these rows
        only pairs with the others are looked at.
        """
        own, n, costs = prices[: self.m], len(self.missing), self.costs
        held, other = np.full(n, 2**62, dtype=np.int64), np.full(n, NONE, dtype=np.int64)
        value = self.grid.value[self.rows, self.columns].astype(np.int64) + self.worth
        np.minimum.at(held, self.rows, value - own[self.columns])
        is_near = abs(own[costs.looked]) < 2**29
        near = costs.looked[is_near]
        if len(near):
            block = costs.block if is_near.all() else costs.block[:, is_near]
            top = (block - own[near].astype(np.int32)).max(axis=1)
            other = np.where(top > BARRED, top.astype(np.int64), NONE)
        beyond = ~self.closed.gone
        beyond[near] = False
        whole = np.flatnonzero(held <= self.grid.span // 2 - int(own[beyond].min(initial=BEYOND)))
        if len(whole):
            worths = self.values(whole)
            place, here = self._places(whole)
            worths[place[self.rows[here]], self.columns[here]] = NEVER
            other[whole] = np.where(worths > BARRED, worths - own, NONE).max(axis=1)
        for row, one in costs.rows.items():
            holders = one.holders
            held[row] = (one.all[holders] - own[holders]).min(initial=2**62)
            other[row] = np.where(one.worths > NONE // 2, one.worths - own, NONE).max()
        return held, other
