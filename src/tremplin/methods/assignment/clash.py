"""Why hard limits leave no assignment: a cut of the network names limits that clash, a filter the fewest of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tremplin.methods.assignment.flow import Index, most_flow
from tremplin.methods.assignment.grid import BARRED, Bools, Grid, Ints, allowed, grid
from tremplin.methods.assignment.problem import Pair, Problem

Kind = Literal["reads", "loads", "mandatory", "cap", "lengths"]


@dataclass(frozen=True, slots=True)
class Clash:
    """Limits that cannot hold together.

    `reads`: `applications` need at least `needed` reads, `reviewers` (all who may read any of them) can give
    `available`. `loads`: `reviewers` must do at least `needed`, `applications` (all that they may read) have room for
    `available`. `mandatory`: the `pairs` must be, and may not, or are more than a reviewer's or application's limit.

    `cap`: under the cap on probabilities the reviewers of these `applications` make up `available` of `needed` reads.
    `lengths`: the caps on lengths of `reviewers` leave `available` of the `needed` least reads, with their least loads.

    `core` names limits (codes) no one of which can be left out: without any of them the rest would hold. `languages`
    are those of the applications in the clash.
    """

    kind: Kind
    applications: tuple[str, ...]
    reviewers: tuple[str, ...]
    needed: int
    available: int
    languages: tuple[str, ...]
    core: tuple[str, ...]
    pairs: tuple[Pair, ...] = ()

    @property
    def missing(self) -> int:
        return self.needed - self.available


class Infeasible(ValueError):
    """No assignment keeps all hard limits; `clash` says which of them cannot hold together."""

    def __init__(self, clash: Clash) -> None:
        what = {
            "reads": "the least reads cannot all be given",
            "loads": "the least loads cannot all be filled",
            "mandatory": "mandatory pairs break a limit",
            "lengths": "the caps on lengths leave too little for the least reads or loads",
            "cap": "the cap on probabilities does not leave all reads",
        }[clash.kind]
        super().__init__(
            f"{what}: {clash.needed} needed, {clash.available} possible ({', '.join(clash.core[:8])}). "
            "Raise a limit on one side, lower one on the other, or lift a conflict."
        )
        self.clash = clash


def clash(problem: Problem) -> Clash | None:
    """The limits that clash, or None where an assignment exists. Needs one flow over all pairs a side.

    Least reads and least loads can be kept together whenever each can be kept alone (Mendelsohn and Dulmage 1958, for
    bipartite graphs with upper limits), so each side is asked for itself.
    """
    found = _mandatory(problem)
    if found is not None:
        return found
    table = grid(problem)
    may = table.value > BARRED
    return _reads(problem, table, may) or _loads(problem, table, may)


def _mandatory(problem: Problem) -> Clash | None:
    rows, columns = problem.places(problem.mandatory)
    pairs = sorted(problem.mandatory)
    may = allowed(problem)
    barred = [(a, r) for a, r in pairs if not may[problem.row[a], problem.column[r]]]
    if barred:
        application, reviewer = barred[0]
        return _pairs_clash(problem, (application,), (reviewer,), 1, 0, barred[:1])
    reads = np.bincount(rows, minlength=problem.shape[0])
    for row in np.flatnonzero(reads > [one.reads for one in problem.applications]).tolist():
        code = problem.applications[row].code
        mine = [pair for pair in pairs if pair[0] == code]
        names = tuple(reviewer for _code, reviewer in mine)
        return _pairs_clash(problem, (code,), names, len(mine), problem.applications[row].reads, mine)
    loads = np.bincount(columns, minlength=problem.shape[1])
    room = [one.most - one.carried for one in problem.reviewers]
    for column in np.flatnonzero(loads > np.maximum(room, 0)).tolist():
        code = problem.reviewers[column].code
        mine = [pair for pair in pairs if pair[1] == code]
        names = tuple(application for application, _code in mine)
        return _pairs_clash(problem, names, (code,), len(mine), max(room[column], 0), mine)
    return None


def _pairs_clash(
    problem: Problem,
    applications: tuple[str, ...],
    reviewers: tuple[str, ...],
    needed: int,
    have: int,
    pairs: list[Pair],
) -> Clash:
    return Clash(
        "mandatory",
        applications,
        reviewers,
        needed,
        have,
        _languages(problem, applications),
        (*applications, *reviewers),
        tuple(pairs),
    )


def _reads(problem: Problem, table: Grid, may: Bools) -> Clash | None:
    cut = _cut(may, table.least, table.high)
    if cut is None:
        return None
    rows, columns = cut
    core = filtered(rows, lambda kept: _fails(may[kept], table.least[kept], table.high))
    needed = int(table.least[rows].sum())
    applications = tuple(sorted(problem.applications[row].code for row in rows.tolist()))
    return Clash(
        "reads",
        applications,
        tuple(sorted(problem.reviewers[column].code for column in columns.tolist())),
        needed,
        int(most_flow(may[rows], table.least[rows], table.high).sum()),
        _languages(problem, applications),
        tuple(sorted(problem.applications[row].code for row in core.tolist())),
    )


def _loads(problem: Problem, table: Grid, may: Bools) -> Clash | None:
    across = np.ascontiguousarray(may.T)
    cut = _cut(across, table.low, table.wanted)
    if cut is None:
        return None
    columns, rows = cut
    core = filtered(columns, lambda kept: _fails(across[kept], table.low[kept], table.wanted))
    applications = tuple(sorted(problem.applications[row].code for row in rows.tolist()))
    return Clash(
        "loads",
        applications,
        tuple(sorted(problem.reviewers[column].code for column in columns.tolist())),
        int(table.low[columns].sum()),
        int(most_flow(across[columns], table.low[columns], table.wanted).sum()),
        _languages(problem, applications),
        tuple(sorted(problem.reviewers[column].code for column in core.tolist())),
    )


def _languages(problem: Problem, applications: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({problem.applications[problem.row[code]].language for code in applications} - {""}))


def _fails(may: Bools, supply: Ints, high: Ints) -> bool:
    return int(most_flow(may, supply, high).sum()) < int(supply.sum())


def _cut(may: Bools, supply: Ints, high: Ints) -> tuple[Index, Index] | None:
    """The rows and columns around one unmet row that no path can help, or None where every row is served."""
    given = most_flow(may, supply, high)
    short = np.flatnonzero(given.sum(axis=1) < supply)
    best: tuple[Index, Index] | None = None
    for start in short.tolist():
        rows, columns = _around(may, given, start)
        # Whoever else is short and has nobody but these reviewers lacks their reads for the same reason.
        alike = short[~may[short][:, ~columns].any(axis=1)]
        rows[alike] = True
        found = np.flatnonzero(rows), np.flatnonzero(columns)
        if best is None or len(found[0]) < len(best[0]):
            best = found
    return best


def _around(may: Bools, given: Bools, start: int) -> tuple[Bools, Bools]:
    rows = np.zeros(len(may), dtype=np.bool_)
    columns = np.zeros(may.shape[1], dtype=np.bool_)
    rows[start] = True
    while True:
        reach = (may[rows] & ~given[rows]).any(axis=0) & ~columns
        if not reach.any():
            # Those who may read any of them, whether or not they are full: they are who is available.
            able = np.asarray(may[rows].any(axis=0), dtype=np.bool_)
            return rows, able
        columns |= reach
        rows |= given[:, columns].any(axis=1)


def filtered(members: Index, fails: Callable[[Index], bool]) -> Index:
    """A smallest set in the sense that none of it can be left out (deletion filter: Chinneck and Dravnieks 1991)."""
    kept, size = members, max(len(members) // 2, 1)
    while size:
        start = 0
        while start < len(kept):
            without = np.delete(kept, slice(start, start + size))
            if len(without) and fails(without):
                kept = without
            else:
                start += size
        size //= 2
    return kept
