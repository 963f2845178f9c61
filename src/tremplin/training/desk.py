"""What training puts on a person's desk."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem, Phase
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.selection.models import ScholarState
from tremplin.training import queries
from tremplin.training.models import Audience, JournalEntry

NAV = (
    NavItem(Phase.TRAINING, gettext_lazy("Training"), "training:home", frozenset({Role.SCHOLAR})),
    NavItem(
        Phase.TRAINING,
        pgettext_lazy("navigation", "Progress"),
        "training:scholars",
        frozenset({Role.ORGANISER, Role.OBSERVER, Role.MENTOR}),
    ),
    NavItem(
        Phase.TRAINING,
        gettext_lazy("Labs"),
        "training:labs",
        frozenset({Role.SCHOLAR, Role.MENTOR, Role.ORGANISER}),
    ),
    NavItem(Phase.TRAINING, gettext_lazy("Journal"), "training:journal", queries.COHORT_READERS),
)


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """What needs this person now in training."""
    if not cohort.plan.runs("training"):
        return []
    found: list[Card] = []
    if Role.SCHOLAR in roles:
        found += _scholar_cards(cohort, actor, now)
    if Role.ORGANISER in roles:
        found += _organiser_cards(cohort, actor, now)
    return found


def _scholar_cards(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    scholar = queries.own_scholar(actor, cohort)
    if scholar is None or scholar.state != ScholarState.ENROLLED:
        return []
    overview = queries.overviews([scholar], cohort, now=now)[0]
    home = cohort_url(cohort, "training:home")
    if getattr(scholar, "syllabus", None) is None:
        line = _("One goal a week is enough for a start.")
        return [Card(_("Write your plan"), line, home, action=_("Begin"), urgency="now")]
    title = _("Week %(week)s of %(weeks)s") % {"week": overview.week, "weeks": overview.weeks}
    line = _("Look at what you planned, tick what is done, move what is not.")
    found = [Card(title, line, home, action=_("Open the plan"), urgency="soon")]
    week = overview.week
    written = (
        JournalEntry.objects.filter(scholar=scholar, week=week).exclude(audience=Audience.DRAFT).exists()
    )
    if week and not written:
        href = cohort_url(cohort, "training:write", number=week)
        text = _("A few lines on what you did and what was hard.")
        found.append(Card(_("Journal of the week"), text, href, action=_("Write"), urgency="soon"))
    return found


def _organiser_cards(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    scholars = list(queries.visible_scholars(actor, cohort))
    if not scholars:
        return []
    behind = sum(1 for row in queries.overviews(scholars, cohort, now=now) if row.too_much)
    text = (
        ngettext("%(count)s plan asks for too much.", "%(count)s plans ask for too much.", behind)
        % {"count": behind}
        if behind
        else _("Every plan fits into its weeks.")
    )
    return [
        Card(
            _("Training"), text, cohort_url(cohort, "training:scholars"), urgency="soon" if behind else "calm"
        )
    ]
