"""What is asked in confidence, on the officer's desk; on organisers' desks only that somebody must be named."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.accommodations import queries
from tremplin.accommodations.rules import next_date
from tremplin.applications.states import phase_of
from tremplin.core.ui.amounts import number
from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem, Phase
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.programmes.tallies import on_desk, register

NAV = (NavItem(Phase.CALL, gettext_lazy("In confidence"), "accommodations:list", frozenset({Role.OFFICER})),)
_NEAR = timedelta(days=3)
_OFFICERS = register("accommodations.officers", lambda cohort, _actor: people_with(cohort, Role.OFFICER))
_WAITING = register("accommodations.waiting", lambda cohort, _actor: queries.waiting_requests(cohort))


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """For the officer, what waits, for as long as it does; for an organiser that nobody is there to answer, or how
    many have waited too long."""
    if Role.OFFICER in roles:
        return _officer(cohort, now)
    if Role.ORGANISER in roles:
        return _organiser(cohort, actor, now)
    return []


def _officer(cohort: Cohort, now: datetime) -> list[Card]:
    found = queries.waiting(cohort, now)
    cards = []
    code = next_date(cohort.dates, now)
    due = cohort.dates[code] if code else None
    near = due is None or cohort.dates["call_closes"] - now <= _NEAR
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
                line=_("They see your answer at once, and a mail tells them that there is one.")
                if due
                else _(
                    "The decisions are out, so nothing can be granted any more. "
                    "Whoever asked is still owed an answer in words."
                ),
                href=f"{page}?only=waiting",
                action=_("Read and answer"),
                due=due,
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
                due=due,
                urgency="now" if near else "soon",
            )
        )
    return cards


def _organiser(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    if on_desk(_OFFICERS, cohort, actor) and not on_desk(_WAITING, cohort, actor):
        return []
    found = queries.unanswered(cohort, now)
    cards = []
    if not found.officer and (found.too_long or phase_of(cohort, now) == "open"):
        cards.append(_nobody(cohort, urgent=bool(found.too_long)))
    if found.too_long:
        cards.append(_too_long(cohort, found))
    return cards


def _nobody(cohort: Cohort, *, urgent: bool) -> Card:
    return Card(
        title=_("Nobody is there for accommodations"),
        line=_(
            "Whoever needs more time or another format asks in confidence. Name an accommodation officer to "
            "answer them; it cannot be a reviewer."
        ),
        href=cohort_url(cohort, "programmes:people"),
        action=_("Name somebody"),
        urgency="now" if urgent else "soon",
    )


def _too_long(cohort: Cohort, found: queries.Unanswered) -> Card:
    """How many, and whom to ask about it. Who waits, and for what, is not said and not to be asked."""
    title = ngettext(
        "%(count)s request in confidence has waited too long for an answer",
        "%(count)s requests in confidence have waited too long for an answer",
        found.too_long,
    )
    names = [user.get_full_name() for user in people_with(cohort, Role.OFFICER)]
    line = (
        _("Only %(names)s can read and answer. Ask whether they have time, not who asked or for what.")
        % {"names": ", ".join(names)}
        if names
        else _("Nobody can read them until somebody is named.")
    )
    return Card(
        title=title % {"count": number(found.too_long)},
        line=line,
        href=cohort_url(cohort, "programmes:people"),
        action=_("See who has this task"),
        urgency="now",
    )
