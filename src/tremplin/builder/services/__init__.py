"""What organisers can do with the working copy: change it, take a change back, discard it, publish it."""

from tremplin.builder.services.editing import (
    Outcome,
    add,
    begin,
    discard,
    drop_unfinished,
    duplicate,
    keep_unfinished,
    lay_upon,
    move,
    put,
    remove,
    save,
    undo,
)
from tremplin.builder.services.publishing import publish

__all__ = [
    "Outcome",
    "add",
    "begin",
    "discard",
    "drop_unfinished",
    "duplicate",
    "keep_unfinished",
    "lay_upon",
    "move",
    "publish",
    "put",
    "remove",
    "save",
    "undo",
]
