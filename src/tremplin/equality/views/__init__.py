"""Pages of the equality survey: anonymous totals, one's own linked answers, and how far people of each group came."""

from tremplin.equality.views.comparison import comparison, confirm, propose, seal
from tremplin.equality.views.linked import linked, take_back
from tremplin.equality.views.survey import answer, invitation, results, thanks

__all__ = [
    "answer",
    "comparison",
    "confirm",
    "invitation",
    "linked",
    "propose",
    "results",
    "seal",
    "take_back",
    "thanks",
]
