"""Among matchings that are all equally good, the one that the public lot picks."""

from collections import deque

import numpy as np
import numpy.typing as npt

from tremplin.methods.matching.market import NOBODY, Ints, Market

_Move = tuple[int, int, int]
"""Who, from which column, to which."""


class Open:
    """What all aims so far leave open. Columns are those of the lists, and one more for "no mentor", which is node m.

    `units` (n, L + 1): what is matched now. `free`: entries that stand in some best matchings and not in others.
    `least`, `most` (m + 1,): the loads that best matchings have.
    """

    def __init__(self, market: Market, everyone: bool) -> None:
        n, m = market.scholars, market.mentors
        self.market, self.nobody, self.root = market, m, m + 1
        self.node = np.concatenate([market.mentor, np.full((n, 1), m)], axis=1)
        self.room = np.ones(self.node.shape, dtype=np.int64)
        self.room[:, -1] = market.wants
        self.least = np.append(market.least, 0)
        self.most = np.append(market.most, 0 if everyone else int(market.wants.sum()))
        self.free: npt.NDArray[np.bool_] = self.node != NOBODY
        self.units = np.zeros(self.node.shape, dtype=np.int64)

    @property
    def enters(self) -> npt.NDArray[np.bool_]:
        return self.free & (self.units < self.room)

    def loads(self) -> Ints:
        return np.bincount(self.node[self.units > 0], self.units[self.units > 0], self.root).astype(np.int64)

    def entries(self) -> Ints:
        scholar, column = np.nonzero(self.units[:, :-1])
        return np.asarray(scholar * self.market.width + column)


def settle(found: Open) -> None:
    """Let the scholars choose in the order of the lot, each as well as the aims and those before allow.

    Who chooses what is a property of the set of best matchings, not of the one that a solver happened to find. Every
    choice looks for a ring of moves that keeps all aims. O(choices x open entries) at worst, far less as a rule.
    """
    _Ring(found).run()


class _Ring:
    def __init__(self, found: Open) -> None:
        self.found = found
        self.load = found.loads().tolist()
        self.least, self.most = found.least.tolist(), found.most.tolist()
        self.options: dict[int, list[tuple[int, int]]] = {}  # scholar: (column, node), best first
        scholar, column = np.nonzero(found.free)
        nodes = found.node[scholar, column]
        for who, where, node in zip(scholar.tolist(), column.tolist(), nodes.tolist(), strict=True):
            self.options.setdefault(who, []).append((where, node))
        self.units = {
            (who, where): int(found.units[who, where])
            for who, rows in self.options.items()
            for where, _node in rows
        }
        self.room = {(who, found.node.shape[1] - 1): int(found.market.wants[who]) for who in self.options}
        self.at: list[dict[int, int]] = [
            {} for _node in range(found.root)
        ]  # node: scholar: column held there
        for who, rows in self.options.items():
            for where, node in rows:
                if self.units[who, where]:
                    self.at[node][who] = where

    def run(self) -> None:
        for who in sorted(self.options, key=lambda number: int(self.found.market.scholar_lot[number])):
            mine = [
                (where, node) for where, node in self.options[who] for _unit in range(self.units[who, where])
            ]
            for _where, node in mine:
                self.at[node].pop(who, None)  # decided now, or just below: nobody moves them any more
            self._choose(who, mine)
        for (who, where), units in self.units.items():
            self.found.units[who, where] = units

    def _choose(self, who: int, mine: list[tuple[int, int]]) -> None:
        for where, node in self.options[who]:
            if not mine:
                return
            kept = [pair for pair in mine if pair[0] == where]
            mine[:] = [pair for pair in mine if pair[0] != where]
            room = self.room.get((who, where), 1)
            for _unit in range(room - len(kept)):
                if not any(self._swap(who, (where, node), mine, worst) for worst in reversed(mine[:])):
                    break

    def _swap(
        self, who: int, new: tuple[int, int], mine: list[tuple[int, int]], old: tuple[int, int]
    ) -> bool:
        way = self._way(new[1], old[1])
        if way is None:
            return False
        for before, after, move in way:
            if move is None:
                self._load(before, after)
            else:
                self._move(before, after, move)
        self.units[who, new[0]] += 1
        self.units[who, old[0]] -= 1
        mine.remove(old)
        return True

    def _load(self, before: int, after: int) -> None:
        if before != self.found.root:
            self.load[before] += 1
        if after != self.found.root:
            self.load[after] -= 1

    def _move(self, before: int, after: int, move: _Move) -> None:
        who, old, new = move
        self.units[who, old] -= 1
        self.units[who, new] += 1
        if not self.units[who, old]:
            del self.at[before][who]
        self.at[after][who] = new

    def _way(self, start: int, end: int) -> list[tuple[int, int, _Move | None]] | None:
        """Moves of scholars who have not chosen yet by which one too many at `start` becomes one at `end`."""
        came: dict[int, tuple[int, _Move | None]] = {start: (start, None)}
        queue = deque([start])
        while queue and end not in came:
            here = queue.popleft()
            for there, move in self._steps(here):
                if there not in came:
                    came[there] = (here, move)
                    queue.append(there)
        if end not in came:
            return None
        way, here = [], end
        while here != start:
            before, move = came[here]
            way.append((before, here, move))
            here = before
        return way[::-1]

    def _steps(self, here: int) -> list[tuple[int, _Move | None]]:
        root = self.found.root
        if here == root:
            return [(node, None) for node in range(root) if self.load[node] > self.least[node]]
        steps: list[tuple[int, _Move | None]] = []
        if self.load[here] < self.most[here]:
            steps.append((root, None))
        for who, old in self.at[here].items():
            for new, node in self.options[who]:
                if node != here and self.units[who, new] < self.room.get((who, new), 1):
                    steps.append((node, (who, old, new)))
        return steps
