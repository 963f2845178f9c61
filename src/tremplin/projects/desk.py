"""What projects put on a person's desk."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.core.text import say
from tremplin.core.ui.amounts import number
from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem, Phase
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.projects import queries
from tremplin.projects.models import MilestoneReport, MilestoneState, Project
from tremplin.projects.states import STATES
from tremplin.selection.models import ScholarState
from tremplin.selection.queries import everyone

SOON = timedelta(days=14)
NAV = (
    NavItem(Phase.TRAINING, gettext_lazy("Your project"), "projects:mine", frozenset({Role.SCHOLAR})),
    NavItem(
        Phase.TRAINING,
        gettext_lazy("Projects"),
        "projects:projects",
        frozenset({Role.ORGANISER, Role.OBSERVER, Role.MENTOR}),
    ),
)


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """What needs this person now in projects."""
    if not cohort.plan.runs("projects") or now < cohort.date("training_starts"):
        return []
    found: list[Card] = []
    if Role.SCHOLAR in roles:
        found += _scholar_cards(cohort, actor, now)
    if Role.MENTOR in roles:
        found += _reports_card(cohort, queries.mentored_reports(actor, cohort))
    if Role.ORGANISER in roles and everyone(cohort):
        found += _neglected_card(cohort, queries.neglected_reports(actor, cohort, now=now))
    return found


def _scholar_cards(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    scholar = queries.own_scholar(actor, cohort)
    if scholar is None or scholar.state != ScholarState.ENROLLED:
        return []
    project = Project.objects.filter(scholar=scholar).prefetch_related("milestones").first()
    if project is None:
        href = cohort_url(cohort, "projects:mine")
        return [Card(_("Begin your project page"), _("A rough idea is enough."), href, action=_("Begin"))]
    lines = queries.milestone_lines(project, cohort, now=now)
    coming = [line for line in lines if line.state in queries.TO_WRITE]
    if not coming or (coming[0].due > now + SOON and coming[0].state != MilestoneState.RETURNED):
        return []
    line = coming[0]
    return [
        Card(
            say(line.milestone.title),
            STATES[line.state].next,
            cohort_url(cohort, "projects:milestone", ref=project.ref, code=line.milestone.code),
            action=_("Hand in"),
            due=line.due,
            urgency="now" if line.late or line.state == MilestoneState.RETURNED else "soon",
        )
    ]


def _reports_card(cohort: Cohort, waiting: QuerySet[MilestoneReport]) -> list[Card]:
    first, count = queries.oldest(waiting)
    if first is None:
        return []
    text = ngettext(
        "%(count)s milestone waits for an answer.", "%(count)s milestones wait for an answer.", count
    )
    href = cohort_url(cohort, "projects:milestone", ref=first.project.ref, code=first.code)
    return [
        Card(
            _("Answer a milestone"),
            text % {"count": number(count)},
            href,
            action=_("Read the oldest"),
            urgency="soon",
        )
    ]


def _neglected_card(cohort: Cohort, waiting: QuerySet[MilestoneReport]) -> list[Card]:
    first, count = queries.oldest(waiting)
    if first is None:
        return []
    text = ngettext(
        "%(count)s milestone has waited for a week or has no mentor to answer it.",
        "%(count)s milestones have waited for a week or have no mentor to answer them.",
        count,
    )
    href = cohort_url(cohort, "projects:milestone", ref=first.project.ref, code=first.code)
    return [
        Card(
            _("Milestones without an answer"),
            text % {"count": number(count)},
            href,
            action=_("Read the oldest"),
            urgency="now",
        )
    ]
