"""The face of all optima that prices describe: one canonical assignment on it, and the proof by weak duality."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from tremplin.methods.assignment.flow import Index, cheapest
from tremplin.methods.assignment.grid import BARRED, NEVER, Bools, Grid, Ints, Values, lots, names


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


class Residual(Protocol):
    """An assignment, and what could stand in its place: `Handover`, or `Chains`."""

    grid: Grid
    m: int
    load: Ints
    missing: Ints

    @property
    def short(self) -> bool:
        """Whether prices say what a read is worth that nobody gives."""

    def pairs(self) -> tuple[Index, Index]:
        """Rows and columns of what is given."""

    def values(self, rows: Index) -> Values:
        """(len(rows), m): what the pairs of these rows are worth, given or not; NEVER where none may be."""

    def worths(self, rows: Index, columns: Index) -> Ints:
        """What each of these pairs is worth."""

    def penalty(self, rows: Index, more: int = 0) -> Ints:
        """What the last of the missing reads of these rows costs, were there so many more."""


def proven(
    residual: Residual,
    prices: Ints,
    margins: tuple[Ints, Ints],
    pairs: tuple[Index, Index],
    carried: int,
) -> Proof:
    """Weak duality over all pairs, from prices alone: whoever has the prices can check it.

    `margins` are those of the assignment at hand: for each row, the least that a pair it holds is worth after prices,
    and the most that another would be; `pairs` are the assignment to be proven, on the same face. A row's part of the
    bound is what it holds after prices, and what any other pair would be worth beyond the least of that; a column's
    part is its price for each place. Sums are Python's whole numbers: they cannot overflow.
    """
    grid, m = residual.grid, residual.m
    held, other = margins
    at_hand = residual.pairs()
    value, excess, violated = int(residual.worths(*at_hand).sum()), 0, 0
    for row in np.flatnonzero(other > held).tolist():
        worth = residual.values(np.array([row], dtype=np.intp))[0].copy()
        worth[at_hand[1][at_hand[0] == row]] = NEVER
        over = np.where(worth > BARRED, worth - prices[:m] - held[row], 0)
        violated += int((over > 0).sum())
        excess += int(over[over > 0].sum())
    places = zip(
        prices[:m].tolist(), residual.load.tolist(), grid.low.tolist(), grid.high.tolist(), strict=True
    )
    # What is paid for places that are full (or just enough) is what rows pay for them: the rest is the gap.
    excess += sum(price * ((high if price > 0 else low) - load) for price, load, low, high in places)
    return Proof(
        total=int(residual.worths(*pairs).sum()) * grid.unit,
        bound=(value + excess) * grid.unit,
        violated=violated,
        pairs=int(np.count_nonzero(grid.value > NEVER)),
        carried=carried,
    )


def drawn(residual: Residual, prices: Ints, tied: Index, worth: Ints) -> tuple[Index, Index]:
    """The assignment with the greatest sum of lots on the face of all optima.

    Any prices of an optimum describe that face: a pair may change in a row where it is worth just as much as what is
    held, places with a price stay full, and so on (complementary slackness). `tied` are the rows in which something
    could change at no loss, `worth` what is held there at least, after prices.
    """
    grid, m = residual.grid, residual.m
    rows, columns = residual.pairs()
    values = residual.values(tied)
    place = np.full(len(grid.wanted), -1, dtype=np.intp)
    place[tied] = np.arange(len(tied))
    here = place[rows] >= 0
    is_held: Bools = np.zeros(values.shape, dtype=np.bool_)
    is_held[place[rows[here]], columns[here]] = True
    inner, to = np.nonzero((values - prices[:m] == worth[:, None]) & (values > BARRED))
    free = is_held[inner, to]
    now = np.bincount(to[free], minlength=m).astype(np.int64)
    own = prices[:m]
    low = np.where(own > 0, now, np.maximum(grid.low - residual.load + now, 0))
    high = np.where(own < 0, now, grid.high - residual.load + now)
    supply = np.bincount(inner[free], minlength=len(tied)).astype(np.int64)
    applications, reviewers = names(grid.problem, tied)
    cost = -lots(grid.problem.seed, applications[inner], reviewers[to])
    arcs_in, arcs_to, cost, supply = _nobody(residual, prices, tied, worth, (inner, to, cost, supply))
    room = int(residual.missing.sum()) + len(tied)
    flows = cheapest(arcs_in, arcs_to, cost, supply, np.append(low, 0), np.append(high, room))
    if flows is None:
        raise RuntimeError("an optimum that is not on its own face")
    taken = flows[: len(inner)] > 0
    changing: Bools = np.zeros(values.shape, dtype=np.bool_)
    changing[inner[free], to[free]] = True
    stays = ~here
    stays[here] = ~changing[place[rows[here]], columns[here]]
    return (
        np.concatenate([rows[stays], tied[inner[taken]]]),
        np.concatenate([columns[stays], to[taken]]),
    )


def _nobody(
    residual: Residual, prices: Ints, tied: Index, worth: Ints, arcs: tuple[Index, Index, Ints, Ints]
) -> tuple[Index, Index, Ints, Ints]:
    """The same arcs, and those along which a read that nobody gives may pass to another application."""
    inner, columns, cost, supply = arcs
    if not residual.short:
        return arcs
    missing, spare, free = (
        residual.missing[tied],
        (residual.grid.wanted - residual.grid.least)[tied],
        -prices[residual.m],
    )
    held = (missing > 0) & (free - residual.penalty(tied) == worth)
    other = (missing < spare) & (free - residual.penalty(tied, 1) == worth)
    extra = np.concatenate([np.flatnonzero(held), np.flatnonzero(other)])
    names_of = names(residual.grid.problem, tied[extra])[0]
    return (
        np.concatenate([inner, extra]),
        np.concatenate([columns, np.full(len(extra), residual.m)]),
        np.concatenate([cost, -lots(residual.grid.problem.seed, names_of, np.zeros(1, dtype=np.int64))]),
        supply + held,
    )
