"""What a reviewer reads before their own list begins: a floor above says what, and where it is."""

from collections.abc import Callable
from dataclasses import dataclass

from tremplin.core.errors import Conflict, Message
from tremplin.people.models import User
from tremplin.programmes.models import Cohort


@dataclass(frozen=True, slots=True)
class Gate:
    """Where to go first (the name of a page of the cohort), and what is said about it."""

    page: str
    line: Message
    action: Message


Asked = Callable[[Cohort, User], Gate | None]
_asked: list[Asked] = []


def register(asked: Asked) -> None:
    """Declare how one finds out whether a reviewer's list waits for something."""
    if asked not in _asked:
        _asked.append(asked)


def before_list(cohort: Cohort, reviewer: User) -> Gate | None:
    """What this reviewer does before their own list; None when nothing keeps them."""
    return next((gate for asked in _asked if (gate := asked(cohort, reviewer))), None)


def require_free(cohort: Cohort, reviewer: User) -> None:
    """Raises Conflict while something comes before the list."""
    gate = before_list(cohort, reviewer)
    if gate is not None:
        raise Conflict(str(gate.line))
