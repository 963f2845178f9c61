"""Who reads what: `assign` gives the plan of greatest expertise, `fair` lifts the worst-off application first,
`capped` and `perturbed` leave it to chance.

`Problem` states the question, `Plan` answers it with a proof, `why` explains a pair, `replan` mends a plan,
`Infeasible` names limits that clash, and `likeness` makes scores from tags and texts.
"""

from tremplin.methods.assignment.chance import Lottery, capped, perturbed
from tremplin.methods.assignment.clash import Clash, Infeasible, clash
from tremplin.methods.assignment.face import Proof
from tremplin.methods.assignment.fair import FairPlan, Level, fair
from tremplin.methods.assignment.problem import Application, Pair, Problem, ProblemFault, Reviewer
from tremplin.methods.assignment.replan import Mended, replan
from tremplin.methods.assignment.solve import Plan, Reason, Short, assign, stated
from tremplin.methods.assignment.why import Move, Why, why

__all__ = [
    "Application",
    "Clash",
    "FairPlan",
    "Infeasible",
    "Level",
    "Lottery",
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
    "capped",
    "clash",
    "fair",
    "perturbed",
    "replan",
    "stated",
    "why",
]
