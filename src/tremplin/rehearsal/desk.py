"""What a rehearsal puts on an organiser's desk."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.rehearsal import words
from tremplin.rehearsal.models import Rehearsal

NAV: tuple[NavItem, ...] = ()


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """The report, where this cohort was rehearsed."""
    if not roles & {Role.ORGANISER, Role.OBSERVER}:
        return []
    found = Rehearsal.objects.filter(cohort=cohort).first() if cohort.invented else None
    if found is None:
        return []
    return [
        Card(
            _("Report of the rehearsal"),
            _line(found.report),
            cohort_url(cohort, "rehearsal:report"),
            action=_("Read it"),
        )
    ]


def _line(report: words.Figures) -> str:
    count = len(report.get("mishaps", []))
    if count:
        text = ngettext("The plan broke in %(count)s place.", "The plan broke in %(count)s places.", count)
        return text % {"count": count}
    return _("The plan held.") if words.is_whole(report) else words.standing(report)
