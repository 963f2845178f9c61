"""How far other optima of the same promise are from the published chances.

MERIT as it stands in the paper is any optimum of its linear programme; which one a solver gives depends on the solver
and on the order of the rows. This module measures what that would have meant for an applicant: the least and the most
chance over all optima, by cutting planes over groups with HiGHS.
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
        self.people = checked(scored, places)
        self.places = places
        self._low = np.array([row.low for row in self.people], dtype=np.float64)
        self._high = np.array([row.high for row in self.people], dtype=np.float64)
        self.grid: Grid = grid(self._low, self._high, places)
        self.slack = _SLACK * (places + 10)
        self.value = float(value) - self.slack
        self._index = {row.code: index for index, row in enumerate(self.people)}

    def range(self, code: str) -> tuple[float, float]:
        """The least and the most chance of an applicant over all optima, to about 1e-6. Raises KeyError.

        An optimum may treat people with the same evidence differently, so the applicant stands apart from those just
        alike; all others may share within their groups, since the mean over them is an optimum too.
        """
        apart = np.zeros(len(self.people), dtype=np.int64)
        apart[self._index[code]] = 1
        asked = _Asked(grid(self._low, self._high, self.places, apart), self.value, self.slack)
        return asked.least(1.0), -asked.least(-1.0)

    def ranges(self) -> list[tuple[float, float]]:
        """For each applicant; one pair of questions for each group of people just alike."""
        first = {int(group): row.code for row, group in zip(self.people, self.grid.of, strict=True)}
        found = {group: self.range(code) for group, code in first.items()}
        return [found[int(group)] for group in self.grid.of]


class _Asked:
    """The linear programme about one applicant, the only one in cell 1, kept in HiGHS from one question to the next."""

    def __init__(self, seen: Grid, value: float, slack: float) -> None:
        import highspy

        self.grid, self.value, self.slack = seen, value, slack
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
        groups = len(seen.size)
        self._highs.addVars(groups, np.zeros(groups), np.ones(groups))
        self._row(seen.size.astype(np.float64), float(seen.places), float(seen.places))
        self._own = int(np.flatnonzero(seen.cell == 1)[0])

    def _row(self, weights: Floats, low: float, high: float) -> None:
        used = np.flatnonzero(weights)
        self._highs.addRow(low, high, len(used), used.astype(np.int32), weights[used])

    def least(self, sign: float) -> float:
        """The least of the applicant's chance times `sign`."""
        self._highs.changeColCost(self._own, sign)
        while True:
            self._highs.run()
            if self._highs.getModelStatus() != self._optimal:
                raise ArithmeticError("no selection keeps this promise")
            chances: Floats = np.clip(np.array(self._highs.getSolution().col_value), 0.0, 1.0)
            lacking = np.flatnonzero(self.value - self.grid.values(chances)[0] > self.slack)
            if not len(lacking):
                return sign * float(chances[self._own])
            for line in lacking:
                people, times = self.grid.top(int(line), chances)
                self._row(people / times, self.value, self._infinite)
