"""Where no expertise is known: as many reads as can be had, then loads as even as can be, pairs of reviewers mixed.

In turns (everybody's first read, then everybody's second) phase 1 gives each missing read to the least loaded reviewer
who may read it, and phase 2 repairs what that left short: an augmenting path hands reads on from reviewer to reviewer
until one with room takes one, so that the number of reads is the greatest (Ford and Fulkerson 1956) and what lacks is
spread over applications. Phase 3 evens out: while a path leads from a reviewer to one who carries at least two less, a
read moves along it (no such path: least sum of squared loads); reviewers below what they must read come first.
Equals are told apart by lots, so that pairs of reviewers mix and scores can be compared.
"""

from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.assignment.flow import Index
from tremplin.methods.assignment.grid import BARRED, Bools, Grid, Ints, lots, names
from tremplin.methods.assignment.maxsum import Unreachable

_FIRST = 2**40  # a reviewer who must read more comes before any who need not


def even(grid: Grid, base: Ints) -> tuple[Index, Index]:
    """Rows and columns of the reads to give. `base` (m,): what each reviewer carries already. Raises Unreachable.

    About O(n m) for each turn, and O(m**2) for each read that has to be handed on.
    """
    state = _State(grid, base)
    for turn in range(1, int(grid.wanted.max(initial=0)) + 1):
        state.give(np.minimum(grid.least, turn))
    if bool((state.given < grid.least).any()):
        raise Unreachable
    for turn in range(1, int(grid.wanted.max(initial=0)) + 1):
        state.give(np.minimum(grid.wanted, turn))
    state.even_out()
    if bool((state.load < state.low).any()):
        raise Unreachable
    rows, columns = np.nonzero(state.held)
    return rows, columns


class _State:
    """The flow at hand. `may` (n, m) says who may read what, `held` who does."""

    def __init__(self, grid: Grid, base: Ints) -> None:
        self.may: Bools = grid.value > BARRED
        self.held = np.zeros(self.may.shape, dtype=np.bool_)
        self.load, self.given = base.copy(), np.zeros(len(grid.wanted), dtype=np.int64)
        self.capacity, self.low = base + grid.high, base + grid.low
        self.reach = np.zeros((0, 0), dtype=np.bool_)
        rows, columns = names(grid.problem)
        seed = grid.problem.seed
        self.chance: NDArray[np.float64] = lots(seed, rows[:, None], columns[None, :]) / 2.0**31
        self.order = np.lexsort((lots(seed, rows, np.zeros(1, dtype=np.int64)), self.may.sum(axis=1)))

    def give(self, wanted: Ints) -> None:
        """Phases 1 and 2, up to so many reads in each row; rows with the least choice first."""
        if not self.may.shape[1]:
            return
        for row in self.order[self.given[self.order] < wanted[self.order]].tolist():
            while self.given[row] < wanted[row] and self._give(row):
                self.given[row] += 1
        self._repair(wanted)

    def _give(self, row: int) -> bool:
        free = self.may[row] & ~self.held[row] & (self.load < self.capacity)
        if not free.any():
            return False
        reviewer = int(np.where(free, self.load + self.chance[row], np.inf).argmin())
        self.held[row, reviewer] = True
        self.load[reviewer] += 1
        return True

    def _repair(self, wanted: Ints) -> None:
        short = self.order[self.given[self.order] < wanted[self.order]]
        if len(short):
            self._survey()
        for row in short.tolist():
            while self.given[row] < wanted[row]:
                path = self._path(self.may[row] & ~self.held[row], self.load < self.capacity)
                if path is None:
                    break
                self.load[path[-1]] += 1
                self.given[row] += 1
                touched = {row, *self._pass_on(path)}
                self.held[row, path[0]] = True
                self._survey_again(path, touched)

    def even_out(self) -> None:
        """Phase 3: move reads from the most to the least loaded as long as that evens loads out."""
        self._survey()
        settled = np.zeros(len(self.load), dtype=np.bool_)
        while not settled.all():
            last = self.load - _FIRST * (self.load <= self.low)  # what the last read of each weighs
            most = int(np.where(settled, -2 * _FIRST, last).argmax())
            room = (self.load < self.capacity) & (self._next() < last[most])
            path = self._path(np.arange(len(settled)) == most, room) if room.any() else None
            if path is None:
                settled[most] = True
                continue
            self.load[path[0]] -= 1
            self.load[path[-1]] += 1
            self._survey_again(path, self._pass_on(path))
            settled[:] = False

    def _next(self) -> Ints:
        """What one read more would weigh for each reviewer."""
        more = self.load + 1
        weight: Ints = more - _FIRST * (more <= self.low)
        return weight

    def _survey(self) -> None:
        """`reach[g, t]`: whether reviewer g holds a read that t could take over."""
        self.reach = np.zeros((len(self.load), len(self.load)), dtype=np.bool_)
        for reviewer in range(len(self.load)):
            self._survey_one(reviewer)

    def _survey_one(self, reviewer: int) -> None:
        rows = np.flatnonzero(self.held[:, reviewer])
        self.reach[reviewer] = (self.may[rows] & ~self.held[rows]).any(axis=0)

    def _survey_again(self, path: Sequence[int], rows: Collection[int]) -> None:
        holders = np.flatnonzero(self.held[sorted(rows)].any(axis=0)).tolist()
        for reviewer in {*path, *holders}:
            self._survey_one(reviewer)

    def _path(self, starts: Bools, ends: Bools) -> list[int] | None:
        """The shortest way along which reads can be handed on from a start to an end, both reviewers."""
        before = np.full(len(starts), -1, dtype=np.int64)
        seen, frontier = starts.copy(), np.flatnonzero(starts)
        weight = self._next()
        while len(frontier):
            reached = frontier[ends[frontier]]
            if len(reached):
                return _trace(before, int(reached[weight[reached].argmin()]))
            steps = self.reach[frontier]
            new = np.flatnonzero(steps.any(axis=0) & ~seen)
            before[new] = frontier[steps[:, new].argmax(axis=0)]
            seen[new] = True
            frontier = new
        return None

    def _pass_on(self, path: Sequence[int]) -> set[int]:
        """Hand one read on along each step, from the end backwards so that every step still holds."""
        rows: set[int] = set()
        for giver, taker in reversed(list(pairwise(path))):
            held = np.flatnonzero(self.held[:, giver])
            able = held[self.may[held, taker] & ~self.held[held, taker]]
            row = int(able[self.chance[able, taker].argmin()])
            self.held[row, giver], self.held[row, taker] = False, True
            rows.add(row)
        return rows


def _trace(before: Ints, end: int) -> list[int]:
    path = [end]
    while before[path[-1]] != -1:
        path.append(int(before[path[-1]]))
    return path[::-1]
