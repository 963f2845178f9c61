"""Who mentors whom: lists of both sides, limits, real clocks; several rules, each answer with its reasons.

By codes: `fits` says how people fit, `by_fit` makes lists of it, `table` takes lists, `match` applies a rule, and its
`Answer` explains itself. By numbers: `build` or `ordered` make a `Market` of arrays for the solvers.
"""

from tremplin.methods.matching.acceptance import mentors_propose, scholars_propose
from tremplin.methods.matching.answers import (
    STABLE,
    Answer,
    BlockingPair,
    Change,
    Infeasible,
    Other,
    Passed,
    Reasons,
    Rule,
    Why,
    changes,
    match,
)
from tremplin.methods.matching.clash import Clash, smallest
from tremplin.methods.matching.fitting import Fit, Fits, Profile, Weights, by_fit, fits, together
from tremplin.methods.matching.flow import NoFlow, max_weight, rank_maximal
from tremplin.methods.matching.hours import Hours, Weeks, common
from tremplin.methods.matching.market import BadMarket, Market, build, ordered
from tremplin.methods.matching.rotations import Rotation, best_stable, rotations
from tremplin.methods.matching.stability import blocking
from tremplin.methods.matching.table import Table, lot, table
from tremplin.methods.matching.ties import most_stable

__all__ = [
    "STABLE",
    "Answer",
    "BadMarket",
    "BlockingPair",
    "Change",
    "Clash",
    "Fit",
    "Fits",
    "Hours",
    "Infeasible",
    "Market",
    "NoFlow",
    "Other",
    "Passed",
    "Profile",
    "Reasons",
    "Rotation",
    "Rule",
    "Table",
    "Weeks",
    "Weights",
    "Why",
    "best_stable",
    "blocking",
    "build",
    "by_fit",
    "changes",
    "common",
    "fits",
    "lot",
    "match",
    "max_weight",
    "mentors_propose",
    "most_stable",
    "ordered",
    "rank_maximal",
    "rotations",
    "scholars_propose",
    "smallest",
    "table",
    "together",
]
