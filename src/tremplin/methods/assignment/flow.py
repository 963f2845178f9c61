"""Minimum-cost flow between applications and reviewers, by OR-Tools, loaded when first needed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.assignment.grid import Bools, Ints

Index = NDArray[np.intp]


def cheapest(
    rows: Index,
    columns: Index,
    cost: Ints,
    supply: Ints,
    low: Ints,
    high: Ints,
    most: Ints | None = None,
    rising: tuple[Ints, int] | None = None,
) -> Ints | None:
    """The cheapest flow on the arcs (rows -> columns): every row sends its `supply`, each column gets low..high.

    `most` caps each arc (default 1). `rising` (start (m,), weight): a column's first place costs start times weight,
    the next one weight more, and so on. Returns the flow on each arc, or None where there is none. Cost-scaling
    push-relabel (Goldberg 1997), exact for whole numbers; |cost| * (rows + columns) must stay below 2**62.
    """
    from ortools.graph.python import min_cost_flow

    n, m, total = len(supply), len(high), int(supply.sum())
    sink = n + m
    if int(low.sum()) > total or bool((low > high).any()):
        return None
    network = min_cost_flow.SimpleMinCostFlow()
    if most is None:
        most = np.ones(len(rows), dtype=np.int64)
    arcs: Any = network.add_arcs_with_capacity_and_unit_cost(
        rows.astype(np.int32), (n + columns).astype(np.int32), most, cost
    )
    places, paid = np.arange(n, sink, dtype=np.int32), np.zeros(m, dtype=np.int64)
    room = np.minimum(high - low, total)
    if rising is not None:
        turn = np.arange(int(room.sum())) - np.repeat(np.cumsum(room) - room, room)
        places, paid = np.repeat(places, room), (np.repeat(rising[0], room) + turn) * rising[1]
        room = np.ones(len(places), dtype=np.int64)
    network.add_arcs_with_capacity_and_unit_cost(places, np.full(len(places), sink), room, paid)
    supplies = np.concatenate([supply, -low, [int(low.sum()) - total]])
    network.set_nodes_supplies(np.arange(sink + 1, dtype=np.int32), supplies)
    if network.solve() != network.OPTIMAL:
        return None
    flows: Ints = np.asarray(network.flows(arcs), dtype=np.int64)
    return flows


def most_flow(may: Bools, supply: Ints, high: Ints) -> Bools:
    """(n, m) bool: as many pairs as can be had, at most `supply` in a row and `high` in a column (push-relabel)."""
    from ortools.graph.python import max_flow

    n, m = may.shape
    given: Bools = np.zeros(may.shape, dtype=np.bool_)
    rows, columns = np.nonzero(may)
    if not len(rows):
        return given
    network = max_flow.SimpleMaxFlow()
    source, sink = n + m, n + m + 1
    arcs = network.add_arcs_with_capacity(
        rows.astype(np.int32), (n + columns).astype(np.int32), np.ones(len(rows), dtype=np.int64)
    )
    network.add_arcs_with_capacity(np.full(n, source), np.arange(n, dtype=np.int32), supply)
    network.add_arcs_with_capacity(np.arange(n, n + m, dtype=np.int32), np.full(m, sink), high)
    if network.solve(source, sink) != network.OPTIMAL:
        raise RuntimeError("the flow solver gave up")
    given[rows, columns] = np.asarray(network.flows(arcs)) > 0
    return given
