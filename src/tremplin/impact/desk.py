"""What impact puts on a person's desk."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.core.text import say
from tremplin.impact import queries
from tremplin.impact.states import STATES
from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem, Phase
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role

NAV = (
    NavItem(Phase.RESULTS, gettext_lazy("Surveys"), "impact:surveys", frozenset({Role.SCHOLAR})),
    NavItem(
        Phase.RESULTS, gettext_lazy("Impact"), "impact:today", frozenset({Role.ORGANISER, Role.OBSERVER})
    ),
)


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """What needs this person now about outcomes."""
    if not cohort.plan.runs("impact") or Role.SCHOLAR not in roles:
        return []
    ended = now > cohort.date("training_ends")
    if not ended and not queries.any_open(cohort, now=now):
        return []
    found = []
    consent = queries.consent_of(actor, cohort)
    if consent is None and ended:
        line = _("Say yes or no: both are fine, and you can change it later.")
        href = cohort_url(cohort, "impact:surveys")
        found.append(
            Card(_("May we ask you later how it went on?"), line, href, action=_("Answer"), urgency="soon")
        )
    for item in queries.survey_lines(actor, cohort, now=now):
        if item.phase == "open" and consent and consent.given:
            href = cohort_url(cohort, "impact:survey", code=item.survey.code)
            line = str(STATES["open"].next)
            found.append(
                Card(say(item.survey.title), line, href, action=_("Answer"), due=item.due, urgency="soon")
            )
    return found
