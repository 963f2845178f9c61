"""The worst-off application first: the level that every total can reach, then the greatest sum at that level.

Maximin over applications as in Garg, Kavitha, Kumar, Mehlhorn and Mestre (“Assigning Papers to Referees”, Algorithmica
2010) and Stelmakh, Shah and Singh (“PeerReview4All”, ALT 2019); here the linear bound is exact over all pairs and what
is attained is compared with it.
"""

from dataclasses import dataclass

import numpy as np

from tremplin.methods.assignment.clash import Infeasible, clash
from tremplin.methods.assignment.core import Core, Floats
from tremplin.methods.assignment.face import Proof
from tremplin.methods.assignment.grid import BARRED, Bools, Grid, grid
from tremplin.methods.assignment.maxsum import Optimum, Unreachable, optimum
from tremplin.methods.assignment.problem import Problem, ProblemFault
from tremplin.methods.assignment.solve import Plan

_NEAR = 8  # pairs an application to start with
_LIFTED = 100
_PUSHES = (10.0, 1e3, 1e5, 1e7)
_WIDTHS = (1e-3, 1e-2, 1e-1, np.inf)
_SECONDS = 30.0
_ALL = 30_000
_SAME = 1e-7


@dataclass(frozen=True, slots=True)
class Level:
    """A total that all `applications` left by earlier levels reach: `value`, and at most `bound` in any assignment.

    `applications` are those that hold it there: their own best reviewers, or the price of others, allow no more.
    """

    value: float
    bound: float
    applications: tuple[str, ...]

    @property
    def gap(self) -> float:
        return max(self.bound - self.value, 0.0)


@dataclass(frozen=True, slots=True)
class FairPlan:
    """`plan` has the greatest sum at these levels (`plan.proof` says how far its bound is above it).

    `worst_before` and `total_before` are those of the plan of greatest sum, for comparison.
    """

    plan: Plan
    levels: tuple[Level, ...]
    worst_before: float
    total_before: float


def fair(problem: Problem, *, levels: int = 1) -> FairPlan:
    """Lift the worst application's total as high as can be, then the worst of the others, and so on; then the sum.

    There are `levels` levels. How many reads each application gets is settled first, as in `assign`: a total compares
    what is read, not how often. A level is bounded by a linear programme over all pairs, and attained by a
    whole-numbered assignment among pairs close to their prices; wherever the rest provably cannot do better the gap is
    0, else it is stated. The sum at the levels is bounded in the same way. Applications that hold each other at a level
    are not told apart: all keep it as their floor. Levels and sum are exact to 1e-7 and the same everywhere; which of
    equal assignments is taken is settled by HiGHS, the same for one version of it.

    Raises ProblemFault without scores, with a margin or with loads by length; Infeasible as `assign` does.
    """
    _check(problem, levels)
    table = grid(problem)
    try:
        start = optimum(table)
    except Unreachable:
        fault = clash(problem)
        if fault is None:
            raise
        raise Infeasible(fault) from None
    core = _core(table, start)
    before, best = core.totals, _best(core)
    given, bound = core.held, float(before.sum())
    left = core.reads > 0
    found: list[Level] = []
    while left.any() and len(found) < levels:
        given, bound, level = _lift(core, left, best)
        found.append(level)
        left[[problem.row[code] for code in level.applications]] = False
    rows, columns = np.nonzero(given)
    total = float(core.sums(given).sum())
    proof = Proof(total, max(bound, total), 0, int((table.value > BARRED).sum()), int(core.free.sum()))
    plan = Plan(problem, table, rows, columns, None, proof)
    worst = float(before[core.reads > 0].min(initial=np.inf))
    return FairPlan(plan, tuple(found), worst, float(before.sum()))


def _check(problem: Problem, levels: int) -> None:
    if problem.scores is None:
        raise ProblemFault(
            "there are no scores", "fair", "Give scores: without them `assign` evens out loads."
        )
    if problem.margin is not None:
        raise ProblemFault("a margin", "fair", "Keep what exists without one, or let it go.")
    if any(one.most_length is not None for one in problem.reviewers):
        raise ProblemFault("a cap on lengths", "fair", "Cap the number of reads instead.")
    if levels < 1:
        raise ProblemFault(f"{levels} levels", "fair", "Ask for at least one.")


def _core(table: Grid, start: Optimum) -> Core:
    """The plan of greatest sum, and pairs whose worth after prices is closest to what is held."""
    n, m = table.value.shape
    held: Bools = np.zeros((n, m), dtype=np.bool_)
    held[start.rows, start.columns] = True
    after = table.value - start.prices[:m].astype(np.float64)
    least = np.where(held, after, np.inf).min(axis=1, initial=np.inf)
    far = np.where(table.value > BARRED, abs(after - least[:, None]), np.inf)
    count = min(_NEAR * n, far.size) - 1
    width = np.partition(far.ravel(), count)[count] if far.size else 0.0
    return Core(table, held, far <= width)


def _best(core: Core) -> Floats:
    """(n,): the most that each row could have if it were alone."""
    ordered = -np.sort(-np.where(core.open, core.worth, -1e6), axis=1)
    reach = np.concatenate([np.zeros((len(ordered), 1)), np.cumsum(ordered, axis=1)], axis=1)
    return np.asarray(core.base + reach[np.arange(len(ordered)), core.reads], dtype=np.float64)


def _lift(core: Core, left: Bools, best: Floats) -> tuple[Bools, float, Level]:
    """One level: relaxed as high as it goes, then whole. What holds it there keeps it as a floor."""
    bound, held_back = _climb(core, left, float(best[left].min()))
    found = _whole(core, left)
    if found is None:
        value, sure = _lower(core)
        bound = value if sure else bound
        held_back[:] = False
        _push(core, left, value)
        found = _whole(core, left)
    if found is None:
        raise RuntimeError("a level that was reached cannot be reached again")
    given, most = found
    totals = core.sums(given)
    value = float(totals[left].min())
    holds = left & ((best <= value + _SAME) | held_back)
    if not holds.any():
        holds = left & (totals <= value + _SAME)
    core.floor[holds] = np.minimum(value, best[holds])
    core.lifted[:] = False
    codes = [core.grid.problem.applications[row].code for row in np.flatnonzero(holds).tolist()]
    return given, most + float(core.base.sum()), Level(value, max(bound, value), tuple(sorted(codes)))


def _climb(core: Core, left: Bools, highest: float) -> tuple[float, Bools]:
    """Relax to the highest level; a bound on the level of any assignment, and the rows whose prices say so."""
    nobody = np.zeros_like(left)
    _lift_all(core, left, _PUSHES[0], highest)
    if core.level >= highest - _SAME:
        return highest, nobody
    core.weight = 0.0  # nothing but the level counts
    _lift_all(core, left, 1.0, highest)
    bound, held_back = core.level, core.pull > _SAME
    core.weight = 1.0
    _push(core, left, bound)
    return bound, nobody if bound >= highest - _SAME else held_back


def _push(core: Core, left: Bools, level: float) -> None:
    """The greatest sum at a level that can be reached: a push that is strong enough gets there."""
    for push in _PUSHES:
        _lift_all(core, left, push, level)
        if core.level >= level - _SAME:
            return


def _lift_all(core: Core, left: Bools, push: float, highest: float) -> None:
    totals = core.totals
    lowest = np.argsort(np.where(left, totals, np.inf), kind="stable")[:_LIFTED]
    core.lifted[lowest[left[lowest]]] = True
    while True:
        core.relax(push, highest)
        below = left & ~core.lifted & (core.totals < core.level - _SAME)
        if not below.any():
            return
        core.lifted |= below


def _whole(core: Core, left: Bools) -> tuple[Bools, float] | None:
    """The whole-numbered assignment of greatest sum at the level, and a bound on all of them.

    None where the pairs looked at have none. What is found within `width` of the bound of the relaxation is the best of
    all (reduced-cost fixing), and its own bound.
    """
    best: tuple[Bools, float] | None = None
    for width in _widths(core):
        found = core.whole(width, 0.0, _SECONDS)
        while found is not None:
            below = left & ~core.lifted & (core.sums(found[0]) < core.level - _SAME)
            if not below.any():
                break
            core.lifted |= below
            core.relax(_PUSHES[-1], core.level)
            found = core.whole(width, 0.0, _SECONDS)
        if found is not None:
            given, total = found
            if core.bound - total <= max(width, _SAME):
                return given, total
            best = given, core.bound
    return best


def _lower(core: Core) -> tuple[float, bool]:
    """The highest level of a whole-numbered assignment, and whether all pairs were looked at for it."""
    width = _widths(core)[-1]
    found = core.whole(width, _PUSHES[-1], _SECONDS)
    if found is None:
        raise RuntimeError("no assignment was found in the time there is")
    rows = core.lifted
    return float(core.sums(found[0])[rows].min()), bool(np.isinf(width))


def _widths(core: Core) -> tuple[float, ...]:
    scale = float(abs(core.worth[core.open]).max(initial=0.0)) or 1.0
    few = core.worth.size <= _ALL
    return tuple(width * scale for width in (_WIDTHS if few else _WIDTHS[:-1]))
