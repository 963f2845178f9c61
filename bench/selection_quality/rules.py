"""Ways to score applicants from the readings paid for: pairs of applicant and reviewer in, scores (n,) out."""

from collections.abc import Callable

import numpy as np

from bench.selection_quality.cohorts import Array, Cohort
from tremplin.methods.calibration import (
    Calibration,
    Criterion,
    Judgement,
    Read,
    calibrate,
    calibrate_rubric,
)
from tremplin.selection.extra.rules import ROUNDS, next_round

Pairs = list[tuple[int, int]]


def _whole(cohort: Cohort, pairs: Pairs) -> tuple[Array, Array, Array]:
    """Applicants, reviewers, and the mean of what was judged, each criterion from its own mean: (N,) each."""
    i, j = np.array(pairs, dtype=np.intp).T
    marks = cohort.marks[:, i, j]
    off = marks - np.nanmean(marks, axis=1, keepdims=True)
    judged = np.isfinite(marks).any(axis=0)
    return i[judged], j[judged], np.nanmean(off[:, judged], axis=0)


def mean(cohort: Cohort, pairs: Pairs) -> Array:
    i, _j, y = _whole(cohort, pairs)
    many = cohort.setting.applicants
    return np.asarray(np.bincount(i, y, many) / np.maximum(np.bincount(i, minlength=many), 1))


def standard(cohort: Cohort, pairs: Pairs) -> Array:
    """Each reviewer's scores with their own mean and deviation taken off, then means."""
    i, j, y = _whole(cohort, pairs)
    count = np.maximum(np.bincount(j), 1)
    off = y - (np.bincount(j, y) / count)[j]
    wide = np.maximum(np.sqrt(np.bincount(j, off**2) / count), 0.05)
    many = cohort.setting.applicants
    return np.asarray(np.bincount(i, off / wide[j], many) / np.maximum(np.bincount(i, minlength=many), 1))


def _merits(cohort: Cohort, found: Calibration) -> Array:
    scores = np.zeros(cohort.setting.applicants)
    for row in found.estimates:
        scores[int(row.applicant)] = row.merit
    return scores


def composite(cohort: Cohort, pairs: Pairs) -> Array:
    rows = zip(*_whole(cohort, pairs), strict=True)
    return _merits(cohort, calibrate([Read(f"{i:04}", f"{j:03}", float(y)) for i, j, y in rows]))


def calibrated(cohort: Cohort, pairs: Pairs) -> Calibration:
    codes = [f"c{at}" for at in range(cohort.setting.criteria)]
    rows = [
        Judgement(
            f"{i:04}",
            f"{j:03}",
            {c: None if np.isnan(y) else float(y) for c, y in zip(codes, cohort.marks[:, i, j], strict=True)},
        )
        for i, j in pairs
    ]
    names = [f"{i:04}" for i in range(cohort.setting.applicants)]
    return calibrate_rubric(rows, [Criterion(code) for code in codes], applicants=names)


def rubric(cohort: Cohort, pairs: Pairs) -> Array:
    return _merits(cohort, calibrated(cohort, pairs))


def adaptive(cohort: Cohort, reads: int) -> Array:
    """So many each, then as many again as there are applicants, by the very rule that sends extra reads in a cohort.

    Nobody is read twice in one round; who has been read by everybody is not read again.
    """
    many, most = cohort.setting.applicants, cohort.setting.reviewers
    count, left = np.full(many, reads), many
    for rounds in range(ROUNDS):
        pairs = [(i, int(j)) for i, row in enumerate(cohort.order) for j in row[: count[i]]]
        worth = next_round(calibrated(cohort, pairs), places=cohort.setting.places, left=left, rounds=rounds)
        now = [int(row.applicant) for row in worth if count[int(row.applicant)] < most]
        count[now] += 1
        left -= len(now)
    return rubric(cohort, [(i, int(j)) for i, row in enumerate(cohort.order) for j in row[: count[i]]])


RULES: dict[str, Callable[[Cohort, Pairs], Array]] = {
    "mean": mean,
    "standard": standard,
    "composite": composite,
    "rubric": rubric,
}
