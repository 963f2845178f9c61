"""What may be read instead of an application, what still waits, and what was hidden."""

from tremplin.blinding.queries.organising import Standing, of_applications, standing
from tremplin.blinding.queries.pieces import Hidden, Piece, hidden_in, hidden_in_all, pieces_of
from tremplin.blinding.queries.reading import (
    copies_of,
    copy_of,
    corrections_of,
    current,
    finished,
    passages,
    readings,
    second_of,
    told_blind,
    waiting,
)

__all__ = [
    "Hidden",
    "Piece",
    "Standing",
    "copies_of",
    "copy_of",
    "corrections_of",
    "current",
    "finished",
    "hidden_in",
    "hidden_in_all",
    "of_applications",
    "passages",
    "pieces_of",
    "readings",
    "second_of",
    "standing",
    "told_blind",
    "waiting",
]
