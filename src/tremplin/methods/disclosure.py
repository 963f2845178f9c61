"""Showing counts of people without showing people: small cells, rounding, percentages, and what could be worked out.

The rules are those of statistical offices. A count below the minimum is hidden, a zero too, and so is one that leaves
hardly anybody of its total out (OfS: at most two). What is shown is rounded (HESA: to 5), and no percentage is shown
of fewer than 22.5 people (HESA). A hidden count must not follow from the others by addition: further cells are hidden
until whoever knows every total and every shown count exactly must still think it possible that a hidden small count
is at least the minimum. This is the cell suppression problem (Fischetti and Salazar, “Models and algorithms for
optimizing cell suppression in tabular data with linear constraints”, JASA 95, 2000). In a table with row and column
totals what can be known of one hidden cell is a flow problem, solved here exactly (`reach`); which cells are added is
chosen greedily along the cheapest paths, each choice is checked by that attack, and cells that turn out not to be
needed are shown again. Where no choice holds, nothing is shown.
"""

import heapq
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

LEAST = 5
BASE = 5
LEAST_BASE = 22.5
NARROW = 2
_MANY = 10**9  # how many there could be of what no total bounds

Cell = tuple[int, int]
Table = Sequence[Sequence[int]]


def rounded(count: int, base: int = BASE) -> int:
    """`count` to the nearest multiple of `base`, halves upwards."""
    return (2 * count + base) // (2 * base) * base


def percentage(part: int, whole: int, *, least_base: float = LEAST_BASE) -> float | None:
    """`part` of `whole` in per cent, from their exact counts; None of too few people."""
    return 100 * part / whole if whole >= least_base else None


def small(table: Table, *, least: int = LEAST) -> set[Cell]:
    """The cells that may not be shown by themselves: too few people, or nearly all of a row or a column."""
    downs = [sum(column) for column in zip(*table, strict=True)]
    found = set()
    for row, counts in enumerate(table):
        across = sum(counts)
        for column, count in enumerate(counts):
            nearly = len(counts) > 1 and across - count <= NARROW
            nearly |= len(table) > 1 and downs[column] - count <= NARROW
            if count < least or nearly:
                found.add((row, column))
    return found


def reach(table: Table, hidden: Collection[Cell], cell: Cell) -> tuple[int, int]:
    """The attack: the least and the most that a hidden cell can be for whoever knows all else and all totals."""
    gone, (row, column) = frozenset(hidden), cell
    ends = []
    for up in (False, True):
        guess = [list(counts) for counts in table]
        while path := _way(guess, gone, cell, up=up):
            step = min(guess[i][j] for i, j, more in path if not more)
            step = step if up else min(step, guess[row][column])
            if step <= 0:
                break
            for i, j, more in path:
                guess[i][j] += step if more else -step
            guess[row][column] += step if up else -step
        ends.append(guess[row][column])
    return ends[0], ends[1]


Step = tuple[int, int, bool]  # row, column, and whether this cell grows


def _way(guess: Table, hidden: Collection[Cell], cell: Cell, *, up: bool) -> list[Step]:
    """A way to change other hidden cells so that `cell` can grow (or shrink) and every total stays; empty: none.

    From the cell's row to its column, by turns along a row and along a column: where the cell grows, each step from
    a row to a column takes from a cell, and each step back to a row adds to one; the other way round where it shrinks.
    """
    start, goal = ("row", cell[0]), ("column", cell[1])
    came: dict[tuple[str, int], tuple[tuple[str, int], Step]] = {}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        if here == goal:
            break
        for i, j in hidden:
            if (i, j) == cell:
                continue
            following, more = _next(here, i, j, up=up)
            if following is None or following in came or following == start:
                continue
            if more or guess[i][j] > 0:
                came[following] = (here, (i, j, more))
                waiting.append(following)
    if goal not in came:
        return []
    path, here = [], goal
    while here != start:
        here, step = came[here]
        path.append(step)
    return path


def _next(here: tuple[str, int], i: int, j: int, *, up: bool) -> tuple[tuple[str, int] | None, bool]:
    """Where the cell leads from here, and whether it grows by that."""
    kind, number = here
    if kind == "row" and number == i:
        return ("column", j), not up
    if kind == "column" and number == j:
        return ("row", i), up
    return None, False


def _safe(table: Table, hidden: Collection[Cell], cell: Cell, least: int, bound: int) -> bool:
    """Whether nobody can tell the number of a hidden cell, nor that it is below `bound`, nor that it is nearly all."""
    count = table[cell[0]][cell[1]]
    low, high = reach(table, hidden, cell)
    return low < high and high >= bound if count < least else low < count


def hide(
    table: Table,
    *,
    least: int = LEAST,
    free: Collection[Cell] = (),
    guarded: Collection[Cell] | None = None,
    must_reach: int | None = None,
) -> frozenset[Cell]:
    """The cells to hide in a table that is shown with all its totals; all of them where nothing less will do.

    `free` are hidden already and cost nothing; `guarded`, by default the small ones, must not be given away: what
    can be known of each must go up to `must_reach`, by default `least`.
    """
    bound = least if must_reach is None else must_reach
    everything = frozenset((i, j) for i, row in enumerate(table) for j in range(len(row)))
    first = set(small(table, least=least) if guarded is None else guarded)
    gone = first | set(free)
    for cell in sorted(first):
        while not _safe(table, gone, cell, least, bound):
            added = _cheapest(table, gone, cell, up=table[cell[0]][cell[1]] < least)
            if not added:
                return everything
            gone |= added
    extra = gone - first - set(free)
    for cell in sorted(extra, key=lambda cell: (-table[cell[0]][cell[1]], cell)):
        fewer = gone - {cell}
        if all(_safe(table, fewer, other, least, bound) for other in first):
            gone = fewer
    return frozenset(gone)


def _cheapest(table: Table, hidden: Collection[Cell], cell: Cell, *, up: bool) -> set[Cell]:
    """The cells to hide for one more way from the cell's row to its column: few of them, with few people; or none.

    Cells that are large enough to carry the whole change cost less than those that would need others beside them.
    """
    total = sum(map(sum, table)) + 1
    start, goal = ("row", cell[0]), ("column", cell[1])
    best: dict[tuple[str, int], float] = {start: 0.0}
    came: dict[tuple[str, int], tuple[tuple[str, int], Cell]] = {}
    waiting: list[tuple[float, tuple[str, int]]] = [(0.0, start)]
    while waiting:
        cost, here = heapq.heappop(waiting)
        if cost > best[here]:
            continue
        for i, j in _around(table, here):
            following, more = _next(here, i, j, up=up)
            if following is None or (i, j) == cell or not (more or table[i][j]):
                continue
            price = 0.01 if (i, j) in hidden else 1 + table[i][j] / total
            price += 0.0 if more or table[i][j] >= LEAST else 0.5
            if cost + price < best.get(following, float("inf")):
                best[following] = cost + price
                came[following] = (here, (i, j))
                heapq.heappush(waiting, (cost + price, following))
    found: set[Cell] = set()
    here = goal
    while here in came and here != start:
        here, step = came[here]
        found.add(step)
    fresh = found - set(hidden)
    return fresh or _largest(table, hidden, cell)


def _around(table: Table, here: tuple[str, int]) -> Iterator[Cell]:
    kind, number = here
    if kind == "row":
        yield from ((number, j) for j in range(len(table[number])))
    else:
        yield from ((i, number) for i in range(len(table)))


def _largest(table: Table, hidden: Collection[Cell], cell: Cell) -> set[Cell]:
    """Where the cheapest way is there and does not carry enough: one more cell of the same row or column."""
    row, column = cell
    near = {*((row, j) for j in range(len(table[row]))), *((i, column) for i in range(len(table)))}
    left = near - set(hidden) or {
        (i, j) for i, counts in enumerate(table) for j in range(len(counts)) if (i, j) not in hidden
    }
    return {min(left, key=lambda found: (-min(table[found[0]][found[1]], LEAST), found))} if left else set()


def hide_row(counts: Sequence[int], *, least: int = LEAST) -> frozenset[int]:
    """The positions to hide in a list of counts whose sum is known, as far as its rounding lets it be known.

    No number of a hidden count follows. That two hidden counts are both small may: being hidden says so already, and
    hiding a large one beside them would cost more than it guards where every figure is rounded.
    """
    if len(counts) < 2:
        return frozenset(position for position, count in enumerate(counts) if count < least)
    first = {column for row, column in small([counts], least=least)}
    table = [list(counts), [_MANY] * len(counts)]  # no total is known downwards
    free = [(1, column) for column in range(len(counts))]
    gone = hide(table, least=least, free=free, guarded=[(0, column) for column in first], must_reach=1)
    return frozenset(column for row, column in gone if row == 0)


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as it may be shown, rounded, None where hidden; no totals where nothing may be shown."""

    cells: tuple[tuple[int | None, ...], ...]
    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]
    total: int | None


def show(table: Table, *, least: int = LEAST, base: int = BASE) -> Shown:
    """A table with its totals as it may be shown.

    Totals that are small themselves, and cells that cannot be guarded below them, take everything with them.
    """
    across = [sum(counts) for counts in table]
    downs = [sum(column) for column in zip(*table, strict=True)]
    cells = len(across) * len(downs)
    gone = hide(table, least=least)
    if min((*across, *downs), default=0) < least or len(gone) == cells:
        total = rounded(sum(across), base) if sum(across) >= 2 * least else None
        nothing = tuple(None for _column in downs)
        return Shown(tuple(nothing for _row in across), tuple(None for _row in across), nothing, total)
    return Shown(
        tuple(
            tuple(None if (i, j) in gone else rounded(count, base) for j, count in enumerate(counts))
            for i, counts in enumerate(table)
        ),
        tuple(rounded(count, base) for count in across),
        tuple(rounded(count, base) for count in downs),
        rounded(sum(across), base),
    )


def tell_apart(before: Mapping[str, int], after: Mapping[str, int], *, least: int = LEAST) -> list[str]:
    """The counts by which two releases of the same thing differ by some people but fewer than the minimum.

    Whoever holds both could subtract them and be left with those people. A count that one of them lacks is zero there.
    """
    return [
        name
        for name in sorted(before.keys() | after.keys())
        if 0 < abs(before.get(name, 0) - after.get(name, 0)) < least
    ]
