"""The scale of each criterion: what a mark says of the impression behind it.

An impression is N(0, 1) over all readings of a criterion. A mark on a scale of steps says between which cut-points it
fell: normal quantiles of how often marks up to there were given (Olsson 1979). A ceiling is no trouble then, and
steps need not be equally wide. A mark on a scale without steps is the impression itself, up to its rounding.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.calibration.reads import Array
from tremplin.methods.calibration.rubric.taken import Rubric

_FINEST = 1e-3  # of the variance: a score is no surer than that


@dataclass(frozen=True, slots=True)
class Steps:
    """Levels (K,) of one criterion and the cut-points (K - 1,) between them."""

    levels: Array
    cuts: Array

    @property
    def unit(self) -> float:
        """By how much the mark rises with the impression, half-way between levels as far as cut-points go."""
        if len(self.cuts) == 0:
            return 0.0
        weight = np.exp(-0.5 * self.cuts**2)
        if len(self.cuts) == 1:
            return float(weight[0] * (self.levels[1] - self.levels[0]) / np.sqrt(2 * np.pi))
        edges = (self.levels[1:] + self.levels[:-1]) / 2
        weight = weight / weight.sum()
        off = self.cuts - weight @ self.cuts
        return float((weight * off) @ edges / ((weight * off) @ off))

    def expected(self, centre: Array, wide: float) -> Array:
        """The mean mark for impressions N(centre, wide^2)."""
        from scipy.special import ndtr

        above = ndtr((centre[:, None] - self.cuts) / wide)
        found: Array = self.levels[0] + above @ np.diff(self.levels)
        return found


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion without steps: marks are middle + unit times the impression."""

    middle: float
    unit: float

    def expected(self, centre: Array, wide: float) -> Array:
        found: Array = self.middle + self.unit * centre
        return found


@dataclass(frozen=True, slots=True)
class Scales:
    """All criteria: `of` each; bounds `low` and `high` (C, N) of each impression, equal where there are no steps;
    `fine` (C,): the variance that such a mark leaves open; `stepped` (C,); `judged` (C, N).
    """

    of: tuple[Steps | Line, ...]
    low: Array
    high: Array
    fine: Array
    stepped: NDArray[np.bool_]
    judged: NDArray[np.bool_]

    @property
    def units(self) -> Array:
        return np.array([one.unit for one in self.of])


def scales(rubric: Rubric, most: int) -> Scales:
    """Criteria with up to `most` different marks have steps, the others none."""
    from scipy.special import ndtri

    found: list[Steps | Line] = []
    low, high = np.full(rubric.marks.shape, -np.inf), np.full(rubric.marks.shape, np.inf)
    fine = np.ones(rubric.size)
    for at, (row, seen) in enumerate(zip(rubric.marks, rubric.judged, strict=True)):
        levels, kinds, counts = np.unique(row[seen], return_inverse=True, return_counts=True)
        if len(levels) <= most:
            cuts = ndtri(np.cumsum(counts)[:-1] / counts.sum())
            ends = np.concatenate(([-np.inf], cuts, [np.inf]))
            low[at, seen], high[at, seen] = ends[kinds], ends[kinds + 1]
            found.append(Steps(levels, cuts))
            continue
        middle, unit = float(row[seen].mean()), float(row[seen].std())
        low[at, seen] = high[at, seen] = (row[seen] - middle) / unit
        fine[at] = max((float(np.diff(levels).min()) / unit) ** 2 / 12, _FINEST)
        found.append(Line(middle, unit))
    stepped = np.array([isinstance(one, Steps) for one in found])
    return Scales(tuple(found), low, high, fine, stepped, rubric.judged)
