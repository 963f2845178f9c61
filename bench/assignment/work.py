"""One solver on one instance, in a process of its own: `python -m bench.assignment.work WHO N M [FOLDER]`."""

import json
import resource
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from tremplin.methods.assignment import (
    Application,
    Problem,
    Reviewer,
    assign,
    capped,
    fair,
    perturbed,
    replan,
)
from tremplin.methods.assignment.grid import allowed

CAP = 0.5
Answer = dict[str, Any]


def instance(n: int, m: int, slack: float = 1.1) -> Problem:
    """Three reads each; 12 hidden topics; five languages, of which most reviewers read several; 1 % conflicts."""
    chance = np.random.default_rng(1)
    topics, minds = chance.normal(size=(n, 12)), chance.normal(size=(m, 12))
    topics /= np.linalg.norm(topics, axis=1, keepdims=True)
    minds /= np.linalg.norm(minds, axis=1, keepdims=True)
    scores = np.clip(0.5 + 0.5 * topics @ minds.T + 0.05 * chance.normal(size=(n, m)), 0, 1)
    names = ("en", "fr", "es", "pt", "ar")
    written = chance.choice(5, n, p=[0.5, 0.2, 0.15, 0.1, 0.05])
    reads = chance.random((m, 5)) < [0.85, 0.4, 0.3, 0.25, 0.25]
    reads[np.arange(m), np.arange(m) % 5] = True
    most = int(np.ceil(3 * n / m * slack))
    conflicts = np.argwhere(chance.random((n, m)) < 0.01).tolist()
    return Problem(
        [Application(f"a{row:05d}", 3, names[language]) for row, language in enumerate(written.tolist())],
        [
            Reviewer(f"r{column:03d}", most, frozenset(names[k] for k in np.flatnonzero(able).tolist()))
            for column, able in enumerate(reads)
        ],
        np.round(scores, 6),
        conflicts=frozenset((f"a{row:05d}", f"r{column:03d}") for row, column in conflicts),
    )


def midl(folder: Path) -> Problem:
    """MIDL 2018 as Kobren, Saha and McCallum (KDD 2019) published it."""
    scores, reads, most = (np.load(folder / f"midl_{name}.npy") for name in ("scores", "covs", "loads"))
    return Problem(
        [Application(f"p{row:03d}", int(number)) for row, number in enumerate(reads)],
        [Reviewer(f"r{column:03d}", int(number)) for column, number in enumerate(most)],
        scores.T,
    )


def measured(work: Callable[[], Answer]) -> Answer:
    """Run once; CPU and wall seconds, and the peak of memory."""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = work()
    spent = {"cpu_s": time.process_time() - cpu, "wall_s": time.perf_counter() - wall}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**answer, **spent, "memory_mib": memory}


def ours(problem: Problem) -> Answer:
    plan = assign(problem)
    assert plan.proof is not None
    return {"value": plan.total, "gap": plan.proof.gap, "note": f"violated {plan.proof.violated}"}


def worst_first(problem: Problem) -> Answer:
    found = fair(problem)
    assert found.plan.proof is not None
    gap = max(found.plan.proof.gap, *(level.gap for level in found.levels))
    return {
        "value": found.plan.total,
        "gap": gap,
        "note": f"worst {found.levels[0].value:.4f}".replace(" 0.", " ."),
    }


def flow(problem: Problem, cap: float = 1.0) -> Answer:
    """OR-Tools over every admissible pair, to the eighth digit; probabilities in 2**-20."""
    from ortools.graph.python import min_cost_flow

    assert problem.scores is not None
    n, m = problem.shape
    units = 1 if cap == 1 else 2**20
    rows, columns = np.nonzero(allowed(problem))
    worth = np.rint(problem.scores[rows, columns] * 1e8).astype(np.int64)
    network = min_cost_flow.SimpleMinCostFlow()
    most = np.full(len(rows), 1 if cap == 1 else int(cap * units))
    arcs = network.add_arcs_with_capacity_and_unit_cost(rows, n + columns, most, -worth)
    places = np.array([one.most for one in problem.reviewers]) * units
    network.add_arcs_with_capacity_and_unit_cost(
        np.arange(n, n + m), np.full(m, n + m), places, np.zeros(m, int)
    )
    reads = np.array([one.reads for one in problem.applications]) * units
    network.set_nodes_supplies(
        np.arange(n + m + 1), np.concatenate([reads, np.zeros(m, int), [-reads.sum()]])
    )
    if network.solve() != network.OPTIMAL:
        raise RuntimeError("no flow")
    flows = np.asarray(network.flows(arcs))
    return {"value": float(worth @ flows) / units * 1e-8}


def highs(problem: Problem) -> Answer:
    """The linear programme over every admissible pair, by the HiGHS of SciPy."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    assert problem.scores is not None
    n, m = problem.shape
    rows, columns = np.nonzero(allowed(problem))
    at, ones = np.arange(len(rows)), np.ones(len(rows))
    found = linprog(
        -problem.scores[rows, columns],
        A_eq=csr_array((ones, (rows, at)), shape=(n, len(at))),
        b_eq=[one.reads for one in problem.applications],
        A_ub=csr_array((ones, (columns, at)), shape=(m, len(at))),
        b_ub=[one.most for one in problem.reviewers],
        bounds=(0, 1),
        method="highs",
    )
    return {"value": -float(found.fun)}


def greedy(problem: Problem) -> Answer:
    """Each application in turn takes its best reviewers who are free."""
    assert problem.scores is not None
    worth = np.where(allowed(problem), problem.scores, -1.0)
    room = np.array([one.most for one in problem.reviewers])
    total, unfilled = 0.0, 0
    for row, one in enumerate(problem.applications):
        free = np.where(room > 0, worth[row], -1.0)
        best = np.argsort(-free, kind="stable")[: one.reads]
        best = best[free[best] >= 0]
        room[best] -= 1
        total += float(free[best].sum())
        unfilled += one.reads - len(best)
    return {"value": total, "note": f"{unfilled} reads unfilled"}


def leaves(problem: Problem) -> Callable[[], Answer]:
    """The reviewer with the most reads goes; the plan is there already."""
    plan = assign(problem)
    busiest = max(plan.loads, key=lambda code: (plan.loads[code], code))

    def work() -> Answer:
        mended = replan(plan, without=[busiest])
        gap = 0.0 if mended.proof is None else mended.proof.gap
        return {
            "value": plan.total - mended.loss,
            "gap": gap,
            "note": f"{len(mended.freed)} came free, {len(mended.added)} changed, {mended.missing} missing",
        }

    replan(plan, without=[busiest])  # solvers are loaded on the first use
    return work


def lottery(problem: Problem) -> Answer:
    found = capped(problem, CAP)
    return {"value": found.quality, "note": f"share {found.share:.4f}, entropy {found.entropy:.0f}"}


def smooth(problem: Problem) -> Answer:
    found = perturbed(problem, CAP, beta=0.2)
    return {"value": found.quality, "note": f"share {found.share:.4f}, entropy {found.entropy:.0f}"}


def drawn(problem: Problem) -> Callable[[], Answer]:
    found = perturbed(problem, CAP, beta=0.2)
    return lambda: {"value": found.draw(1).total}


def main(who: str, n: int, m: int, folder: str = "") -> Answer:
    for name in ("ortools.graph.python.min_cost_flow", "scipy.optimize"):
        import_module(name)  # loading solvers is not what is measured
    problem = midl(Path(folder)) if folder else instance(n, m, 1.01 if who == "tight" else 1.1)
    plain: dict[str, Callable[[Problem], Answer]] = {
        "sum": ours,
        "flow": flow,
        "highs": highs,
        "greedy": greedy,
        "fair": worst_first,
        "midl": worst_first,
        "capped": lottery,
        "capflow": lambda one: flow(one, CAP),
        "perturbed": smooth,
    }
    prepared = {"leaves": leaves, "tight": leaves, "draw": drawn}
    if who in prepared:
        return measured(prepared[who](problem))
    return measured(lambda: plain[who](problem))


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])))
