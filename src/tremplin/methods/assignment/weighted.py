"""Loads by length: what a reviewer reads may be capped in pages or words as well as in number.

Such caps make knapsacks of the columns, so that the problem is NP-hard; it is solved as a mixed-integer programme by
HiGHS (in SciPy) on each application's best pairs, and the bound holds over all pairs: the linear relaxation's prices
are checked against every pair and those that are worth more join, until none is.
"""

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.assignment.clash import Clash, filtered
from tremplin.methods.assignment.face import Proof
from tremplin.methods.assignment.flow import Index
from tremplin.methods.assignment.grid import BARRED, NEVER, Bools, Grid
from tremplin.methods.assignment.maxsum import Unreachable

Floats = NDArray[np.float64]
_FEW = 12
_SECONDS = 60.0
_REL = 1e-6


def solve(grid: Grid) -> tuple[Index, Index, Proof]:
    """Rows, columns and the proof (bound from the relaxation, gap at most 1e-6 unless a minute was not enough)."""
    worth = np.where(grid.value > BARRED, grid.value * grid.unit, -np.inf)
    model = _Model(grid, worth)
    if not model.open.any():
        if grid.least.any() or grid.low.any():
            raise Unreachable
        nothing = np.zeros(0, dtype=np.intp)
        return nothing, nothing, Proof(0.0, 0.0, 0, 0, 0)
    bound = model.widen()
    rows, columns, value, bound = model.whole(bound)
    pairs = int((grid.value > NEVER).sum())
    return rows, columns, Proof(value, max(bound, value), 0, pairs, int(model.chosen.sum()))


def clash_of_lengths(grid: Grid) -> Clash:
    """Which least reads (and, if those alone can be kept, least loads) the caps on lengths leave no way to keep."""
    problem, nobody = grid.problem, np.zeros_like(grid.low)

    def fails(rows: Index) -> bool:
        least = np.zeros_like(grid.least)
        least[rows] = grid.least[rows]
        try:
            solve(replace(grid, least=least, low=grid.low if with_loads else nobody))
        except Unreachable:
            return True
        return False

    rows = np.flatnonzero(grid.least)
    with_loads = False
    with_loads = not fails(rows)
    rows = filtered(rows, fails) if not with_loads or fails(rows) else rows
    asked = np.zeros_like(grid.wanted)
    asked[rows] = grid.least[rows]
    possible = solve(replace(grid, wanted=asked, least=np.zeros_like(asked), low=nobody))[0]
    capped = np.flatnonzero(np.array([one.most_length is not None for one in problem.reviewers]))
    columns = np.union1d(capped, np.flatnonzero(grid.low)) if with_loads else capped
    codes = tuple(sorted(problem.applications[row].code for row in rows.tolist()))
    reviewers = tuple(sorted(problem.reviewers[column].code for column in columns.tolist()))
    languages = sorted({problem.applications[row].language for row in rows.tolist()} - {""})
    needed = int(asked.sum()) + (int(grid.low.sum()) if with_loads else 0)
    return Clash(
        "lengths",
        codes,
        reviewers,
        needed,
        min(len(possible), needed - 1),
        tuple(languages),
        (*codes, *reviewers),
    )


class _Model:
    """Variables: chosen pairs, then one shortfall a row; rows: reads, loads, lengths."""

    def __init__(self, grid: Grid, worth: Floats) -> None:
        self.grid, self.worth = grid, worth
        self.open: Bools = np.isfinite(worth)
        problem = grid.problem
        self.length = np.array([one.length for one in problem.applications], dtype=np.float64)
        self.most = np.array(
            [np.inf if one.most_length is None else one.most_length for one in problem.reviewers],
            dtype=np.float64,
        )
        np.subtract.at(self.most, grid.fixed[1], self.length[grid.fixed[0]])
        self.most = np.maximum(self.most, 0.0)
        # A read more is worth more than anything that handing on along every reviewer could gain.
        self.penalty = 2.0 * (float(abs(worth[self.open]).max(initial=0.0)) + 1.0) * (grid.value.shape[1] + 2)
        few = min(_FEW, worth.shape[1])
        self.chosen: Bools = np.zeros(worth.shape, dtype=np.bool_)
        if worth.size:
            best = np.argpartition(worth, worth.shape[1] - few, axis=1)[:, worth.shape[1] - few :]
            np.put_along_axis(self.chosen, best, np.True_, axis=1)
        for reviewer in np.flatnonzero(grid.low).tolist():
            own = min(len(worth), 2 * int(grid.low[reviewer]) + few)
            self.chosen[np.argsort(-worth[:, reviewer], kind="stable")[:own], reviewer] = True
        self.chosen &= self.open

    def widen(self) -> float:
        """Solve the relaxation until no pair outside is worth more than its prices; the bound over all pairs."""
        from scipy.optimize import linprog

        while True:
            cost, matrix, low, high, upper = self._programme()
            upper_rows, finite = np.isfinite(high), np.isfinite(low)
            stacked = _stack([matrix[upper_rows], -matrix[finite]])
            limits = np.concatenate([high[upper_rows], -low[finite]])
            found = linprog(
                cost,
                A_ub=stacked,
                b_ub=limits,
                bounds=np.column_stack([np.zeros(len(cost)), upper]),
                method="highs",
            )
            if found.status == 2:
                if self.chosen.sum() == self.open.sum():
                    raise Unreachable
                self.chosen = self.open.copy()
                continue
            dual = np.zeros(len(high))
            dual[upper_rows] += found.ineqlin.marginals[: int(upper_rows.sum())]
            dual[finite] -= found.ineqlin.marginals[int(upper_rows.sum()) :]
            gain = self._reduced(dual)
            wrong = gain > 1e-7
            if not wrong.any():
                return -float(found.fun)
            self.chosen |= wrong

    def whole(self, bound: float) -> tuple[Index, Index, float, float]:
        """The best whole-numbered assignment on the chosen pairs, its value, and a bound on all."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        best: Any = None
        while True:
            cost, matrix, low, high, upper = self._programme()
            with warnings.catch_warnings():
                warnings.simplefilter(
                    "ignore"
                )  # SciPy warns of options that HiGHS knows and it does not list
                best = milp(
                    cost,
                    constraints=LinearConstraint(matrix, low, high),
                    bounds=Bounds(0, upper),
                    integrality=np.ones(len(cost)),
                    options={"mip_rel_gap": _REL, "time_limit": _SECONDS},
                )
            if best.x is not None or self.chosen.sum() == self.open.sum():
                break
            self.chosen = self.open.copy()
        if best.x is None:
            raise Unreachable
        rows, columns = np.nonzero(self.chosen)
        given = best.x[: len(rows)] > 0.5
        lacking = float(np.round(best.x[len(rows) :]).sum())
        value = float(self.worth[rows[given], columns[given]].sum())
        return rows[given], columns[given], value, bound + self.penalty * lacking

    def _reduced(self, dual: Floats) -> Floats:
        n, m = self.worth.shape
        prices = dual[:n, None] + dual[None, n : n + m] + self.length[:, None] * dual[None, n + m :]
        gain: Floats = np.where(self.open & ~self.chosen, self.worth + prices, 0.0)
        return gain

    def _programme(self) -> tuple[Floats, Any, Floats, Floats, Floats]:
        from scipy.sparse import csr_array

        n, m = self.worth.shape
        rows, columns = np.nonzero(self.chosen)
        k = len(rows)
        at = np.arange(k)
        ones = np.ones(k)
        entries = np.concatenate([ones, np.ones(n), ones, self.length[rows]])
        where = np.concatenate([rows, np.arange(n), n + columns, n + m + columns])
        which = np.concatenate([at, k + np.arange(n), at, at])
        matrix = csr_array((entries, (where, which)), shape=(n + 2 * m, k + n))
        wanted = self.grid.wanted.astype(np.float64)
        low = np.concatenate([wanted, self.grid.low.astype(np.float64), np.full(m, -np.inf)])
        high = np.concatenate([wanted, self.grid.high.astype(np.float64), self.most])
        spare = (self.grid.wanted - self.grid.least).astype(np.float64)
        cost = np.concatenate([-self.worth[rows, columns], np.full(n, self.penalty)])
        return cost, matrix, low, high, np.concatenate([np.ones(k), spare])


def _stack(parts: list[Any]) -> Any:
    from scipy.sparse import vstack

    return vstack(parts, format="csr")
