"""What the account of a selection puts on an organiser's desk."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.people.models import User
from tremplin.programmes import retention
from tremplin.programmes.desk import Card, NavItem, Phase
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.tallies import on_desk, register
from tremplin.selection_report import queries

_TO_WRITE = register("selection_report.to-write", lambda cohort, _actor: queries.to_be_told(cohort))

NAV = (
    NavItem(
        Phase.SELECTION,
        gettext_lazy("Selection report"),
        "selection_report:draft",
        frozenset({Role.ORGANISER, Role.OBSERVER}),
    ),
)


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """To organisers, once everybody has been told and as long as nothing is published: write it."""
    if Role.ORGANISER not in roles or not cohort.plan.runs("selection"):
        return []
    told = cohort.dates.get("decisions_out")
    if told is None or now < told or not on_desk(_TO_WRITE, cohort, actor):
        return []
    return [
        Card(
            _("The selection report is not published"),
            _("The figures are ready. They are made from reads that go one day; what is published stays."),
            cohort_url(cohort, "selection_report:draft"),
            action=_("Write your part"),
            due=retention.explained_until(cohort),
            urgency="soon",
        )
    ]
