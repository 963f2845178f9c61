"""Invented marks of which the truth is known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.calibration import Calibration, Read

Array = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    reads: list[Read]
    merit: Array
    generosity: Array
    noise: Array

    def covered(self, found: Calibration) -> float:
        """The share of applicants whose merit lies in the interval of 90 %."""
        rows = sorted(found.estimates, key=lambda row: row.applicant)
        off = [
            abs(row.merit - true) / row.merit_deviation for row, true in zip(rows, self.merit, strict=True)
        ]
        return float(np.mean(np.array(off) < 1.6448536))

    def tau(self, found: Calibration) -> float:
        from scipy.stats import kendalltau

        rows = sorted(found.estimates, key=lambda row: row.applicant)
        return float(kendalltau([row.merit for row in rows], self.merit)[0])


def world(
    seed: int,
    applicants: int,
    reviewers: int,
    reads: int = 3,
    *,
    severity: float = 0.6,
    noise: float = 0.7,
    uneven: float = 0.4,
    scale: float = 0.12,
    middle: float = 5.3,
    unit: float = 1.2,
    top: int | None = 7,
) -> World:
    """Marks from 1 to `top` with a ceiling, or scores without steps (`top` None). Deviations in units of merit."""
    chance = np.random.default_rng(seed)
    merit = chance.normal(size=applicants)
    b = chance.normal(0, severity, reviewers)
    z = np.log(noise) + chance.normal(0, uneven, reviewers)
    g = chance.normal(0, scale, reviewers)
    rows = []
    for i in range(applicants):
        for j in chance.choice(reviewers, reads, replace=False):
            impression = merit[i] + b[j] + np.exp(z[j]) * chance.normal()
            score = middle + unit * np.exp(g[j]) * impression
            mark = float(np.clip(np.rint(score), 1, top)) if top else float(score)
            rows.append(Read(f"a{i:05}", f"r{j:03}", mark))
    return World(rows, merit, b, np.exp(z))
