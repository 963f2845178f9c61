"""What a stage tells the desk: the page where each person sees what needs them now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tremplin.core.errors import Message
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role


@dataclass(frozen=True, slots=True)
class Card:
    """One thing on a person's desk. `line` is one sentence on what happens next."""

    title: Message
    line: Message
    href: str
    action: Message = ""
    due: datetime | None = None
    urgency: Literal["now", "soon", "calm", "done"] = "calm"
    figures: tuple[tuple[Message, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NavItem:
    """A line of the cohort's navigation, shown to those who hold one of `roles`."""

    label: Message
    url: str
    roles: frozenset[Role]


NAV: tuple[NavItem, ...] = ()


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """What needs this person now in the programme as a whole."""
    return []
