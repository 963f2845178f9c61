"""Leximin over whole panels, where these fall short of fractional ones: stage by stage, each with a proof.

A stage raises the smallest chance that is still open as far as any panels allow, by column generation. Which prices
prove that is read from the panels that are worth most at the end: their worths are equal, and that pins the prices
down as fractions. Only "no panel has a larger priced sum" rests on the solver.

Flanigan, Gölz, Gupta, Hennig, Procaccia, *Fair algorithms for selecting citizens' assemblies*, Nature 596, 2021.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from tremplin.methods.selection.panels_columns import Finder
from tremplin.methods.selection.panels_exact import solution_of
from tremplin.methods.selection.panels_pool import Panel, Pool, Real
from tremplin.methods.selection.panels_relaxed import Step
from tremplin.methods.selection.panels_solver import Program, SolverError

_NEAR = 1e-9


@dataclass(frozen=True, slots=True)
class Leximin:
    """The leximin `chances` of each group over whole panels, and their proof."""

    chances: tuple[Fraction, ...]
    steps: tuple[Step, ...]


def leximin_whole(pool: Pool, panels: list[Panel]) -> Leximin:
    """Leximin over whole panels, starting from `panels` (at least one), which grow by what else is needed."""
    finder = Finder(pool)
    settled: list[Fraction | None] = [None] * len(pool.sizes)
    steps: list[Step] = []
    while any(value is None for value in settled):
        step = _stage(pool, finder, panels, settled)
        for group in step.groups:
            settled[group] = step.chance
        steps.append(step)
    return Leximin(tuple(value for value in settled if value is not None), tuple(steps))


def _stage(pool: Pool, finder: Finder, panels: list[Panel], settled: list[Fraction | None]) -> Step:
    """Raise the smallest open chance as far as any panels allow."""
    while True:
        weights, value, prices, worth = _weigh_up(panels, pool.sizes.astype(float), settled)
        if value > 1 - _NEAR:
            open_ = tuple(group for group, known in enumerate(settled) if known is None)
            return Step(Fraction(1), open_, (), ())  # nobody's chance can be more
        if better := finder.better(prices, panels, weights):
            panels += better
            continue
        fresh = finder.more(prices, worth)
        if fresh is None or fresh in panels:
            exact, most = _exact_prices(pool, panels, settled, prices, worth)
            scale = max(exact)
            fresh = finder.best(np.array([float(Fraction(price, scale)) for price in exact]))
            if fresh is None or _worth(exact, fresh) <= most:
                return _step(pool, settled, exact, most)
        panels.append(fresh)


def _weigh_up(
    panels: Sequence[Panel], sizes: Real, settled: Sequence[Fraction | None]
) -> tuple[Real, float, Real, float]:
    """Weights of the known panels, the smallest open chance that they give, the price of a seat in each group, the
    worth of a panel."""
    columns = np.array(panels, dtype=float).T
    count = columns.shape[1]
    open_ = np.array([value is None for value in settled])
    floor = np.array([0.0 if value is None else float(value) for value in settled]) * sizes
    matrix = np.vstack(
        [np.hstack([columns, np.where(open_, -sizes, 0.0)[:, None]]), np.append(np.ones(count), 0.0)[None, :]]
    )
    found = Program(matrix).solve(
        np.append(np.zeros(count), 1.0),
        np.zeros(count + 1),
        np.ones(count + 1),
        np.append(floor, 1.0),
        np.append(np.full(len(sizes), np.inf), 1.0),
    )
    if found is None:
        raise SolverError("settled chances can no longer be kept")
    return (
        found.values[:-1],
        float(found.values[-1]),
        np.maximum(0.0, -found.duals[:-1]),
        float(found.duals[-1]),
    )


def _worth(prices: Sequence[int], panel: Panel) -> int:
    return sum(price * seats for price, seats in zip(prices, panel, strict=True))


def _exact_prices(
    pool: Pool, panels: Sequence[Panel], settled: Sequence[Fraction | None], prices: Real, worth: float
) -> tuple[list[int], int]:
    """Prices as whole numbers, and what the panels that are worth most are worth: all the same."""
    near = _NEAR * float(prices.max())
    paid = np.flatnonzero(prices > near)
    most = [panel for panel in panels if float(prices @ panel) > worth - 10 * near]
    matrix = np.hstack([np.array(most, dtype=np.int64)[:, paid], np.full((len(most), 1), -1)])
    # Prices of all who share in what is raised sum to one.
    shared = [int(pool.sizes[group]) if settled[group] is None else 0 for group in paid.tolist()]
    solved = solution_of(np.vstack([matrix, [*shared, 0]]), [0] * len(most) + [1])
    if solved is None or min(solved[:-1]) <= 0:
        raise SolverError("no exact proof of a chance was found")
    common = lcm(*(value.denominator for value in solved))
    whole = [0] * len(prices)
    for group, value in zip(paid.tolist(), solved, strict=False):
        whole[group] = int(value * common)
    return whole, int(solved[-1] * common)


def _step(pool: Pool, settled: Sequence[Fraction | None], prices: Sequence[int], most: int) -> Step:
    left, weight = Fraction(most), 0
    for price, size, known in zip(prices, pool.sizes.tolist(), settled, strict=True):
        if known is None:
            weight += price * size
        else:
            left -= price * size * known
    return Step(
        chance=left / weight,
        groups=tuple(group for group, price in enumerate(prices) if price and settled[group] is None),
        full=(),
        limits=(),
        prices=tuple(prices),
        ceiling=most,
    )
