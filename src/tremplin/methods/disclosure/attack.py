"""The attack: what anybody can work out of the cells that are hidden, from all that is shown.

Counts that are shown exactly pin their cells; rounded ones leave an interval. Every hidden cell, and every cell that
was never published, then lies between two whole numbers, found exactly: by flows where the sums form a network, by
integer programming otherwise (`scipy.optimize.milp`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tremplin.methods.disclosure.guards import Guard
from tremplin.methods.disclosure.network import NO_END, network, push
from tremplin.methods.disclosure.publication import Publication
from tremplin.methods.disclosure.rounding import rounded, rounding_interval

Ends = tuple[int, int | None]  # the least and the most; None: no end


@dataclass(frozen=True, slots=True)
class Attack:
    """What an attacker knows of each cell that is not shown, by number of cell, and which guards that breaks."""

    ranges: Mapping[int, Ends]
    broken: tuple[Guard, ...]
    guarded: int

    @property
    def recovered(self) -> tuple[int, ...]:
        """The cells of which the value is known exactly."""
        return tuple(sorted(cell for cell, (low, high) in self.ranges.items() if low == high))

    def share_recovered(self, cells: Collection[int]) -> float:
        """The share of `cells` that is known exactly; 0 where there are none."""
        known = set(self.recovered)
        return sum(cell in known for cell in cells) / len(cells) if cells else 0.0


def reach(publication: Publication, hidden: Collection[int], cell: int) -> Ends:
    """The least and the most that `cell` can be for whoever knows every other shown cell exactly."""
    return ranges(publication, hidden, [cell])[cell]


def ranges(publication: Publication, hidden: Collection[int], cells: Collection[int]) -> dict[int, Ends]:
    """`reach` of several cells. `hidden`: cells not shown, besides those that are never published."""
    gone = frozenset(hidden) | publication.never
    net = network(publication)
    if net is None:
        bounds = [(0, None) if c in gone else (v, v) for c, v in enumerate(publication.values)]
        return between(publication, bounds, cells)
    up = [NO_END if cell in gone else 0 for cell in range(len(publication))]
    down = [value if cell in gone else 0 for cell, value in enumerate(publication.values)]
    found: dict[int, Ends] = {}
    for cell in cells:
        value = publication.values[cell]
        if cell not in gone:
            found[cell] = (value, value)
            continue
        rise = push(net, up, down, cell, rise=True, limit=NO_END).amount
        fall = push(net, up, down, cell, rise=False, limit=value).amount if value else 0
        found[cell] = (value - round(fall), None if rise >= NO_END / 2 else value + round(rise))
    return found


def between(
    publication: Publication, bounds: Sequence[tuple[int, int | None]], cells: Collection[int]
) -> dict[int, Ends]:
    """The ends of each cell over all whole numbers within `bounds` under which every sum holds."""
    from scipy.optimize import Bounds, milp

    many = len(publication)
    low = np.array([bound[0] for bound in bounds], float)
    high = np.array([np.inf if bound[1] is None else bound[1] for bound in bounds], float)
    sums = sums_matrix(publication)
    rules: Any = [(sums, 0, 0)] if len(publication.relations) else []
    found: dict[int, Ends] = {}
    for cell in cells:
        ends: list[int | None] = []
        for sign in (1.0, -1.0):
            goal = np.zeros(many)
            goal[cell] = sign
            answer = milp(goal, integrality=np.ones(many), bounds=Bounds(low, high), constraints=rules)
            if answer.x is None and answer.status == 2:
                raise ValueError("What is shown contradicts itself: no counts have these sums.")
            ends.append(None if answer.x is None else round(float(answer.x[cell])))
        found[cell] = (ends[0] or 0, ends[1])
    return found


def sums_matrix(publication: Publication) -> Any:
    """The sums as a sparse matrix, one row each, signs as entries."""
    from scipy.sparse import csr_matrix

    entries = [
        (row, cell, sign) for row, relation in enumerate(publication.relations) for cell, sign in relation
    ]
    rows, cells, signs = zip(*entries, strict=True) if entries else ((), (), ())
    shape = (len(publication.relations), len(publication))
    return csr_matrix((np.array(signs, float), (np.array(rows, int), np.array(cells, int))), shape=shape)


def attack(
    publication: Publication,
    hidden: Collection[int],
    guards: Sequence[Guard] = (),
    *,
    base: int | None = None,
    exact: Collection[int] = (),
) -> Attack:
    """Attack everything published at once. `base`: shown cells are rounded to it, all but those in `exact`."""
    gone = frozenset(hidden) | publication.never
    targets = sorted(gone | {guard.cell for guard in guards})
    if base is None or base == 1:
        found = ranges(publication, hidden, targets)
    else:
        bounds: list[tuple[int, int | None]] = []
        for cell, value in enumerate(publication.values):
            if cell in gone:
                bounds.append((0, None))
            elif cell in exact:
                bounds.append((value, value))
            else:
                bounds.append(rounding_interval(rounded(value, base), base))
        found = between(publication, bounds, targets)
    broken = tuple(
        guard for guard in guards if not holds(guard, publication.values[guard.cell], found[guard.cell])
    )
    return Attack(found, broken, len(guards))


def holds(guard: Guard, value: int, ends: Ends) -> bool:
    """Whether a guard stands: so much more, so much less and so wide a span must still look possible."""
    low, high = ends
    if high is None:
        return value - low >= guard.down
    return high - value >= guard.up and value - low >= guard.down and high - low >= guard.slide
