"""Copies on an organiser's desk: those that do not finish by themselves."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.blinding import queries
from tremplin.blinding.queries.organising import LONG
from tremplin.core.ui.amounts import number
from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem, Phase
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.tallies import on_desk, register

NAV = (
    NavItem(Phase.SELECTION, gettext_lazy("Blinded copies"), "blinding:list", frozenset({Role.ORGANISER})),
)
_WAITING = register("blinding.waiting", lambda cohort, _actor: queries.waiting(cohort).order_by())


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """What has waited for too long, for an organiser: reviewers cannot read it."""
    if Role.ORGANISER not in roles or not cohort.plan.runs("review") or not on_desk(_WAITING, cohort, actor):
        return []
    oldest = queries.waiting(cohort).values_list("created_at", flat=True).first()
    if oldest is None or now - oldest <= LONG:
        return []
    many = queries.waiting(cohort).count()
    title = ngettext(
        "%(count)s application cannot be read yet", "%(count)s applications cannot be read yet", many
    )
    return [
        Card(
            title=title % {"count": number(many)},
            line=_("The copies that reviewers read are not finished, and should be by now."),
            href=cohort_url(cohort, "blinding:list"),
            action=_("See which, and why"),
            urgency="now",
        )
    ]
