"""Who could truly be among the best: what intervals leave open, as a few lines and a few groups.

The truth is any order in which nobody whose whole interval lies below another's comes before that other. The true
top k is then *everybody above a line, and as many as fit of those whose interval holds the line*, for some line.
A line matters only where it lies between a low end and the next high end: elsewhere its neighbour allows every top
that it allows, and more. So all that is left of n intervals is a short row of lines, and for each person the first
and the last line that the interval holds. People with the same two are interchangeable and form one group.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
TIE = 1e-9  # chances closer than this are one


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """n people in G groups across Z lines, lowest line first.

    `lines` (Z, 2): the stretch of scores of each. `first`, `last` (G,): the lines that the interval holds; `first`
    is Z for those above every line, `last` is -1 for those below. `cell` (G,): an index of what limits look at.
    `size` (G,): people. `of` (n,): each person's group. `above`, `within` (Z, G): people above and on a line.
    """

    places: int
    lines: Floats
    first: Ints
    last: Ints
    cell: Ints
    size: Ints
    of: Ints
    above: Ints = field(init=False)
    within: Ints = field(init=False)
    left: Ints = field(init=False)
    _over: Floats = field(init=False)
    _on: Floats = field(init=False)

    def __post_init__(self) -> None:
        index = np.arange(len(self.lines))[:, None]
        above = np.where(self.first[None, :] > index, self.size, 0)
        within = np.where((self.first[None, :] <= index) & (self.last[None, :] >= index), self.size, 0)
        object.__setattr__(self, "above", above)
        object.__setattr__(self, "within", within)
        object.__setattr__(self, "_over", above.astype(np.float64))
        object.__setattr__(self, "_on", within.astype(np.float64))
        # Places that are left on each line once those above it have theirs.
        object.__setattr__(self, "left", self.places - above.sum(axis=1))

    @property
    def in_every_top(self) -> npt.NDArray[np.bool_]:
        """(G,): among the best whatever the truth: on each line above it, or on it with places left for all."""
        for_all = self.left == self.within.sum(axis=1)
        surely: npt.NDArray[np.bool_] = ((self.above > 0) | ((self.within > 0) & for_all[:, None])).all(
            axis=0
        )
        return surely

    @property
    def in_no_top(self) -> npt.NDArray[np.bool_]:
        """(G,): among the best under no truth: on each line below it, or on it with no place left."""
        for_none = self.left == 0
        never: npt.NDArray[np.bool_] = ((self.above == 0) & ((self.within == 0) | for_none[:, None])).all(
            axis=0
        )
        return never

    def values(self, chances: Floats) -> tuple[Floats, Floats]:
        """For each line the least chance that a true top of it holds, (Z,), and the squared length of what `top` gives
        for it once, in people, (Z,). O(ZG + G log G).

        On a line those with the smallest chances go first.
        """
        order = np.argsort(chances, kind="stable")
        chances = chances[order]
        starts = np.flatnonzero(np.diff(chances, prepend=-1.0) > TIE)
        taken = self._on[:, order]
        sharing = np.add.reduceat(taken, starts, axis=1)
        before = np.cumsum(taken, axis=1)
        before -= taken
        np.subtract(self.left[:, None], before, out=before)
        np.maximum(before, 0.0, out=before)
        np.minimum(taken, before, out=taken)
        given = np.add.reduceat(taken, starts, axis=1)
        last = len(starts) - 1 - np.argmax(given[:, ::-1] > 0, axis=1)
        lines = np.arange(len(taken))
        left, people = given[lines, last], np.maximum(sharing[lines, last], 1.0)
        values = self._over[:, order] @ chances + taken @ chances
        return values, self.places - left * (1.0 - left / people)

    def top(self, line: int, chances: Floats) -> tuple[Ints, int]:
        """The true tops of a line that hold the least chance, all at once: (G,) people, and how many times counted.

        Where groups with the same chance share what is left, every way to share is as bad; the mean over all ways is
        given, times as many as it takes to stay in whole numbers. (A single way would call for another cut for each
        of the others.) O(G log G).
        """
        order = np.argsort(chances, kind="stable")
        level = np.cumsum(np.diff(chances[order], prepend=-1.0) > TIE)
        within = self.within[line, order]
        before = np.cumsum(within) - within
        taken = np.clip(self.left[line] - before, 0, within)
        share = level == np.where(taken > 0, level, 0).max()
        times = max(int(within[share].sum()), 1)
        left = int(taken[share].sum())
        top = np.empty_like(within)
        top[order] = np.where(share, within * left, taken * times)
        top += self.above[line] * times
        common = int(np.gcd.reduce(np.append(top, times)))
        return top // common, times // common

    def worth(self, chances: Floats) -> float:
        """How many people of the true top are expected at least."""
        return float(self.values(chances)[0].min())


def cliques(low: Floats, high: Floats) -> tuple[Floats, Ints, Ints]:
    """The stretches of scores (Z, 2) between a low end and the next high end, and for each interval the first and
    the last of them that it holds. One interval lies wholly above another exactly when its first comes after the
    other's last. Closed intervals (m,); ends that touch overlap. O(m log m)."""
    ends = np.concatenate([low, high])
    closes = np.repeat([0, 1], len(low))
    order = np.lexsort((closes, ends))
    ends, closes = ends[order], closes[order]
    here = np.flatnonzero((closes[:-1] == 0) & (closes[1:] == 1))
    lines = np.stack([ends[here], ends[here + 1]], axis=1)
    first = np.searchsorted(lines[:, 0], low, side="left").astype(np.int64)
    last = np.searchsorted(lines[:, 0], high, side="right").astype(np.int64) - 1
    return lines, first, last


def grid(low: Floats, high: Floats, places: int, cells: Sequence[int] | Ints | None = None) -> Grid:
    """The lines that matter for so many places, and the groups. O(n log n).

    `low`, `high` (n,): closed intervals, 0 < places < n. `cells` (n,): people in different cells are never put into
    one group.
    """
    lines, first, last = cliques(low, high)
    index = np.arange(len(lines))
    above = len(low) - np.searchsorted(np.sort(first), index, side="right")
    reach = len(low) - np.searchsorted(np.sort(last), index, side="left")
    matter = np.flatnonzero((above <= places) & (places <= reach))  # one stretch of neighbours
    lines, lowest = lines[matter], int(matter[0])
    first = np.clip(first - lowest, 0, len(lines))
    last = np.clip(last - lowest, -1, len(lines) - 1)
    cell = np.zeros(len(low), dtype=np.int64) if cells is None else np.asarray(cells, dtype=np.int64)
    groups, of, size = np.unique(
        np.stack([cell, first, last], axis=1), axis=0, return_inverse=True, return_counts=True
    )
    return Grid(
        places=places,
        lines=lines,
        first=groups[:, 1],
        last=groups[:, 2],
        cell=groups[:, 0],
        size=size.astype(np.int64),
        of=of.reshape(-1),
    )
