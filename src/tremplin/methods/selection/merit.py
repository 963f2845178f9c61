"""MERIT: the chances that serve merit best in the worst case, and of these the one closest to equal.

Goldberg, Fanti and Shah, *A Principled Approach to Randomized Selection under Uncertainty: Applications to Peer Review
and Grant Funding*, arXiv 2506.19083 v2, 2025 (MERIT: Maximin Efficient Randomized Interval Top-k). Given an interval
for each applicant and k places, choose the chances p that maximise the smallest expected number of people of the true
top k, over every truth that the intervals allow, and never take somebody while somebody clearly better is left out.

**The optimum is not unique**; at the same promise an applicant's chance can lie anywhere in a wide range. What we
publish is one number, a function of the evidence alone:

1. Of all chances that keep the promise, those of least sum of squares: as close to equal as the promise allows.
   Unique, because a strictly convex function has one minimum on a convex set.
2. They may give something to one person while somebody clearly better is not sure. Chance can be moved from the lower
   to the higher without any loss (`straight`); where it can all go determines a line, uniquely.
3. Of all chances that keep the promise with everybody above the line sure and everybody below it out, those of least
   sum of squares. Where step 2 found nothing to move they are those of step 1.

No step looks at codes or at the order of rows, so equal evidence gets an equal chance and a permutation permutes the
answer; the problem that is handed to arithmetic is sorted by evidence, so even the last bit is the same. Least squares
rather than leximin because it treats a chance and its complement alike (turn all scores round and give n - k places,
and everybody has the complementary chance in step 1) and is found in one solve.

What holds the optimum in place is a handful of whole numbers, so it is solved once more in fractions (`exact`): the
chances are exact, and so are the promise and a bound that nothing surpasses, `Selection.certificate`. Their gap is 0 on
every instance that we have tried. Should arithmetic ever fail there, twelve digits and an honest gap are given.

O(n log n) to see which people are interchangeable and which lines matter, after which n does not matter any more; then
some hundred steps of O(groups x lines). CPU measured: 4,035 people 0.03 s, 11,520 people in 237 groups 0.2 s; where
hardly two intervals are alike it grows: 3,000 people and 1,000 places in 406 groups 1.4 s, in 789 groups 13 s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from tremplin.methods.selection import exact
from tremplin.methods.selection.grid import TIE, Floats, Grid, Ints, grid
from tremplin.methods.selection.limits import Limit, cells_of, check, held_by
from tremplin.methods.selection.outcome import (
    BadEvidence,
    Cause,
    Certificate,
    Scored,
    Selection,
    all_or_none,
    checked,
)
from tremplin.methods.selection.straight import sides
from tremplin.methods.selection.worst_case import Row, promise

_KEPT = 1e-8  # of a place: step 3 keeps the promise of step 1 to this


@dataclass(frozen=True, slots=True)
class Merit:
    """The maximin rule. Looks at the ends of the intervals only, not at the estimates."""

    name: str = "merit"

    def select(self, scored: Sequence[Scored], *, places: int) -> Selection:
        """Raises BadEvidence."""
        people = checked(scored, places)
        done = all_or_none(self.name, people, places)
        return done or _selection(self.name, people, places, (), np.zeros((0, len(people)), dtype=bool))


@dataclass(frozen=True, slots=True, eq=False)
class MeritWithin:
    """The maximin rule within limits on groups: merit, limits and lottery in one certified object.

    `groups` (n, c): category codes of those who will be given to `select`, row by row. `limits`: how many people of a
    category must and may have a place; expected numbers here, which `panels` then turns into panels that hold them.
    Which categories, and on what legal basis, is the caller's to say: nothing here guesses. People for whom the limits
    are the same are compared with each other by merit alone; each such cell has a line of its own.
    """

    groups: npt.NDArray[np.int64]
    limits: tuple[Limit, ...]
    name: str = "merit within limits"

    def select(self, scored: Sequence[Scored], *, places: int) -> Selection:
        """Raises BadEvidence, and `clash.Clash` with a smallest set of limits that cannot all be met."""
        people = checked(scored, places)
        groups = np.asarray(self.groups)
        if groups.ndim != 2 or len(groups) != len(people):
            raise BadEvidence(
                f"categories of shape {groups.shape} for {len(people)} people: give one row each"
            )
        held = held_by(groups, self.limits)
        check(held, self.limits, min(places, len(people)))
        done = all_or_none(self.name, people, places)
        return done or _selection(self.name, people, places, self.limits, held)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """The answer for groups of people who are alike in evidence, cell and side of the line."""

    grid: Grid
    chances: list[Fraction]
    certificate: Certificate
    stretches: list[tuple[float, float]]


def _selection(
    name: str, people: tuple[Scored, ...], places: int, limits: tuple[Limit, ...], held: npt.NDArray[np.bool_]
) -> Selection:
    low = np.array([row.low for row in people], dtype=np.float64)
    high = np.array([row.high for row in people], dtype=np.float64)
    cells = cells_of(held, len(people))
    found = solved(low, high, places, cells, limits, held)
    chances = tuple(found.chances[group] for group in found.grid.of)
    return Selection(
        rule=name,
        places=places,
        scored=people,
        chances=chances,
        causes=_causes(found),
        line=found.stretches[0] if len(found.stretches) == 1 else _hull(found.stretches),
        certificate=found.certificate,
        own_lines=tuple(found.stretches[cell] for cell in cells) if len(found.stretches) > 1 else (),
    )


def _hull(stretches: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return min(low for low, _high in stretches), max(high for _low, high in stretches)


def solved(
    low: Floats, high: Floats, places: int, cells: Ints, limits: Sequence[Limit], held: npt.NDArray[np.bool_]
) -> _Found:
    """Steps 1 to 3 and the rounding, for 0 < places < n. Arrays (n,); `held` (L, n): who counts for each limit."""
    wide = grid(low, high, places, cells)
    rows = _rows(wide, limits, held)
    least, most = np.zeros(len(wide.size)), np.ones(len(wide.size))
    if not limits:
        least, most = wide.in_every_top.astype(np.float64), (~wide.in_no_top).astype(np.float64)
    best = promise(wide, rows, least, most)
    chances = best.chances[wide.of]
    side, stretches = sides(low, high, chances, cells)
    fine = grid(low, high, places, cells * 3 + side + 1)
    bound = exact.bound(wide, best, rows)
    if not ((side > 0) & (chances < 1 - TIE) | (side < 0) & (chances > TIE)).any():
        # Nothing to move: step 3 would give what step 1 gave.
        found = exact.fractions(wide, best, rows)
        some = np.unique(fine.of, return_index=True)[1]
        return _Found(fine, [found[group] for group in wide.of[some]], _proof(wide, found, bound), stretches)
    fixed = fine.cell % 3 - 1
    least = np.where((fixed > 0) | (fine.in_every_top & (not limits)), 1.0, 0.0)
    most = np.where((fixed < 0) | (fine.in_no_top & (not limits)), 0.0, 1.0)
    rows = _rows(fine, limits, held)
    last = promise(fine, rows, least, most)
    if last.value < best.value - _KEPT:
        raise ArithmeticError(
            f"the line costs {best.value - last.value} of a place: rounding has gone astray"
        )
    found = exact.fractions(fine, last, rows)
    return _Found(fine, found, _proof(fine, found, bound), stretches)


def _proof(grid: Grid, chances: Sequence[Fraction], bound: Fraction) -> Certificate:
    return Certificate(exact.worth(grid, chances), bound)


def _rows(grid: Grid, limits: Sequence[Limit], held: npt.NDArray[np.bool_]) -> list[Row]:
    counts = [np.bincount(grid.of, weights=row, minlength=len(grid.size)).astype(np.int64) for row in held]
    return [Row(count, limit.low, limit.high) for count, limit in zip(counts, limits, strict=True)]


def _causes(found: _Found) -> tuple[Cause, ...]:
    """One for each person; worked out once for each group."""
    of, every, none = found.grid.of, found.grid.in_every_top, found.grid.in_no_top
    side = found.grid.cell % 3 - 1
    causes: list[Cause] = []
    for group, chance in enumerate(found.chances):
        if every[group] or none[group]:
            meant = chance == (1 if every[group] else 0)
            causes.append("limits" if not meant else "in every top" if every[group] else "in no top")
        elif side[group]:
            causes.append("above the line" if side[group] > 0 else "below the line")
        else:
            causes.append("across the line" if 0 < chance < 1 else "by the worst case")
    return tuple(causes[group] for group in of)
