"""Limits that no panel can keep together: the smallest set of them, and the nearest set that can be kept.

The smallest set is found as the smallest one that meets every correction (a set of limits without which the rest
can be kept): implicit hitting sets, Ignatiev, Previti, Liffiton, Marques-Silva, *Smallest MUS extraction with
minimal hitting set dualization*, CP 2015. Exponential at worst, milliseconds for limits that people write.
"""

from dataclasses import dataclass

import numpy as np

from tremplin.methods.selection.panels_pool import Pool, PoolError, Quota, Real
from tremplin.methods.selection.panels_solver import Program, SolverError


@dataclass(frozen=True, slots=True)
class Limit:
    """One side of a quota: "at least" or "at most" `number` people with `value` in `category`. `available`: how
    many there are to choose from."""

    category: str
    value: str
    side: str
    number: int
    available: int

    def __str__(self) -> str:
        return (
            f"{self.side} {self.number} with “{self.value}” in “{self.category}” ({self.available} there are)"
        )


class ClashError(PoolError):
    """No panel keeps all limits. `limits`: a smallest set that cannot be kept together, with that many seats;
    `relaxed`: all quotas, changed by as few seats in sum as make panels possible."""

    def __init__(
        self, seats: int, limits: tuple[Limit, ...], relaxed: tuple[Quota, ...], given: tuple[Quota, ...]
    ):
        self.seats, self.limits, self.relaxed = seats, limits, relaxed
        changes = [
            f"“{new.value}” in “{new.category}” {new.least} to {new.most} instead of {old.least} to {old.most}"
            for old, new in zip(given, relaxed, strict=True)
            if old != new
        ]
        clash = "; ".join(str(limit) for limit in limits)
        super().__init__(
            f"a panel of {seats} cannot keep these limits together: {clash}. Nearest that can be kept: "
            f"{'; '.join(changes)}"
        )


def explain(pool: Pool) -> ClashError:
    """Why the pool admits no panel. It must not admit one."""
    count = len(pool.quotas)
    limits = [(row, side) for row in range(count) for side in (0, 1) if _binds(pool, row, side)]
    smallest = _smallest(pool, limits)
    named = tuple(_named(pool, row, side) for row, side in smallest)
    return ClashError(pool.seats, named, _relaxed(pool), pool.quotas)


def _binds(pool: Pool, row: int, side: int) -> bool:
    """Whether a limit can be broken at all."""
    there = int(pool.sizes[pool.rows[row] > 0].sum())
    if side == 0:
        return int(pool.least[row]) > max(0, pool.seats - (pool.people - there))
    return int(pool.most[row]) < min(there, pool.seats)


def _named(pool: Pool, row: int, side: int) -> Limit:
    quota = pool.quotas[row]
    return Limit(
        quota.category,
        quota.value,
        "at least" if side == 0 else "at most",
        quota.least if side == 0 else quota.most,
        int(pool.sizes[pool.rows[row] > 0].sum()),
    )


def _smallest(pool: Pool, limits: list[tuple[int, int]]) -> list[tuple[int, int]]:
    corrections: list[list[int]] = []
    keeper = _Keeper(pool, limits)
    while True:
        chosen = _hitting(corrections, len(limits))
        broken = keeper.broken(chosen)
        if broken is None:
            return [limits[at] for at in chosen]
        corrections.append(broken)


class _Keeper:
    """Panels that keep some limits for sure and as many of the others as can be."""

    def __init__(self, pool: Pool, limits: list[tuple[int, int]]) -> None:
        self.pool, self.limits = pool, limits
        groups = len(pool.sizes)
        matrix = np.zeros((len(limits) + 1, groups + len(limits)))
        matrix[-1, :groups] = 1
        for at, (row, side) in enumerate(limits):
            matrix[at, :groups] = pool.rows[row]
            matrix[at, groups + at] = pool.seats if side == 0 else -pool.seats
        self.program = Program(matrix, integer=True)

    def broken(self, kept: list[int]) -> list[int] | None:
        """The fewest limits that some panel which keeps `kept` breaks; None when none keeps `kept`."""
        pool, limits = self.pool, self.limits
        groups, count = len(pool.sizes), len(limits)
        low = [float(pool.least[row]) if side == 0 else -np.inf for row, side in limits]
        high = [float(pool.most[row]) if side == 1 else np.inf for row, side in limits]
        may_break = np.ones(count)
        may_break[kept] = 0
        found = self.program.whole(
            np.concatenate([np.zeros(groups), -np.ones(count)]),
            np.zeros(groups + count),
            np.concatenate([pool.sizes.astype(float), may_break]),
            np.array([*low, pool.seats], dtype=float),
            np.array([*high, pool.seats], dtype=float),
        )
        return None if found is None else [int(at) for at in np.flatnonzero(found[groups:])]


def _hitting(corrections: list[list[int]], count: int) -> list[int]:
    """The smallest set that meets every correction; among those of one size, the first limits win."""
    if not corrections:
        return []
    matrix = np.zeros((len(corrections), count))
    for row, correction in enumerate(corrections):
        matrix[row, correction] = 1
    cost: Real = -(count * count + np.arange(count, dtype=float))
    found = Program(matrix, integer=True).whole(
        cost,
        np.zeros(count),
        np.ones(count),
        np.ones(len(corrections)),
        np.full(len(corrections), np.inf),
    )
    if found is None:
        raise SolverError("a correction without limits")
    return [int(at) for at in np.flatnonzero(found)]


def _relaxed(pool: Pool) -> tuple[Quota, ...]:
    """Quotas moved by the fewest seats in sum; among those, earlier quotas keep theirs."""
    groups, count = len(pool.sizes), len(pool.quotas)
    matrix = np.zeros((count + 1, groups + 2 * count))
    matrix[:, :groups] = pool.rows
    matrix[:count, groups : groups + count] = np.eye(count)
    matrix[:count, groups + count :] = -np.eye(count)
    order = np.arange(count, 0, -1)
    worth = float(count * (count + 1) * max(1, pool.seats))
    found = Program(matrix, integer=True).whole(
        -np.concatenate([np.zeros(groups), worth + order, worth + order]),
        np.zeros(groups + 2 * count),
        np.concatenate([pool.sizes.astype(float), np.full(2 * count, float(pool.seats))]),
        pool.least.astype(float),
        pool.most.astype(float),
    )
    if found is None:
        raise SolverError("a panel without limits")
    below, above = found[groups : groups + count], found[groups + count :]
    return tuple(
        Quota(quota.category, quota.value, quota.least - int(under), quota.most + int(over))
        for quota, under, over in zip(pool.quotas, below, above, strict=True)
    )
