"""HiGHS as these methods use it: one thread, one seed, every solve from a clean start.

Nothing of an earlier solve is left over, so an answer depends on the numbers asked and on nothing else.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.selection.panels_pool import Real, Whole


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """`values` of the columns, `duals` of the rows (linear programs only), the `objective`."""

    values: Real
    duals: Real
    objective: float


class SolverError(RuntimeError):
    """The solver gave up without an answer, which is neither a solution nor a proof that there is none."""


class Program:
    """max cost·v  with  low <= v <= high  and  row_low <= matrix·v <= row_high; whole numbers where `integer`.

    `first`: be content with the first whole solution. Otherwise whole solutions are optimal, proven with gap 0
    or within the relative `gap`.
    """

    def __init__(
        self,
        matrix: Real | Whole,
        *,
        integer: bool | NDArray[np.bool_] = False,
        first: bool = False,
        gap: float = 0.0,
    ) -> None:
        import highspy
        from scipy.sparse import csc_array

        self._highspy = highspy
        rows, columns = matrix.shape
        kinds = np.broadcast_to(integer, columns)
        self.integer = bool(kinds.any())
        packed = csc_array(np.asarray(matrix, dtype=float))
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = columns, rows
        model.col_cost_ = model.col_lower_ = model.col_upper_ = np.zeros(columns)
        model.row_lower_ = model.row_upper_ = np.zeros(rows)
        model.sense_ = highspy.ObjSense.kMaximize
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_, model.a_matrix_.index_ = packed.indptr, packed.indices
        model.a_matrix_.value_ = packed.data
        if self.integer:
            whole, part = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
            model.integrality_ = [whole if one else part for one in kinds.tolist()]
        self._columns = np.arange(columns, dtype=np.int32)
        self._rows = rows
        self._solver: Any = highspy.Highs()
        for name, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 0),
            ("mip_rel_gap", gap),
            ("mip_abs_gap", 1e-6),
        ):
            self._solver.setOptionValue(name, value)
        if first:
            self._solver.setOptionValue("mip_max_improving_sols", 1)
        self._solver.passModel(model)

    def solve(
        self,
        cost: Real,
        low: Real,
        high: Real,
        row_low: Real,
        row_high: Real,
        *,
        enough: float = float("inf"),
    ) -> Solved | None:
        """The solution, None when there is none; whole numbers worth `enough` will do, optimal or not. Raises
        SolverError when the solver cannot say."""
        highspy, solver, count = self._highspy, self._solver, len(self._columns)
        solver.clearSolver()
        if self.integer:
            solver.setOptionValue("objective_target", enough)
        solver.changeColsCost(count, self._columns, cost)
        solver.changeColsBounds(count, self._columns, low, high)
        for row in range(self._rows):
            solver.changeRowBounds(row, float(row_low[row]), float(row_high[row]))
        solver.run()
        status = solver.getModelStatus()
        kinds = highspy.HighsModelStatus
        if status in {kinds.kInfeasible, kinds.kUnboundedOrInfeasible}:
            return None
        found = status in {kinds.kOptimal, kinds.kSolutionLimit, kinds.kObjectiveTarget}
        if (
            not found
            or solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible
        ):
            raise SolverError(f"no answer from the solver: {solver.modelStatusToString(status)}")
        answer = solver.getSolution()
        return Solved(
            np.array(answer.col_value),
            np.zeros(0) if self.integer else np.array(answer.row_dual),
            float(solver.getInfo().objective_function_value),
        )

    def whole(
        self,
        cost: Real,
        low: Real,
        high: Real,
        row_low: Real,
        row_high: Real,
        *,
        enough: float = float("inf"),
    ) -> Whole | None:
        """The solution in whole numbers, those near to what may be fractions."""
        found = self.solve(cost, low, high, row_low, row_high, enough=enough)
        return None if found is None else np.rint(found.values).astype(np.int64)


class Diving:
    """Whole solutions near that of the linear program: groups that come out whole there stay so, but for a few.

    The few are those of middling cost, which an optimum moves most easily. Where that leaves no whole solution, all
    are free. Solutions are near to optimal, a few times faster than by the integer program alone.
    """

    _FEW = 60
    _WHOLE = 1e-6

    def __init__(self, matrix: Real | Whole, *, first: bool) -> None:
        self._linear = Program(matrix)
        self._integer = Program(matrix, integer=True, first=first, gap=0.5)

    def whole(self, cost: Real, low: Real, high: Real, row_low: Real, row_high: Real) -> Whole | None:
        """A whole solution, None when there is none."""
        found = self._linear.solve(cost, low, high, row_low, row_high)
        if found is None:
            return None
        near = np.rint(found.values)
        broken = np.abs(found.values - near) > self._WHOLE
        if not broken.any():
            whole: Whole = near.astype(np.int64)
            return whole
        middling = np.abs(cost - np.median(cost[broken]))
        movable = np.where((high > low) & ~broken, middling, np.inf)
        free = broken.copy()
        free[np.argsort(movable, kind="stable")[: self._FEW]] = True
        tried = self._integer.whole(
            cost, np.where(free, low, near), np.where(free, high, near), row_low, row_high
        )
        return self._integer.whole(cost, low, high, row_low, row_high) if tried is None else tried
