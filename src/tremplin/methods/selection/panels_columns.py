"""Column generation over whole panels: for targets that no peeling reaches, and for what comes nearest to them.

A master program weighs the panels known so far; its prices ask for a panel that is worth more than these, first among
their exchanges, then a solver; when there is none, the prices prove the answer: no lottery over any panels does
better. Only "no panel has a larger priced sum" rests on the solver. Deterministic.

Flanigan, Gölz, Gupta, Hennig, Procaccia, *Fair algorithms for selecting citizens' assemblies*, Nature 596, 2021
(column generation). Exponential at worst, seconds to a minute for pools of some hundred people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from tremplin.methods.selection.panels_exact import weights_of
from tremplin.methods.selection.panels_near import Exchanges
from tremplin.methods.selection.panels_pool import Panel, Pool, Real
from tremplin.methods.selection.panels_solver import Program, SolverError

_NEAR = 1e-9
_GAIN = 1e-8
_USED = 1e-10
_MANY = 30
_FINE = 10**6


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """Panels and weights whose mean is at most `distance` chance from the target for anybody. `proven`: no lottery
    comes nearer than that."""

    panels: tuple[Panel, ...]
    weights: Real
    distance: float
    proven: Fraction


class OutOfPatience(Exception):
    """Many panels were asked for, and no end is in sight."""


class Finder:
    """The panel with the largest priced sum among all that the pool admits."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._program = Program(pool.rows, integer=True)
        self._low = np.zeros(len(pool.sizes))
        self._exchanges = Exchanges(pool)

    def better(self, prices: Real, panels: Sequence[Panel], weights: Real) -> list[Panel]:
        """Panels worth more than those with a weight, a few exchanges away; none says nothing."""
        used = [panel for panel, weight in zip(panels, weights, strict=True) if weight > _USED]
        known = set(panels)
        return [panel for panel in self._exchanges.better(used, prices, _MANY) if panel not in known]

    def best(self, prices: Real, *, enough: float = float("inf")) -> Panel | None:
        """None when there is no panel at all. A panel that is worth `enough` will do, the best or not."""
        pool = self._pool
        scale = float(np.abs(prices).max(initial=0.0)) or 1.0  # what is near to zero is absolute for a solver
        found = self._program.whole(
            prices / scale,
            self._low,
            pool.sizes.astype(float),
            pool.least.astype(float),
            pool.most.astype(float),
            enough=enough / scale,
        )
        return None if found is None else tuple(int(value) for value in found)

    def more(self, prices: Real, than: float) -> Panel | None:
        """Some panel that is worth more, None when there is none: quicker than the best one where there is."""
        gain = _GAIN * float(np.abs(prices).max(initial=0.0))
        panel = self.best(prices, enough=than + gain)
        return None if panel is None or float(prices @ panel) < than + gain else panel


def compose(
    pool: Pool, target: Sequence[Fraction], panels: list[Panel], *, patience: int | None = None
) -> tuple[tuple[Panel, ...], tuple[Fraction, ...]] | None:
    """Panels and exact weights whose mean is `target`, from `panels`, which grow by what else is needed; None when no
    panels make it up. Raises OutOfPatience when the solver has been asked for `patience` panels and neither is sure.
    """
    near = nearest(pool, target, panels, only_exact=True, patience=patience)
    if near is None:
        return None
    used = [panel for panel, weight in zip(near.panels, near.weights, strict=True) if weight > _USED]
    exact = weights_of(used, target)
    if exact is None and patience is not None:
        raise OutOfPatience
    return None if exact is None else (tuple(used), exact)


def nearest(
    pool: Pool,
    target: Sequence[Fraction],
    panels: list[Panel],
    *,
    only_exact: bool = False,
    patience: int | None = None,
) -> Nearest | None:
    """The lottery whose mean is nearest to `target` (T,), seats of each group on average, by the largest difference
    of anybody's chance. None when the pool admits no panel, or with `only_exact` when the target is out of reach.
    `panels` grow by what else is needed.
    """
    finder = Finder(pool)
    sizes, wanted = pool.sizes.astype(float), np.array([float(value) for value in target])
    if not panels:
        first = finder.best(wanted / sizes)
        if first is None:
            return None
        panels.append(first)
    while True:
        weights, distance, prices, worth = _weigh_near(panels, wanted, sizes)
        if distance <= _NEAR:
            return Nearest(tuple(panels), weights, distance, Fraction(0))
        if better := finder.better(prices, panels, weights):
            panels += better
            continue
        if patience is not None and (patience := patience - 1) < 0:
            raise OutOfPatience
        # Prices at which no panel is worth what the target is say that it is out of reach.
        fresh = finder.more(prices, worth + (distance - 10 * _NEAR if only_exact else 0.0))
        if fresh is None or fresh in panels:
            if only_exact:
                return None
            proven = _proven_distance(pool, target, prices, finder)
            return Nearest(tuple(panels), weights, distance, proven)
        panels.append(fresh)


def _weigh_near(panels: Sequence[Panel], wanted: Real, sizes: Real) -> tuple[Real, float, Real, float]:
    """Weights of the known panels, their distance, the price of a seat in each group, the worth of a panel."""
    columns = np.array(panels, dtype=float).T
    count, groups = columns.shape[1], len(sizes)
    matrix = np.vstack(
        [
            np.hstack([columns, -sizes[:, None]]),
            np.hstack([columns, sizes[:, None]]),
            np.append(np.ones(count), 0.0)[None, :],
        ]
    )
    found = Program(matrix).solve(
        np.append(np.zeros(count), -1.0),
        np.zeros(count + 1),
        np.full(count + 1, np.inf),
        np.concatenate([np.full(groups, -np.inf), wanted, [1.0]]),
        np.concatenate([wanted, np.full(groups, np.inf), [1.0]]),
    )
    if found is None:
        raise SolverError("the weights of panels have no solution")
    prices = -(found.duals[:groups] + found.duals[groups : 2 * groups])
    return found.values[:-1], float(found.values[-1]), prices, float(found.duals[-1])


def _proven_distance(pool: Pool, target: Sequence[Fraction], prices: Real, finder: Finder) -> Fraction:
    """The distance that prices prove: |mean - target| priced cannot be less than what the best panel lacks."""
    scale = float(np.abs(prices).max(initial=0.0))
    if not scale:
        return Fraction(0)
    whole = [round(float(price) / scale * _FINE) for price in prices]
    panel = finder.best(np.array(whole, dtype=float))
    if panel is None:
        return Fraction(0)
    short = sum(
        (price * (aim - seats) for price, aim, seats in zip(whole, target, panel, strict=True)), Fraction(0)
    )
    weight = sum(abs(price) * int(size) for price, size in zip(whole, pool.sizes, strict=True))
    return max(Fraction(0), short / weight)
