"""From probabilities to one assignment: whole units, and a draw that realises every probability exactly.

A pair's probability is a whole number of units of 2**-20. In twenty turns each is halved: where a number is odd it
first goes up or down by one, with equal chance, so that its expectation stays. Odd pairs are joined two by two within
each application and each reviewer; along the paths and circles that this makes, ups and downs alternate, so that no sum
over an application changes and none over a reviewer by more than one odd unit: reads are exact, loads are the expected
ones rounded down or up. This is dependent rounding (Gandhi, Khuller, Parthasarathy and Srinivasan, “Dependent rounding
and its applications to approximation algorithms”, J. ACM 2006) with all paths of a turn rounded at once.
"""

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.assignment.flow import Index, cheapest
from tremplin.methods.assignment.grid import Bools, Ints

BITS = 20
UNITS = 2**BITS
Floats = NDArray[np.float64]


def whole_units(
    rows: Index, columns: Index, chance: Floats, reads: Ints, high: Ints, cap: int
) -> tuple[Index, Index, Ints]:
    """Probabilities to whole units, each up or down by less than one: rows' sums exact, columns' within `high`."""
    units = np.minimum(np.floor(chance * UNITS).astype(np.int64), cap)
    lacking = reads * UNITS - np.bincount(rows, weights=units, minlength=len(reads)).astype(np.int64)
    room = high * UNITS - np.bincount(columns, weights=units, minlength=len(high)).astype(np.int64)
    rest = np.round((chance * UNITS - units) * 1e6).astype(np.int64)
    most = np.minimum(
        cap - units, 8
    )  # floats may be some units off: one more each is the rule, more where it must
    flows = cheapest(
        np.concatenate([rows, rows]),
        np.concatenate([columns, columns]),
        np.concatenate([-rest, 10**7 - rest]),
        lacking,
        np.zeros(len(high), dtype=np.int64),
        np.maximum(room, 0),
        most=np.concatenate([np.minimum(most, 1), np.maximum(most - 1, 0)]),
    )
    if flows is None:
        raise RuntimeError("probabilities that do not add up to the reads")
    units = units + flows[: len(rows)] + flows[len(rows) :]
    some = units > 0
    return rows[some], columns[some], units[some]


def draw(rows: Index, columns: Index, units: Ints, seed: int) -> Bools:
    """Which pairs are drawn; each with probability units / 2**20, pairs of one row or column as described above."""
    chance = np.random.default_rng(seed)
    units = units.copy()
    for _turn in range(BITS):
        odd = np.flatnonzero(units & 1)
        if len(odd):
            units[odd] += _alternating(rows[odd], columns[odd], chance)
        units >>= 1
    return units > 0


def _alternating(rows: Index, columns: Index, chance: np.random.Generator) -> Ints:
    """+1 or -1 for each pair: partners in a row or a column get opposite signs, each path a fair coin of its own."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = len(rows)
    one, other = (np.concatenate(parts) for parts in zip(_partners(rows), _partners(columns), strict=True))
    # Each pair stands twice, once up and once down; partners are joined across. What is connected goes together.
    ends = np.concatenate([one, one + count]), np.concatenate([other + count, other])
    joined = coo_array((np.ones(2 * len(one), dtype=np.int8), ends), shape=(2 * count, 2 * count))
    _number, label = connected_components(joined, directed=False)
    up, down = label[:count], label[count:]
    first = np.full(2 * count, count, dtype=np.int64)
    np.minimum.at(first, np.minimum(up, down), np.arange(count))
    leader = first[np.minimum(up, down)]  # the first pair of the same path
    coins = chance.integers(0, 2, size=count)
    same = up == up[leader]
    return np.where(same == (coins[leader] == 1), 1, -1).astype(np.int64)


def _partners(nodes: Index) -> tuple[Index, Index]:
    """Pairs that stand at the same node, two by two; the last of an odd number stays alone."""
    order = np.argsort(nodes, kind="stable")
    ordered = nodes[order]
    fresh = (
        np.concatenate([[True], ordered[1:] != ordered[:-1]]) if len(nodes) else np.zeros(0, dtype=np.bool_)
    )
    place = np.arange(len(nodes)) - np.flatnonzero(fresh)[np.cumsum(fresh) - 1]
    second = np.flatnonzero(place % 2 == 1)
    return order[second - 1], order[second]
