"""The merit of applications from their reads, corrected for how reviewers read: `methods.calibration` on our rubric."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict
from tremplin.methods.calibration import Criterion, Judgement, RubricCalibration, calibrate_rubric
from tremplin.programmes.models import Cohort
from tremplin.review import rules
from tremplin.review.plan import review_plan
from tremplin.review.queries.scores import ScoredRead

BAND_LEVEL = 0.5
"""Half of all true scores lie in such an interval: what the Swiss National Science Foundation draws its line by."""


def calibrated(
    cohort: Cohort,
    people: Sequence[int],
    reads: Sequence[ScoredRead],
    *,
    weights: Mapping[str, float] | None = None,
    level: float = BAND_LEVEL,
) -> RubricCalibration:
    """The score of everybody in `people`, by their keys, corrected for how reviewers read.

    Whoever reads in both passes has a severity in each, see `ScoredRead.reader`: people read more kindly, or less,
    when they know more, and nobody gains by having been read in one of them.
    Raises Conflict where nobody could judge anything.
    """
    plan = review_plan(cohort)
    scored = [
        Judgement(str(read.application), read.reader, rules.marks(plan, read.scores))
        for read in reads
        if read.value is not None
    ]
    if not scored:
        raise Conflict(
            _("No reader could judge anything, so there is no score to decide by."),
            _("Reopen some reads, or have applications read again."),
        )
    return calibrate_rubric(
        scored,
        [Criterion(row.code, (weights or {}).get(row.code, row.weight)) for row in plan.criteria],
        level=level,
        applicants=[str(pk) for pk in people],
    )
