"""Least and most people of a category, as data with a legal basis, and which of them cannot be met together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tremplin.methods.selection.clash import Asked, explain
from tremplin.methods.selection.grid import Ints
from tremplin.methods.selection.outcome import BadEvidence
from tremplin.methods.selection.panels_solver import Program

Held = npt.NDArray[np.bool_]


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

    @property
    def said(self) -> str:
        return self.name or f"column {self.attribute} is {self.value}"

    def __str__(self) -> str:
        return f"{self.said}: {self.low} to {self.high}"


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
    """Raises Clash when no chances that add up to `places`, at most one for each person, meet all limits.

    O(cells) variables a linear programme.
    """
    if not len(limits):
        return
    cells = cells_of(held, held.shape[1])
    sizes = np.bincount(cells) if len(cells) else np.zeros(0, dtype=np.int64)
    first = np.array([np.flatnonzero(cells == cell)[0] for cell in range(len(sizes))], dtype=np.int64)
    members = held[:, first].astype(np.int64).reshape(len(limits), len(first))
    asked = Asked(
        places,
        [limit.said for limit in limits],
        members,
        sizes,
        [limit.low for limit in limits],
        [limit.high for limit in limits],
        whole=False,
    )
    if not _possible(asked):
        raise explain(asked)


def _possible(asked: Asked) -> bool:
    """Whether so many people, in fractions, can be taken from the cells within all limits."""
    if not len(asked.sizes):
        return max(asked.least) <= 0 and asked.places == 0
    found = Program(np.append(asked.members, np.ones((1, len(asked.sizes)), dtype=np.int64), axis=0)).solve(
        np.zeros(len(asked.sizes)),
        np.zeros(len(asked.sizes)),
        asked.sizes.astype(float),
        np.array([*asked.least, asked.places], dtype=float),
        np.array([*asked.most, asked.places], dtype=float),
    )
    return found is not None
