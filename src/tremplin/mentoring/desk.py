"""What the mentoring stage puts on a person's desk."""

from datetime import datetime

from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role

NAV: tuple[NavItem, ...] = ()


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """What needs this person now in this stage."""
    return []
