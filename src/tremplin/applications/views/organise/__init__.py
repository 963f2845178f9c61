"""What organisers and observers see, and what organisers do with many applications at once."""

from tremplin.applications.views.organise.board import at_risk, board
from tremplin.applications.views.organise.deeds import choose, deed, deeds, undo
from tremplin.applications.views.organise.figures import figures, live
from tremplin.applications.views.organise.one import application
from tremplin.applications.views.organise.taking import export
from tremplin.applications.views.organise.writing import write

__all__ = [
    "application",
    "at_risk",
    "board",
    "choose",
    "deed",
    "deeds",
    "export",
    "figures",
    "live",
    "undo",
    "write",
]
