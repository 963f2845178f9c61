"""The integer programme over the cells to hide, with the attacker's inequalities added as they are found."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tremplin.methods.disclosure.attack import holds, ranges
from tremplin.methods.disclosure.cuts import Attacker, Cut

NODES = 20_000


class Stopped(Exception):
    """The effort is spent. `least`: no safe choice has fewer cells."""

    def __init__(self, least: int) -> None:
        super().__init__(least)
        self.least = least


class Programme:
    """Cells to choose (columns) and inequalities (rows, at least); `rounds` counts how often it was solved.

    `units`: what each cell counts, 2 or, where it says nothing of anybody, 1; the first aim of all costs.
    """

    def __init__(
        self,
        attacker: Attacker,
        free: Sequence[int],
        cuts: Sequence[Cut],
        units: Sequence[float],
        effort: int,
    ) -> None:
        self.attacker, self.free, self.effort = attacker, list(free), effort
        self.column = {cell: place for place, cell in enumerate(free)}
        self.rows: list[np.ndarray] = []
        self.needs: list[float] = []
        self.known: set[Cut] = set()
        self.rounds, self.spent = 0, 0.0
        self.units, self.least, self.held = np.array(units, float), 0, False
        self._add(cuts)

    def _add(self, cuts: Sequence[Cut]) -> int:
        fresh = [cut for cut in cuts if cut not in self.known]
        for cut in fresh:
            self.known.add(cut)
            row = np.zeros(len(self.free))
            for cell, weight in cut[0]:
                row[self.column[cell]] = weight
            scale = cut[1] or 1.0  # sums of money differ by nine digits, rows must not
            self.rows.append(row / scale)
            self.needs.append(cut[1] / scale)
        return len(fresh)

    def relax(self, costs: np.ndarray) -> None:
        """Cuts for the relaxed programme first: each costs a fraction of what it costs later."""
        while (found := self._solve(costs, whole=False)) is not None:
            chosen = self._spread(found)
            if not self._add(self.attacker.cuts(chosen)) + self._add(self.attacker.bridges(chosen)):
                break

    def best(self, costs: np.ndarray) -> np.ndarray:
        """The cheapest safe choice. Raises Stopped."""
        found = self._safe(costs)
        if found is None:  # hiding everything is safe, so this is what numbers lose in rounding
            raise Stopped(self.least)
        return found

    def hold(self, costs: np.ndarray, best: np.ndarray) -> None:
        """From here on no choice may cost more than `best` does, in whole numbers."""
        self.held = True
        self.rows.append(-costs)
        self.needs.append(-(float(costs @ best) + 0.25))

    def other(self, costs: np.ndarray, best: np.ndarray) -> np.ndarray | None:
        """A safe choice as cheap as `best` and not the same; None: there is none."""
        rows, needs = len(self.rows), len(self.needs)
        self.rows += [1.0 - 2.0 * best, -costs]
        self.needs += [1.0 - float(best.sum()), -(float(costs @ best) + 0.25)]
        found = self._safe(costs)
        del self.rows[rows : rows + 2], self.needs[needs : needs + 2]
        return found

    def _safe(self, costs: np.ndarray) -> np.ndarray | None:
        while (found := self._solve(costs, whole=True)) is not None:
            if not self.held:
                self.least = max(self.least, -int(-(self.units @ found) // 2))
            chosen = self._spread(found)
            cuts = self.attacker.cuts(chosen) or self.in_whole_numbers(found)
            if not cuts:
                return found
            if not self._add(cuts) + self._add(self.attacker.bridges(chosen)):
                raise Stopped(
                    self.least
                )  # what numbers lose in rounding: the greedy choice needs no programme
        return None

    def _spread(self, found: np.ndarray) -> list[float]:
        chosen = [float(cell in self.attacker.hidden) for cell in range(len(self.attacker.publication))]
        for cell, share in zip(self.free, found, strict=True):
            chosen[cell] = float(share)
        return chosen

    def in_whole_numbers(self, found: np.ndarray) -> list[Cut]:
        """Where the sums form no network an attacker who knows that people are whole can know more.

        A choice that breaks by that needs at least one more cell, and so does everything within it.
        """
        attacker = self.attacker
        if attacker.net is not None or not attacker.guards:
            return []
        taken = {cell for cell, share in zip(self.free, found, strict=True) if share > 0.5}
        cells = sorted({guard.cell for guard in attacker.guards})
        ends = ranges(attacker.publication, attacker.hidden | taken, cells)
        values = attacker.publication.values
        if all(holds(guard, values[guard.cell], ends[guard.cell]) for guard in attacker.guards):
            return []
        return [(tuple((cell, 1.0) for cell in self.free if cell not in taken), 1.0)]

    def _solve(self, costs: np.ndarray, *, whole: bool) -> np.ndarray | None:
        """The cheapest choice under the rows so far; None: none. Raises Stopped beyond the effort."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        self.rounds += 1
        self.spent += 1.0 if whole else 0.1
        if self.spent > self.effort:
            raise Stopped(self.least)
        answer: Any = milp(
            costs,
            integrality=np.full(len(costs), int(whole)),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(np.array(self.rows), np.array(self.needs), np.inf)
            if self.rows
            else (),
            options={"mip_rel_gap": 0.0, "node_limit": NODES},
        )
        if answer.status == 2:
            return None
        if answer.x is None or answer.status != 0:
            raise Stopped(self.least)
        found: np.ndarray = np.round(answer.x) if whole else np.clip(answer.x, 0, 1)
        return found
