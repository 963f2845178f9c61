"""What each handing on costs a plan of the fewest changes, and the cheapest chains; looked at only where it counts.

A kept pair that goes is one change, and one change costs more than all expertise can make up for. So whatever a
reviewer could hand on need be known for takers that are few changes from a free place, and those are few: with the
others one change is taken as the least it could cost, and their column is looked at once a cheapest chain would pass
there. Distances that use that least cost are never too great: they are prices that prove the plan over all pairs.
"""

from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np

from tremplin.methods.assignment.flow import Index
from tremplin.methods.assignment.grid import BARRED, NEVER, Bools, Grid, Ints, Values
from tremplin.methods.assignment.handover import circle

INFINITE = 2**61
NONE = -(2**61)
BEYOND = 2**60  # further than any chain


class Closed:
    """Reviewers who are gone and pairs that must not be any more."""

    def __init__(self, gone: Bools, barred: tuple[Index, Index]) -> None:
        self.gone, self.barred = gone, barred

    def off(self, values: Values, rows: Index | None, columns: Index | None) -> Values:
        """These values (a copy, written to) of these rows and columns (None: all), NEVER where a pair must not be."""
        values[:, self.gone if columns is None else self.gone[columns]] = NEVER
        if len(self.barred[0]):
            down, across = _places(self.barred[0], rows), _places(self.barred[1], columns)
            here = (down >= 0) & (across >= 0)
            values[down[here], across[here]] = NEVER
        return values


def _places(wanted: Index, among: Index | None) -> Index:
    """Where each of `wanted` stands in `among` (-1: nowhere); None stands for all."""
    if among is None:
        return wanted
    place = np.full(int(max(wanted.max(initial=0), among.max(initial=0))) + 1, -1, dtype=np.intp)
    place[among] = np.arange(len(among))
    return place[wanted]


class Row:
    """An application of which a read has moved or is to be placed: who holds it, and what each pair is worth."""

    def __init__(self, worths: Ints, old: Collection[int]) -> None:
        self.all = worths
        self.old, self.given_up, self.new = set(old), set[int](), set[int]()
        self.worths = worths.copy()  # of pairs that could be added
        self.worths[list(old)] = NONE

    @property
    def holders(self) -> list[int]:
        return [*self.old, *self.new]

    def join(self, column: int) -> bool:
        """Give a read to a reviewer; whether they had it at first."""
        self.worths[column] = NONE
        if column in self.given_up:
            self.given_up.remove(column)
            self.old.add(column)
            return True
        self.new.add(column)
        return False

    def leave(self, column: int) -> bool:
        """Take a read from a reviewer; whether they had it at first."""
        self.worths[column] = self.all[column]
        if column in self.old:
            self.old.remove(column)
            self.given_up.add(column)
            return True
        self.new.remove(column)
        return False

    def costs(self, giver: int) -> Ints:
        """(m,): what it costs if the giver's read goes to each reviewer."""
        return np.where(self.worths > NONE // 2, self.all[giver] - self.worths, INFINITE)


class Costs:
    """`reads`: the rows each reviewer has had all along; `rows`: those of which a read has moved; `room` (m,).

    `far` (m,) is the cost of the cheapest chain from each reviewer to a free place, `step` the next reviewer on it.
    """

    def __init__(self, grid: Grid, worth: int, closed: Closed, old: tuple[Index, Index]) -> None:
        self.grid, self.m, self.worth, self.closed = grid, grid.value.shape[1], worth, closed
        self.least = worth - grid.span  # of what one change costs
        self.held = old
        order = np.argsort(old[1], kind="stable")
        ends = np.cumsum(np.bincount(old[1], minlength=self.m))[:-1]
        self.reads: list[Index] = np.split(old[0][order], ends) if self.m else []
        self.rows: dict[int, Row] = {}
        self.looked: Index = np.zeros(0, dtype=np.intp)
        self.place = np.full(self.m, -1, dtype=np.intp)
        self.block = np.zeros((len(grid.wanted), 0), dtype=grid.value.dtype)
        self.plain: Ints = np.zeros((self.m, 0), dtype=np.int64)
        self.slots: Index = np.zeros(0, dtype=np.intp)  # reviewers with new pairs
        self.dense: Ints = np.zeros((0, self.m), dtype=np.int64)
        self.slot: dict[int, int] = {}
        self._dense = self.dense
        self.taken: dict[int, set[int]] = {}  # rows that each reviewer has anew
        self.back: Ints = np.zeros(
            (0, 3), dtype=np.int64
        )  # old pairs that could be had again: giver, taker, cost
        self._back: dict[int, Ints] = {}
        self.far: Ints = np.full(self.m, BEYOND, dtype=np.int64)
        self.step = np.full(self.m, -1, dtype=np.intp)

    # -- costs of one step

    def look(self, takers: Index) -> bool:
        """Look at what everybody could hand on to these; False if that was known."""
        if not len(takers):
            return False
        fresh = np.unique(takers[(self.place[takers] < 0) & ~self.closed.gone[takers]])
        if not len(fresh):
            return False
        block = self.closed.off(self.grid.value[:, fresh], None, fresh)
        place = np.full(self.m, -1, dtype=np.intp)
        place[fresh] = np.arange(len(fresh))
        here = place[self.held[1]] >= 0
        block[self.held[0][here], place[self.held[1][here]]] = NEVER
        for row, one in self.rows.items():
            taken = place[list(one.new)]
            block[row, taken[taken >= 0]] = NEVER
        self.place[fresh] = np.arange(len(fresh)) + len(self.looked)
        self.looked = np.concatenate([self.looked, fresh])
        self.block = np.concatenate([self.block, block], axis=1) if self.block.shape[1] else block
        self.plain = np.concatenate([self.plain, self._plain_of_all(block)], axis=1)
        return True

    def _plain_of_all(self, block: Values) -> Ints:
        """(m, k): `_plain` of every reviewer."""
        count = np.array([len(rows) for rows in self.reads])
        plain = np.full((self.m, block.shape[1]), INFINITE, dtype=np.int64)
        having = np.flatnonzero(count)
        if len(having):
            rows = np.concatenate(self.reads)
            value = self.grid.value[rows, np.repeat(np.arange(self.m), count)]
            best = np.maximum.reduceat(
                block[rows] - value[:, None], np.cumsum(count)[having] - count[having], axis=0
            )
            plain[having] = np.where(best < BARRED, INFINITE, self.worth - best.astype(np.int64))
        return plain

    def _plain(self, reviewer: int, block: Values) -> Ints:
        """What it costs at least if one of this reviewer's old pairs goes to each column of `block`."""
        rows = self.reads[reviewer]
        if not len(rows):
            return np.full(block.shape[1], INFINITE, dtype=np.int64)
        best = (block[rows] - self.grid.value[rows, reviewer][:, None]).max(axis=0)
        return np.where(best < BARRED, INFINITE, self.worth - best.astype(np.int64))

    def move(self, row: int) -> Row:
        """This row, looked at as a whole from now on."""
        if row not in self.rows:
            worths = self.closed.off(self.grid.value[[row]], np.array([row]), None)[0].astype(np.int64)
            worths[worths <= BARRED] = NONE
            old = self.held[1][self.held[0] == row]
            worths[old] += self.worth
            self.rows[row] = Row(worths, old.tolist())
        return self.rows[row]

    def survey(self, leave: Collection[tuple[int, int]], join: Collection[tuple[int, int]]) -> set[int]:
        """Let reads (row, reviewer) leave and join; whose costs may have changed."""
        rows = {row for row, _reviewer in (*leave, *join)}
        touched = {reviewer for row in rows for reviewer in self.rows[row].holders}
        for row, giver in leave:
            if self.rows[row].leave(giver):
                self.reads[giver] = self.reads[giver][self.reads[giver] != row]
            else:
                self.taken[giver].remove(row)
        for row, taker in join:
            if self.rows[row].join(taker):
                self.reads[taker] = np.append(self.reads[taker], row)
            else:
                self.taken.setdefault(taker, set()).add(row)
        touched |= {reviewer for _row, reviewer in join}
        for row, reviewer in (*leave, *join):
            self._survey_place(row, reviewer)
        for reviewer in touched & self.taken.keys():
            self._survey_new(reviewer)
        for row in rows:
            one = self.rows[row]
            back = [
                (giver, taker, one.all[giver] - one.all[taker]) for taker in one.given_up for giver in one.old
            ]
            self._back[row] = np.array(back, dtype=np.int64).reshape(-1, 3)
        self.back = np.concatenate([*self._back.values(), self.back[:0]])
        return touched

    def _survey_place(self, row: int, reviewer: int) -> None:
        """Look again at a pair that has come or gone, and at who could hand this row on to the reviewer."""
        one, at = self.rows[row], self.place[reviewer]
        if at >= 0:  # an old pair can be had again for less: see `back`
            is_open = reviewer not in one.given_up and one.worths[reviewer] > NONE // 2
            self.block[row, at] = one.all[reviewer] if is_open else NEVER
            for holder in one.old:
                self.plain[holder, at] = self._plain(holder, self.block[:, at : at + 1])[0]
        if len(self.looked) and reviewer in one.given_up | one.old:
            self.plain[reviewer] = self._plain(reviewer, self.block)

    def _survey_new(self, reviewer: int) -> None:
        """What a reviewer with new pairs could hand on to whom."""
        slot = self.slot.setdefault(reviewer, len(self.slot))
        if slot >= len(self._dense):
            more = np.zeros((max(64, len(self._dense)), self.m), dtype=np.int64)
            self._dense = np.concatenate([self._dense, more])
        new = [self.rows[row].costs(reviewer) for row in self.taken[reviewer]]
        self._dense[slot] = np.min(new, axis=0, initial=INFINITE) if new else INFINITE
        if len(self.slots) < len(self.slot):
            self.slots = np.array(list(self.slot), dtype=np.intp)
            self.dense = self._dense[: len(self.slot)]

    def carrier(self, giver: int, taker: int) -> int:
        """The row that goes from giver to taker at the least cost."""
        found = [
            (int(one.all[giver] - one.all[taker]), row)
            for row, one in self.rows.items()
            if (giver in one.new and one.worths[taker] > NONE // 2)
            or (giver in one.old and taker in one.given_up)
        ]
        rows, place = self.reads[giver], self.place[taker]
        if place >= 0 and len(rows):
            best = self.grid.value[rows, giver] - self.block[rows, place].astype(np.int64)
            found.append((int(best.min()) + self.worth, int(rows[best.argmin()])))
        return min(found)[1]

    # -- chains

    def chain(self, start: int) -> list[int]:
        nodes = [start]
        while self.step[nodes[-1]] >= 0:
            nodes.append(int(self.step[nodes[-1]]))
        return nodes

    def guessed(self, nodes: Sequence[int]) -> Index:
        """Takers on a chain whose cost was only guessed, and all others as near as they."""
        guessed = [(giver, taker) for giver, taker in pairwise(nodes) if self.place[taker] < 0]
        if guessed:
            back = {(giver, taker) for giver, taker, _cost in self.back.tolist()}
            guessed = [pair for pair in guessed if pair not in back and not self._dense_knows(*pair)]
        if not guessed:
            return np.zeros(0, dtype=np.intp)
        far = max(int(self.far[taker]) for _giver, taker in guessed)
        return np.flatnonzero(self.far <= far + self.worth // 2)

    def _dense_knows(self, giver: int, taker: int) -> bool:
        """Whether a new pair goes there for less than was guessed of old ones."""
        return giver in self.slot and bool(self.dense[self.slot[giver], taker] <= self.least)

    def measure(self, room: Bools, touched: Collection[int] | None) -> None:
        """Set `far` and `step` after costs of these reviewers (None: of any) changed, by Bellman and Ford."""
        lost = np.ones(self.m, dtype=np.bool_)
        if touched is not None:
            lost[:] = False
            lost[list(touched)] = True
            on = np.flatnonzero(self.step >= 0)
            while True:
                more = on[lost[self.step[on]] & ~lost[on]]
                if not len(more):
                    break
                lost[more] = True
        self.far[lost] = np.where(room[lost], 0, BEYOND)
        self.step[lost] = -1
        nodes = np.flatnonzero(lost)
        self._relax(nodes, np.arange(self.m))
        takers, every = nodes[self.far[nodes] < BEYOND], np.arange(self.m)
        for turn in range(4 * self.m + 16):
            if not len(takers):
                return
            takers = self._relax(every, takers)
            if turn % 8 == 7 and (found := circle(self.step.tolist())):
                # Circles can only have a gain through costs that were guessed.
                if not self.look(np.array(found, dtype=np.intp)):
                    raise RuntimeError("a plan of the fewest changes that could have fewer")
                self.measure(room, None)
                return
        raise RuntimeError("chains that neither end nor circle")

    def _relax(self, nodes: Index, takers: Index) -> Index:
        """Nodes that come nearer by a step to one of the takers."""
        far = self.far
        best, step = np.full(self.m, INFINITE, dtype=np.int64), np.zeros(self.m, dtype=np.intp)
        seen = takers[self.place[takers] >= 0]
        if len(seen):
            plain = self.plain if len(nodes) == self.m else self.plain[nodes]
            reach = plain[:, self.place[seen]] + far[seen]
            at = reach.argmin(axis=1)
            best[nodes], step[nodes] = reach[np.arange(len(nodes)), at], seen[at]
        unseen = takers[(self.place[takers] < 0) & ~self.closed.gone[takers]]
        if len(unseen):
            nearest = unseen[far[unseen].argmin()]
            guess = self.least + far[nearest]
            step, best = np.where(best <= guess, step, nearest), np.minimum(best, guess)
        if len(self.slots):
            reach = self.dense[:, takers] + far[takers]
            at = reach.argmin(axis=1)
            self._better(best, step, (self.slots, takers[at], reach[np.arange(len(self.slots)), at]))
        if len(self.back):
            giver, taker, cost = self.back.T
            reach = cost + far[taker]
            some = np.flatnonzero(reach < best[giver])
            some = some[np.argsort(-reach[some], kind="stable")]  # of several, the last is kept
            self._better(best, step, (giver[some], taker[some], reach[some]))
        wanted = np.zeros(self.m, dtype=np.bool_)
        wanted[nodes] = True
        nearer = np.flatnonzero((best < far) & wanted)
        self.far[nearer], self.step[nearer] = best[nearer], step[nearer]
        return nearer

    def _better(self, best: Ints, step: Index, ways: tuple[Index, Index, Ints]) -> None:
        giver, taker, cost = ways
        nearer = cost < best[giver]
        best[giver[nearer]], step[giver[nearer]] = cost[nearer], taker[nearer]
