"""Column generation over whole panels: for targets that no peeling reaches, and where whole panels fall short.

A master program weighs the panels known so far; its prices ask a solver for the panel that is missing most; when
none is missing, the prices prove the answer: no lottery over any panels does better. Proofs are put into whole
numbers, so that only "no panel has a larger priced sum" rests on the solver. Deterministic.

Flanigan, Gölz, Gupta, Hennig, Procaccia, *Fair algorithms for selecting citizens' assemblies*, Nature 596, 2021
(column generation for leximin). Exponential at worst, a few seconds for pools of some hundred people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from tremplin.methods.selection.panels_exact import weights_of
from tremplin.methods.selection.panels_near import Exchanges
from tremplin.methods.selection.panels_pool import Panel, Pool, Real
from tremplin.methods.selection.panels_relaxed import Step, whole_prices
from tremplin.methods.selection.panels_solver import Program, SolverError

_NEAR = 1e-9
_USED = 1e-10
_MANY = 30
_DENOMINATORS = (64, 1_000, 100_000)


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

    def best(self, prices: Real) -> Panel | None:
        """None when there is no panel at all."""
        pool = self._pool
        found = self._program.whole(
            prices,
            self._low,
            pool.sizes.astype(float),
            pool.least.astype(float),
            pool.most.astype(float),
        )
        return None if found is None else tuple(int(value) for value in found)


def compose(
    pool: Pool, target: Sequence[Fraction], panels: Sequence[Panel], *, patience: int | None = None
) -> tuple[tuple[Panel, ...], tuple[Fraction, ...]] | None:
    """Panels and exact weights whose mean is `target`, from `panels` and what else is needed; None when no panels
    make it up. Raises OutOfPatience when the solver has been asked for `patience` panels and neither is sure."""
    near = nearest(pool, target, panels, only_exact=True, patience=patience)
    if near is None:
        return None
    used = [panel for panel, weight in zip(near.panels, near.weights, strict=True) if weight > _USED]
    exact = None if near.distance > _NEAR else weights_of(used, target)
    if exact is None and patience is not None:
        raise OutOfPatience
    return None if exact is None else (tuple(used), exact)


def nearest(
    pool: Pool,
    target: Sequence[Fraction],
    panels: Sequence[Panel],
    *,
    finder: Finder | None = None,
    only_exact: bool = False,
    patience: int | None = None,
) -> Nearest | None:
    """The lottery whose mean is nearest to `target` (T,), seats of each group on average, by the largest difference
    of anybody's chance. None when the pool admits no panel, or with `only_exact` when the target is out of reach.
    """
    finder = finder or Finder(pool)
    known = list(dict.fromkeys(panels))
    sizes, wanted = pool.sizes.astype(float), np.array([float(value) for value in target])
    if not known:
        first = finder.best(wanted / sizes)
        if first is None:
            return None
        known.append(first)
    while True:
        weights, distance, prices, worth = _weigh_near(known, wanted, sizes)
        if distance > _NEAR and (better := finder.better(prices, known, weights)):
            known += better
            continue
        if patience is not None and (patience := patience - 1) < 0:
            raise OutOfPatience
        fresh = finder.best(prices)
        if fresh is None:
            return None
        missing = float(prices @ fresh) - worth
        if only_exact and distance - missing > 10 * _NEAR:
            return None
        if missing <= _NEAR or fresh in known:
            proven = _proven_distance(pool, target, prices, finder) if distance > _NEAR else Fraction(0)
            return Nearest(tuple(known), weights, distance, proven)
        known.append(fresh)


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
    best = Fraction(0)
    for largest in _DENOMINATORS if scale > 0 else ():
        whole = whole_prices(prices / scale, largest)
        dense = np.zeros(len(pool.sizes))
        dense[list(whole)] = [float(price) for price in whole.values()]
        panel = finder.best(dense)
        if panel is None:
            continue
        short = sum((price * (target[group] - panel[group]) for group, price in whole.items()), Fraction(0))
        weight = sum(abs(price) * int(pool.sizes[group]) for group, price in whole.items())
        best = max(best, short / weight)
    return best


@dataclass(frozen=True, slots=True)
class Leximin:
    """The leximin `chances` of each group over whole panels, their proof, and the panels that came up."""

    chances: tuple[Fraction, ...]
    steps: tuple[Step, ...]
    panels: tuple[Panel, ...]


def leximin_columns(pool: Pool, panels: Sequence[Panel]) -> Leximin:
    """Leximin over whole panels, starting from `panels` (at least one)."""
    finder = Finder(pool)
    known = list(dict.fromkeys(panels))
    settled: list[Fraction | None] = [None] * len(pool.sizes)
    steps: list[Step] = []
    while any(value is None for value in settled):
        step = _stage(pool, finder, known, settled)
        for group in step.groups:
            settled[group] = step.chance
        steps.append(step)
    return Leximin(tuple(value for value in settled if value is not None), tuple(steps), tuple(known))


def _stage(pool: Pool, finder: Finder, known: list[Panel], settled: list[Fraction | None]) -> Step:
    """Raise the smallest open chance as far as any panels allow; `known` grows."""
    while True:
        value, prices, worth = _weigh_up(known, pool.sizes.astype(float), settled)
        fresh = finder.best(prices)
        if fresh is None:
            raise SolverError("the pool admitted a panel before, and now none")
        if float(prices @ fresh) - worth <= _NEAR or fresh in known:
            return _proven_stage(pool, finder, settled, value, prices)
        known.append(fresh)


def _weigh_up(
    panels: Sequence[Panel], sizes: Real, settled: Sequence[Fraction | None]
) -> tuple[float, Real, float]:
    """The smallest open chance that the known panels give, the price of a seat in each group, a panel's worth."""
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
    return float(found.values[-1]), np.maximum(0.0, -found.duals[:-1]), float(found.duals[-1])


def _proven_stage(
    pool: Pool, finder: Finder, settled: Sequence[Fraction | None], value: float, prices: Real
) -> Step:
    if value > 1 - _NEAR:
        open_ = (group for group, known in enumerate(settled) if known is None)
        return Step(Fraction(1), tuple(open_), (), ())  # nobody's chance can be more
    scale = float(prices.max(initial=0.0))
    for largest in _DENOMINATORS if scale > 0 else ():
        whole = whole_prices(prices / scale, largest)
        dense = np.zeros(len(pool.sizes))
        dense[list(whole)] = [float(price) for price in whole.values()]
        panel = finder.best(dense)
        if panel is None:
            continue
        ceiling = sum(price * panel[group] for group, price in whole.items())
        left, weight = Fraction(ceiling), 0
        for group, price in whole.items():
            known = settled[group]
            if known is None:
                weight += price * int(pool.sizes[group])
            else:
                left -= price * int(pool.sizes[group]) * known
        if not weight or abs(float(left / weight) - value) > 10 * _NEAR:
            continue
        return Step(
            chance=left / weight,
            groups=tuple(group for group in sorted(whole) if settled[group] is None),
            full=(),
            limits=(),
            prices=tuple(whole.get(group, 0) for group in range(len(pool.sizes))),
            ceiling=ceiling,
        )
    raise SolverError(f"no exact proof of the chance {value} was found")
