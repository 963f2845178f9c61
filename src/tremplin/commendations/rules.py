"""Who came very near, and what may be said of it. No database."""

from dataclasses import asdict, dataclass
from typing import Any

from tremplin.methods.disclosure import LEAST

_NEAR = frozenset({"admit", "lottery"})
_PLACED = frozenset({"offer", "accepted"})


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


def came_near(*, band: str, standing: str, by_hand: bool) -> bool:
    """Whether somebody without a place stood above the line or could not be told from it.

    `standing` is the state of their outcome. Not where people set the scores aside: a page that says what scores said
    would then say something else than what was decided.
    """
    return band in _NEAR and standing not in _PLACED and not by_hand


def near_enough(count: int) -> int | None:
    return count if count >= LEAST else None
