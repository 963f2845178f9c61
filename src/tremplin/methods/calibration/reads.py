"""Reads as they come in, checked, and as arrays."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]


class FaultyReads(ValueError):
    """Reads that cannot be calibrated. `what` is wrong, `where` it stands, and the `remedy`."""

    def __init__(self, what: str, where: str, remedy: str) -> None:
        super().__init__(f"{where}: {what}; {remedy}" if where else f"{what}; {remedy}")
        self.what, self.where, self.remedy = what, where, remedy


@dataclass(frozen=True, slots=True)
class Read:
    """One read: the codes of applicant and reviewer, and the score."""

    applicant: str
    reviewer: str
    score: float


@dataclass(frozen=True, slots=True)
class Table:
    """Reads as arrays, in the order of (applicant, reviewer) so that the order of rows changes nothing.

    `i`, `j`, `y` (N,): position of the applicant, of the reviewer, and the score; `n_i` (q,), `n_j` (m,): reads of
    each; `starts` (q + 1,): where the reads of each applicant begin.
    """

    applicants: tuple[str, ...]
    reviewers: tuple[str, ...]
    i: Index
    j: Index
    y: Array
    n_i: Index
    n_j: Index
    starts: Index

    def rows(self, position: int) -> slice:
        """The reads of one applicant."""
        return slice(int(self.starts[position]), int(self.starts[position + 1]))

    def groups(self, size: int = 0) -> Iterator[tuple[Index, Index]]:
        """Applicants with equally many reads, at most `size` reads at a time: who (g,), rows (g, c)."""
        for count in np.unique(self.n_i[self.n_i > 0]):
            who = np.flatnonzero(self.n_i == count)
            many = max(1, size // int(count)) if size else len(who)
            for first in range(0, len(who), many):
                part = who[first : first + many]
                yield part, self.starts[part][:, None] + np.arange(int(count))


def tabulate(reads: Iterable[Read], applicants: Sequence[str] = ()) -> Table:
    """Check and order `reads`; `applicants` adds people without a score. O(N log N).

    Raises FaultyReads for no reads, a score that is not finite, one reviewer reading one applicant twice.
    """
    rows = sorted(reads, key=lambda read: (read.applicant, read.reviewer))
    if not rows:
        raise FaultyReads("there are no reads", "", "give at least one read with a score")
    for row in rows:
        if not isfinite(row.score):
            raise FaultyReads(
                "the score is not a finite number",
                f"read of {row.applicant} by {row.reviewer}",
                "leave reads without a score out",
            )
    for one, other in pairwise(rows):
        if one.applicant == other.applicant and one.reviewer == other.reviewer:
            raise FaultyReads(
                "a reviewer read the same applicant twice",
                f"reads of {one.applicant} by {one.reviewer}",
                "keep the read that counts",
            )
    names_i = sorted({row.applicant for row in rows}.union(applicants))
    names_j = sorted({row.reviewer for row in rows})
    place_i = {name: position for position, name in enumerate(names_i)}
    place_j = {name: position for position, name in enumerate(names_j)}
    i = np.array([place_i[row.applicant] for row in rows], dtype=np.intp)
    j = np.array([place_j[row.reviewer] for row in rows], dtype=np.intp)
    y = np.array([row.score for row in rows], dtype=np.float64)
    n_i = np.bincount(i, minlength=len(names_i))
    n_j = np.bincount(j, minlength=len(names_j))
    starts = np.concatenate(([0], np.cumsum(n_i)))
    return Table(tuple(names_i), tuple(names_j), i, j, y, n_i, n_j, starts)


def without_reviewer(table: Table, reviewer: int) -> Table:
    """The same people and reviewers without the reads of one of them."""
    kept = table.j != reviewer
    i, j = table.i[kept], table.j[kept]
    n_i = np.bincount(i, minlength=len(table.applicants))
    n_j = np.bincount(j, minlength=len(table.reviewers))
    starts = np.concatenate(([0], np.cumsum(n_i)))
    return Table(table.applicants, table.reviewers, i, j, table.y[kept], n_i, n_j, starts)
