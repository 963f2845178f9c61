"""Scores corrected for how reviewers read, with an interval for every applicant.

`calibrate` gives estimates and says why, `calibrate_rubric` the same from marks by criterion; `expected_ranks` and
`panel_ranks` ranks with their intervals; `intraclass` and `krippendorff` agreement, `distance`
how far two reads of one text lie apart, `by_criterion` makes reads of each
criterion for them; `tie` how well two pools can be compared; `value_of_reading` whom to read once more; `compare`
comparisons in pairs, alone or on the scale of a calibration. Pure: NumPy here, SciPy where it solves.
"""

from tremplin.methods.calibration.agreement import Alpha, Intraclass, intraclass, krippendorff
from tremplin.methods.calibration.calibrating import Model, TooManyLevels, calibrate
from tremplin.methods.calibration.distance import Distance, distance
from tremplin.methods.calibration.graph import Comparison
from tremplin.methods.calibration.pairs import Compared, Place, compare
from tremplin.methods.calibration.panel import panel_ranks
from tremplin.methods.calibration.pools import NextRead, Tie, tie, value_of_reading
from tremplin.methods.calibration.ranks import Ranked, expected_ranks
from tremplin.methods.calibration.reads import FaultyReads, Read
from tremplin.methods.calibration.result import (
    Calibration,
    Estimate,
    Influence,
    Reading,
    Reason,
    Severity,
)
from tremplin.methods.calibration.rubric import (
    Criterion,
    Graded,
    Judgement,
    RubricCalibration,
    Seen,
    by_criterion,
    calibrate_rubric,
)

__all__ = [
    "Alpha",
    "Calibration",
    "Compared",
    "Comparison",
    "Criterion",
    "Distance",
    "Estimate",
    "FaultyReads",
    "Graded",
    "Influence",
    "Intraclass",
    "Judgement",
    "Model",
    "NextRead",
    "Place",
    "Ranked",
    "Read",
    "Reading",
    "Reason",
    "RubricCalibration",
    "Seen",
    "Severity",
    "Tie",
    "TooManyLevels",
    "by_criterion",
    "calibrate",
    "calibrate_rubric",
    "compare",
    "distance",
    "expected_ranks",
    "intraclass",
    "krippendorff",
    "panel_ranks",
    "tie",
    "value_of_reading",
]
