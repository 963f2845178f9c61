"""The point of a polyhedron nearest to another: a dual active-set method that is handed its cuts one by one.

Goldfarb and Idnani, *A numerically stable dual method for solving strictly convex quadratic programs*, Mathematical
Programming 27, 1983, for the identity as Hessian (callers scale their variables). It starts at the wanted point and
takes in the most violated half-space each time, so half-spaces can be found as they are needed, and no feasible
start is asked for. The answer is unique: a strictly convex function on a convex set.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_DEPENDENT = 1e-11
_HELD = 1e-7


class NoPoint(ArithmeticError):
    """The half-spaces have no common point, or the steps did not end."""


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """normal @ point >= bound, with `normal` of length one. `tag` is the caller's name for it."""

    normal: Floats
    bound: float
    tag: Any = None


@dataclass(slots=True)
class _Active:
    """Half-spaces that hold with equality, as an orthogonal basis of their normals: N = QR."""

    basis: Floats
    upper: Floats
    cuts: list[Cut] = field(default_factory=list)
    prices: Floats = field(default_factory=lambda: np.empty(0))
    kept: int = 0  # the first so many are equations and never leave

    def directions(self, normal: Floats) -> tuple[Floats, Floats]:
        """The part of `normal` that the basis does not hold, and the weights of the part that it does."""
        from scipy.linalg import solve_triangular

        size = len(self.cuts)
        basis = self.basis[:, :size]
        inside = basis.T @ normal
        free = normal - basis @ inside
        again = basis.T @ free  # a second pass: one alone leaves rounding errors behind
        free, inside = free - basis @ again, inside + again
        if not size:
            return free, inside
        return free, solve_triangular(self.upper[:size, :size], inside, check_finite=False)

    def add(self, cut: Cut, price: float, free: Floats) -> None:
        size = len(self.cuts)
        length = float(np.linalg.norm(free))
        self.upper[:size, size] = self.basis[:, :size].T @ cut.normal
        self.upper[size, size] = length
        self.basis[:, size] = free / length
        self.cuts.append(cut)
        self.prices = np.append(self.prices, price)

    def drop(self, index: int) -> None:
        from scipy.linalg import qr_delete

        size = len(self.cuts)
        basis, upper = qr_delete(
            self.basis[:, :size], self.upper[:size, :size], index, which="col", check_finite=False
        )
        del self.cuts[index]
        self.prices = np.delete(self.prices, index)
        self.basis[:, : size - 1], self.upper[: size - 1, : size - 1] = (
            basis[:, : size - 1],
            upper[: size - 1],
        )
        self.upper[:, size - 1] = 0.0

    def settle(self, wanted: Floats) -> Floats:
        """The nearest point on the active faces, computed anew: clears the rounding of many steps."""
        size = len(self.cuts)
        if not size:
            return wanted.copy()
        from scipy.linalg import solve_triangular

        basis, upper = self.basis[:, :size], self.upper[:size, :size]
        gap = np.array([cut.bound - cut.normal @ wanted for cut in self.cuts])
        return np.asarray(
            wanted + basis @ solve_triangular(upper, gap, trans="T", check_finite=False), dtype=np.float64
        )


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """The nearest point, the cuts that hold it there, and how their prices answer when the wanted point moves.

    `response[i]` is the change of the price of `cuts[i]` for a step along the direction asked for; `moves` is how far
    the point itself would follow (0: the cuts hold it). The first so many cuts are `equations`.
    """

    point: Floats
    cuts: tuple[Cut, ...]
    response: Floats
    moves: float
    equations: int

    @property
    def held(self) -> bool:
        """Whether the point stays where it is however far the wanted one goes on."""
        return self.moves < _HELD and self.response[self.equations :].min(initial=0.0) > -_HELD


class Chase:
    """The point nearest to a wanted one that moves away along a direction. A step costs O(m q) for q active cuts."""

    def __init__(
        self,
        wanted: Floats,
        *,
        equations: Sequence[Cut],
        most_violated: Callable[[Floats], Cut | None],
        direction: Floats,
        steps: int = 50_000,
    ) -> None:
        """`wanted` (m,); `most_violated(point)` gives a cut that the point misses, or None; `direction` (m,)."""
        size = len(wanted)
        self.wanted, self.direction = wanted, direction
        self._most_violated, self._left = most_violated, steps
        self._active = _Active(np.zeros((size, size + 1)), np.zeros((size + 1, size + 1)))
        for cut in equations:
            free, _weights = self._active.directions(cut.normal)
            if float(free @ free) > _DEPENDENT:
                self._active.add(cut, 0.0, free)
        self._active.kept = len(self._active.cuts)
        self._point = self._active.settle(wanted)

    def nearest(self) -> Nearest:
        """The point nearest to where the wanted one is now. Raises NoPoint."""
        active = self._active
        while True:
            found = self._most_violated(self._point)
            if found is None:
                # Clear the rounding of many steps; what that brings to light is taken in as well.
                self._point = active.settle(self.wanted)
                found = self._most_violated(self._point)
            if found is None:
                return self._answer()
            self._left -= 1
            if self._left < 0:
                raise NoPoint("no end of steps")
            self._point = _take_in(active, self._point, found)

    def _answer(self) -> Nearest:
        active, point = self._active, self._point
        free, weights = active.directions(self.direction)
        moves = float(np.linalg.norm(free))
        if moves < _HELD:
            # The point does not depend on how far off the wanted one lies in this direction: from nearby, the
            # rounding is smaller.
            near = self.wanted - self.direction * float(self.direction @ (self.wanted - point))
            point = active.settle(near)
        return Nearest(point, tuple(active.cuts), -weights, moves, active.kept)

    def away(self, distance: float) -> None:
        """Move the wanted point; cuts whose price falls to nothing on the way are let go."""
        active = self._active
        while distance > 0:
            free, weights = active.directions(self.direction)
            leaves, until = _first_to_leave(active, weights)
            step = min(distance, until)
            active.prices = active.prices - step * weights
            self._point = self._point + step * free
            self.wanted = self.wanted + step * self.direction
            distance -= step
            if until <= step:
                active.drop(leaves)


def _take_in(active: _Active, point: Floats, cut: Cut) -> Floats:
    """Move until the cut holds, letting go of those that its coming makes needless."""
    price = 0.0
    while True:
        free, weights = active.directions(cut.normal)
        length = float(free @ free)
        can_move = length > _DEPENDENT and len(active.cuts) < len(point)
        full = (cut.bound - float(cut.normal @ point)) / length if can_move else np.inf
        leaves, until = _first_to_leave(active, weights)
        step = min(full, until)
        if step == np.inf:
            raise NoPoint("half-spaces without a common point")
        if can_move:
            point = point + step * free
        active.prices = active.prices - step * weights
        price += step
        if full <= until:
            active.add(cut, price, free)
            return point
        active.drop(leaves)


def _first_to_leave(active: _Active, weights: Floats) -> tuple[int, float]:
    """Which inequality's price falls to nothing first, and after how long a step."""
    prices, weights = active.prices[active.kept :], weights[active.kept :]
    falls = weights > 1e-12
    if not falls.any():
        return -1, np.inf
    ratios = np.where(falls, np.maximum(prices, 0.0) / np.where(falls, weights, 1.0), np.inf)
    index = int(np.argmin(ratios))
    return index + active.kept, float(ratios[index])
