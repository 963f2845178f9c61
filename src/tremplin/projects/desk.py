"""What projects put on a person's desk."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.core.text import say
from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.projects import queries
from tremplin.projects.states import STATES

SOON = timedelta(days=14)
NAV = (
    NavItem(gettext_lazy("Your project"), "projects:mine", frozenset({Role.SCHOLAR})),
    NavItem(
        gettext_lazy("Projects"), "projects:projects", frozenset({Role.ORGANISER, Role.OBSERVER, Role.MENTOR})
    ),
)


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """What needs this person now in projects."""
    if not cohort.plan.runs("projects"):
        return []
    found: list[Card] = []
    if Role.SCHOLAR in roles:
        found += _scholar_cards(cohort, actor, now)
    if roles & {Role.MENTOR, Role.ORGANISER}:
        found += _guide_cards(cohort, actor)
    return found


def _scholar_cards(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    project = queries.visible_projects(actor, cohort).filter(scholar__user=actor).first()
    if project is None:
        if now < cohort.date("training_starts") or queries.own_scholar(actor, cohort) is None:
            return []
        href = cohort_url(cohort, "projects:mine")
        return [Card(_("Begin your project page"), _("A rough idea is enough."), href, action=_("Begin"))]
    coming = [
        line for line in queries.milestone_lines(project, now=now) if line.state in {"open", "returned"}
    ]
    if not coming or coming[0].due > now + SOON:
        return []
    line = coming[0]
    href = cohort_url(cohort, "projects:milestone", ref=project.ref, code=line.milestone.code)
    return [
        Card(
            say(line.milestone.title),
            STATES[line.state].next,
            href,
            action=_("Hand in"),
            due=line.due,
            urgency="now" if line.late or line.state == "returned" else "soon",
        )
    ]


def _guide_cards(cohort: Cohort, actor: User) -> list[Card]:
    waiting = list(queries.waiting_reports(actor, cohort)[:50])
    if not waiting:
        return []
    text = ngettext(
        "%(count)s milestone waits for an answer.", "%(count)s milestones wait for an answer.", len(waiting)
    ) % {"count": len(waiting)}
    first = waiting[0]
    href = cohort_url(cohort, "projects:milestone", ref=first.project.ref, code=first.code)
    return [Card(_("Answer a milestone"), text, href, action=_("Read the oldest"), urgency="soon")]
