"""Readings by criterion as they come in, checked, and as arrays."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.calibration.reads import Array, FaultyReads, Read, Table, tabulate


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion by its code, and how much it counts beside the others."""

    code: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """One reading: a mark for each criterion, on scales that can be added; None: could not be judged."""

    applicant: str
    reviewer: str
    marks: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Rubric:
    """Judgements as arrays. `marks` (C, N), not a number where nothing was judged; `judged` (C, N).

    `table`: the same readings as one score each, the weighted mean of what was judged, each criterion measured from
    its own mean over all. `criteria` by code, those that somebody judged; `weights` (C,) sum to one.
    """

    table: Table
    criteria: tuple[str, ...]
    weights: Array
    marks: Array
    judged: NDArray[np.bool_]

    @property
    def size(self) -> int:
        return len(self.criteria)


def by_criterion(judgements: Iterable[Judgement]) -> dict[str, list[Read]]:
    """The marks of each criterion as reads of its own, for agreement; criteria by code."""
    found: dict[str, list[Read]] = {}
    for row in judgements:
        for code, mark in row.marks.items():
            if mark is not None:
                found.setdefault(code, []).append(Read(row.applicant, row.reviewer, float(mark)))
    return {code: found[code] for code in sorted(found)}


def taken(
    judgements: Iterable[Judgement], criteria: Sequence[Criterion], applicants: Sequence[str] = ()
) -> Rubric:
    """Check and order; the order of rows and of criteria changes nothing. Readings without any mark say nothing.

    Raises FaultyReads for no criteria, one named twice, a weight that is not above zero, a mark for an unknown
    criterion or one that is not finite, one reviewer reading one applicant twice, or nothing judged at all.
    """
    weights = _weights(criteria)
    rows = sorted(judgements, key=lambda row: (row.applicant, row.reviewer))
    for row in rows:
        _check(row, weights)
    for one, other in pairwise(rows):
        if (one.applicant, one.reviewer) == (other.applicant, other.reviewer):
            raise FaultyReads(
                "a reviewer read the same applicant twice",
                f"readings of {one.applicant} by {one.reviewer}",
                "keep the reading that counts",
            )
    everybody = {row.applicant for row in rows}.union(applicants)
    rows = [row for row in rows if any(mark is not None for mark in row.marks.values())]
    codes = tuple(code for code in sorted(weights) if any(row.marks.get(code) is not None for row in rows))
    if not codes:
        raise FaultyReads("nothing was judged", "", "give at least one reading with a mark")
    marks = np.array([[_number(row.marks.get(code)) for row in rows] for code in codes])
    judged = np.isfinite(marks)
    share = np.array([weights[code] for code in codes], dtype=np.float64)
    share /= share.sum()
    middle = np.array([row[seen].mean() for row, seen in zip(marks, judged, strict=True)])
    above = np.where(judged, marks - middle[:, None], 0.0)
    scores = share @ middle + (share @ above) / (share @ judged)
    reads = [Read(row.applicant, row.reviewer, float(y)) for row, y in zip(rows, scores, strict=True)]
    return Rubric(tabulate(reads, sorted(everybody)), codes, share, marks, judged)


def _weights(criteria: Sequence[Criterion]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for row in criteria:
        if row.code in weights:
            raise FaultyReads("the criterion stands there twice", row.code, "name each criterion once")
        if not (isfinite(row.weight) and row.weight > 0):
            raise FaultyReads(f"the weight is {row.weight}", row.code, "give a weight above zero")
        weights[row.code] = row.weight
    if not weights:
        raise FaultyReads("there are no criteria", "", "name at least one")
    return weights


def _check(row: Judgement, weights: Mapping[str, float]) -> None:
    where = f"reading of {row.applicant} by {row.reviewer}"
    for code, mark in row.marks.items():
        if code not in weights:
            raise FaultyReads(f"{code} is no criterion", where, "mark only criteria that are named")
        if mark is not None and not isfinite(mark):
            raise FaultyReads(f"the mark for {code} is not a finite number", where, "give None for no mark")


def _number(mark: float | None) -> float:
    return np.nan if mark is None else float(mark)
