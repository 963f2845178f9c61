"""How far other optima of the same promise are from the published chances.

MERIT as it stands in the paper is any optimum of its linear programme; which one a solver gives depends on the solver
and on the order of the rows. This module measures what that would have meant for an applicant: the least and the most
chance over all optima. Cutting planes over the groups with HiGHS, started anew from where it stood for each question.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from tremplin.methods.selection.grid import Floats, Grid, grid
from tremplin.methods.selection.outcome import Scored, checked

_EXACT = 1e-9
_SLACK = 1e-9  # of all places: how much less than the promise counts as keeping it


class AllOptima:
    """Every p with 0 <= p <= 1, sum k, and at least `value` people of the true top expected, whatever the truth."""

    def __init__(self, scored: Sequence[Scored], *, places: int, value: Fraction) -> None:
        """`value`: the promise, as the certificate of `Merit` gives it; 0 < places < n. Raises BadEvidence."""
        import highspy

        self.people = checked(scored, places)
        low = np.array([row.low for row in self.people], dtype=np.float64)
        high = np.array([row.high for row in self.people], dtype=np.float64)
        self.grid: Grid = grid(low, high, places)
        self.slack = _SLACK * (places + 10)
        self.value = float(value) - self.slack
        self._group = {row.code: int(group) for row, group in zip(self.people, self.grid.of, strict=True)}
        self._infinite = highspy.kHighsInf
        self._optimal = highspy.HighsModelStatus.kOptimal
        self._highs = highspy.Highs()
        for option, wanted in (
            ("output_flag", False),
            ("threads", 1),
            ("primal_feasibility_tolerance", _EXACT),
            ("dual_feasibility_tolerance", _EXACT),
        ):
            self._highs.setOptionValue(option, wanted)
        groups = len(self.grid.size)
        self._highs.addVars(groups, np.zeros(groups), np.ones(groups))
        self._row(self.grid.size.astype(np.float64), float(places), float(places))

    def _row(self, weights: Floats, low: float, high: float) -> None:
        used = np.flatnonzero(weights)
        self._highs.addRow(low, high, len(used), used.astype(np.int32), weights[used])

    def range(self, code: str) -> tuple[float, float]:
        """The least and the most chance of an applicant over all optima, to about 1e-6. Raises KeyError."""
        group = self._group[code]
        ends = []
        for sign in (1.0, -1.0):
            self._highs.changeColCost(group, sign)
            ends.append(float(self._least()[group]))
            self._highs.changeColCost(group, 0.0)
        return min(ends), max(ends)

    def ranges(self) -> list[tuple[float, float]]:
        """For each applicant; one question pair for each group."""
        first = {int(group): row.code for row, group in zip(self.people, self.grid.of, strict=True)}
        found = {group: self.range(code) for group, code in first.items()}
        return [found[int(group)] for group in self.grid.of]

    def _least(self) -> Floats:
        while True:
            self._highs.run()
            if self._highs.getModelStatus() != self._optimal:
                raise ArithmeticError("no selection keeps this promise")
            chances: Floats = np.clip(np.array(self._highs.getSolution().col_value), 0.0, 1.0)
            lacking = np.flatnonzero(self.value - self.grid.values(chances)[0] > self.slack)
            if not len(lacking):
                return chances
            for line in lacking:
                people, times = self.grid.top(int(line), chances)
                self._row(people / times, self.value, self._infinite)
