"""With ties in the lists, stable matchings differ in size: the one that matches most.

NP-hard in general (Manlove, Irving, Iwama, Miyazaki and Morita, *Hard variants of stable marriage*, Theoretical
Computer Science 276, 2002), and solved exactly at the sizes of programmes as an integer programme (Kwanashie and
Manlove, *An integer programming approach to the hospitals/residents problem with ties*, Operations Research
Proceedings 2013), by HiGHS.
"""

from typing import Any

import numpy as np

from tremplin.methods.matching.market import NOBODY, Floats, Ints, Market
from tremplin.methods.matching.rotations import scaled

_SALT = 20_190_424


def most_stable(market: Market, weight: Floats | None = None) -> Ints | None:
    """The weakly stable matching with most pairs, as sorted entries; None where the minimums admit none.

    Of those the one with the greatest sum of `weight` (n, L), without it with the smallest sum of the scholars' wishes.
    Still several: the one with the smallest sum of numbers that belong to places in the public lot, which is one
    alone but for about E in a million cases, E being the number of entries. Minimums hold. Three integer programmes.
    """
    entries = market.entries()
    if not len(entries):
        return None if market.least.any() else entries
    second = market.wish if weight is None else -scaled(np.where(market.mentor == NOBODY, 0.0, weight))
    drawn = np.random.default_rng(_SALT).integers(1, 2**20, (market.scholars, market.mentors))
    pairs = market.pairs(entries)
    third = drawn[market.scholar_lot[pairs[:, 0]], market.mentor_lot[pairs[:, 1]]]
    model = _Model(market, entries)
    found: Ints | None = None
    for cost in (np.full(len(entries), -1), second.ravel()[entries], third):
        found = model.solve(cost)
        if found is None:
            return None
        model.keep(cost, int(cost[found].sum()))
    return entries if found is None else entries[found]


class _Model:
    """x = 1 for each entry that is matched; then, where scholars have co-mentors, whose side keeps it from blocking."""

    def __init__(self, market: Market, entries: Ints) -> None:
        self.rows: list[tuple[Ints, Ints, float, float]] = []
        self.count = self.columns = len(entries)
        pairs = market.pairs(entries)
        self.scholar, self.mentor = pairs[:, 0], pairs[:, 1]
        self.wish, self.rank = market.wish.ravel()[entries], market.rank.ravel()[entries]
        for who, want in enumerate(market.wants.tolist()):
            self._sum(np.flatnonzero(self.scholar == who), 0, want)
        for whom in range(market.mentors):
            self._sum(np.flatnonzero(self.mentor == whom), int(market.least[whom]), int(market.most[whom]))
        for entry in range(self.count):
            want, room = market.wants[self.scholar[entry]], market.most[self.mentor[entry]]
            if want and room:
                self._stable(entry, int(want), int(room))

    def _stable(self, entry: int, want: int, room: int) -> None:
        """Either the scholar is full with mentors as good or better, or the mentor with scholars as good or better."""
        mine = np.flatnonzero((self.scholar == self.scholar[entry]) & (self.wish <= self.wish[entry]))
        theirs = np.flatnonzero((self.mentor == self.mentor[entry]) & (self.rank <= self.rank[entry]))
        if want == 1:
            columns, values = np.concatenate([mine, theirs]), np.ones(len(mine) + len(theirs), dtype=np.int64)
            values[: len(mine)] = room
            self.rows.append((columns, values, room, np.inf))
            return
        here, there = self.columns, self.columns + 1
        self.columns += 2
        ones = np.ones(len(mine), dtype=np.int64)
        self.rows.append((np.append(mine, here), np.append(ones, -want), 0, np.inf))
        ones = np.ones(len(theirs), dtype=np.int64)
        self.rows.append((np.append(theirs, there), np.append(ones, -room), 0, np.inf))
        self.rows.append((np.array([entry, here, there]), np.ones(3, dtype=np.int64), 1, np.inf))

    def _sum(self, columns: Ints, least: float, most: float) -> None:
        self.rows.append((columns, np.ones(len(columns), dtype=np.int64), least, most))

    def keep(self, cost: Ints, value: int) -> None:
        """What has been reached stays."""
        self.rows.append((np.arange(self.count), cost, -np.inf, value))

    def solve(self, cost: Ints) -> Ints | None:
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        counts = [len(columns) for columns, _values, _low, _high in self.rows]
        at = (np.repeat(np.arange(len(self.rows)), counts), np.concatenate([row[0] for row in self.rows]))
        values = np.concatenate([row[1] for row in self.rows])
        matrix: Any = csr_array((values.astype(float), at), shape=(len(self.rows), self.columns))
        limits = LinearConstraint(matrix, [row[2] for row in self.rows], [row[3] for row in self.rows])
        # A duplicate of a column in one row (the entry itself, on both sides) is summed up, as it should be.
        found = milp(
            np.append(cost.astype(float), np.zeros(self.columns - self.count)),
            integrality=np.ones(self.columns),
            bounds=Bounds(0, 1),
            constraints=limits,
            options={"mip_rel_gap": 0.0},
        )
        if found.status == 2:
            return None
        if found.x is None or found.status != 0:
            raise RuntimeError(f"the integer programme was not solved: {found.message}")
        return np.flatnonzero(np.rint(found.x[: self.count]) > 0)
