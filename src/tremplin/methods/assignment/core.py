"""A linear programme over all pairs, solved over few: the core.

Maximise the sum of scores plus `push` times a level t, where the totals of some rows must reach a floor and those of
others the level. Pairs outside the core stay as they are in a given assignment; the prices of the solution are checked
against all of them, and whatever would be worth more joins the core, until nothing would (column generation both ways).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.assignment.flow import Index
from tremplin.methods.assignment.grid import BARRED, Bools, Grid, Ints

Floats = NDArray[np.float64]
_TIGHT = 1e-9


class Core:
    """`worth` (n, m), 0 where a pair must not be; `held` (n, m) an assignment that gives `reads` (n,)."""

    def __init__(self, grid: Grid, held: Bools, near: Bools) -> None:
        self.grid, self.held, self.open = grid, held, grid.value > BARRED
        self.worth: Floats = np.where(grid.value > BARRED, grid.value * grid.unit, 0.0)
        self.reads: Ints = held.sum(axis=1)
        self.base: Floats = np.zeros(len(held))  # what fixed pairs give each row
        if grid.problem.scores is not None:
            np.add.at(self.base, grid.fixed[0], grid.problem.scores[grid.fixed].astype(np.float64))
        self.free: Bools = near & self.open
        self.floor: Floats = np.full(len(held), -np.inf)
        self.lifted: Bools = np.zeros(len(held), dtype=np.bool_)  # rows whose total must reach the level
        self.x: Floats = held.astype(np.float64)
        self.level = -np.inf
        self.bound = np.inf
        self.gain: Floats = np.zeros_like(self.worth)
        self.pull: Floats = np.zeros(len(held))
        self.weight = 1.0  # of the sum in the objective

    @property
    def totals(self) -> Floats:
        """(n,): what each row gets in the last solution, fixed pairs included."""
        return self.sums(self.x)

    def sums(self, given: Floats | Bools) -> Floats:
        """(n,): what each row gets if so much of each pair is given."""
        return np.asarray(self.base + (self.worth * given).sum(axis=1), dtype=np.float64)

    def relax(self, push: float, highest: float) -> None:
        """Solve over all pairs; `level` (at most `highest`), `x`, `bound` on the objective, `gain`, `pull` are set.

        `gain` (n, m): what a pair would add beyond its prices; `pull` (n,): the price of each row's floor or level.
        """
        while True:
            found = self._solve(push, highest)
            joins = self._wrong(found)
            if not joins.any():
                return
            self.free |= joins

    def _solve(self, push: float, highest: float) -> tuple[Floats, Floats]:
        from scipy.optimize import linprog

        rows, columns = np.nonzero(self.free)
        floors = np.flatnonzero(np.isfinite(self.floor) | self.lifted)
        matrix, equal, limits, rest = self.programme(rows, columns, floors, self.held & ~self.free)
        k, n = len(rows), len(self.held)
        cost = np.append(-self.weight * self.worth[rows, columns], -push)
        upper = np.append(np.ones(k), highest)
        lower = np.append(np.zeros(k), -1e6)  # far below any total
        found = linprog(
            cost,
            A_ub=matrix[n:],
            b_ub=limits[n:],
            A_eq=matrix[:n],
            b_eq=equal,
            bounds=np.column_stack([lower, upper]),
            method="highs-ds",
        )
        if found.x is None:
            raise RuntimeError(f"the linear programme of a feasible problem failed: {found.message}")
        self.x = np.where(self.free, 0.0, self.held)
        self.x[rows, columns] = found.x[:k]
        self.level = float(found.x[k])
        self.bound = self.weight * rest - float(found.fun) - push * self.level
        m = self.held.shape[1]
        prices = np.maximum(-found.ineqlin.marginals, 0.0)
        own = -found.eqlin.marginals
        self.pull = np.zeros(n)
        self.pull[floors] = prices[2 * m :]
        return own, prices[:m] - prices[m : 2 * m]

    def programme(self, rows: Index, columns: Index, floors: Index, stays: Bools) -> Any:
        """Matrix (reads; most loads; least loads; floors), right sides, and the worth of pairs that stay given."""
        from scipy.sparse import csr_array

        n, m = self.held.shape
        at = np.arange(len(rows))
        place = np.full(n, -1)
        place[floors] = np.arange(len(floors))
        inside = place[rows] >= 0
        lifted = np.flatnonzero(self.lifted[floors])
        where = [rows, n + columns, n + m + columns, n + 2 * m + place[rows[inside]], n + 2 * m + lifted]
        which = [at, at, at, at[inside], np.full(len(lifted), len(rows))]
        ones = np.ones(len(rows))
        entries = [ones, ones, -ones, -self.worth[rows, columns][inside], np.ones(len(lifted))]
        shape = (n + 2 * m + len(floors), len(rows) + 1)
        matrix = csr_array(
            (np.concatenate(entries), (np.concatenate(where), np.concatenate(which))), shape=shape
        )
        fixed = np.where(stays, self.worth, 0.0).sum(axis=1)
        loads = stays.sum(axis=0)
        floor = np.where(np.isfinite(self.floor[floors]), self.floor[floors], 0.0)
        sides = [self.grid.high - loads, loads - self.grid.low, (fixed + self.base)[floors] - floor]
        limits = np.concatenate([np.zeros(n), *sides]).astype(np.float64)
        return matrix, (self.reads - stays.sum(axis=1)).astype(np.float64), limits, float(fixed.sum())

    def _wrong(self, prices: tuple[Floats, Floats]) -> Bools:
        """Pairs outside the core that should change, by the prices; rows without any pair inside get their own."""
        own, places = prices
        after = self.worth * (self.weight + self.pull[:, None]) - places
        outside = ~self.free & self.open
        held = np.where(outside & self.held, after, np.inf).min(axis=1, initial=np.inf)
        other = np.where(outside & ~self.held, after, -np.inf).max(axis=1, initial=-np.inf)
        idle = ~self.free.any(axis=1)
        own = np.where(idle, np.where(np.isfinite(held), held, 0.0), own)
        self.gain = np.where(self.open, after - own[:, None], -np.inf)
        slack = _TIGHT * (1.0 + abs(own))[:, None] * 100
        wrong: Bools = outside & np.where(self.held, self.gain < -slack, self.gain > slack)
        crossed = idle & (other > held + slack[:, 0])
        wrong |= crossed[:, None] & outside & self.held
        return wrong

    def whole(self, width: float, push: float, seconds: float) -> tuple[Bools, float] | None:
        """The best whole-numbered assignment that differs from the relaxation only where that is cheap.

        The level may fall at `push` for each unit; push 0: it must not. Only pairs whose `gain` is within `width` of 0
        may differ: every other assignment has an objective of at most `bound + push * level - width`. Returns the
        assignment and its objective, or None where there is none or `seconds` were not enough.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp

        close = (abs(self.gain) <= width) & self.open
        stays = (self.x > 0.5) & ~close
        rows, columns = np.nonzero(close)
        floors = np.flatnonzero(np.isfinite(self.floor) | self.lifted)
        matrix, equal, limits, rest = self.programme(rows, columns, floors, stays)
        n, k = len(self.held), len(rows)
        found = milp(
            np.append(-self.worth[rows, columns], -push),
            constraints=LinearConstraint(
                matrix,
                np.concatenate([equal, np.full(len(limits) - n, -np.inf)]),
                np.concatenate([equal, limits[n:] + _TIGHT]),
            ),
            bounds=Bounds(
                np.append(np.zeros(k), -1e6 if push else self.level), np.append(np.ones(k), self.level)
            ),
            integrality=np.append(np.ones(k), 0),
            options={"mip_rel_gap": 1e-9, "time_limit": seconds},
        )
        if found.x is None:
            return None
        given = stays.copy()
        given[rows, columns] = found.x[:k] > 0.5
        return given, rest - float(found.fun)
