"""Readings by criterion: applicants, reviewers and criteria crossed, for the programme's weighted merit.

`calibrate_rubric` is `calibrate` with the marks of each criterion kept apart: see `state` for the model.
"""

from tremplin.methods.calibration.rubric.answer import RubricCalibration, calibrate_rubric
from tremplin.methods.calibration.rubric.taken import Criterion, Judgement, by_criterion
from tremplin.methods.calibration.rubric.weighted import Graded, Seen

__all__ = [
    "Criterion",
    "Graded",
    "Judgement",
    "RubricCalibration",
    "Seen",
    "by_criterion",
    "calibrate_rubric",
]
