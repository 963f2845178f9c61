"""Least and most people of a category, as data with a legal basis, and which of them cannot be met together."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from tremplin.methods.selection.grid import Ints
from tremplin.methods.selection.outcome import BadEvidence

Held = npt.NDArray[np.bool_]
_SMALL = 3  # clashes of up to so many limits are searched for exhaustively, the smallest first


@dataclass(frozen=True, slots=True)
class Limit:
    """From `low` to `high` people whose code in column `attribute` is `value`.

    `basis` names the legal basis, in the words of whoever decided it; it is carried along, never judged, and may not
    be empty. `name` is what people call the category.
    """

    attribute: int
    value: int
    low: int
    high: int
    basis: str
    name: str = ""

    def __str__(self) -> str:
        said = self.name or f"column {self.attribute} is {self.value}"
        return f"{said}: {self.low} to {self.high}"


class Clash(BadEvidence):
    """Limits that cannot be met together with so many places. `limits`: a smallest set of them."""

    def __init__(self, limits: tuple[Limit, ...], places: int, people: Sequence[int]) -> None:
        self.limits = limits
        self.places = places
        self.people = tuple(people)
        said = "; ".join(f"{limit} (of {count} people)" for limit, count in zip(limits, people, strict=True))
        super().__init__(f"{places} places cannot be given within: {said}. Loosen one of these limits.")


def held_by(groups: Ints, limits: Sequence[Limit]) -> Held:
    """Who counts for each limit: (L, n) from codes (n, c). Raises BadEvidence for limits that mean nothing."""
    seen: set[tuple[int, int]] = set()
    for limit in limits:
        if not limit.basis.strip():
            raise BadEvidence(f"“{limit}” has no legal basis: name one, or leave the limit out")
        if not 0 <= limit.attribute < groups.shape[1]:
            raise BadEvidence(f"“{limit}” asks for column {limit.attribute} of {groups.shape[1]}")
        if not 0 <= limit.low <= limit.high:
            raise BadEvidence(f"“{limit}”: give 0 <= low <= high")
        if (limit.attribute, limit.value) in seen:
            raise BadEvidence(f"“{limit}” is given twice: make it one")
        seen.add((limit.attribute, limit.value))
    rows = [groups[:, limit.attribute] == limit.value for limit in limits]
    return np.array(rows, dtype=np.bool_).reshape(len(rows), len(groups))


def cells_of(held: Held, people: int) -> Ints:
    """(n,): people for whom every limit is the same share a cell; cells are numbered from 0 in a fixed order."""
    if not len(held):
        return np.zeros(people, dtype=np.int64)
    _rows, cell = np.unique(held.T, axis=0, return_inverse=True)
    return cell.reshape(-1).astype(np.int64)


def check(held: Held, limits: Sequence[Limit], places: int) -> None:
    """Raises Clash when no chances that add up to `places` meet all limits.

    The set it names has the fewest limits of all that clash where three suffice; a larger one is at least such that
    without any of them the others can be met. O(cells) variables a linear programme.
    """
    cells = cells_of(held, held.shape[1])
    sizes = np.bincount(cells) if len(cells) else np.zeros(0, dtype=np.int64)
    first = np.array([np.flatnonzero(cells == cell)[0] for cell in range(len(sizes))], dtype=np.int64)
    counts = held[:, first] if len(first) else np.zeros((len(limits), 0), dtype=np.bool_)
    if _possible(range(len(limits)), counts, sizes, limits, places):
        return
    raise _named(_smallest(counts, sizes, limits, places), held, limits, places)


def _named(clash: Sequence[int], held: Held, limits: Sequence[Limit], places: int) -> Clash:
    return Clash(tuple(limits[index] for index in clash), places, [int(held[index].sum()) for index in clash])


def _smallest(counts: Held, sizes: Ints, limits: Sequence[Limit], places: int) -> list[int]:
    for size in range(1, min(_SMALL, len(limits)) + 1):
        for some in combinations(range(len(limits)), size):
            if not _possible(some, counts, sizes, limits, places):
                return list(some)
    left = list(range(len(limits)))
    for index in range(len(limits)):
        without = [other for other in left if other != index]
        if not _possible(without, counts, sizes, limits, places):
            left = without
    return left


def _possible(some: Sequence[int], counts: Held, sizes: Ints, limits: Sequence[Limit], places: int) -> bool:
    """Whether `places` people, in fractions, can be taken from the cells within these limits."""
    from scipy.optimize import linprog

    if not len(some) or not len(sizes):
        return all(limits[index].low <= 0 for index in some) and places <= sizes.sum()
    rows = counts[list(some)].astype(float)
    upper = np.array([limits[index].high for index in some], dtype=float)
    lower = np.array([limits[index].low for index in some], dtype=float)
    found = linprog(
        np.zeros(len(sizes)),
        A_ub=np.concatenate([rows, -rows]),
        b_ub=np.concatenate([upper, -lower]),
        A_eq=np.ones((1, len(sizes))),
        b_eq=[places],
        bounds=[(0, size) for size in sizes],
        method="highs",
    )
    return bool(found.status == 0)
