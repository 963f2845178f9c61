"""A fractional panel as a lottery over whole panels, by taking off one whole panel after the other. Exact.

What is left of the target is a vector of whole numbers with a mass. A whole panel is found inside the face that
the rest lies on, near to it, and taken off with the largest mass that leaves the rest inside the limits. Every
panel makes at least one more group or limit certain, so there are at most T + Q of them. Panels stay within the
next whole numbers to the target, so that each is as like the average as whole people allow.

Where limits cut off a whole-number corner the face can run empty: then a rest remains, for column generation.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.selection.panels_pool import Panel, Pool, Real, Whole
from tremplin.methods.selection.panels_solver import Diving

Exact = NDArray[np.object_]
_MANY_GROUPS = 500
FEW_GROUPS = 200
_HALF = 0.4999


@dataclass(frozen=True, slots=True)
class Peeled:
    """`panels` with whole `weights`; `left` of `total` could not be given to any. `tried`: all panels that came up."""

    panels: tuple[Panel, ...]
    weights: tuple[int, ...]
    total: int
    left: int
    tried: tuple[Panel, ...]


def peelings(pool: Pool, target: tuple[Fraction, ...]) -> Iterator[Peeled]:
    """Panels whose weighted mean is `target` (T,), the seats that each group has on average: a few tries, the last of
    which leaves no rest or is the last there is. The pool's limits must hold for the target. `tried` grows from try
    to try."""
    tried: dict[Panel, None] = {}
    for grow, shrink, first, room in _manners(len(pool.sizes)):
        found = _Peeling(pool, target, first=first, room=room).run(grow, shrink)
        tried.update(dict.fromkeys(found.panels))
        yield replace(found, tried=tuple(tried))
        if not found.left:
            return


def _manners(groups: int) -> tuple[tuple[float, float, bool, int], ...]:
    """How the share is adapted, whether any whole panel will do, and the room about the target."""
    if groups > _MANY_GROUPS:
        return ((1.2, 0.7, True, 0), (1.2, 0.7, True, 1))
    near, quick = (2.0, 0.5, False, 0), (1.3, 0.6, True, 0)
    others = ((2.0, 0.5, True, 1), (1.2, 0.7, True, 1))
    # Where column generation ends soon, it matters little how much a peeling leaves, and much how long it takes.
    return (quick, near, *others) if groups <= FEW_GROUPS else (near, *others, quick)


class _Peeling:
    """Groups stay within the whole numbers next to the target's; with `room` 0 limits do so too."""

    def __init__(self, pool: Pool, target: tuple[Fraction, ...], *, first: bool, room: int) -> None:
        self.pool = pool
        self.total = self.left = lcm(*(value.denominator for value in target))
        masses = [int(value * self.total) for value in target]
        self.low, self.high = self._around(masses)
        self.width = (self.high - self.low).astype(object)
        exact = np.array(masses, dtype=object)
        self.extra: Exact = exact - self.low.astype(object) * self.total
        self.sums: list[int] = [int(exact[row > 0].sum()) for row in pool.rows]
        row_below, row_above = self._around(self.sums)
        self.row_low: list[int] = np.maximum(row_below if room < 1 else 0, pool.least).tolist()
        self.row_high: list[int] = np.minimum(row_above if room < 1 else pool.seats, pool.most).tolist()
        self.weights: list[int] = []
        self.program = Diving(pool.rows, first=first)

    def _around(self, masses: list[int]) -> tuple[Whole, Whole]:
        """The whole numbers next to what masses are on average."""
        below = np.array([mass // self.total for mass in masses], dtype=np.int64)
        return below, np.array([-(-mass // self.total) for mass in masses], dtype=np.int64)

    def run(self, grow: float, shrink: float) -> Peeled:
        """`grow` and `shrink`: how the smallest share that a panel should take off is adapted."""
        panels: list[Panel] = []
        share = 0.05
        while self.left:
            found, share = self._next(share, shrink)
            if found is None:
                break
            weight = self._step(found)
            panels.append(tuple(int(value) for value in found))
            self.weights.append(weight)
            share = min(share * grow, _HALF)
        return Peeled(tuple(panels), tuple(self.weights), self.total, self.left, tuple(panels))

    def _next(self, share: float, shrink: float) -> tuple[Whole | None, float]:
        """A whole panel of the face: one that takes groups with more than `share` of the rest and leaves out
        none that needs more than 1 - `share`; the share is lowered until there is one."""
        part = (self.extra / self.left).astype(float)
        low = np.where(self.extra == self.left * self.width, self.high, self.low).astype(float)
        high = np.where(self.extra == 0, self.low, self.high).astype(float)
        open_ = high > low
        near = np.clip(part, 1e-9, 1 - 1e-9)
        cost = np.where(open_, np.log(near / (1 - near)), 0.0)
        row_low, row_high = self._rows()
        smallest = float(np.minimum(part, 1 - part)[open_].min(initial=1.0))
        while True:
            least = min(share, _HALF) if share > smallest else 0.0
            found = self.program.whole(
                cost,
                np.where(open_ & (part > 1 - least), high, low),
                np.where(open_ & (part < least), low, high),
                row_low,
                row_high,
            )
            if found is not None or not least:
                return found, share
            share = max(share * shrink, smallest)

    def _rows(self) -> tuple[Real, Real]:
        """The limits; where the rest lies on one, every panel must."""
        low, high = [], []
        for mass, least, most in zip(self.sums, self.row_low, self.row_high, strict=True):
            low.append(most if mass == most * self.left else least)
            high.append(least if mass == least * self.left else most)
        return np.array(low, dtype=float), np.array(high, dtype=float)

    def _step(self, panel: Whole) -> int:
        """Take the panel off with the largest weight that leaves a rest inside the limits."""
        over, under = (panel - self.low).astype(object), (self.high - panel).astype(object)
        sums = [int(value) for value in self.pool.rows @ panel]
        weight = Fraction(self.left)
        for more, room in ((over, self.extra), (under, self.width * self.left - self.extra)):
            if (more > 0).any():
                weight = min(weight, Fraction(int(room[more > 0].min())))
        for row, value in enumerate(sums):
            least, most = self.row_low[row], self.row_high[row]
            if value > least:
                weight = min(weight, Fraction(self.sums[row] - least * self.left, value - least))
            if value < most:
                weight = min(weight, Fraction(most * self.left - self.sums[row], most - value))
        if weight.denominator > 1:
            self._scale(weight.denominator)
        whole = weight.numerator
        self.extra = self.extra - over * whole
        self.sums = [mass - whole * value for mass, value in zip(self.sums, sums, strict=True)]
        self.left -= whole
        return whole

    def _scale(self, factor: int) -> None:
        """All masses in finer units."""
        self.total, self.left, self.extra = self.total * factor, self.left * factor, self.extra * factor
        self.sums = [mass * factor for mass in self.sums]
        self.weights = [weight * factor for weight in self.weights]
