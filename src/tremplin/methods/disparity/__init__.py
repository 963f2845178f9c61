"""How far apart the chances of groups are, with what is not known about it: for each step of a selection and attribute.

`audit` says it in codes and numbers; `rates` and `exact` hold the statistics, `pooling` small groups, `power` what a
table could have shown and what silence hides, `assigned` the chances that people were drawn with.
"""

from tremplin.methods.disparity.assigned import Assigned, assigned
from tremplin.methods.disparity.audit import (
    CANNOT_TELL,
    CODES,
    DIFFERENCE_LIKELY,
    HINGES_ON_SILENCE,
    NO_EVIDENCE,
    RISK,
    TOO_FEW,
    WIDE,
    Asked,
    Compared,
    audit,
    compared,
    over_cohorts,
    together,
)
from tremplin.methods.disparity.exact import benjamini_hochberg, boschloo, fisher, holm, mid_p
from tremplin.methods.disparity.pooling import Pooled, pooled
from tremplin.methods.disparity.power import Detectable, detectable, missing_bounds
from tremplin.methods.disparity.rates import (
    LEVEL,
    Estimate,
    RateError,
    difference,
    differences,
    pooled_ratio,
    ratio,
    ratios,
    share,
)
from tremplin.methods.disparity.spans import Spanned, compared_spans

__all__ = [
    "CANNOT_TELL", "CODES", "DIFFERENCE_LIKELY", "HINGES_ON_SILENCE", "LEVEL", "NO_EVIDENCE", "RISK", "TOO_FEW",
    "WIDE", "Asked", "Assigned", "Compared", "Detectable", "Estimate", "Pooled", "RateError", "Spanned", "assigned",
    "audit", "benjamini_hochberg", "boschloo", "compared", "compared_spans", "detectable", "difference", "differences",
    "fisher", "holm", "mid_p", "missing_bounds", "over_cohorts", "pooled", "pooled_ratio", "ratio", "ratios", "share",
    "together",
]  # fmt: skip
