"""`python -m bench.matching.work WHO SCHOLARS MENTORS LENGTH PLACES TIMES`: one solver on one instance, as JSON.

Imports only what WHO needs: the peers run in folders of their own. Making the instance is not timed.
"""

import json
import random
import resource
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import numpy as np

SEED = 20_190_424
Lists = dict[str, list[str]]
Timed = tuple[list[float], list[float], Any]


def orders(scholars: int, mentors: int, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Each scholar's list of `length` mentors, and each mentor's list of all scholars, at random."""
    chance = np.random.default_rng(SEED)
    wishes = np.stack([chance.permutation(mentors)[:length] for _scholar in range(scholars)])
    return wishes, np.stack([chance.permutation(scholars) for _mentor in range(mentors)])


def lists(scholars: int, mentors: int, length: int) -> tuple[Lists, Lists]:
    wishes, ranks = orders(scholars, mentors, length)
    names = [f"s{number:05}" for number in range(scholars)]
    hosts = [f"m{number:05}" for number in range(mentors)]
    mine = {name: [hosts[one] for one in row] for name, row in zip(names, wishes.tolist(), strict=True)}
    listed: dict[str, set[str]] = {host: set() for host in hosts}
    for name, row in mine.items():
        for host in row:
            listed[host].add(name)
    theirs = {
        host: [names[one] for one in row if names[one] in listed[host]]
        for host, row in zip(hosts, ranks.tolist(), strict=True)
    }
    return mine, theirs


def tables(scholars: int, mentors: int, length: int) -> tuple[np.ndarray, np.ndarray]:
    """(n, m): places in the lists, -1 where somebody is not named."""
    wishes, ranks = orders(scholars, mentors, length)
    wish, rank = (
        np.full((scholars, mentors), -1, dtype=np.int32),
        np.empty((scholars, mentors), dtype=np.int32),
    )
    wish[np.arange(scholars)[:, None], wishes] = np.arange(length)
    rank[ranks, np.arange(mentors)[:, None]] = np.arange(scholars)
    return wish, rank


def weights(scholars: int, mentors: int) -> np.ndarray:
    return np.round(np.random.default_rng(SEED + 1).random((scholars, mentors)), 6)


def timed(job: Callable[[], Any], times: int) -> Timed:
    walls, cpus, found = [], [], None
    for _time in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        found = job()
        walls.append(1000 * (time.perf_counter() - wall))
        cpus.append(1000 * (time.process_time() - cpu))
    return walls, cpus, found


def mark(pairs: list[tuple[int, int]]) -> str:
    """The same for the same matching."""
    return sha256(repr(sorted(pairs)).encode()).hexdigest()[:12]


def _ours(kind: str, size: tuple[int, int, int], places: int, times: int) -> tuple[Timed, dict[str, Any]]:
    from tremplin.methods import matching as ours

    n, m, length = size
    if kind == "codes":
        mine, theirs = lists(n, m, length)
        room = dict.fromkeys(theirs, places)
        found = timed(lambda: ours.match(ours.table(mine, theirs, most=room)).pairs, times)
        return found, {
            "matched": len(found[2]),
            "mark": mark([(int(a[1:]), int(b[1:])) for a, b in found[2]]),
        }
    wish, rank = tables(n, m, length)
    most = np.full(m, places)
    if kind == "arrays":
        run = timed(lambda: ours.scholars_propose(ours.build(wish, rank, most=most)), times)
        market = ours.build(wish, rank, most=most)
        return run, _facts(market, run[2], None)
    market = ours.build(wish, rank, most=most)
    weight = market.aligned(weights(n, m))
    solve = {
        "solve": lambda: ours.scholars_propose(market),
        "mentors": lambda: ours.mentors_propose(market),
        "welfare": lambda: ours.best_stable(market, weight),
        "ranks": lambda: ours.rank_maximal(market),
        "weight": lambda: ours.max_weight(market, weight),
    }[kind]
    run = timed(solve, times)
    return run, _facts(market, run[2], weight)


def _facts(market: Any, held: Any, weight: np.ndarray | None) -> dict[str, Any]:
    from tremplin.methods.matching import blocking

    pairs = [tuple(pair) for pair in market.pairs(held).tolist()]
    sums = {} if weight is None else {"sum": round(float(weight.ravel()[held].sum()), 6)}
    return {"matched": len(pairs), "blocking": len(blocking(market, held)), "mark": mark(pairs), **sums}


def _matching(size: tuple[int, int, int], places: int) -> tuple[Timed, dict[str, Any]]:
    """The package `matching`: dictionaries of names in, with the recursion limit that its deep copies need."""
    from matching.games import HospitalResident

    sys.setrecursionlimit(10**6)
    mine, theirs = lists(*size)
    room = dict.fromkeys(theirs, places)

    def job() -> dict[Any, Any]:
        game = HospitalResident.create_from_dictionaries(mine, theirs, room)
        return dict(game.solve(optimal="resident"))

    found = timed(job, 1)
    pairs = [(int(str(who)[1:]), int(str(host)[1:])) for host, guests in found[2].items() for who in guests]
    return found, {"matched": len(pairs), "mark": mark(pairs)}


def _scipy(size: tuple[int, int, int], places: int, times: int) -> tuple[Timed, dict[str, Any]]:
    """The greatest weight as an assignment of scholars to single places."""
    from scipy.optimize import linear_sum_assignment

    wish, _rank = tables(*size)
    weight = weights(size[0], size[1])

    def job() -> Any:
        cost = np.repeat(np.where(wish >= 0, weight, -1e6), places, axis=1)
        rows, columns = linear_sum_assignment(cost, maximize=True)
        return rows, columns // places

    found = timed(job, times)
    rows, columns = found[2]
    allowed = wish[rows, columns] >= 0
    total = round(float(weight[rows, columns][allowed].sum()), 6)
    return found, {"matched": int(allowed.sum()), "sum": total}


def _ortools(size: tuple[int, int, int], places: int, times: int) -> tuple[Timed, dict[str, Any]]:
    """The greatest weight as a cost flow, without a choice among equals."""
    from ortools.graph.python import min_cost_flow

    wish, _rank = tables(*size)
    n, m, _length = size
    weight = weights(n, m)

    def job() -> Any:
        flow = min_cost_flow.SimpleMinCostFlow()
        rows, columns = np.nonzero(wish >= 0)
        cost = -np.rint(1e6 * weight[rows, columns]).astype(np.int64)
        arcs = flow.add_arcs_with_capacity_and_unit_cost(rows, n + columns, np.ones_like(rows), cost)
        hosts = np.arange(n, n + m)
        flow.add_arcs_with_capacity_and_unit_cost(
            hosts, np.full(m, n + m), np.full(m, places), np.zeros(m, int)
        )
        scholars = np.arange(n)
        flow.add_arcs_with_capacity_and_unit_cost(
            scholars, np.full(n, n + m), np.ones(n, int), np.full(n, 10**9)
        )
        flow.set_nodes_supplies(scholars, np.ones(n, int))
        flow.set_node_supply(n + m, -n)
        assert flow.solve() == flow.OPTIMAL
        used = flow.flows(arcs) > 0
        return rows[used], columns[used]

    found = timed(job, times)
    rows, columns = found[2]
    return found, {"matched": len(rows), "sum": round(float(weight[rows, columns].sum()), 6)}


def main(who: str, *numbers: str) -> None:
    random.seed(SEED)
    n, m, length, places, times = (int(number) for number in numbers)
    size = (n, m, length)
    if who == "matching":
        run, facts = _matching(size, places)
    elif who == "scipy":
        run, facts = _scipy(size, places, times)
    elif who == "ortools":
        run, facts = _ortools(size, places, times)
    else:
        run, facts = _ours(who, size, places, times)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"wall": run[0], "cpu": run[1], "mib": round(memory), **facts}))


if __name__ == "__main__":
    # The recursion of the peer needs a stack as deep as its limit: a thread has one of the size that is asked for.
    import threading

    threading.stack_size(1024 * 1024 * 1024 if sys.argv[1] == "matching" else 0)
    worker = threading.Thread(target=main, args=sys.argv[1:])
    worker.start()
    worker.join()
