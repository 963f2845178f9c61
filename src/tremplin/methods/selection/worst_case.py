"""The most that can be promised in the worst case, and the one way to promise it that is closest to equal chances.

max v  over 0 <= p <= 1,  sum size p = k,  limits,  and  sum_{g in S} p_g >= v  for every possible true top S: a linear
programme with far too many tops to write down; for given p the worst on each line is found by sorting (`Grid`).

Its optimum is rarely unique. We want the one with the least sum of squares (the least variance, since the sum is
set). Both are found at once: the point nearest to (p = 0, v = far above) under the weights of the groups, by the dual
active-set method of `least`, one worst top at a time. Mangasarian and Meyer (*Nonlinear perturbation of linear
programs*, SIAM J. Control and Optimization 17, 1979) show that from some distance on that point is the
least-squares optimum of the linear programme itself. Whether the distance was enough is *tested*: if moving v further
away no longer moves the point, and the prices of all cuts answer with a rise, these rises are an optimal dual solution.
That dual is returned: a mix of possible truths against which no selection does better.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tremplin.methods.selection.grid import Floats, Grid, Ints
from tremplin.methods.selection.least import Chase, Cut, Nearest

_VIOLATED = 1e-11
ALL = -1  # stands for the sum of all places where limits go by index
_FAR = (1.0, 10.0, 1e2, 1e3, 1e4, 1e5)  # each added to the last, in multiples of the places


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A limit in terms of groups: low <= weights @ p <= high, weights (G,) counting people."""

    weights: Ints
    low: int
    high: int


@dataclass(frozen=True, slots=True, eq=False)
class Promise:
    """`value` people of the true top are expected at least. `chances` (G,): the optimum of least squares.

    What holds it: `tops` (C, G), each counted `times` (C,): truths that bind; `holding`: limits by index and side
    (1 the least, -1 the most), the sum of all places as (-1, 1); `bound` (G,): chances that 0 or 1 holds.
    `steps`: of the active-set method.
    """

    value: float
    chances: Floats
    tops: Ints
    times: Ints
    holding: tuple[tuple[int, int], ...]
    bound: npt.NDArray[np.bool_]
    steps: int


class Unsettled(ArithmeticError):
    """No distance was far enough for the optimum: the evidence is beyond the precision of floating point."""


@dataclass(frozen=True, slots=True, eq=False)
class _Top:
    people: Ints
    times: int


@dataclass(slots=True, eq=False)
class _Search:
    """The problem in the variables y = (sqrt(size) p, v) of those groups whose chance is open."""

    grid: Grid
    rows: Sequence[Row]
    low: Floats
    high: Floats
    steps: int = 0
    open: Ints = field(init=False)
    root: Floats = field(init=False)
    base: Floats = field(init=False)
    fixed: float = field(init=False)

    def __post_init__(self) -> None:
        self.open = np.flatnonzero(self.low < self.high)
        self.root = np.sqrt(self.grid.size[self.open].astype(np.float64))
        self.base = np.where(self.low < self.high, 0.0, self.low)
        self.fixed = float(self.grid.size @ self.base)

    def chances(self, point: Floats) -> Floats:
        chances = self.base.copy()
        chances[self.open] = point[:-1] / self.root
        return chances

    def cut(self, weights: Floats | Ints, bound: float, tag: object, promise: float = 0.0) -> Cut:
        """weights @ p + promise * v >= bound, scaled to a normal of length one."""
        normal = np.append(weights[self.open] / self.root, promise)
        length = float(np.linalg.norm(normal)) or 1.0
        return Cut(normal / length, (bound - float(weights @ self.base)) / length, tag)

    def most_violated(self, point: Floats) -> Cut | None:
        self.steps += 1
        chances, promise = self.chances(point), point[-1]
        found = [*self._bounds(chances), *self._limits(chances)]
        values, lengths = self.grid.values(chances)
        lacking = (promise - values) / np.sqrt(np.maximum(lengths - self.fixed, 0.0) + 1.0)
        deepest = int(np.argmax(lacking))
        found.append((float(lacking[deepest]), 2, deepest, 0))
        depth, kind, index, sign = max(found, key=lambda row: row[0])
        if depth <= _VIOLATED * max(1.0, float(self.grid.places) ** 0.5):
            return None
        if kind == 2:
            people, times = self.grid.top(index, chances)
            return self.cut(people, 0.0, _Top(people, times), -float(times))
        if kind == 1:
            row = self.rows[index]
            return self.cut(sign * row.weights, sign * (row.low if sign > 0 else row.high), (index, sign))
        one = np.zeros(len(chances))
        one[index] = sign
        return self.cut(one, sign * (self.low if sign > 0 else self.high)[index], index)

    def _bounds(self, chances: Floats) -> list[tuple[float, int, int, int]]:
        if not len(self.open):
            return []
        under = (self.low - chances)[self.open] * self.root
        over = (chances - self.high)[self.open] * self.root
        least, most = int(np.argmax(under)), int(np.argmax(over))
        return [
            (float(under[least]), 0, int(self.open[least]), 1),
            (float(over[most]), 0, int(self.open[most]), -1),
        ]

    def _limits(self, chances: Floats) -> list[tuple[float, int, int, int]]:
        found = []
        for index, row in enumerate(self.rows):
            length = float(np.linalg.norm(row.weights[self.open] / self.root)) or 1.0
            held = float(row.weights @ chances)
            found += [((row.low - held) / length, 1, index, 1), ((held - row.high) / length, 1, index, -1)]
        return found

    def promise(self, found: Nearest) -> Promise:
        """Which tops, limits and bounds hold the point."""
        tops: list[_Top] = []
        holding: list[tuple[int, int]] = []
        bound = self.low >= self.high
        for cut in found.cuts:
            if isinstance(cut.tag, _Top):
                tops.append(cut.tag)
            elif isinstance(cut.tag, tuple):
                holding.append(cut.tag)
            elif isinstance(cut.tag, int):
                bound[cut.tag] = True
        return Promise(
            value=float(found.point[-1]),
            chances=np.clip(self.chances(found.point), self.low, self.high),
            tops=np.array([top.people for top in tops], dtype=np.int64).reshape(len(tops), len(self.low)),
            times=np.array([top.times for top in tops], dtype=np.int64),
            holding=tuple(holding),
            bound=bound,
            steps=self.steps,
        )


def promise(grid: Grid, rows: Sequence[Row], low: Floats, high: Floats) -> Promise:
    """The best worst case with chances between `low` and `high` (G,), and of the ways to it that of least squares.

    Raises `least.NoPoint` when no chances meet the limits, Unsettled when the precision does not suffice.
    """
    search = _Search(grid, rows, low, high)
    direction = np.zeros(len(search.open) + 1)
    direction[-1] = 1.0
    chase = Chase(
        direction * grid.places,
        equations=[search.cut(grid.size, float(grid.places), (ALL, 1))],
        most_violated=search.most_violated,
        direction=direction,
    )
    for far in _FAR:
        chase.away(grid.places * far)
        found = chase.nearest()
        if found.held:
            return search.promise(found)
    raise Unsettled(f"{len(grid.size)} groups across {len(grid.lines)} lines")
