"""The greatest total expertise, with a proof over all pairs, and one canonical answer among equals.

A flow over each application's best few reviewers is nearly always the optimum over all pairs. Whether it is, the
condensed residual network says (`handover`); a circle with a gain is turned, and when there are many the flow is run
again over more pairs. Prices then prove the optimum (`face`).
"""

from dataclasses import dataclass

import numpy as np

from tremplin.methods.assignment.face import Proof, drawn, proven
from tremplin.methods.assignment.flow import Index, cheapest
from tremplin.methods.assignment.grid import BARRED, Bools, Grid, Ints
from tremplin.methods.assignment.handover import Handover

_ALL = 400_000  # so many pairs are cheap enough to be looked at all at once
_FEW = 16
_CIRCLES = 48


@dataclass(frozen=True, slots=True)
class Optimum:
    """Rows and columns of the pairs that are given, by column; reads that nobody gives; prices (m + 2,)."""

    rows: Index
    columns: Index
    missing: Ints
    prices: Ints
    proof: Proof


class Unreachable(Exception):
    """Hard limits leave no assignment."""


def optimum(grid: Grid) -> Optimum:
    """The canonical assignment of greatest value. Raises Unreachable.

    Most reads come first, then an even shortfall, then the total. Among assignments that are equal in all of this, the
    one with the greatest sum of lots (a hash of seed and codes) is taken: the answer depends on nothing else.
    """
    few = grid.value.shape[1] if grid.value.size <= _ALL else _FEW
    while True:
        rows, columns = _candidates(grid, few)
        found = _flow(grid, rows, columns)
        whole = few >= grid.value.shape[1]
        if found is None and whole:
            raise Unreachable
        if found is not None:
            handover = Handover(grid, *found)
            if whole or _few_circles(handover):
                return canonical(handover, settled(handover), len(rows))
        few *= 4


def _candidates(grid: Grid, few: int) -> tuple[Index, Index]:
    """Each row's best `few` pairs, and for reviewers who must read their best few too."""
    value = grid.value
    n, m = value.shape
    if few >= m:
        rows, columns = np.nonzero(value > BARRED)
        return rows, columns
    floor = np.partition(value, m - few, axis=1)[:, m - few]
    taken: Bools = np.greater_equal(value, floor[:, None])
    if int(taken.sum()) > 2 * few * n:  # many equals: a blind choice of them, so that reviewers come up alike
        blind = np.random.default_rng(0).integers(0, 1000, size=value.shape, dtype=np.int32)
        best = np.argpartition(value + blind, m - few, axis=1)[:, m - few :]
        taken = np.zeros(value.shape, dtype=np.bool_)
        np.put_along_axis(taken, best, np.True_, axis=1)
    for reviewer in np.flatnonzero(grid.low).tolist():
        own = min(n, int(grid.low[reviewer]) * 2 + few)
        taken[np.argpartition(value[:, reviewer], n - own)[n - own :], reviewer] = True
    taken &= value > BARRED
    rows, columns = np.nonzero(taken)
    return rows, columns


def _flow(grid: Grid, rows: Index, columns: Index) -> tuple[Index, Index] | None:
    """Pairs of the best flow over these arcs; reads that it cannot give go to nobody. None if limits forbid all."""
    m = grid.value.shape[1]
    cost = -grid.value[rows, columns].astype(np.int64)
    whole = cheapest(rows, columns, cost, grid.wanted, grid.low, grid.high)
    if whole is not None:
        return rows[whole > 0], columns[whole > 0]
    empty = Handover(grid, rows[:0], columns[:0])
    spare = grid.wanted - grid.least
    lacking = np.repeat(np.arange(len(spare)), spare)
    turn = (
        np.arange(len(lacking)) - np.repeat(np.cumsum(spare) - spare, spare) + 1
    )  # first, second... missing
    flows = cheapest(
        np.concatenate([rows, lacking]),
        np.concatenate([columns, np.full(len(lacking), m)]),
        np.concatenate([cost, empty.base + turn * empty.step]),
        grid.wanted,
        np.append(grid.low, 0),
        np.append(grid.high, int(spare.sum())),
    )
    if flows is None:
        return None
    given = flows[: len(rows)] > 0
    return rows[given], columns[given]


def settled(handover: Handover) -> Ints:
    """Turn circles until none has a gain: the prices of the optimum then."""
    while not isinstance(found := handover.to(handover.outside), tuple):
        handover.turn(found)
    return found[0]


def _few_circles(handover: Handover) -> bool:
    """Turn some circles; False if there are many, and a flow over more pairs is the quicker way."""
    for _circle in range(_CIRCLES):
        found = handover.to(handover.outside)
        if isinstance(found, tuple):
            return True
        handover.turn(found)
    return False


def canonical(handover: Handover, prices: Ints, carried: int) -> Optimum:
    """Choose among equals, then look at every pair once more for the proof."""
    held, other = handover.margins(prices)
    tied = np.flatnonzero(held == other)
    if len(tied):
        rows, columns = drawn(handover, prices, tied, held[tied])
        handover = Handover(handover.grid, rows, columns, look=False)
    proof = proven(handover, prices, handover.margins(prices), handover.pairs(), carried)
    return Optimum(*handover.pairs(), handover.missing, prices, proof)
