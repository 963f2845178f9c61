"""The leximin chances if people could be divided: exact fractions, each with its proof, in a few small programs.

Whole panels satisfy the limits on average too, so no lottery over panels can do better, in the order that
leximin compares by, than the best fractional panel. Stage by stage: raise the smallest chance z among groups
that are not settled. The prices y of the limits prove the ceiling by plain arithmetic: for any y and the column
sums c = yᵀ·rows, every fractional panel x has c·x <= β(y), where β counts each limit on the side that y presses.
With x_t >= m_t·z for open groups and x_t <= m_t that reads z <= bound(y), in whole numbers and fractions only.
Groups with c_t > 0 can then have no more without another having less, and are settled; those with c_t < 0
have 1. So the answer is unique, and rests on no solver's word.

Flanigan, Gölz, Gupta, Hennig, Procaccia, *Fair algorithms for selecting citizens' assemblies*, Nature 596, 2021
(leximin over panels). At most as many stages as limits that press; each a program of Q + 1 rows.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.selection.panels_pool import Pool, Real
from tremplin.methods.selection.panels_solver import Program, SolverError

_NEAR = 1e-9
_DENOMINATORS = (64, 1_000, 100_000, 10_000_000, 10**9)


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of a leximin proof: `groups` have the chance `chance` (those in `full` have 1), and no lottery
    gives all that were still open more.

    `limits`: (row of the pool, whole price); positive presses on the most, negative on the least. Empty where
    whole panels fell short of the fractional bound: then `prices` of all groups and `ceiling`, the largest priced
    sum that any panel has, which a solver has proven.
    """

    chance: Fraction
    groups: tuple[int, ...]
    full: tuple[int, ...]
    limits: tuple[tuple[int, int], ...]
    prices: tuple[int, ...] = ()
    ceiling: int = 0


def leximin_bound(pool: Pool) -> tuple[tuple[Fraction, ...], tuple[Step, ...]] | None:
    """The best chance of each group of fractional panels (T,), with proof; None when even those do not exist."""
    count = len(pool.sizes)
    settled: list[Fraction | None] = [None] * count
    steps: list[Step] = []
    while any(value is None for value in settled):
        found = _raise(pool, settled)
        if found is None:
            return None
        step = _proven(pool, settled, *found)
        for group in step.groups:
            settled[group] = step.chance
        for group in step.full:
            settled[group] = Fraction(1)
        steps.append(step)
    return tuple(value for value in settled if value is not None), tuple(steps)


def bound_of(pool: Pool, settled: list[Fraction | None], limits: dict[int, int]) -> Fraction | None:
    """What the prices prove about the smallest open chance, None when they prove nothing. Exact."""
    prices = column_prices(pool, limits)
    sizes = [int(size) for size in pool.sizes]
    left = Fraction(
        sum(price * int(pool.most[row] if price > 0 else pool.least[row]) for row, price in limits.items())
    )
    weight = 0
    for group, price in enumerate(prices):
        value = settled[group]
        if price < 0:
            left -= price * sizes[group]
        elif value is not None:
            left -= price * sizes[group] * value
        else:
            weight += price * sizes[group]
    return left / weight if weight else None


def column_prices(pool: Pool, limits: dict[int, int]) -> list[int]:
    """c = yᵀ·rows as whole numbers (T,)."""
    prices: NDArray[np.object_] = np.zeros(len(pool.sizes), dtype=object)
    for row, price in limits.items():
        prices = prices + pool.rows[row].astype(object) * price
    return [int(price) for price in prices]


def _raise(pool: Pool, settled: list[Fraction | None]) -> tuple[float, Real] | None:
    """The largest smallest chance among open groups and the prices of the rows.

    Columns: what each group has beyond its floor, then z. That nobody is taken twice is asked of open groups
    only where it fails, which is seldom.
    """
    open_ = np.array([value is None for value in settled])
    floor = np.array([0.0 if value is None else float(value) for value in settled])
    sizes, rows = pool.sizes.astype(float), pool.rows.astype(float)
    given = rows @ (sizes * floor)
    high = np.append(np.where(open_, sizes, sizes * (1 - floor)), 1.0)
    cost = np.append(np.zeros(len(sizes)), 1.0)
    matrix = np.hstack([rows, (rows @ np.where(open_, sizes, 0.0))[:, None]])
    row_low, row_high = pool.least - given, pool.most - given
    capped: list[int] = []
    while True:
        caps = np.zeros((len(capped), len(sizes) + 1))
        for line, group in enumerate(capped):
            caps[line, group], caps[line, -1] = 1.0, sizes[group]
        found = Program(np.vstack([matrix, caps])).solve(
            cost,
            np.zeros(len(cost)),
            high,
            np.concatenate([row_low, np.full(len(capped), -np.inf)]),
            np.concatenate([row_high, sizes[capped]]),
        )
        if found is None:
            return None
        over = open_ & (found.values[:-1] + sizes * found.values[-1] > sizes + _NEAR)
        fresh = [int(group) for group in np.flatnonzero(over) if group not in capped]
        if not fresh:
            return float(found.values[-1]), found.duals[: len(rows)]
        capped += fresh


def _proven(pool: Pool, settled: list[Fraction | None], value: float, duals: Real) -> Step:
    """The stage in exact numbers: prices as small whole numbers whose bound is the value the solver found."""
    open_ = [group for group, known in enumerate(settled) if known is None]
    if value > 1 - _NEAR:
        return Step(Fraction(1), tuple(open_), (), ())  # nobody's chance can be more
    scale = float(np.abs(duals).max(initial=0.0))
    for largest in _DENOMINATORS if scale > 0 else ():
        limits = whole_prices(duals / scale, largest)
        bound = bound_of(pool, settled, limits)
        if bound is None or abs(float(bound) - value) > _NEAR:
            continue
        prices = column_prices(pool, limits)
        return Step(
            chance=bound,
            groups=tuple(group for group in open_ if prices[group] > 0),
            full=tuple(group for group in open_ if prices[group] < 0),
            limits=tuple(limits.items()),
        )
    raise SolverError(f"no exact proof of the bound {value} was found")


def whole_prices(prices: Real, largest: int) -> dict[int, int]:
    """Prices near 1 at most as whole numbers in proportion, through fractions with denominators <= largest."""
    near = [Fraction(float(price)).limit_denominator(largest) for price in prices]
    common = lcm(*(price.denominator for price in near))
    return {row: int(price * common) for row, price in enumerate(near) if price}
