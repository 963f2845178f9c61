"""First reads on desks: those to do, for a reviewer."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.first_reads import queries
from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role

NAV: tuple[NavItem, ...] = ()


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """What all read first, while this reviewer's own list waits for it."""
    if Role.REVIEWER not in roles or not cohort.plan.runs("review"):
        return []
    stands = queries.standing(cohort, actor)
    if stands is None or not stands.holds:
        return []
    title = ngettext(
        "Read %(count)s text that everybody reads first",
        "Read %(count)s texts that everybody reads first",
        stands.left,
    )
    return [
        Card(
            title=title % {"count": stands.left},
            line=_("Then you see what the others found, and your own list begins."),
            href=cohort_url(cohort, "first_reads:mine"),
            action=_("Read them"),
            urgency="soon",
        )
    ]
