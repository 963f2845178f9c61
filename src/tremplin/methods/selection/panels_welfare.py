"""Chances of fractional panels that are best for a smooth aim: Nash welfare, or least squares above a floor.

Both aims are sums over groups and strictly convex, so the answer is unique. Primal-dual interior point method
with bounds (Mehrotra 1992 without the predictor; Wright, *Primal-dual interior-point methods*, SIAM 1997): each
step eliminates the groups and factors one matrix of Q + 1 rows. O(T·Q²) a step, some 30 steps.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tremplin.methods.selection.panels_pool import Pool, Real
from tremplin.methods.selection.panels_solver import Program, SolverError

_STEPS = 200
_NEAR = 1e-11
_TINY = 1e-150
_GAP = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Smooth:
    """`seats` of each group (T,), and how far the aim can be from the best, proven by its tangent."""

    seats: Real
    gap: float


def nash(pool: Pool) -> Smooth:
    """The largest product of all chances. Groups that no fractional panel can have must not be in the pool."""
    sizes = pool.sizes.astype(float)
    found = _minimise(pool, np.zeros(len(sizes)), lambda x: -sizes / x, lambda x: sizes / x**2)
    return Smooth(found, _gap(pool, np.zeros(len(sizes)), found, sizes / found))


def least_squares(pool: Pool, floor: float) -> Smooth:
    """Chances of at least `floor` as near as can be, in squares, to the same for everybody."""
    sizes = pool.sizes.astype(float)
    even = pool.seats / pool.people
    low = sizes * min(floor, 1.0)
    found = _minimise(pool, low, lambda x: 2 * (x / sizes - even), lambda _x: 2 / sizes)
    return Smooth(found, _gap(pool, low, found, -2 * (found / sizes - even)))


def _gap(pool: Pool, low: Real, found: Real, slope: Real) -> float:
    """How much any other fractional panel could gain, by the tangent at the one found."""
    best = Program(pool.rows).solve(
        slope, low, pool.sizes.astype(float), pool.least.astype(float), pool.most.astype(float)
    )
    if best is None:
        raise SolverError("no fractional panel")
    gap = max(0.0, best.objective - float(slope @ found))
    if not gap <= _GAP * max(1.0, abs(best.objective)):
        raise SolverError(f"the interior point method stopped {gap} before the best")
    return gap


def _minimise(pool: Pool, low: Real, slope: Callable[[Real], Real], curve: Callable[[Real], Real]) -> Real:
    """min φ(x) over fractional panels with x >= low. Variables: groups, then what each limit counts."""
    rows, sizes = pool.rows.astype(float), pool.sizes.astype(float)
    groups = len(sizes)
    equal = pool.least == pool.most
    slack = np.flatnonzero(~equal)
    matrix = np.hstack([rows, -np.eye(len(rows))[:, slack]])
    wanted = np.where(equal, pool.least, 0).astype(float)
    lower = np.concatenate([low, pool.least[slack]])
    upper = np.concatenate([sizes, pool.most[slack]]).astype(float)
    upper = np.maximum(upper, lower + 1e-9)
    value = (lower + upper) / 2
    price = np.zeros(len(rows))
    below, above = np.ones(len(value)), np.ones(len(value))
    for _step in range(_STEPS):
        down, up = np.maximum(value - lower, _TINY), np.maximum(upper - value, _TINY)
        gradient = np.concatenate([slope(value[:groups]), np.zeros(len(slack))])
        dual = gradient - matrix.T @ price - below + above
        primal = wanted - matrix @ value
        middle = float((below @ down + above @ up) / (2 * len(value)))
        if max(np.abs(dual).max(), np.abs(primal).max(), middle) < _NEAR:
            break
        aim = 0.1 * middle
        bend = below / down + above / up
        bend[:groups] += curve(value[:groups])
        push = -dual + aim / down - below - aim / up + above
        system = (matrix / bend) @ matrix.T + 1e-14 * np.eye(len(rows)) * float((1 / bend).max())
        move_price = np.linalg.lstsq(system, primal - matrix @ (push / bend), rcond=None)[0]
        move = (matrix.T @ move_price + push) / bend
        move_below = aim / down - below - below / down * move
        move_above = aim / up - above + above / up * move
        length = min(_room(down, move), _room(up, -move), 1.0)
        stretch = min(_room(below, move_below), _room(above, move_above), 1.0)
        step = min(length, stretch)  # one length for both: the aim is not linear
        value = value + step * move
        price, below, above = price + step * move_price, below + step * move_below, above + step * move_above
    found: Real = value[:groups]
    return found


def _room(now: Real, move: Real) -> float:
    """How far one may go without reaching zero."""
    falling = move < 0
    return 0.995 * float((-now[falling] / move[falling]).min()) if falling.any() else 1.0
