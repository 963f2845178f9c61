"""Pages of first reads."""

from tremplin.first_reads.views.discussing import agreed, discussion
from tremplin.first_reads.views.organising import choose, close, let_go, open_set, organise, remove, write
from tremplin.first_reads.views.reading import autosave, mine, read, tie

__all__ = [
    "agreed",
    "autosave",
    "choose",
    "close",
    "discussion",
    "let_go",
    "mine",
    "open_set",
    "organise",
    "read",
    "remove",
    "tie",
    "write",
]
