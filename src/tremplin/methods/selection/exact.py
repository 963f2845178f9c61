"""From floating point to fractions: the chances themselves, and a proof of what they promise, in whole numbers.

The active-set method ends with the cuts that hold the answer in place. These are whole numbers, so the answer is the
solution of a small linear system in whole numbers: solved again in fractions it *is* the optimum, no longer near it.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np
import numpy.typing as npt

from tremplin.methods.selection.grid import Grid, Ints
from tremplin.methods.selection.worst_case import ALL, Promise, Row

DIGITS = 12  # of the fallback: floating point gave about thirteen
_TIGHT = 1e-8
_NEAR = Fraction(1, 10**8)
_Objects = npt.NDArray[np.object_]


class _System:
    """The cuts that hold an optimum, over the groups that no bound holds."""

    def __init__(self, grid: Grid, best: Promise, rows: Sequence[Row]) -> None:
        self.best = best
        sums = [_side(grid, rows, index, sign) for index, sign in best.holding]
        self.weights: _Objects = np.array([*(weights for weights, _end in sums), *best.tops], dtype=object)
        self.weights = self.weights.reshape(-1, len(grid.size))
        self.times = [0] * len(sums) + [int(times) for times in best.times]
        self.free = np.flatnonzero(~best.bound)
        self.sizes = [int(grid.size[group]) for group in self.free]
        self.fixed: _Objects = np.where(best.bound, np.round(best.chances), 0).astype(np.int64).astype(object)
        ends = [*(end for _weights, end in sums), *([0] * len(best.tops))]
        self.wanted = [end - held for end, held in zip(ends, self.weights @ self.fixed, strict=True)]

    def solve(self) -> tuple[list[Fraction], _Objects]:
        """The chances of all groups, and the share of each cut in the mix of truths that binds, as whole numbers."""
        free = self.weights[:, self.free]
        common = lcm(*self.sizes) if self.sizes else 1
        scaled = free * np.array([common // size for size in self.sizes], dtype=object)
        times = np.array(self.times, dtype=object)
        ends = common * np.array(self.wanted, dtype=object)
        table = np.column_stack([scaled @ free.T + common * np.outer(times, times), ends, times * common])
        prices, shares, whole = _solved(table)
        gains = prices @ free
        chances = [Fraction(int(chance)) for chance in self.fixed]
        for group, size, gain in zip(self.free, self.sizes, gains, strict=True):
            chances[group] = Fraction(gain, whole * size)
        return chances, shares if whole > 0 else -shares


def _solved(table: _Objects) -> tuple[_Objects, _Objects, int]:
    """Solve a square system of whole numbers for two right-hand sides: both times the determinant, and that.

    Bareiss, *Sylvester's identity and multistep integer-preserving Gaussian elimination*, Mathematics of Computation
    22, 1968: every division leaves no rest. The matrix is positive definite, so no pivot is 0.
    """
    before = 1
    for head in range(len(table)):
        pivot = table[head, head]
        rest = (pivot * table - np.outer(table[:, head], table[head])) // before
        rest[head] = table[head]
        table, before = rest, pivot
    return table[:, -2], table[:, -1], before


def _side(grid: Grid, rows: Sequence[Row], index: int, sign: int) -> tuple[Ints, int]:
    """One side of a limit as weights @ p >= end."""
    if index == ALL:
        return grid.size, grid.places
    return sign * rows[index].weights, sign * (rows[index].low if sign > 0 else rows[index].high)


def eliminated(table: list[list[Fraction]], columns: int) -> list[list[Fraction]]:
    """Rows brought to the identity in the first so many columns, where they can be (Gauss and Jordan)."""
    head = 0
    for column in range(columns):
        row = next((row for row in range(head, len(table)) if table[row][column]), None)
        if row is None:
            continue
        table[head], table[row] = table[row], table[head]
        factor = table[head][column]
        table[head] = [value / factor for value in table[head]]
        for other in range(len(table)):
            times = table[other][column]
            if other != head and times:
                table[other] = [a - times * b for a, b in zip(table[other], table[head], strict=True)]
        head += 1
        if head == len(table):
            break
    return table


def fractions(grid: Grid, best: Promise, rows: Sequence[Row]) -> list[Fraction]:
    """The optimum as a fraction for each group (G,).

    Should the system turn out not to hold it (a cut less than 1e-11 from holding was taken for one that holds), each
    chance is rounded to twelve digits instead; the certificate then shows a gap, below 1e-8 of a place. Either way
    all sums that must be met are met exactly.
    """
    chances, _shares = _System(grid, best, rows).solve()
    near = all(abs(a - Fraction(float(b))) < _NEAR for a, b in zip(chances, best.chances, strict=True))
    if near and _lawful(grid, chances, rows) and worth(grid, chances) > Fraction(best.value) - _NEAR:
        return chances
    return _rounded(grid, best, rows)


def _lawful(grid: Grid, chances: Sequence[Fraction], rows: Sequence[Row]) -> bool:
    if not all(0 <= chance <= 1 for chance in chances) or _total(grid.size, chances) != grid.places:
        return False
    return all(row.low <= _total(row.weights, chances) <= row.high for row in rows)


def _total(weights: Ints, chances: Sequence[Fraction]) -> Fraction:
    return sum((int(weight) * chance for weight, chance in zip(weights, chances, strict=True)), Fraction())


def _rounded(grid: Grid, best: Promise, rows: Sequence[Row]) -> list[Fraction]:
    """Twelve digits, and what rounding left over (below 1e-8 of a place) given to a few groups, one a sum, whose
    chances are furthest from 0 and 1."""
    found = [Fraction(round(float(chance) * 10**DIGITS), 10**DIGITS) for chance in best.chances]
    sums = [(grid.size, Fraction(grid.places))]
    for row in rows:
        held = float(row.weights @ best.chances)
        sums += [(row.weights, Fraction(end)) for end in {row.low, row.high} if abs(held - end) < _TIGHT]
    middle = [min(chance, 1 - chance) for chance in found]
    order = sorted(
        (group for group in range(len(found)) if middle[group] > Fraction(1, 10**6)),
        key=lambda group: (-round(middle[group] * 10**6), -int(grid.size[group]), group),
    )
    table = [
        [*(Fraction(int(weights[group])) for group in order), end - _total(weights, found)]
        for weights, end in sums
    ]
    for solved in eliminated(table, len(order)):
        lead = next((column for column in range(len(order)) if solved[column]), None)
        if lead is not None:
            found[order[lead]] += solved[-1]
    return found


def worth(grid: Grid, chances: Sequence[Fraction]) -> Fraction:
    """How many people of the true top are expected at least, exactly. O(ZG)."""
    common = lcm(*(chance.denominator for chance in chances))
    whole = [int(chance * common) for chance in chances]
    order = sorted(range(len(whole)), key=lambda group: whole[group])
    within = grid.within[:, order]
    before = np.cumsum(within, axis=1) - within
    taken = np.clip(grid.left[:, None] - before, 0, within)
    values: _Objects = np.array([whole[group] for group in order], dtype=object)
    totals = (grid.above[:, order] + taken).astype(object) @ values
    return Fraction(min(totals), common)


def bound(grid: Grid, best: Promise, rows: Sequence[Row]) -> Fraction:
    """What no chances within the limits surpass, exactly.

    Weak duality: for any mix of possible truths and any price of a place and of each limit, the best answer to them
    can be read off group by group. With the shares and prices of the optimum it is the optimum itself.
    """
    _chances, shares = _System(grid, best, rows).solve()
    limits = len(best.holding)
    mixed = np.maximum(shares[limits:], 0)
    gains = mixed @ best.tops.astype(object)
    most = 0
    for (index, sign), share in zip(best.holding, shares[:limits], strict=True):
        # The sum of places is an equation, with a price of either sign.
        price = -share if index == ALL else -max(share, 0)
        weights, end = _side(grid, rows, index, sign)
        most += price * end
        gains = gains - price * weights.astype(object)
    whole = int(mixed @ best.times.astype(object))
    return Fraction(int(most + np.maximum(gains, 0).sum()), whole)
