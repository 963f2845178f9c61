"""From reads to estimates: which model, and its answer in the words of the caller."""

from collections.abc import Sequence
from statistics import NormalDist
from typing import Literal

import numpy as np

from tremplin.methods.calibration.crossed import Crossed, best_logs
from tremplin.methods.calibration.families import Family, Marks, Scores
from tremplin.methods.calibration.habits import Habits
from tremplin.methods.calibration.marginal import fit, nodes
from tremplin.methods.calibration.posterior import Posterior
from tremplin.methods.calibration.reads import Array, Read, Table, tabulate
from tremplin.methods.calibration.result import Calibration, Estimate, Severity

Model = Literal["severity", "habits", "marks", "auto"]

MANY_LEVELS = 12  # with more different scores than that, steps no longer matter
ENOUGH_READS, READS_EACH = 150, 10  # below that, habits beyond severity are guesses, and intervals too narrow


class TooManyLevels(ValueError):
    """Ordinal marks with more levels than an ordinal model can tell apart."""


def calibrate(
    reads: Sequence[Read],
    *,
    model: Model = "auto",
    level: float = 0.9,
    applicants: Sequence[str] = (),
    step: float = 0.0,
) -> Calibration:
    """Estimate every applicant from `reads`, whatever their order.

    `applicants` adds people without a score: they get the mean and the widest interval. `level` is the probability
    that an interval covers. `step` is the distance between two neighbouring scores: noise is never taken to be below
    step/sqrt(12), as a rounded score cannot be surer than its rounding.

    `model`: "severity", the crossed model with normal scores, exact, for any number of reads; "habits", with each
    reviewer's use of the scale and noise besides, for scores without steps; "marks", the same for ordinal marks, whose
    intervals hold under a ceiling; "auto": "marks" for up to 12 different scores and "habits" for more, once there
    are 150 reads and 10 for each reviewer, "severity" before. Nothing is ever corrected by a group of applicants.

    Deterministic; ties are in the order of codes. O(N + m^3) for N reads and m reviewers.
    Raises FaultyReads (see `tabulate`), TooManyLevels for "marks", ValueError for a level outside (0, 1).
    """
    if not 0 < level < 1:
        raise ValueError(f"level: {level} is not a probability; give one between 0 and 1, such as 0.9")
    table = tabulate(reads, applicants)
    chosen = _chosen(table, model, step)
    if chosen == "severity":
        return _exact(table, level, step)
    family = Marks if chosen == "marks" else Scores
    found = Habits(fit(family(table, nodes(table, family.SHARP))), level)
    return _told(chosen, found)


def _chosen(table: Table, model: Model, step: float) -> Model:
    levels = len(np.unique(table.y))
    if model == "marks" and levels > 60:
        raise TooManyLevels(f"{levels} different marks; use the model “habits” for scores without steps")
    told = levels > 1 and float(table.y.std()) > step / np.sqrt(12)
    if model in {"marks", "habits"}:
        return model if told else "severity"
    enough = len(table.y) >= max(ENOUGH_READS, READS_EACH * len(table.reviewers)) and len(table.reviewers) > 2
    repeated = int((table.n_i > 1).sum()) >= ENOUGH_READS / 5
    if model == "severity" or not (told and enough and repeated):
        return "severity"
    return "marks" if levels <= MANY_LEVELS else "habits"


def _exact(table: Table, level: float, step: float) -> Calibration:
    logs = best_logs(table, float(table.y.mean()))
    found = Crossed(table, np.exp(logs), floor=step**2 / 12, level=level)
    wide = NormalDist().inv_cdf(0.5 + level / 2)
    deviation = np.sqrt(found.own + _through(found))
    estimate, unit = found.estimates(), np.sqrt(found.noise / found.ratios[0])
    own = np.sqrt(np.diag(_inverse(found.factor)))
    severities = tuple(
        Severity(name, float(found.severity[k]), float(own[k]), int(table.n_j[k]))
        for k, name in enumerate(table.reviewers)
    )
    ends = np.stack((estimate - wide * deviation, estimate + wide * deviation), axis=1)
    return Calibration(
        model="severity",
        estimates=estimated(table, estimate, ends, deviation, found.mean / unit, deviation / unit),
        severities=severities,
        mean=found.centre,
        merit_variance=float(found.noise / found.ratios[0]),
        severity_variance=float(found.noise / found.ratios[1]),
        noise_variance=float(found.noise),
        level=level,
        posterior=found,
    )


def _inverse(factor: Array) -> Array:
    half = np.linalg.inv(factor)
    found: Array = half.T @ half
    return found


def _through(found: Posterior) -> Array:
    """gain' S gain of everybody, (n,)."""
    covariance = _inverse(found.factor)
    spread = np.zeros(len(found.mean))
    for part in found.gains:
        inner = covariance[part.columns[:, :, None], part.columns[:, None, :]]
        spread[part.who] = np.einsum("gi,gij,gj->g", part.values, inner, part.values)
    return spread


def _told(model: str, found: Habits) -> Calibration:
    table, family, spread = found.table, found.family, found.fit.spread
    estimate = found.estimates()
    ends = np.stack([found.on_scale(found.ends[:, side]) for side in (0, 1)], axis=1)
    # Never falling but for the last digits of its sums.
    ends[:, 0], ends[:, 1] = np.minimum(ends[:, 0], estimate), np.maximum(ends[:, 1], estimate)
    wide = 2 * NormalDist().inv_cdf(0.5 + found.level / 2)
    shift, own = found.shifts()
    _b, stretch, noise = found.fit.habits.T
    severities = tuple(
        Severity(
            name,
            float(shift[k]),
            float(own[k]),
            int(table.n_j[k]),
            float(np.exp(noise[k])),
            float(np.exp(-stretch[k])),
        )
        for k, name in enumerate(table.reviewers)
    )
    unit = found.unit**2
    return Calibration(
        model=model,
        estimates=estimated(
            table, estimate, ends, (ends[:, 1] - ends[:, 0]) / wide, found.mean, found.deviation
        ),
        severities=severities,
        mean=float(found.on_scale(np.zeros(1))[0]),
        merit_variance=unit,
        severity_variance=float(unit * spread[0]),
        noise_variance=float(unit * _noise(family, float(spread[2]))),
        level=found.level,
        posterior=found,
    )


def _noise(family: Family, spread: float) -> float:
    """Variance of a read's noise in units of merit, over all readers: E exp(2 z + 2 mu)."""
    return float(np.exp(2 * family.mu + 2 * spread))


def estimated(
    table: Table, estimate: Array, ends: Array, deviation: Array, merit: Array, merit_deviation: Array
) -> tuple[Estimate, ...]:
    sums = np.bincount(table.i, weights=table.y, minlength=len(table.applicants))
    rows = [
        Estimate(
            name,
            float(estimate[k]),
            float(ends[k, 0]),
            float(ends[k, 1]),
            float(deviation[k]),
            int(table.n_i[k]),
            float(sums[k] / table.n_i[k]) if table.n_i[k] else None,
            float(merit[k]),
            float(merit_deviation[k]),
        )
        for k, name in enumerate(table.applicants)
    ]
    return tuple(sorted(rows, key=lambda row: (-round(row.merit, 9), row.applicant)))
