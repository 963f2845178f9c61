"""What commendations put on a person's desk."""

from datetime import datetime

from django.utils.translation import gettext as _

from tremplin.commendations import queries
from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role

NAV: tuple[NavItem, ...] = ()


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """To somebody who came very near: there is a note that they can show. Scholars were offered a place."""
    out = cohort.dates.get("decisions_out")
    if Role.APPLICANT not in roles or Role.SCHOLAR in roles:
        return []
    if not cohort.plan.runs("selection") or out is None or now < out:
        return []
    if queries.own(actor, cohort) is None and queries.possible(actor, cohort) is None:
        return []
    line = _("A page that says so, for whoever you want to show it to. You decide whether there is one.")
    return [
        Card(_("You came very near"), line, cohort_url(cohort, "commendations:own"), action=_("See the note"))
    ]
