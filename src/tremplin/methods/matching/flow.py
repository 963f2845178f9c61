"""Best matchings by a cost flow, for one aim after the other, with one answer where several are as good.

Each aim is a whole number an entry; the first aim is met as well as it can be, the second as well as the first leaves
room for, and so on. As many aims as fit are weighed in one flow (OR-Tools, Goldberg's cost scaling). Then the dual
prices say which entries stand in every best matching, in some, and in none (complementary slackness), and the
following aims choose among the first two kinds only. What is still open after the last aim is settled by the lot:
the scholar drawn first has the best mentor that the aims allow, then the second, and so on. So the answer depends on
the lists, limits and lot alone, not on the solver.

Rank-maximal matchings (most scholars with their first wish, of these most with their second, …): Irving, Kavitha,
Mehlhorn, Michail and Paluch, *Rank-maximal matchings*, ACM Transactions on Algorithms 2, 2006; they are the aims
"first wishes", "second wishes", … in this order.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

import numpy as np

from tremplin.methods.matching.drawn import Open, settle
from tremplin.methods.matching.market import NOBODY, Floats, Ints, Market
from tremplin.methods.matching.rotations import scaled

_BITS = 60
_FAR = 2**61


class NoFlow(ValueError):
    """The limits leave no matching; `clash` says which ones."""


def max_weight(market: Market, weight: Floats, *, most_matched: bool = True, everyone: bool = False) -> Ints:
    """The greatest sum of `weight` (n, L), laid along the lists, as sorted entries.

    `most_matched`: among matchings of as many pairs as can be; otherwise no pair that takes from the sum forms, unless
    a minimum asks for it. Weights count in millionths of the greatest. Raises NoFlow
    where `least` or `everyone` cannot be.
    """
    value = -scaled(np.where(market.mentor == NOBODY, 0.0, weight))
    aims = [np.full(value.shape, -1), value] if most_matched else [value]
    return _best(market, aims, everyone)


def rank_maximal(market: Market, *, everyone: bool = False) -> Ints:
    """Most scholars with a first wish, of such matchings most with a second, and so on; as sorted entries."""
    top = int(market.wish[market.mentor != NOBODY].max(initial=-1))
    aims = (-(market.wish == place).astype(np.int64) for place in range(top + 1))
    return _best(market, aims, everyone)


def _best(market: Market, aims: Iterable[Ints], everyone: bool) -> Ints:
    """The matching with the smallest sum of the first aim, then of the second, … (n, L) each, then by the lot."""
    found = Open(market, everyone)
    cost, rest = _packed(found, iter(aims))
    _solve(
        found, np.zeros_like(found.node) if cost is None else cost
    )  # without an aim the limits hold all the same
    while cost is not None:
        _narrow(found, cost)
        if not found.enters.any():
            break
        cost, rest = _packed(found, rest)
        if cost is not None:
            _solve(found, cost)
    if found.enters.any():
        settle(found)
    return found.entries()


def _packed(found: Open, aims: Iterator[Ints]) -> tuple[Ints | None, Iterator[Ints]]:
    """As many aims as fit into one whole number an entry, each outweighing all that follow; and the rest."""
    nodes = found.market.scholars + found.root + 2
    limit = 2 ** (_BITS - nodes.bit_length())
    seats = 2 * int(found.market.wants.sum())
    cost, size = None, 0
    for aim in aims:
        aim = np.where(found.free, np.pad(aim, ((0, 0), (0, 1))), 0)
        top = int(np.abs(aim).max(initial=0))
        if cost is None:
            cost, size = aim, top
        elif size * (seats * top + 1) + top >= limit:
            return cost, chain([aim[:, :-1]], aims)
        elif top:
            cost, size = cost * (seats * top + 1) + aim, size * (seats * top + 1) + top
    return cost, aims


def _solve(found: Open, cost: Ints) -> None:
    """A cheapest flow over what is open."""
    from ortools.graph.python import min_cost_flow

    fixed = np.where(found.free, 0, found.units)
    loads = np.bincount(found.node[fixed > 0], fixed[fixed > 0], found.root).astype(np.int64)
    least, most = np.maximum(found.least - loads, 0), found.most - loads
    supply = found.market.wants - fixed.sum(axis=1)
    n, sink = found.market.scholars, found.market.scholars + found.root
    if (most < least).any() or int(least.sum()) > int(supply.sum()):
        raise NoFlow("the limits leave no matching")
    flow = min_cost_flow.SimpleMinCostFlow()
    scholar, column = np.nonzero(found.free)
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        scholar, n + found.node[scholar, column], found.room[scholar, column], cost[scholar, column]
    )
    mentors = np.arange(found.root)
    zero = np.zeros(found.root, dtype=np.int64)
    flow.add_arcs_with_capacity_and_unit_cost(n + mentors, np.full(found.root, sink), most - least, zero)
    flow.set_nodes_supplies(np.arange(n), supply)
    flow.set_nodes_supplies(n + mentors, -least)
    flow.set_node_supply(sink, int(least.sum() - supply.sum()))
    if flow.solve() != flow.OPTIMAL:
        raise NoFlow("the limits leave no matching")
    found.units = fixed
    found.units[scholar, column] = flow.flows(arcs)


def _narrow(found: Open, cost: Ints) -> None:
    """Close what no best matching has, and what all have; what is left is open to the next aim."""
    price = _prices(found, cost)
    value = cost - price[found.node]
    leaves = found.free & (found.units > 0)
    dual = np.where(leaves, value, -_FAR).max(axis=1, initial=-_FAR)
    found.free &= value == dual[:, None]
    loads = found.loads()
    stuck = price[:-1] != price[-1]
    found.least, found.most = np.where(stuck, loads, found.least), np.where(stuck, loads, found.most)


def _prices(found: Open, cost: Ints) -> Ints:
    """Shortest ways between mentors, "no mentor" and the root of all loads, in the network of possible moves."""
    size = found.root + 1
    away = np.full((size, size), _FAR)
    enters = found.enters
    scholar, column = np.nonzero(found.free & (found.units > 0))
    for part in np.array_split(np.arange(len(scholar)), 1 + len(scholar) * found.node.shape[1] // 2_000_000):
        who, old = scholar[part], column[part]
        step = np.where(enters[who], cost[who] - cost[who, old][:, None], _FAR)
        np.minimum.at(away, (found.node[who, old][:, None], found.node[who]), step)
    loads = found.loads()
    away[:-1, -1] = np.where(loads < found.most, 0, _FAR)
    away[-1, :-1] = np.where(loads > found.least, 0, _FAR)
    np.fill_diagonal(away, 0)
    price = np.zeros(size, dtype=np.int64)
    for _step in range(size):
        shorter = (price[:, None] + away).min(axis=0)
        if np.array_equal(shorter, price):
            break
        price = shorter
    return price
