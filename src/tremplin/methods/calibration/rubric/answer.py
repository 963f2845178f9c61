"""From readings by criterion to estimates, in the words of the caller."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from statistics import NormalDist
from typing import Literal

import numpy as np

from tremplin.methods.calibration.calibrating import (
    ENOUGH_READS,
    MANY_LEVELS,
    READS_EACH,
    calibrate,
    estimated,
)
from tremplin.methods.calibration.reads import Read, Table
from tremplin.methods.calibration.result import Calibration, Severity
from tremplin.methods.calibration.rubric.fitting import fit
from tremplin.methods.calibration.rubric.scales import scales
from tremplin.methods.calibration.rubric.taken import Criterion, Judgement, taken
from tremplin.methods.calibration.rubric.weighted import Graded, Seen, Weighted

Kind = Literal["auto", "marks", "scores"]

_MOST: dict[Kind, int] = {"auto": MANY_LEVELS, "marks": 60, "scores": 1}


@dataclass(frozen=True)
class RubricCalibration(Calibration):
    """A calibration that also knows the criteria. `criteria` by code, none where all marks are the same."""

    criteria: tuple[Graded, ...] = ()

    def profile(self, applicant: str) -> tuple[Seen, ...]:
        """One applicant in each criterion, by code. Raises KeyError for somebody unknown."""
        return self.posterior.profile(applicant) if isinstance(self.posterior, Weighted) else ()


def calibrate_rubric(
    judgements: Sequence[Judgement],
    criteria: Sequence[Criterion],
    *,
    kind: Kind = "auto",
    level: float = 0.9,
    applicants: Sequence[str] = (),
) -> RubricCalibration:
    """Estimate everybody's weighted merit from marks by criterion, whatever the order of readings and criteria.

    A score is the mean of the criteria by their weights: give marks on scales that can be added. A mark of None says
    that the criterion could not be judged; others' marks in it, and what the same reviewer saw in other criteria, then
    say what can be said, and the interval is the wider for it. The estimate is what an average reviewer would give,
    judging everything. `applicants` adds people without a mark; `level` is the probability that an interval covers.

    `kind`: "marks" takes marks for steps with a floor and a ceiling, "scores" for numbers without steps, "auto" for
    steps where a criterion has up to 12 different marks. Reviewers differ in severity, criterion by criterion; once
    there are 150 readings and 10 for each reviewer also in noise and use of the scale.

    Deterministic. O(N C^3 + (m C)^3) for N readings, m reviewers and C criteria.
    Raises FaultyReads (see `taken`), ValueError for a level outside (0, 1).
    """
    if not 0 < level < 1:
        raise ValueError(f"level: {level} is not a probability; give one between 0 and 1, such as 0.9")
    rubric = taken(judgements, criteria, applicants)
    table, scaled = rubric.table, scales(rubric, _MOST[kind])
    if not scaled.units.any():
        flat = calibrate(_reads(table), model="severity", level=level, applicants=table.applicants)
        return RubricCalibration(**{field.name: getattr(flat, field.name) for field in fields(flat)})
    enough = len(table.y) >= max(ENOUGH_READS, READS_EACH * len(table.reviewers)) and len(table.reviewers) > 2
    found = Weighted(fit(rubric, scaled, habits=enough), level)
    return _told(found)


def _reads(table: Table) -> list[Read]:
    rows = zip(table.i, table.j, table.y, strict=True)
    return [Read(table.applicants[i], table.reviewers[j], float(y)) for i, j, y in rows]


def _told(found: Weighted) -> RubricCalibration:
    table, state = found.table, found.state
    wide = NormalDist().inv_cdf(0.5 + found.level / 2)
    estimate = found.estimates()
    ends = np.stack([found.on_scale(found.mean + side * wide * found.deviation) for side in (-1, 1)], axis=1)
    shift, own = found.shifts()
    severities = tuple(
        Severity(
            name,
            float(shift[k]),
            float(own[k]),
            int(table.n_j[k]),
            float(state.noise[k]),
            float(np.exp(-state.stretch[k])),
        )
        for k, name in enumerate(table.reviewers)
    )
    unit, (severity, noise) = found.unit**2, found.parts()
    deviation = (ends[:, 1] - ends[:, 0]) / (2 * wide)
    return RubricCalibration(
        model="rubric",
        estimates=estimated(table, estimate, ends, deviation, found.mean, found.deviation),
        severities=severities,
        mean=float(found.on_scale(np.zeros(1))[0]),
        merit_variance=unit,
        severity_variance=unit * severity,
        noise_variance=unit * noise,
        level=found.level,
        posterior=found,
        criteria=found.criteria(),
    )
