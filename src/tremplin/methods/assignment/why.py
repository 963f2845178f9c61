"""Why this reviewer, and what would change it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tremplin.methods.assignment.grid import BARRED, speaks
from tremplin.methods.assignment.handover import Handover
from tremplin.methods.assignment.solve import Plan

State = Literal["given", "kept", "mandatory", "possible", "language", "conflict", "forbidden"]


@dataclass(frozen=True, slots=True)
class Move:
    """A read of `application` passes from one reviewer to another; "" stands for nobody."""

    application: str
    giver: str
    taker: str


@dataclass(frozen=True, slots=True)
class Why:
    """One pair, in numbers.

    `state`: given here, kept or mandatory; possible but not given; or what bars it. `rank` of the reviewer's score
    among the `eligible` who may read the application (1: best). One place more with the reviewer would be worth
    `price_reads` reads that nobody gives now, and `price` in total. `cost` is what the total would lose, and
    `reads` how many reads, if the opposite were forced (a given pair taken out, a possible one put in), and `moves` the
    cheapest way to do it. `cost` is None where there is none, for barred and fixed pairs, and with loads by length.
    """

    application: str
    reviewer: str
    state: State
    score: float
    rank: int
    eligible: int
    load: int
    price: float
    price_reads: int
    cost: float | None
    reads: int
    moves: tuple[Move, ...]


def why(plan: Plan, application: str, reviewer: str) -> Why:
    """Explain a pair of a plan. Raises KeyError for unknown codes. O(m**2) once the residual network is made."""
    problem = plan.problem
    row, column = problem.row[application], problem.column[reviewer]
    state = _state(plan, row, column)
    scores = np.zeros(problem.shape[1]) if problem.scores is None else problem.scores[row].astype(np.float64)
    eligible = plan.grid.value[row] > BARRED
    eligible[plan.grid.fixed[1][plan.grid.fixed[0] == row]] = True
    price, price_reads = 0.0, 0
    cost: float | None = None
    reads = 0
    moves: tuple[Move, ...] = ()
    if not any(one.most_length is not None for one in problem.reviewers):
        handover = plan.residual[0]
        price, price_reads = _price(plan, handover, column)
        if state in ("given", "possible"):
            cost, reads, moves = _forced(plan, handover, row, column, given=state == "given")
    return Why(
        application=application,
        reviewer=reviewer,
        state=state,
        score=float(scores[column]),
        rank=1 + int((scores[eligible] > scores[column]).sum()),
        eligible=int(eligible.sum()),
        load=plan.loads[reviewer],
        price=price,
        price_reads=price_reads,
        cost=cost,
        reads=reads,
        moves=moves,
    )


def _state(plan: Plan, row: int, column: int) -> State:
    problem = plan.problem
    pair = (problem.applications[row].code, problem.reviewers[column].code)
    if pair in problem.mandatory:
        return "mandatory"
    if pair in problem.kept and problem.margin is None:
        return "kept"
    if bool(((plan.rows == row) & (plan.columns == column)).any()):
        return "given"
    if pair in problem.conflicts:
        return "conflict"
    if pair in problem.forbidden:
        return "forbidden"
    return "possible" if speaks(problem)[row, column] else "language"


def _price(plan: Plan, handover: Handover, column: int) -> tuple[float, int]:
    """What the total, and the number of reads, would gain if there were one place more."""
    found = handover.to(column)
    if not isinstance(found, tuple) or found[0][handover.outside] >= 0:
        return 0.0, 0
    nodes = [handover.outside]
    while nodes[-1] != column:
        nodes.append(int(found[1][nodes[-1]]))
    lost, reads, _moves = _told(plan, handover, handover.moves(nodes))
    return -lost, -reads


def _forced(
    plan: Plan, handover: Handover, row: int, column: int, *, given: bool
) -> tuple[float | None, int, tuple[Move, ...]]:
    """The cheapest circle of the residual network through this pair: what else must move, and what it loses."""
    held = plan.columns[plan.rows == row].tolist()
    if handover.missing[row]:
        held.append(handover.nobody)
    if given:
        free = np.flatnonzero(handover.open[row] > BARRED).tolist()
        ways = [(column, taker) for taker in free]
        if handover.missing[row] < handover.spare[row]:
            ways.append((column, handover.nobody))
    else:
        ways = [(giver, column) for giver in held]
    best: tuple[int, list[tuple[int, int, int]]] | None = None
    network = handover if handover.short else _with_nobody(handover)
    for target in sorted({giver for giver, _taker in ways}):
        found = network.to(target)
        if not isinstance(found, tuple):
            continue
        far, step = found
        for giver, taker in ways:
            if giver != target or not network.reached(int(far[taker])):
                continue
            loss = _worth(network, row, giver) - _worth(network, row, taker, joins=True) + int(far[taker])
            if best is None or loss < best[0]:
                nodes = [taker]
                while nodes[-1] != target:
                    nodes.append(int(step[nodes[-1]]))
                best = (loss, [(giver, taker, row), *network.moves(nodes)])
    return (None, 0, ()) if best is None else _told(plan, network, best[1])


def _with_nobody(handover: Handover) -> Handover:
    """The network with ways to nobody, which it has no need of as long as every read is given."""
    handover.allow_dropping()
    return handover


def _worth(handover: Handover, row: int, reviewer: int, *, joins: bool = False) -> int:
    if reviewer != handover.nobody:
        return int(handover.grid.value[row, reviewer])
    return -int(handover.penalty(np.array([row], dtype=np.intp), int(joins))[0])


def _told(
    plan: Plan, handover: Handover, moves: list[tuple[int, int, int]]
) -> tuple[float, int, tuple[Move, ...]]:
    problem, value = plan.problem, plan.grid.value
    names = [*(one.code for one in problem.reviewers), ""]
    lost, reads = 0, 0
    for giver, taker, row in moves:
        lost += int(value[row, giver]) if giver != handover.nobody else 0
        lost -= int(value[row, taker]) if taker != handover.nobody else 0
        reads += (taker == handover.nobody) - (giver == handover.nobody)
    told = tuple(
        Move(problem.applications[row].code, names[giver], names[taker]) for giver, taker, row in moves
    )
    return lost * plan.grid.unit, reads, told
