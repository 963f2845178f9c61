"""What a calibration says, and why it says it."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from tremplin.methods.calibration.design import bridges, islands
from tremplin.methods.calibration.posterior import Posterior
from tremplin.methods.calibration.reads import Table


@dataclass(frozen=True, slots=True)
class Estimate:
    """One applicant: the corrected score and its interval, on the scale of the scores; reads behind it.

    The interval is about the applicant among the others. `merit` and `merit_deviation` are the same in standard
    deviations of the applicants, where marks with a ceiling do not crowd together. `raw` is the plain mean.
    """

    applicant: str
    estimate: float
    low: float
    high: float
    deviation: float
    reads: int
    raw: float | None
    merit: float
    merit_deviation: float


@dataclass(frozen=True, slots=True)
class Severity:
    """One reviewer's habits.

    `shift`: how far above (generous) or below (harsh) the middle, on the scale of the scores, and how sure that is.
    `noise`: their noise as a multiple of the typical reader's. `stretch`: how far apart they set two applicants, as a
    multiple of the typical reader (below one: keeps to the middle of the scale). One where the model has no such habit.
    """

    reviewer: str
    shift: float
    deviation: float
    reads: int
    noise: float = 1.0
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What one read did: the score, the score an average reader would have given, its weight, and the estimate
    if this read were not there. Weights of all reads and of the prior (what is known of applicants at large) sum to 1.
    """

    reviewer: str
    score: float
    corrected: float
    weight: float
    without: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an estimate is what it is: the plain mean, each read, and how much the middle of all pulls."""

    applicant: str
    raw: float | None
    estimate: float
    readings: tuple[Reading, ...]
    prior_weight: float


@dataclass(frozen=True, slots=True)
class Influence:
    """What would change if one reviewer had read nothing: the largest move and whose it is; with a number of places,
    who would come among the first and who would not any more.
    """

    reviewer: str
    largest: float
    applicant: str
    enters: tuple[str, ...]
    leaves: tuple[str, ...]


@dataclass(frozen=True)
class Calibration:
    """All estimates, best first (ties by code), and how far the scores can be trusted.

    `icc` is the reliability of one read: the share of merit in the variance of a score. Variances are on the scale of
    the scores (for ordinal marks: of the impression behind the mark, at the middle of the scale).
    """

    model: str
    estimates: tuple[Estimate, ...]
    severities: tuple[Severity, ...]
    mean: float
    merit_variance: float
    severity_variance: float
    noise_variance: float
    level: float
    posterior: Posterior = field(repr=False)

    @property
    def table(self) -> Table:
        return self.posterior.table

    @property
    def icc(self) -> float:
        return self.merit_variance / (self.merit_variance + self.severity_variance + self.noise_variance)

    def reliability(self, reads: int) -> float:
        """Reliability of the mean of `reads` reads by different reviewers (Spearman 1910, Brown 1910)."""
        return reads * self.icc / (1 + (reads - 1) * self.icc) if reads else 0.0

    @cached_property
    def islands(self) -> tuple[tuple[str, ...], ...]:
        """Groups of applicants without any reviewer in common with the rest, largest first: between them only the
        average can be compared."""
        return islands(self.table)

    @cached_property
    def bridges(self) -> tuple[str, ...]:
        """Reviewers who alone hold two groups of applicants together."""
        return bridges(self.table)

    @cached_property
    def by_code(self) -> dict[str, Estimate]:
        return {row.applicant: row for row in self.estimates}

    def why(self, applicant: str) -> Reason:
        """What made this estimate. Raises KeyError for somebody unknown."""
        row = self.by_code[applicant]
        position = self.table.applicants.index(applicant)
        rows = self.table.rows(position)
        corrected, weights, without = self.posterior.reasons(rows)
        readings = tuple(
            Reading(
                self.table.reviewers[self.table.j[place]],
                float(self.table.y[place]),
                float(corrected[at]),
                float(weights[at]),
                float(without[at]),
            )
            for at, place in enumerate(range(rows.start, rows.stop))
        )
        return Reason(applicant, row.raw, row.estimate, readings, 1 - float(sum(weights)))

    def influence(self, *, places: int = 0) -> tuple[Influence, ...]:
        """Leave one reviewer out at a time: what their reads move. By reviewers' codes."""
        names, here = self.table.applicants, self.posterior.estimates()
        first = _first(here, names, places)
        found = []
        for position, reviewer in enumerate(self.table.reviewers):
            there = self.posterior.without(position)
            moved = np.abs(there - here)
            at = int(moved.argmax())
            then = _first(there, names, places)
            found.append(
                Influence(
                    reviewer,
                    float(there[at] - here[at]),
                    names[at],
                    tuple(sorted(then - first)),
                    tuple(sorted(first - then)),
                )
            )
        return tuple(found)


def _first(estimates: np.ndarray, names: tuple[str, ...], places: int) -> set[str]:
    """The first `places`; equal estimates by code."""
    order = sorted(range(len(names)), key=lambda at: (-round(float(estimates[at]), 9), names[at]))
    return {names[at] for at in order[:places]}
