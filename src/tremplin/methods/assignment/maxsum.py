"""The greatest total expertise, with a proof over all pairs, and one canonical answer among equals.

A flow over each application's best few reviewers is nearly always the optimum over all pairs. Whether it is, the
condensed residual network says (`handover`); a circle with a gain is turned, and when there are many the flow is run
again over more pairs. Prices then prove the optimum: no admissible pair is worth more than what it would push out.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.assignment.flow import Index, cheapest
from tremplin.methods.assignment.grid import BARRED, NEVER, Bools, Grid, Ints, lots, names
from tremplin.methods.assignment.handover import Handover

_ALL = 400_000  # so many pairs are cheap enough to be looked at all at once
_FEW = 16
_CIRCLES = 48


@dataclass(frozen=True, slots=True)
class Proof:
    """A bound on every assignment, computed from prices by weak duality, and what was looked at.

    `total` counts what was decided here: fixed pairs are left out, margins of kept pairs are in. `violated` pairs would
    be worth more than what they push out: none in an optimum. `pairs` were looked at, `carried` into the flow.
    """

    total: float
    bound: float
    violated: int
    pairs: int
    carried: int

    @property
    def gap(self) -> float:
        return self.bound - self.total

    @property
    def holds(self) -> bool:
        return self.violated == 0 and self.gap == 0


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
    ties = _ties(handover, prices)
    if ties is not None:
        handover = _drawn(handover, prices, *ties)
    rows, columns = handover.pairs()
    return Optimum(rows, columns, handover.missing, prices, prove(handover, prices, carried))


def _margins(handover: Handover, prices: Ints) -> tuple[Ints, Ints]:
    """For each row, the least that a pair it holds is worth after prices, and the most that another would be."""
    grid, m = handover.grid, handover.m
    rows, columns = handover.pairs()
    held = np.full(len(grid.wanted), 2**62, dtype=np.int64)
    np.minimum.at(held, rows, grid.value[rows, columns] - prices[columns])
    other = _best_open(handover, prices)
    if handover.short:
        nobody = -prices[m]
        lacking = np.flatnonzero(handover.missing)
        held[lacking] = np.minimum(held[lacking], nobody - handover.penalty(lacking))
        spare = np.flatnonzero(handover.missing < handover.spare)
        other[spare] = np.maximum(other[spare], nobody - handover.penalty(spare, 1))
    return held, other


def _best_open(handover: Handover, prices: Ints) -> Ints:
    """The most that a pair that is not held would be worth after prices; blocks stay within the cache."""
    n, m = handover.grid.value.shape
    best = np.full(n, -(2**62), dtype=np.int64)
    own = prices[:m]
    plain = bool(m) and int(abs(own).max(initial=0)) < 2**29
    for start in range(0, n if m else 0, 256):
        block = handover.open[start : start + 256]
        if plain:  # prices fit: four bytes a pair are enough
            top = (block - own.astype(np.int32)).max(axis=1).astype(np.int64)
            sure = top > BARRED // 2
            best[start : start + 256] = np.where(sure, top, _slow_best(block, own) if not sure.all() else top)
        else:
            best[start : start + 256] = _slow_best(block, own)
    return best


def _slow_best(block: NDArray[np.integer[Any]], prices: Ints) -> Ints:
    worth = np.where(block > BARRED, block - prices, -(2**62))
    return np.asarray(worth.max(axis=1), dtype=np.int64)


def prove(handover: Handover, prices: Ints, carried: int) -> Proof:
    """Weak duality over all pairs, from prices alone: whoever has the prices can check it.

    A row's part of the bound is what it holds after prices, and what any other pair would be worth beyond the least of
    that; a column's part is its price for each place. Sums are Python's whole numbers: they cannot overflow.
    """
    grid, m = handover.grid, handover.m
    held, other = _margins(handover, prices)
    rows, columns = handover.pairs()
    value = int(grid.value[rows, columns].astype(np.int64).sum())
    excess, violated = 0, 0
    for row in np.flatnonzero(other > held).tolist():
        over = np.where(handover.open[row] > BARRED, handover.open[row] - prices[:m] - held[row], 0)
        violated += int((over > 0).sum())
        excess += int(over[over > 0].sum())
    places = zip(
        prices[:m].tolist(), handover.load.tolist(), grid.low.tolist(), grid.high.tolist(), strict=True
    )
    # What is paid for places that are full (or just enough) is what rows pay for them: the rest is the gap.
    excess += sum(price * ((high if price > 0 else low) - load) for price, load, low, high in places)
    return Proof(
        total=value * grid.unit,
        bound=(value + excess) * grid.unit,
        violated=violated,
        pairs=int((grid.value > NEVER).sum()),
        carried=carried,
    )


def _ties(handover: Handover, prices: Ints) -> tuple[Index, Ints] | None:
    """Rows in which something could change at no loss, and the worth at which it would."""
    held, other = _margins(handover, prices)
    rows = np.flatnonzero(held == other)
    return (rows, held[rows]) if len(rows) else None


def _drawn(handover: Handover, prices: Ints, tied: Index, worth: Ints) -> Handover:
    """The assignment with the greatest sum of lots on the face of all optima.

    Any prices of an optimum describe that face: a pair may change in a row where it is worth just as much as what is
    held, places with a price stay full, and so on (complementary slackness).
    """
    grid, m = handover.grid, handover.m
    level = worth[:, None]
    after = grid.value[tied] - prices[:m]
    is_open = handover.open[tied] > BARRED
    is_held = (grid.value[tied] > BARRED) & ~is_open
    inner, columns = np.nonzero((after == level) & (is_open | is_held))
    free = is_held[inner, columns]
    now = np.bincount(columns[free], minlength=m).astype(np.int64)
    own = prices[:m]
    low = np.where(own > 0, now, np.maximum(grid.low - handover.load + now, 0))
    high = np.where(own < 0, now, grid.high - handover.load + now)
    supply = np.bincount(inner[free], minlength=len(tied)).astype(np.int64)
    codes = names(grid.problem)
    cost = -lots(grid.problem.seed, codes[0][tied[inner]], codes[1][columns])
    arcs_in, arcs_to, cost, supply = _nobody(handover, prices, tied, worth, (inner, columns, cost, supply))
    room = int(handover.missing.sum()) + len(tied)
    flows = cheapest(arcs_in, arcs_to, cost, supply, np.append(low, 0), np.append(high, room))
    if flows is None:
        raise RuntimeError("an optimum that is not on its own face")
    taken = flows[: len(inner)] > 0
    rows_now, columns_now = handover.pairs()
    changing = np.zeros(grid.value.shape, dtype=np.bool_)
    changing[tied[inner[free]], columns[free]] = True
    stays = ~changing[rows_now, columns_now]
    return Handover(
        grid,
        np.concatenate([rows_now[stays], tied[inner[taken]]]),
        np.concatenate([columns_now[stays], columns[taken]]),
    )


def _nobody(
    handover: Handover, prices: Ints, tied: Index, worth: Ints, arcs: tuple[Index, Index, Ints, Ints]
) -> tuple[Index, Index, Ints, Ints]:
    """The same arcs, and those along which a read that nobody gives may pass to another application."""
    inner, columns, cost, supply = arcs
    if not handover.short:
        return arcs
    missing, spare, free = handover.missing[tied], handover.spare[tied], -prices[handover.m]
    held = (missing > 0) & (free - handover.penalty(tied) == worth)
    other = (missing < spare) & (free - handover.penalty(tied, 1) == worth)
    extra = np.concatenate([np.flatnonzero(held), np.flatnonzero(other)])
    names_of = names(handover.grid.problem)[0][tied[extra]]
    return (
        np.concatenate([inner, extra]),
        np.concatenate([columns, np.full(len(extra), handover.m)]),
        np.concatenate([cost, -lots(handover.grid.problem.seed, names_of, np.zeros(1, dtype=np.int64))]),
        supply + held,
    )
