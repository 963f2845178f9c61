"""The attack by flows: exact, in whole numbers, where the sums of a publication form a network.

Each cell is an edge between two sums; what can shift while every sum holds are cycles. A table with totals, a tree of
categories on one side of a table, and nested steps are networks; several linked tables in general are not.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from tremplin.methods.disclosure.publication import Publication

NO_END = 1 << 60


@dataclass(frozen=True, slots=True)
class Network:
    """Cell `c` is an edge from `tails[c]` to `heads[c]`; `around[node]` lists (edge, other end, along it)."""

    tails: tuple[int, ...]
    heads: tuple[int, ...]
    around: tuple[tuple[tuple[int, int, bool], ...], ...]


def network(publication: Publication) -> Network | None:
    """The network of a publication; None where its sums form none.

    Sums are turned (times -1) until each cell stands in two of them with opposite signs at most; a cell in one alone
    ends at a node of its own kind, outside. O(cells + sums).
    """
    places: list[list[tuple[int, int]]] = [[] for _cell in publication.codes]
    for number, relation in enumerate(publication.relations):
        for cell, sign in relation:
            places[cell].append((number, sign))
    if any(len(found) > 2 or any(abs(sign) != 1 for _n, sign in found) for found in places):
        return None
    turned = _turned(places, len(publication.relations))
    if turned is None:
        return None
    outside = len(publication.relations)
    tails, heads = [outside] * len(publication), [outside] * len(publication)
    for cell, found in enumerate(places):
        for number, sign in found:
            (tails if sign * turned[number] > 0 else heads)[cell] = number
    around: list[list[tuple[int, int, bool]]] = [[] for _node in range(outside + 1)]
    for cell, (tail, head) in enumerate(zip(tails, heads, strict=True)):
        around[tail].append((cell, head, True))
        around[head].append((cell, tail, False))
    return Network(tuple(tails), tuple(heads), tuple(map(tuple, around)))


def _turned(places: Sequence[Sequence[tuple[int, int]]], many: int) -> list[int] | None:
    """The sign of each sum under which every cell has opposite signs in its two; None where there is none."""
    near: list[list[tuple[int, int]]] = [[] for _relation in range(many)]
    for found in places:
        if len(found) == 2:
            (one, sign), (other, opposite) = found
            near[one].append((other, -sign * opposite))
            near[other].append((one, -sign * opposite))
    turned = [0] * many
    for start in range(many):
        if turned[start]:
            continue
        turned[start] = 1
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            for other, same in near[here]:
                if not turned[other]:
                    turned[other] = turned[here] * same
                    waiting.append(other)
                elif turned[other] != turned[here] * same:
                    return None
    return turned


@dataclass(frozen=True, slots=True)
class Push:
    """How far a cell can be pushed, and the nodes that were still reached when it could go no further."""

    amount: float
    reached: frozenset[int]


def push(
    net: Network, up: Sequence[float], down: Sequence[float], cell: int, *, rise: bool, limit: float
) -> Push:
    """How much `cell` can rise (or fall) by what the others can do, `limit` at most: shortest ways first.

    `up[c]`, `down[c]`: by how much each other cell may rise and fall. With whole numbers the answer is whole.
    """
    start, goal = net.heads[cell], net.tails[cell]
    if not rise:
        start, goal = goal, start
    if start == goal:  # a cell in no sum: nothing holds it
        return Push(limit, frozenset())
    rooms = ([float(room) for room in up], [float(room) for room in down])
    done = 0.0
    while done < limit - 1e-9:
        came: dict[int, tuple[int, int, bool]] = {start: (-1, -1, True)}
        waiting = deque([start])
        while waiting and goal not in came:
            here = waiting.popleft()
            for edge, there, along in net.around[here]:
                if there not in came and edge != cell and rooms[not along][edge] > 1e-9:
                    came[there] = (here, edge, along)
                    waiting.append(there)
        if goal not in came:
            return Push(done, frozenset(came))
        path, here = [], goal
        while here != start:
            here, edge, along = came[here]
            path.append((edge, along))
        step = min(limit - done, *(rooms[not along][edge] for edge, along in path))
        for edge, along in path:
            rooms[not along][edge] -= step
            rooms[along][edge] += step
        done += step
    return Push(limit, frozenset())


def wall(
    net: Network, reached: frozenset[int], cell: int, values: Sequence[int], most: float
) -> dict[int, float]:
    """The cut at the edge of what was reached: by how much each cell, once hidden, could let more through."""
    found: dict[int, float] = {}
    for node in reached:
        for edge, there, along in net.around[node]:
            if there not in reached and edge != cell:
                found[edge] = most if along else min(most, values[edge])
    return {edge: room for edge, room in found.items() if room}
