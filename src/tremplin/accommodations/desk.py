"""What is asked in confidence, on the officer's desk; on organisers' desks only that somebody must be named."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.accommodations import queries
from tremplin.accommodations.rules import may_speak
from tremplin.applications.states import phase_of
from tremplin.core.ui.amounts import number
from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem, Phase
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role

NAV = (NavItem(Phase.CALL, gettext_lazy("In confidence"), "accommodations:list", frozenset({Role.OFFICER})),)
_NEAR = timedelta(days=3)


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """For the officer, what waits; for an organiser while people write, that nobody is there to answer."""
    if Role.OFFICER in roles and may_speak(cohort.dates, now):
        return _officer(cohort, now)
    if Role.ORGANISER in roles and phase_of(cohort, now) == "open":
        return _nobody(cohort)
    return []


def _officer(cohort: Cohort, now: datetime) -> list[Card]:
    found = queries.waiting(cohort)
    cards = []
    near = cohort.dates["call_closes"] - now <= _NEAR
    page = cohort_url(cohort, "accommodations:list")
    if found.requests:
        title = ngettext(
            "%(count)s person asked something in confidence",
            "%(count)s people asked something in confidence",
            found.requests,
        )
        cards.append(
            Card(
                title=title % {"count": number(found.requests)},
                line=_("They see your answer at once, and a mail tells them that there is one."),
                href=f"{page}?only=waiting",
                action=_("Read and answer"),
                due=cohort.dates["call_closes"] if now < cohort.dates["call_closes"] else None,
                urgency="now" if near else "soon",
            )
        )
    if found.recordings:
        title = ngettext(
            "%(count)s recording waits for its transcript",
            "%(count)s recordings wait for their transcripts",
            found.recordings,
        )
        cards.append(
            Card(
                title=title % {"count": number(found.recordings)},
                line=_(
                    "Write down what is said; the person corrects and confirms it before anybody reads it."
                ),
                href=f"{page}?only=recordings",
                action=_("Listen and write"),
                urgency="now" if near else "soon",
            )
        )
    return cards


def _nobody(cohort: Cohort) -> list[Card]:
    if people_with(cohort, Role.OFFICER).exists():
        return []
    return [
        Card(
            title=_("Nobody is there for accommodations"),
            line=_(
                "Whoever needs more time or another format asks in confidence. Name an accommodation officer to "
                "answer them; it cannot be a reviewer."
            ),
            href=cohort_url(cohort, "programmes:people"),
            action=_("Name somebody"),
            urgency="soon",
        )
    ]
