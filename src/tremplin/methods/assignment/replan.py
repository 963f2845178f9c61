"""Somebody leaves, or a conflict comes to light: the fewest changes that mend a plan, with the proof.

Most reads first, then the fewest changes, then the greatest total (without expertise: the least loaded first).
Where reviewers with room can take every read that came free nothing else moves: each read that came free is one
change, which no plan with as many reads can undercut, and a small flow finds the best of all such plans. Otherwise
reads are handed on along the cheapest `chains`, in which one change costs more than any expertise can make up for.
Where limits leave reads that nobody can give, or ask for least loads, circles of the whole network are turned until
none has a gain. Prices prove either over all pairs.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tremplin.methods.assignment.chains import Chains
from tremplin.methods.assignment.clash import Infeasible, clash
from tremplin.methods.assignment.costs import Closed
from tremplin.methods.assignment.face import Proof, drawn, proven
from tremplin.methods.assignment.flow import Index, cheapest
from tremplin.methods.assignment.grid import BARRED, NEVER, Bools, Ints, Values, limits, lots, name
from tremplin.methods.assignment.handover import Handover
from tremplin.methods.assignment.maxsum import Unreachable, canonical, settled
from tremplin.methods.assignment.problem import Pair, Problem, ProblemFault
from tremplin.methods.assignment.solve import Plan

_DRAWS = 20  # bits below a unit of value, for lots


@dataclass(frozen=True)
class Mended:
    """What changes. `freed` pairs had to go; `removed` are those, and others that moved to make room; `added` come.

    No plan with as many reads adds fewer pairs. `proof` is None where nothing moved but what came free (there is
    nothing to prove then); its total and bound count each pair that stays as worth more than any exchange.
    `missing` are reads that nobody can give now; `loss` is the old total less the new one.
    """

    freed: tuple[Pair, ...]
    removed: tuple[Pair, ...]
    added: tuple[Pair, ...]
    missing: int
    loss: float
    proof: Proof | None
    _news: "_News"
    _rows: Index
    _columns: Index

    @cached_property
    def plan(self) -> Plan:
        """The plan after the change; pairs that must not be any more are conflicts of its problem."""
        problem = self._news.problem
        table = replace(self._news.table, problem=problem, value=self._news.value())
        return Plan(problem, table, self._rows, self._columns, None, None)


def replan(plan: Plan, *, without: Collection[str] = (), conflicts: Iterable[Pair] = ()) -> Mended:
    """Mend a plan when reviewers leave (`without`) or pairs must not be any more (`conflicts`).

    Kept pairs may be among them; a mandatory one raises ProblemFault, as does a name that is not there. Raises
    Infeasible where least reads or least loads cannot be kept. O(freed x m) where places are free; chains take O(reads)
    for each reviewer with room and O(m) for each way to them that a chain changes; the whole network O(reads x m).
    """
    if any(one.most_length is not None for one in plan.problem.reviewers):
        raise ProblemFault(
            "a cap on lengths", "replan", "Assign anew with what exists as `kept` and a margin instead."
        )
    news = _News(plan, sorted(set(without)), sorted(set(conflicts)))
    rows, columns = _direct(news)
    load = news.load + np.bincount(columns, minlength=news.m)
    if len(rows) == int(news.need.sum()) and bool((load >= news.table.low).all()):
        return news.direct(rows, columns)
    if bool((news.load >= news.table.low).all()):
        chains = news.chains(rows, columns)
        if chains.place_all():
            return news.mended(*_proven(chains))
        rows, columns = chains.pairs()
    else:
        rows, columns = np.concatenate([news.rows, rows]), np.concatenate([news.columns, columns])
    try:
        return news.mended(*_handed_on(news, rows, columns))
    except Unreachable:
        fault = clash(news.problem)
        if fault is None:
            raise
        raise Infeasible(fault) from None


class _News:
    """What is left of a plan, what it needs, and the limits that hold now (`table`, but for its old values)."""

    def __init__(self, plan: Plan, leaving: list[str], pairs: list[Pair]) -> None:
        old, self.m = plan.grid, plan.problem.shape[1]
        _check(plan.problem, leaving, pairs)
        self.plan, self.leaving, self.pairs = plan, frozenset(leaving), frozenset(pairs)
        self.gone: Bools = np.zeros(self.m, dtype=np.bool_)
        self.gone[[plan.problem.column[code] for code in leaving]] = True
        self.barred = plan.problem.places(pairs)
        lost, fixed_lost = self._lost(plan.rows, plan.columns), self._lost(*old.fixed)
        self.rows, self.columns = plan.rows[~lost], plan.columns[~lost]
        self.freed = np.concatenate(
            [self._flat(plan.rows, plan.columns)[lost], self._flat(*old.fixed)[fixed_lost]]
        )
        fixed, now = old.fixed, (old.wanted, old.least, old.low, old.high)
        if fixed_lost.any():
            fixed = (old.fixed[0][~fixed_lost], old.fixed[1][~fixed_lost])
            now = limits(plan.problem, fixed)
        low, high = np.where(self.gone, 0, now[2]), np.where(self.gone, 0, now[3])
        self.table = replace(old, wanted=now[0], least=now[1], low=low, high=high, fixed=fixed)
        self.load: Ints = np.bincount(self.columns, minlength=self.m).astype(np.int64)
        self.need: Ints = now[0] - np.bincount(self.rows, minlength=len(now[0]))

    def _flat(self, rows: Index, columns: Index) -> Index:
        return rows * self.m + columns

    def _lost(self, rows: Index, columns: Index) -> Bools:
        lost: Bools = self.gone[columns]
        if len(self.barred[0]):
            lost = lost | np.isin(self._flat(rows, columns), self._flat(*self.barred))
        return lost

    @property
    def problem(self) -> Problem:
        """The problem as it is now: who left reads nothing."""
        old = self.plan.problem
        kept = frozenset(pair for pair in old.kept if pair[1] not in self.leaving and pair not in self.pairs)
        reviewers = [
            replace(one, most=one.carried, least=0) if one.code in self.leaving else one
            for one in old.reviewers
        ]
        return replace(old, reviewers=reviewers, conflicts=old.conflicts | self.pairs, kept=kept)

    def carried(self) -> Ints:
        """(m,): what each reviewer carries in all, before anything is added."""
        elsewhere = np.array([one.carried for one in self.plan.problem.reviewers], dtype=np.int64)
        loads: Ints = elsewhere + self.load + np.bincount(self.table.fixed[1], minlength=self.m)
        return loads

    def value(self) -> Values:
        """The values of all pairs, with what must not be any more."""
        value = self.table.value.copy()
        value[:, self.gone] = NEVER
        value[self.barred] = NEVER
        return value

    def block(self, rows: Index) -> Ints:
        """The values of these rows' pairs that could be added."""
        value = self.table.value[rows].astype(np.int64)
        value[:, self.gone] = NEVER
        for set_rows, set_columns in (self.barred, (self.rows, self.columns)):
            at = np.searchsorted(rows, set_rows)
            here = (at < len(rows)) & (rows[np.minimum(at, len(rows) - 1)] == set_rows)
            value[at[here], set_columns[here]] = NEVER
        return value

    def chains(self, rows: Index, columns: Index) -> Chains:
        """All that was kept, and these pairs, as a plan whose reads can be handed on."""
        kept, closed = (self.rows, self.columns), Closed(self.gone, self.barred)
        return Chains(self.table, 2 * (self.m + 3) * self.table.span, closed, kept, (rows, columns))

    def direct(self, rows: Index, columns: Index) -> Mended:
        """What changes where all that was kept stays, and these pairs come."""
        come = self._flat(rows, columns)
        whole = np.concatenate([self.rows, rows]), np.concatenate([self.columns, columns])
        return self._told(self.freed, come, *whole, None)

    def mended(self, rows: Index, columns: Index, proof: Proof | None) -> Mended:
        """What changes if this is the new plan."""
        before, after = self._flat(self.plan.rows, self.plan.columns), self._flat(rows, columns)
        away = np.union1d(before[~_among(before, after)], self.freed)
        return self._told(away, after[~_among(after, before)], rows, columns, proof)

    def _told(self, away: Index, come: Index, rows: Index, columns: Index, proof: Proof | None) -> Mended:
        scores, loss = self.plan.problem.scores, 0.0
        if scores is not None:
            old, new = (scores[np.divmod(flat, self.m)].sum(dtype=np.float64) for flat in (away, come))
            loss = float(old - new)
        lacking = int(self.table.wanted.sum()) - len(rows)
        told = (self._codes(self.freed), self._codes(away), self._codes(come))
        return Mended(*told, lacking, loss, proof, self, rows, columns)

    def _codes(self, flat: Index) -> tuple[Pair, ...]:
        applications, reviewers = self.plan.problem.applications, self.plan.problem.reviewers
        rows, columns = np.divmod(flat, self.m)
        pairs = zip(rows.tolist(), columns.tolist(), strict=True)
        return tuple(sorted((applications[a].code, reviewers[r].code) for a, r in pairs))


def _among(flat: Index, others: Index) -> Bools:
    """Which of these pairs are among the others: by a table of all, the quickest way with many."""
    found: Bools = np.isin(flat, others, kind="table")
    return found


def _check(problem: Problem, leaving: list[str], pairs: list[Pair]) -> None:
    for code in leaving:
        if code not in problem.column:
            raise ProblemFault("is not a reviewer", code, "Name a reviewer of this plan.")
    for application, reviewer in pairs:
        if application not in problem.row or reviewer not in problem.column:
            raise ProblemFault(
                "names somebody who is not there", f"{application} × {reviewer}", "Mend the pair."
            )
    away = set(leaving)
    for application, reviewer in sorted(problem.mandatory):
        if reviewer in away or (application, reviewer) in set(pairs):
            raise ProblemFault(
                "is mandatory", f"{application} × {reviewer}", "Lift the obligation first, then plan anew."
            )


def _direct(news: _News) -> tuple[Index, Index]:
    """The best way to give reads that are needed to reviewers with room, as many as can be."""
    nothing = np.zeros(0, dtype=np.intp)
    rows = np.flatnonzero(news.need > 0)
    room = np.maximum(news.table.high - news.load, 0)
    if not len(rows) or not room.any():
        return nothing, nothing
    value = news.block(rows)
    inner, columns = np.nonzero((value > BARRED) & (room > 0))
    if not len(inner):
        return nothing, nothing
    flows = _placed(news, rows, inner, columns, value[inner, columns], room)
    return rows[inner[flows]], columns[flows]


def _placed(news: _News, rows: Index, inner: Index, columns: Index, value: Ints, room: Ints) -> Bools:
    """Which of the arcs are taken: most reads, then the greatest value (or the least loaded), then lots."""
    problem, need = news.plan.problem, news.need[rows]
    # As many bits for lots as the solver's whole numbers leave: costs times nodes must stay below 2**62.
    bits = 60 - 32 - int(len(rows) + news.m + 2).bit_length()
    codes = np.array(
        [name("application", problem.applications[row].code) for row in rows.tolist()], dtype=np.int64
    )
    others = np.array([name("reviewer", one.code) for one in problem.reviewers], dtype=np.int64)
    draws = lots(problem.seed, codes[inner], others[columns]) >> (31 - bits)
    draws //= max(int(need.sum()), 1)  # all lots together stay below one unit of value
    unread = len(need)
    flows = cheapest(
        np.concatenate([inner, np.arange(unread)]),
        np.concatenate([columns, np.full(unread, news.m)]),
        np.concatenate([-(value << bits) - draws, np.full(unread, 2**30 << bits)]),
        need,
        np.zeros(news.m + 1, dtype=np.int64),
        np.append(room, need.sum()),
        most=np.concatenate([np.ones(len(inner), dtype=np.int64), need]),
        rising=None if problem.scores is not None else (np.append(news.carried(), 0), 1 << bits),
    )
    if flows is None:
        raise RuntimeError("reads that may stay with nobody found no place")
    return flows[: len(inner)] > 0


def _proven(chains: Chains) -> tuple[Index, Index, Proof]:
    """The canonical one of the plans with as few changes and as great a total, with the proof."""
    prices = chains.prices()
    margins = chains.margins(prices)
    tied = np.flatnonzero(margins[0] == margins[1])
    pairs = drawn(chains, prices, tied, margins[0][tied]) if len(tied) else chains.pairs()
    return *pairs, proven(chains, prices, margins, pairs, 0)


def _handed_on(news: _News, rows: Index, columns: Index) -> tuple[Index, Index, Proof]:
    """The whole network: each pair that stays is worth more than any exchange of values."""
    old = news.table
    value = np.asarray(news.value(), dtype=np.int64)
    most = int(old.wanted.max(initial=0)) + 2
    shift, span = 0, old.span
    # Sums of penalties must fit into 64 bits: with thousands of reviewers, scores are compared to fewer digits.
    while 160 * most * (news.m + 3) * (2 * news.m + 7) * span >= 2**62:
        shift, span = shift + 1, span // 2 + 1
    if shift:
        value = np.where(value > BARRED, value >> shift, NEVER)
    worth = 2 * (news.m + 3) * span
    value[news.rows, news.columns] += worth
    handover = Handover(replace(old, value=value, span=span + worth, unit=old.unit * 2**shift), rows, columns)
    _fill_least_loads(handover)
    prices = settled(handover)
    if bool((handover.missing > handover.spare).any()):
        raise Unreachable
    found = canonical(handover, prices, 0)
    return found.rows, found.columns, found.proof


def _fill_least_loads(handover: Handover) -> None:
    """Lead reads to reviewers who lost more than they may, from those who have more than they must."""
    while len(below := np.flatnonzero(handover.load < handover.grid.low)):
        found = handover.to(int(below[0]))
        if not isinstance(found, tuple):
            handover.turn(found)
            continue
        far, step = found
        starts = [handover.outside, handover.nobody] if handover.short else [handover.outside]
        start = min(starts, key=lambda node: int(far[node]))
        if not handover.reached(int(far[start])):
            raise Unreachable
        nodes = [start]
        while nodes[-1] != int(below[0]):
            nodes.append(int(step[nodes[-1]]))
        handover.turn([handover.outside, *nodes] if start == handover.nobody else nodes)
