"""The assignment of a problem, and what there is to say about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.assignment import weighted
from tremplin.methods.assignment.clash import Infeasible, clash
from tremplin.methods.assignment.even import even
from tremplin.methods.assignment.face import Proof
from tremplin.methods.assignment.flow import Index
from tremplin.methods.assignment.grid import Grid, Ints, allowed, grid, speaks
from tremplin.methods.assignment.handover import Handover
from tremplin.methods.assignment.maxsum import Unreachable, optimum, settled
from tremplin.methods.assignment.problem import Pair, Problem

Reason = Literal["language", "conflicts", "capacity"]


@dataclass(frozen=True, slots=True)
class Short:
    """An application that cannot get all its reads, and the first reason that holds.

    `language`: fewer reviewers read its language than it needs. `conflicts`: enough would, but too many must
    not. `capacity`: enough could, but all of them are full and nobody can hand anything on.
    """

    application: str
    missing: int
    reason: Reason
    language: str
    eligible: int


@dataclass(frozen=True)
class Plan:
    """Who reads what. `rows`, `columns` are the pairs that were decided, by column; fixed ones come on top.

    `prices` (m + 2,) in units of `grid`, and `proof`, exist where expertise decided; loads by length have a proof
    whose bound may lie above the total.
    """

    problem: Problem
    grid: Grid
    rows: Index
    columns: Index
    prices: Ints | None
    proof: Proof | None

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Every (application, reviewer), sorted."""
        applications = [one.code for one in self.problem.applications]
        reviewers = [one.code for one in self.problem.reviewers]
        rows, columns = self._all
        return tuple(
            sorted(
                (applications[a], reviewers[r]) for a, r in zip(rows.tolist(), columns.tolist(), strict=True)
            )
        )

    @cached_property
    def _all(self) -> tuple[Index, Index]:
        return (
            np.concatenate([self.grid.fixed[0], self.rows]),
            np.concatenate([self.grid.fixed[1], self.columns]),
        )

    @cached_property
    def added(self) -> tuple[Pair, ...]:
        """Pairs that did not exist before, sorted."""
        return tuple(pair for pair in self.pairs if pair not in self.problem.kept)

    @cached_property
    def removed(self) -> tuple[Pair, ...]:
        """Kept pairs that gave way, sorted; none unless there is a margin."""
        now = set(self.pairs)
        known = (
            pair
            for pair in self.problem.kept
            if pair[0] in self.problem.row and pair[1] in self.problem.column
        )
        return tuple(sorted(pair for pair in known if pair not in now))

    @cached_property
    def loads(self) -> Mapping[str, int]:
        """What each reviewer carries in the end, with what they carried elsewhere."""
        count = np.bincount(self._all[1], minlength=self.problem.shape[1]).tolist()
        return {one.code: one.carried + count[j] for j, one in enumerate(self.problem.reviewers)}

    @cached_property
    def total(self) -> float:
        """Sum of the scores of all pairs, fixed ones too, without margins; 0 where no expertise is known."""
        return float(np.sort(self.totals).sum())

    @cached_property
    def totals(self) -> NDArray[np.float64]:
        """(n,): the sum of scores of each application's reviewers."""
        rows, columns = self._all
        scores = self.problem.scores
        weights = np.zeros(len(rows)) if scores is None else scores[rows, columns].astype(np.float64)
        sums = np.bincount(rows, weights=weights, minlength=self.problem.shape[0])
        return np.asarray(sums, dtype=np.float64)

    @cached_property
    def missing(self) -> Ints:
        """(n,): reads that each application lacks."""
        given = np.bincount(self.rows, minlength=self.problem.shape[0])
        lacking: Ints = np.maximum(self.grid.wanted - given, 0)
        return lacking

    @cached_property
    def short(self) -> tuple[Short, ...]:
        """Applications that lack reads, in the order of the problem, each with a reason."""
        lacking = np.flatnonzero(self.missing).tolist()
        if not lacking:
            return ()
        able = speaks(self.problem).sum(axis=1)
        may = allowed(self.problem)
        may[self._all] = True
        able_now = may.sum(axis=1)
        return tuple(self._short(row, int(able[row]), int(able_now[row])) for row in lacking)

    def _short(self, row: int, able: int, left: int) -> Short:
        one = self.problem.applications[row]
        reason: Reason = "language" if able < one.reads else "conflicts" if left < one.reads else "capacity"
        return Short(one.code, int(self.missing[row]), reason, one.language, left)

    @cached_property
    def residual(self) -> tuple[Handover, Ints]:
        """Who could hand on what at which loss, and the price of a place with each reviewer (m + 2,)."""
        handover = Handover(self.grid, self.rows, self.columns)
        prices = self.prices if self.prices is not None else settled(handover)
        return handover, prices

    @property
    def spread(self) -> int:
        """Greatest load less the smallest."""
        return max(self.loads.values()) - min(self.loads.values()) if self.loads else 0


def assign(problem: Problem) -> Plan:
    """Give every application its reads: most reads first, then an even shortfall, then the greatest total.

    Reads are short only where limits leave no other way; `Plan.short` says whose and why. Where no scores are given
    the loads are evened out instead (`even`), and lots mix pairs of reviewers. Where a reviewer has `most_length` the
    problem is no flow any more: see `weighted`. Among equals the answer is a function of codes and seed (not with
    lengths: there the proof's gap says how much better another might be).

    The maximum-weight b-matching is solved as a flow (Charlin and Zemel, “The Toronto Paper Matching System”, 2013,
    state the objective) and proven by prices over all pairs. Raises ProblemFault at construction and Infeasible, with
    the limits that clash, where `least` or mandatory pairs cannot be kept.
    """
    if problem.mandatory and (fault := clash(problem)) is not None:
        raise Infeasible(fault)
    table = grid(problem)
    try:
        return _solved(problem, table)
    except Unreachable:
        # Limits that can be kept without lengths cannot be kept with them.
        raise Infeasible(clash(problem) or weighted.clash_of_lengths(table)) from None


def stated(problem: Problem, pairs: Iterable[Pair]) -> Plan:
    """A plan that exists already, for `why` and `replan`: `pairs` beside those that the problem keeps."""
    table = grid(problem)
    rows, columns = problem.places(set(pairs).difference(problem.kept, problem.mandatory))
    order = np.lexsort((rows, columns))
    return Plan(problem, table, rows[order], columns[order], None, None)


def _solved(problem: Problem, table: Grid) -> Plan:
    if any(one.most_length is not None for one in problem.reviewers):
        rows, columns, proof = weighted.solve(table)
        return Plan(problem, table, rows, columns, None, proof)
    if problem.scores is None and problem.margin is None:
        carried = np.array([one.carried for one in problem.reviewers], dtype=np.int64)
        base = carried + np.bincount(table.fixed[1], minlength=problem.shape[1])
        return Plan(problem, table, *even(table, base), None, None)
    found = optimum(table)
    return Plan(problem, table, found.rows, found.columns, found.prices, found.proof)
