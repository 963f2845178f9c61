"""How far people of each group came, step by step, shown without showing people.

`counts[i][s]` is how many of group `i` came as far as step `s` or further, so that each row can only fall. How many
came that far in all is public at every step. Besides the counts themselves their differences must not give small
numbers away: how many of a group stopped between two steps is a count of people as well. Hidden counts are chosen
until whoever knows every total and every shown count exactly must still think it possible that a small number is at
least the minimum, and until nobody can tell that nearly all of a step, or of those who stopped there, are one group
(the rules of `disclosure`, here for nested steps).

What can be known of one number is a flow problem and solved exactly: people flow from the whole along the steps of
their group and leave where they stopped; shown counts and totals hold still, all else may shift along cycles.
"""

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tremplin.methods.disclosure import BASE, LEAST, NARROW, rounded

Counts = Sequence[Sequence[int]]
Cell = tuple[int, int]
Edge = tuple[str, int, int]  # ("came", group, step) or ("stopped", group, step)


@dataclass(frozen=True, slots=True)
class _Guard:
    """A number that must not be given away: small, or nearly all of its total."""

    edge: Edge
    count: int
    bound: int
    small: bool


def show_steps(
    counts: Counts, *, least: int = LEAST, base: int = BASE, silent: Collection[int] = ()
) -> tuple[tuple[int | None, ...], ...]:
    """The counts as they may be shown, rounded, None where hidden. `silent`: groups that say nothing of anybody."""
    totals = [sum(column) for column in zip(*counts, strict=True)]
    gone = hide_steps(counts, least=least, silent=silent)
    return tuple(
        tuple(
            None if (i, s) in gone or (count < least and totals[s]) else rounded(count, base)
            for s, count in enumerate(row)
        )
        for i, row in enumerate(counts)
    )


def hide_steps(counts: Counts, *, least: int = LEAST, silent: Collection[int] = ()) -> frozenset[Cell]:
    """The counts to hide, as few as a greedy choice finds; each choice is checked by the attack itself."""
    _require_nested(counts)
    guards = list(_guards(counts, least, frozenset(silent)))
    first = {guard.edge[1:] for guard in guards if guard.edge[0] == "came"}
    gone: set[Cell] = set(first)
    for guard in guards:
        while not _safe(counts, gone, guard):
            following = _next(counts, gone, guard.edge, silent)
            if following is None:
                break
            gone.add(following)
    for cell in sorted(gone - first, key=lambda cell: (cell[0] in silent, -counts[cell[0]][cell[1]], cell)):
        if all(_safe(counts, gone - {cell}, guard) for guard in guards):
            gone.discard(cell)
    return frozenset(gone)


def _require_nested(counts: Counts) -> None:
    if any(later > earlier for row in counts for earlier, later in pairwise(row)):
        raise ValueError("Nobody comes to a later step without the one before.")


def _guards(counts: Counts, least: int, silent: Collection[int]) -> Iterator[_Guard]:
    for step in range(len(counts[0]) if counts else 0):
        came = [row[step] for row in counts]
        stopped = [
            count - following for count, following in zip(came, _column(counts, step + 1), strict=True)
        ]
        for kind, column in (("came", came), ("stopped", stopped)):
            total = sum(column)
            for group, count in enumerate(column):
                nearly = len(counts) > 1 and total - count <= NARROW
                if group not in silent and total and (count < least or nearly):
                    yield _Guard((kind, group, step), count, min(least, total), count < least)


def _column(counts: Counts, step: int) -> list[int]:
    return [row[step] if step < len(row) else 0 for row in counts]


def _safe(counts: Counts, gone: Collection[Cell], guard: _Guard) -> bool:
    low, high = reach_steps(counts, gone, guard.edge)
    return low < high and high >= guard.bound if guard.small else low < guard.count


def _next(counts: Counts, gone: Collection[Cell], edge: Edge, silent: Collection[int]) -> Cell | None:
    """What to hide next for an edge that is not safe: what it is made of, what says nothing of anybody, the smallest
    beside it, then anything."""
    kind, group, step = edge
    steps = [step + 1, step] if kind == "stopped" else [step]
    own = [(group, at) for at in steps if at < len(counts[group])]
    quiet = [(other, at) for at in (step, *range(len(counts[group]))) for other in silent]
    beside = sorted(
        ((other, at) for at in steps for other in range(len(counts)) if at < len(counts[other])),
        key=lambda cell: (-cell[1], counts[cell[0]][cell[1]], cell),
    )
    rest = ((other, at) for other, row in enumerate(counts) for at in reversed(range(len(row))))
    return next((cell for cell in (*own, *quiet, *beside, *rest) if cell not in gone), None)


def reach_steps(counts: Counts, gone: Collection[Cell], edge: Edge) -> tuple[int, int]:
    """The attack: the least and the most that a number can be for whoever knows all totals and all shown counts."""
    held = frozenset(gone)
    return _Flow(counts, held).extreme(edge, up=False), _Flow(counts, held).extreme(edge, up=True)


class _Flow:
    """People on their way: nodes are (group, step), the whole, and those who stopped at each step."""

    def __init__(self, counts: Counts, gone: Collection[Cell]) -> None:
        self.ends: dict[Edge, tuple[object, object]] = {}
        self.now: dict[Edge, int] = {}
        self.held: set[Edge] = set()
        self.at: dict[object, list[Edge]] = {}
        for group, row in enumerate(counts):
            for step, count in enumerate(row):
                before: object = (group, step - 1) if step else "all"
                following = row[step + 1] if step + 1 < len(row) else 0
                self._add(("came", group, step), before, (group, step), count)
                self._add(("stopped", group, step), (group, step), step, count - following)
                if (group, step) not in gone:
                    self.held.add(("came", group, step))

    def _add(self, edge: Edge, tail: object, head: object, count: int) -> None:
        self.ends[edge], self.now[edge] = (tail, head), count
        self.at.setdefault(tail, []).append(edge)
        self.at.setdefault(head, []).append(edge)

    def extreme(self, edge: Edge, *, up: bool) -> int:
        """How far the number of `edge` can go, by cycles through it along everything that may shift."""
        if edge in self.held:
            return self.now[edge]
        tail, head = self.ends[edge]
        start, goal = (head, tail) if up else (tail, head)
        while up or self.now[edge] > 0:
            path = self._path(start, goal, edge)
            limits = [self.now[step] for step, forward in path if not forward]
            if not path or not limits:
                break
            amount = min(limits) if up else min(*limits, self.now[edge])
            for step, forward in path:
                self.now[step] += amount if forward else -amount
            self.now[edge] += amount if up else -amount
        return self.now[edge]

    def _path(self, start: object, goal: object, without: Edge) -> list[tuple[Edge, bool]]:
        """A shortest way on which numbers can shift: along an edge it grows, against it it shrinks; empty: none."""
        came: dict[object, tuple[object, Edge, bool]] = {}
        waiting = deque([start])
        while waiting and goal not in came:
            here = waiting.popleft()
            for edge in self.at[here]:
                tail, head = self.ends[edge]
                forward = tail == here
                there = head if forward else tail
                free = edge != without and edge not in self.held and (forward or self.now[edge] > 0)
                if free and there != start and there not in came:
                    came[there] = (here, edge, forward)
                    waiting.append(there)
        path: list[tuple[Edge, bool]] = []
        here = goal
        while here in came and here != start:
            here, edge, forward = came[here]
            path.append((edge, forward))
        return path
