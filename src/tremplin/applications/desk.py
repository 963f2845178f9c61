"""What applications tell the desk and the navigation."""

from datetime import datetime, timedelta
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from tremplin.applications import queries
from tremplin.applications.models import Application
from tremplin.applications.queries.time import still_writing
from tremplin.applications.states import closes_for, code_of, phase_of, state_of
from tremplin.core.ui.amounts import number, percent
from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem, Phase
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role

NAV = (
    NavItem(Phase.CALL, gettext_lazy("My application"), "applications:hub", frozenset({Role.APPLICANT})),
    NavItem(
        Phase.CALL,
        gettext_lazy("Applications"),
        "applications:board",
        frozenset({Role.ORGANISER, Role.OBSERVER}),
    ),
)
_NEAR = timedelta(days=3)


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """For an applicant who is no scholar yet, their application; for an organiser, how many are on their way."""
    found = []
    applies = Role.APPLICANT in roles and Role.SCHOLAR not in roles
    if applies and (application := queries.own_application(actor, cohort)):
        found.append(_own_card(application, now))
    if Role.ORGANISER in roles and phase_of(cohort, now) == "open":
        found.append(_arrivals_card(cohort, now))
    if Role.ORGANISER in roles and phase_of(cohort, now) == "closed":
        found += _still_writing(cohort, now)
    return found


def _still_writing(cohort: Cohort, now: datetime) -> list[Card]:
    """Those who have more time than others: they must not be forgotten when reading is given out."""
    waiting = still_writing(cohort, now)
    if not waiting.many:
        return []
    title = ngettext("%(count)s person may still write", "%(count)s people may still write", waiting.many)
    return [
        Card(
            title=title % {"count": number(waiting.many)},
            line=_("They were given more time. Share reading out once more when they have sent."),
            href=f"{cohort_url(cohort, 'applications:board')}?state=draft",
            action=_("See who"),
            due=waiting.until,
        )
    ]


def _own_card(application: Application, now: datetime) -> Card:
    cohort, state = application.cohort, state_of(application, now)
    code = code_of(application, now)
    open_work = code in {"draft", "changed"}
    near = closes_for(application) - now <= _NEAR
    urgency: Literal["now", "soon", "calm", "done"] = "done"
    if open_work:
        urgency = "now" if near else "soon"
    elif code in {"sent", "reading"}:
        urgency = "calm"
    return Card(
        title=_("Your application: %(state)s") % {"state": state.public},
        line=state.next,
        href=cohort_url(cohort, "applications:hub"),
        action=_("Go on writing") if open_work else _("Look at it"),
        due=closes_for(application) if open_work else None,
        urgency=urgency,
        figures=((_("Answered"), percent(application.share)),) if code == "draft" else (),
    )


def _arrivals_card(cohort: Cohort, now: datetime) -> Card:
    counts = queries.counts(cohort)
    at_risk = queries.at_risk(cohort) if cohort.dates["call_closes"] - now <= _NEAR else 0
    if at_risk:
        line = ngettext(
            "%(count)s draft is at least half done and not sent. A reminder may bring it home.",
            "%(count)s drafts are at least half done and not sent. A reminder may bring them home.",
            at_risk,
        )
    else:
        line = ngettext(
            "%(count)s person has begun. Nothing waits for you here.",
            "%(count)s people have begun. Nothing waits for you here.",
            counts.started,
        )
    page = "applications:at-risk" if at_risk else "applications:board"
    return Card(
        title=_("Applications are arriving"),
        line=line % {"count": number(at_risk or counts.started)},
        href=cohort_url(cohort, page),
        action=_("See which drafts") if page == "applications:at-risk" else _("See who has begun"),
        due=cohort.dates["call_closes"],
        urgency="soon" if page == "applications:at-risk" else "calm",
        figures=(
            (pgettext("application", "Begun"), number(counts.started)),
            (pgettext("application", "Sent"), number(counts.submitted)),
            (_("Drafts"), number(counts.draft)),
            (pgettext("application", "Withdrawn"), number(counts.withdrawn)),
        ),
    )
