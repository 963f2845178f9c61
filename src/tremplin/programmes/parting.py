"""What follows when somebody loses a role: a stage above says it beforehand, and does it in the same transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tremplin.core.errors import Message
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role


@dataclass(frozen=True, slots=True)
class Parting:
    """What would follow, in `lines`; `grave` where somebody is left without what they need. `name` stands for exactly
    this, so that nothing else is done than what somebody looked at."""

    name: str
    lines: tuple[Message, ...]
    grave: bool = False


Told = Callable[[Cohort, User, User, datetime], Parting | None]
"""What would follow for this person, told to that one; None where nothing does or it is not theirs to know."""
Done = Callable[[Cohort, User, User | None, datetime], None]
"""Do it. Called inside the transaction, before the role goes, by whoever may take it; None: the command line."""
_known: dict[Role, tuple[Told, Done]] = {}


def register(role: Role, told: Told, done: Done) -> None:
    """Declare what follows when this role is taken away."""
    _known[role] = (told, done)


def told(*, cohort: Cohort, user: User, role: Role, actor: User, now: datetime) -> Parting | None:
    """What would follow if `user` lost this role, as far as `actor` may know it."""
    return _known[role][0](cohort, user, actor, now) if role in _known else None


def follow(*, cohort: Cohort, user: User, role: Role, actor: User | None, now: datetime) -> None:
    """Do what follows when `user` loses this role."""
    if role in _known:
        _known[role][1](cohort, user, actor, now)
