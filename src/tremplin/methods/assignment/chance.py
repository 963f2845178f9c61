"""A randomised assignment: no pair certain, so that nobody can count on reading, or being read by, a friend.

`capped` is the probability-limited random assignment of Jecmen, Zhang, Liu, Shah, Conitzer and Fang (“Mitigating
Manipulation in Peer Review via Randomized Reviewer Assignments”, NeurIPS 2020): the greatest expected total while no
pair has a probability above a cap. `perturbed` spreads it further (Xu, Jecmen, Song and Fang, NeurIPS 2023).
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import ceil, floor, isfinite

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.assignment import perturb
from tremplin.methods.assignment.clash import Clash, Infeasible
from tremplin.methods.assignment.flow import Index, cheapest
from tremplin.methods.assignment.grid import BARRED, Bools, Grid, Ints
from tremplin.methods.assignment.handover import Handover
from tremplin.methods.assignment.problem import Problem, ProblemFault
from tremplin.methods.assignment.rounding import UNITS, draw, whole_units
from tremplin.methods.assignment.solve import Plan, assign

Floats = NDArray[np.float64]
_ALL = 400_000


@dataclass(frozen=True)
class Lottery:
    """Probabilities of pairs, in whole units of 2**-20, by application, then reviewer. Fixed pairs are not among them.

    `quality` is the expected total, `best` the greatest total without a cap (both without fixed pairs).
    """

    problem: Problem
    grid: Grid
    rows: Index
    columns: Index
    units: Ints
    cap: float
    best: float

    @cached_property
    def probability(self) -> Floats:
        return np.asarray(self.units / UNITS, dtype=np.float64)

    @cached_property
    def quality(self) -> float:
        scores = self.problem.scores
        return (
            0.0
            if scores is None
            else float(scores[self.rows, self.columns].astype(np.float64) @ self.probability)
        )

    @property
    def share(self) -> float:
        """Expected total in parts of the greatest one."""
        return self.quality / self.best if self.best else 1.0

    @property
    def entropy(self) -> float:
        """Sum of -p ln p over pairs: how little can be foretold."""
        return float(-(self.probability * np.log(self.probability)).sum())

    @property
    def support(self) -> int:
        """Pairs that can be drawn."""
        return len(self.units)

    @property
    def average_greatest(self) -> float:
        """The greatest probability of an application's reviewers, on average over applications that are read."""
        greatest = np.zeros(self.problem.shape[0])
        np.maximum.at(greatest, self.rows, self.probability)
        return float(greatest[greatest > 0].mean()) if self.support else 0.0

    def draw(self, seed: int) -> Plan:
        """One assignment: every pair with exactly its probability, every load within its limits, and every read given
        that can be; `short` says which cannot, and why."""
        drawn = draw(self.rows, self.columns, self.units, seed)
        return Plan(self.problem, self.grid, self.rows[drawn], self.columns[drawn], None, None)


def capped(problem: Problem, cap: float) -> Lottery:
    """The greatest expected total with no probability above `cap`, exactly.

    A cap such as 3/5 is no whole number of units of 2**-20 and is rounded down to one; up only where that leaves no
    way, as where five reviewers must make up three reads.

    A minimum-cost flow in whole units on each application's best pairs, proven over all pairs by prices (more pairs
    join until the proof holds). Where several are equally good the solver's is taken: the total is canonical, the
    probabilities are the same for one version of OR-Tools. Raises ProblemFault for a cap outside (0, 1], a margin or
    loads by length; Infeasible, which says how many reads the cap leaves out, where it does not leave all reads.
    """
    return _greatest(problem, cap)[0]


def perturbed(
    problem: Problem, cap: float, *, share: float | None = None, beta: float | None = None
) -> Lottery:
    """Less foreseeable at nearly the same expertise: the maximum of sum s (x - beta x²) with no x above `cap`,
    and a little more curvature than that (see `perturb`), which makes it unique.

    Give `beta` (0.5 at most keeps a pair's worth rising up to probability 1), or `share`: the greatest beta, to six
    digits, whose expected total is at least that part of the greatest total without a cap. Where even `capped` stays
    below the share, that is returned. Scores must not be negative and reviewers must have no least loads.
    """
    if (share is None) == (beta is None):
        raise ProblemFault("neither or both of share and beta", "perturbed", "Give one of them.")
    top, table, most = _greatest(problem, cap, smooth=True)
    if beta is not None:
        return _smooth(top, table, most, beta)[0]
    wanted = float(share or 0.0)
    if top.share <= wanted:
        return top
    return _at_share(top, table, most, wanted)


def _at_share(top: Lottery, table: Grid, most: int, wanted: float) -> Lottery:
    """The greatest beta whose share is at least `wanted`: bracketed, then false position (Illinois rule)."""
    low, high, found, places = 0.0, 1.0, top, None
    over, under = top.share - wanted, 0.0
    for _turn in range(80):
        # Until a beta is too great it doubles.
        middle = high if under == 0.0 else (low * -under + high * over) / (over - under)
        tried, places = _smooth(top, table, most, middle, places)
        if (off := tried.share - wanted) >= 0:
            low, found = middle, tried
            over, under = off, under / 2
            high = high if under else 2 * high
        else:
            high = middle
            under, over = off, over / 2 if under else over
        if 0 <= off < 1e-8 or high - low < 1e-9 * high or low > 1e6:
            break
    return found


def _smooth(
    top: Lottery, table: Grid, most: int, beta: float, places: Floats | None = None
) -> tuple[Lottery, Floats]:
    rows, columns, chance, places = perturb.perturbed(table, most / UNITS, beta, places)
    units = whole_units(rows, columns, chance, table.wanted, table.high, most)
    return Lottery(top.problem, top.grid, *units, top.cap, top.best), places


def _greatest(problem: Problem, cap: float, *, smooth: bool = False) -> tuple[Lottery, Grid, int]:
    """The greatest expected total under the cap, what the lottery is over, and the cap in units."""
    plain, table = _ready(problem, cap)
    if smooth:
        _check_smooth(problem, table)
    exact = Fraction(cap).limit_denominator(UNITS) * UNITS
    most = floor(exact)
    try:
        found = _flow(problem, table, most)
    except Infeasible:
        if most == exact:
            raise
        most += 1
        found = _flow(problem, table, most)
    best = plain.proof.total if plain.proof is not None else 0.0
    return Lottery(problem, plain.grid, *found, cap, best), table, most


def _ready(problem: Problem, cap: float) -> tuple[Plan, Grid]:
    """The plan without chance, and what the lottery is over."""
    if not (isfinite(cap) and 0 < cap <= 1):
        raise ProblemFault(f"a cap of {cap}", "chance", "Give a probability above 0 and up to 1.")
    if problem.scores is None or problem.margin is not None:
        raise ProblemFault(
            "no scores, or a margin", "chance", "Give scores, and keep what exists without a margin."
        )
    if any(one.most_length is not None for one in problem.reviewers):
        raise ProblemFault("a cap on lengths", "chance", "Cap the number of reads instead.")
    plain = assign(problem)
    # What nobody can read for sure, nobody reads by chance: the lottery is over what can be given.
    return plain, replace(plain.grid, wanted=plain.grid.wanted - plain.missing)


def _too_few(problem: Problem, table: Grid, few: Index, most: int) -> Clash:
    """Applications whose reviewers, each at the cap, do not make up their reads."""
    able = (table.value > BARRED).sum(axis=1)
    codes = tuple(sorted(problem.applications[row].code for row in few.tolist()))
    reviewers = np.flatnonzero((table.value[few] > BARRED).any(axis=0)).tolist()
    languages = {problem.applications[row].language for row in few.tolist()} - {""}
    return Clash(
        "cap",
        codes,
        tuple(sorted(problem.reviewers[column].code for column in reviewers)),
        int(table.wanted[few].sum()),
        int((able[few] * most // UNITS).sum()),
        tuple(sorted(languages)),
        codes,
    )


def _check_smooth(problem: Problem, table: Grid) -> None:
    if bool(((table.value < 0) & (table.value > BARRED)).any()):
        raise ProblemFault("scores below 0", "perturbed", "Shift the scores so that the least is 0.")
    if table.low.any():
        raise ProblemFault("least loads", "perturbed", "Use `capped`, or ask for no least loads.")


def _flow(problem: Problem, table: Grid, most: int) -> tuple[Index, Index, Ints]:
    lacking = np.flatnonzero((table.value > BARRED).sum(axis=1) * most < table.wanted * UNITS)
    if len(lacking):
        raise Infeasible(_too_few(problem, table, lacking, most))
    m = table.value.shape[1]
    few = m if table.value.size <= _ALL else min(m, ceil(16 + 4 * UNITS / most))
    while True:
        rows, columns = _best(table, few)
        flows = cheapest(
            rows,
            columns,
            -table.value[rows, columns].astype(np.int64),
            table.wanted * UNITS,
            table.low * UNITS,
            table.high * UNITS,
            most=np.full(len(rows), most),
        )
        if flows is None and few == m:
            raise Infeasible(_joint(problem, table, most))
        if flows is not None and (few == m or _proven(table, rows, columns, flows, most)):
            some = flows > 0
            return rows[some], columns[some], flows[some]
        few = min(m, 2 * few)


def _best(table: Grid, few: int) -> tuple[Index, Index]:
    value = table.value
    if few < value.shape[1]:
        floor = np.partition(value, -few, axis=1)[:, -few]
        taken: Bools = np.greater_equal(value, floor[:, None])
        rows, columns = np.nonzero(taken & (value > BARRED))
    else:
        rows, columns = np.nonzero(value > BARRED)
    return rows, columns


def _proven(table: Grid, rows: Index, columns: Index, flows: Ints, most: int) -> bool:
    """Whether no circle of the residual network over all pairs has a gain."""
    some, part = flows > 0, (flows > 0) & (flows < most)
    scaled = replace(table, high=table.high * UNITS, low=table.low * UNITS)
    network = Handover(scaled, rows[some], columns[some])
    network.open[rows[part], columns[part]] = table.value[rows[part], columns[part]]
    network.load = np.bincount(columns, weights=flows, minlength=len(table.high)).astype(np.int64)
    network.missing = np.zeros_like(table.wanted)
    network.survey(range(network.m))
    return isinstance(network.to(network.outside), tuple)


def _joint(problem: Problem, table: Grid, most: int) -> Clash:
    """All reads against what all reviewers can give under the cap: together they do not fit."""
    rows, columns = np.nonzero(table.value > BARRED)
    unread = len(table.high)
    flows = cheapest(
        np.concatenate([rows, np.arange(len(table.wanted))]),
        np.concatenate([columns, np.full(len(table.wanted), unread)]),
        np.concatenate([np.zeros(len(rows), dtype=np.int64), np.ones(len(table.wanted), dtype=np.int64)]),
        table.wanted * UNITS,
        np.zeros(unread + 1, dtype=np.int64),
        np.append(table.high, table.wanted.sum()) * UNITS,
        most=np.concatenate([np.full(len(rows), most), table.wanted * UNITS]),
    )
    lacking = np.zeros(len(table.wanted), dtype=np.int64) if flows is None else flows[len(rows) :]
    short = np.flatnonzero(lacking)
    codes = tuple(sorted(problem.applications[row].code for row in short.tolist()))
    reviewers = np.flatnonzero((table.value[short] > BARRED).any(axis=0)).tolist()
    needed = int(table.wanted[short].sum())
    return Clash(
        "cap",
        codes,
        tuple(sorted(problem.reviewers[column].code for column in reviewers)),
        needed,
        int((table.wanted[short] * UNITS - lacking[short]).sum() // UNITS),
        tuple(sorted({problem.applications[row].language for row in short.tolist()} - {""})),
        codes,
    )
