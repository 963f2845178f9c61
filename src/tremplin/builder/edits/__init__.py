"""What the builder does to the text of a programme file. Pure: each deed takes a text and gives the new one.

A deed either gives a text that reads as a programme file, or it is refused: `Refused` with a sentence, or
`file.BrokenFile` with every fault of what was wanted.
"""

from tremplin.builder.edits.laying import laid_upon
from tremplin.builder.edits.moving import check_conditions, move, order_with, put
from tremplin.builder.edits.parts import (
    KEYS,
    LISTED,
    MODELS,
    WHOLE,
    Form,
    Kind,
    Refused,
    gone,
    plan_of,
)
from tremplin.builder.edits.saving import add, differences, duplicate, next_code, remove, save

__all__ = [
    "KEYS",
    "LISTED",
    "MODELS",
    "WHOLE",
    "Form",
    "Kind",
    "Refused",
    "add",
    "check_conditions",
    "differences",
    "duplicate",
    "gone",
    "laid_upon",
    "move",
    "next_code",
    "order_with",
    "plan_of",
    "put",
    "remove",
    "save",
]
