"""What each guard asks of the cells to hide, as inequalities: found by the attacker, valid for every choice.

A guard that can be broken has a wall: cells around it that let too little through. At least so many of them must be
hidden as make up the difference (Fischetti and Salazar 2000, the capacity constraints). In a network the wall is a
minimum cut; otherwise it comes from the dual of the attacker's linear programme.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tremplin.methods.disclosure.attack import sums_matrix
from tremplin.methods.disclosure.guards import Guard
from tremplin.methods.disclosure.network import Network, network, push, wall
from tremplin.methods.disclosure.publication import Publication

TOLERANCE = 1e-6
Cut = tuple[tuple[tuple[int, float], ...], float]  # (cell, weight) …, what they must come to together


@dataclass(slots=True)
class Attacker:
    """Finds cuts that a (possibly fractional) choice of hidden cells breaks. `free`: the cells to choose among."""

    publication: Publication
    guards: Sequence[Guard]
    hidden: frozenset[int]  # hidden whatever is chosen, those never published among them
    net: Network | None
    sums: Any

    @classmethod
    def of(cls, publication: Publication, guards: Sequence[Guard], hidden: frozenset[int]) -> "Attacker":
        net = network(publication)
        return cls(publication, guards, hidden, net, None if net else sums_matrix(publication))

    def cuts(self, chosen: Sequence[float]) -> list[Cut]:
        """The cuts that `chosen` (0 to 1 for each cell) breaks, each once; none: every guard stands."""
        found: dict[Cut, None] = {}
        for guard in self.guards:
            found.update(dict.fromkeys(self._of_guard(guard, chosen)))
        return list(found)

    def bridges(self, chosen: Sequence[float]) -> list[Cut]:
        """What no choice that hides the fewest cells does: hide a cell that follows from the others all the same.

        Each chosen cell lies on a cycle of hidden ones (the bridge-less inequalities of Fischetti and Salazar). These
        hold for the cheapest choices, not for all safe ones, and let the programme see in few rounds what single
        guards tell it in many. Of networks alone; empty otherwise.
        """
        if self.net is None:
            return []
        found: dict[Cut, None] = {}
        ones = [1] * len(chosen)
        for cell, share in enumerate(chosen):
            if share < TOLERANCE or cell in self.hidden:
                continue
            done = push(self.net, chosen, chosen, cell, rise=True, limit=share)
            if done.amount < share - 1e-3:
                around = wall(self.net, done.reached, cell, ones, 1.0)
                if not around.keys() & self.hidden:
                    free = sorted(around.keys() - self.publication.always)
                    found[(*((other, 1.0) for other in free), (cell, -1.0)), 0.0] = None
        return list(found)

    def _of_guard(self, guard: Guard, chosen: Sequence[float]) -> list[Cut]:
        cuts = []
        for need, rises in ((guard.up, (True,)), (guard.down, (False,)), (guard.slide, (True, False))):
            if not need:
                continue
            amount, left, weights = 0.0, float(need), dict[int, float]()
            for rise in rises:
                more = self.push(guard.cell, chosen, need, rise=rise)
                amount += more.amount
                left -= more.own
                for cell, weight in more.wall.items():
                    weights[cell] = weights.get(cell, 0.0) + weight
            if amount < need - TOLERANCE:
                cut = self._cut(weights, left)
                if cut is not None:
                    cuts.append(cut)
        return cuts

    def _cut(self, weights: dict[int, float], need: float) -> Cut | None:
        left = need - sum(weight for cell, weight in weights.items() if cell in self.hidden)
        if left <= TOLERANCE:
            return None  # met already, but for what numbers lose in rounding
        terms = tuple(
            (cell, min(weight, left))
            for cell, weight in sorted(weights.items())
            if cell not in self.hidden and cell not in self.publication.always and weight > 1e-9
        )
        return terms, left

    def push(self, cell: int, chosen: Sequence[float], need: float, *, rise: bool) -> "Room":
        """How far a cell can go, `need` at most, where each other may move as far as it is `chosen`."""
        values = self.publication.values
        if self.net is None:
            return self._push_by_programme(cell, chosen, need, rise=rise)
        up = [need * share for share in chosen]
        down = [min(need, value) * share for value, share in zip(values, chosen, strict=True)]
        limit = need if rise else min(need, values[cell])
        done = push(self.net, up, down, cell, rise=rise, limit=limit)
        if done.amount >= limit - TOLERANCE:
            return Room(done.amount, limit, {})
        return Room(done.amount, 0.0, wall(self.net, done.reached, cell, values, need))

    def _push_by_programme(self, cell: int, chosen: Sequence[float], need: float, *, rise: bool) -> "Room":
        from scipy.optimize import linprog

        values = np.array(self.publication.values, float)
        share = np.array(chosen, float)
        most = float(values.sum() + need)
        low, high = -values * share, most * share
        low[cell], high[cell] = (0.0, need) if rise else (-min(need, values[cell]), 0.0)
        goal = np.zeros(len(values))
        goal[cell] = -1.0 if rise else 1.0
        answer = linprog(
            goal,
            A_eq=self.sums,
            b_eq=np.zeros(self.sums.shape[0]),
            bounds=np.column_stack([low, high]),
            method="highs",
        )
        falls, rises = answer.lower.marginals, -answer.upper.marginals
        weights = falls * values + rises * most
        found = {
            other: round(float(weight), 9)
            for other, weight in enumerate(weights)
            if weight > 1e-9 and other != cell
        }
        own = float(rises[cell] * high[cell] - falls[cell] * low[cell])
        return Room(-float(answer.fun), own, found)


@dataclass(frozen=True, slots=True)
class Room:
    """How far a cell can go, how far it could by itself, and what each cell of the wall adds once it is hidden."""

    amount: float
    own: float
    wall: dict[int, float]


def most_possible(attacker: Attacker, everything: Sequence[float], guard: Guard) -> Guard:
    """The guard as far as it could stand if all that may be hidden were: what always shown totals tell, they tell."""
    rise = max(guard.up, guard.slide)
    fall = max(guard.down, guard.slide)
    up = int(attacker.push(guard.cell, everything, rise, rise=True).amount + TOLERANCE) if rise else 0
    down = int(attacker.push(guard.cell, everything, fall, rise=False).amount + TOLERANCE) if fall else 0
    return Guard(guard.cell, guard.why, min(guard.up, up), min(guard.down, down), min(guard.slide, up + down))
