"""What may be said in public of somebody who came very near. No database."""

from dataclasses import asdict, dataclass
from typing import Any

from tremplin.methods.disclosure import LEAST


@dataclass(frozen=True, slots=True)
class Figures:
    """`near`: how many could not be told from those who got a place; None where that would be said of too few."""

    applications: int
    places: int
    reads: int
    near: int | None
    drawn: bool

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def near_enough(count: int) -> int | None:
    return count if count >= LEAST else None
