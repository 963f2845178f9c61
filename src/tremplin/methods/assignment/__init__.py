"""Who reads what: `assign` gives the plan of greatest expertise, `fair` lifts the worst-off application first.

`Problem` states the question, `Plan` answers it with a proof, `why` explains a pair, `replan` mends a plan,
`Infeasible` names limits that clash.
"""

from tremplin.methods.assignment.clash import Clash, Infeasible, clash
from tremplin.methods.assignment.fair import FairPlan, Level, fair
from tremplin.methods.assignment.maxsum import Proof
from tremplin.methods.assignment.problem import Application, Pair, Problem, ProblemFault, Reviewer
from tremplin.methods.assignment.replan import Mended, replan
from tremplin.methods.assignment.solve import Plan, Reason, Short, assign
from tremplin.methods.assignment.why import Move, Why, why

__all__ = [
    "Application",
    "Clash",
    "FairPlan",
    "Infeasible",
    "Level",
    "Mended",
    "Move",
    "Pair",
    "Plan",
    "Problem",
    "ProblemFault",
    "Proof",
    "Reason",
    "Reviewer",
    "Short",
    "Why",
    "assign",
    "clash",
    "fair",
    "replan",
    "why",
]
