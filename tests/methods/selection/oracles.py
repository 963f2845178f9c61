"""Independent ways to the same answers: every order that intervals allow, and the whole problem in one programme."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from scipy.optimize import linprog

from tremplin.methods.selection.outcome import Scored


def people(*ends: tuple[float, float]) -> list[Scored]:
    return [Scored(f"a{n:04}", (low + high) / 2, low, high) for n, (low, high) in enumerate(ends)]


def true_tops(rows: Sequence[Scored], places: int) -> list[tuple[int, ...]]:
    """By definition: sets of k none of whose members is clearly below somebody outside."""
    found = []
    for top in combinations(range(len(rows)), places):
        outside = set(range(len(rows))).difference(top)
        if not any(rows[out].low > rows[member].high for out in outside for member in top):
            found.append(top)
    return found


def promise_by_enumeration(rows: Sequence[Scored], places: int) -> float:
    tops = true_tops(rows, places)
    table = np.array([[-float(n in top) for n in range(len(rows))] + [1.0] for top in tops])
    return _solved(table, np.zeros(len(tops)), rows, places)


def worst_by_enumeration(rows: Sequence[Scored], places: int, chances: Sequence[object]) -> object:
    return min(sum(chances[n] for n in top) for top in true_tops(rows, places))


def promise_by_one_programme(
    rows: Sequence[Scored], places: int, limits: Sequence[tuple[object, int, int]] = ()
) -> float:
    """All tops at once, person by person: on each line at a low end, the sum of the m smallest chances is
    max_t m t - sum (t - p)+, which a linear programme can hold. `limits`: (mask, low, high)."""
    count = len(rows)
    lines = sorted({row.low for row in rows})
    cut_rows, cut_ends, extra = [], [], 0
    plan = []
    for line in lines:
        above = [n for n, row in enumerate(rows) if row.low > line]
        here = [n for n, row in enumerate(rows) if row.low <= line <= row.high]
        left = places - len(above)
        if 0 <= left <= len(here):
            plan.append((above, here, left, extra))
            extra += 1 + len(here)
    width = count + 1 + extra
    for above, here, left, offset in plan:
        start = count + 1 + offset
        row = np.zeros(width)
        row[count] = 1.0
        row[above] -= 1.0
        row[start] = -left
        row[start + 1 : start + 1 + len(here)] = 1.0
        cut_rows.append(row)
        cut_ends.append(0.0)
        for at, person in enumerate(here):
            row = np.zeros(width)
            row[start], row[person], row[start + 1 + at] = 1.0, -1.0, -1.0
            cut_rows.append(row)
            cut_ends.append(0.0)
    for mask, low, high in limits:
        row = np.zeros(width)
        row[:count] = np.asarray(mask, dtype=float)
        cut_rows += [row, -row]
        cut_ends += [float(high), -float(low)]
    total = np.zeros((1, width))
    total[0, :count] = 1.0
    cost = np.zeros(width)
    cost[count] = -1.0
    bounds = [(0.0, 1.0)] * count + [(0.0, float(places))]
    for _above, here, _left, _offset in plan:
        bounds += [(None, None), *[(0.0, None)] * len(here)]
    found = linprog(
        cost, A_ub=np.array(cut_rows), b_ub=cut_ends, A_eq=total, b_eq=[places], bounds=bounds, method="highs"
    )
    assert found.status == 0, found.message
    return float(-found.fun)


def _solved(table: np.ndarray, ends: np.ndarray, rows: Sequence[Scored], places: int) -> float:
    count = len(rows)
    found = linprog(
        np.append(np.zeros(count), -1.0),
        A_ub=table,
        b_ub=ends,
        A_eq=np.append(np.ones(count), 0.0)[None, :],
        b_eq=[places],
        bounds=[(0.0, 1.0)] * count + [(0.0, float(places))],
        method="highs",
    )
    assert found.status == 0, found.message
    return float(-found.fun)
