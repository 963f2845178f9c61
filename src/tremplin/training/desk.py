"""What training puts on a person's desk."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from tremplin.core.ui.amounts import number
from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem, Phase
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.tallies import on_desk, register
from tremplin.selection.models import ScholarState
from tremplin.selection.queries import own_scholar, taking_part
from tremplin.training import queries, rules
from tremplin.training.models import Audience, JournalEntry, Syllabus
from tremplin.training.services.common import plan_of

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

_FAILED = register("training.failed", lambda cohort, actor: queries.failed_gradings(actor, cohort))


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """What needs this person now in training."""
    if not cohort.plan.runs("training"):
        return []
    found: list[Card] = []
    if Role.SCHOLAR in roles:
        found += _scholar_cards(cohort, actor, now)
    if Role.MENTOR in roles and now >= cohort.dates["training_starts"]:
        found += _questions(actor, cohort)
    if Role.ORGANISER in roles and now >= cohort.dates.get("decisions_out", cohort.dates["call_closes"]):
        found += _organiser_cards(cohort, actor, now)
    return found


def _scholar_cards(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    scholar = own_scholar(actor, cohort)
    if scholar is None or scholar.state != ScholarState.ENROLLED:
        return []
    home = cohort_url(cohort, "training:home")
    lost = [*_ungraded(actor, cohort), *_answers(actor, cohort, now)]
    if not Syllabus.objects.filter(scholar=scholar).exists():
        line = _("One goal a week is enough for a start.")
        return [*lost, Card(_("Write your plan"), line, home, action=_("Begin"), urgency="now")]
    week = queries.week_now(scholar, cohort, now=now)
    title = _("Week %(week)s of %(weeks)s") % {"week": week, "weeks": queries.weeks_of(scholar, cohort)}
    line = _("Look at what you planned, tick what is done, move what is not.")
    found = [*lost, Card(title, line, home, action=_("Open the plan"), urgency="soon")]
    shared = JournalEntry.objects.filter(scholar=scholar).exclude(audience=Audience.DRAFT)
    cadence = plan_of(cohort).journal
    if rules.post_due(cadence, week=week, written=shared.values_list("week", flat=True)):
        href = cohort_url(cohort, "training:write", number=week)
        text = _("A few lines on what you did and what was hard.")
        found.append(Card(_("Journal of the week"), text, href, action=_("Write"), urgency="soon"))
    return found


def _ungraded(actor: User, cohort: Cohort) -> list[Card]:
    """A scholar's latest submission that could not be graded: they may have left its page long ago."""
    row = queries.failed_gradings(actor, cohort).filter(scholar__user=actor).first()
    if row is None:
        return []
    line = _("The fault is ours and it does not count. Hand it in again with one press.")
    href = cohort_url(cohort, "training:submission", ref=row.ref)
    return [Card(_("A lab could not be graded"), line, href, action=_("Look at it"), urgency="soon")]


def _answers(actor: User, cohort: Cohort, now: datetime) -> list[Card]:
    """Somebody wrote about the scholar's code in the last days, and was not answered."""
    row = queries.answers(actor, cohort, now=now).first()
    if row is None:
        return []
    href = cohort_url(cohort, "training:code", ref=row.ref)
    line = _("Somebody who helps you wrote about lines of it.")
    return [Card(_("A word about your code"), line, href, action=_("Read it"), urgency="soon")]


def _questions(actor: User, cohort: Cohort) -> list[Card]:
    """What scholars asked about their code and nobody has answered; the oldest first."""
    waiting = list(queries.questions(actor, cohort)[:20])
    if not waiting:
        return []
    text = ngettext(
        "%(count)s scholar’s question about code waits.", "%(count)s questions about code wait.", len(waiting)
    )
    href = cohort_url(cohort, "training:code", ref=waiting[0].ref)
    return [
        Card(
            _("Questions about code"),
            text % {"count": number(len(waiting))},
            href,
            action=_("Answer the oldest"),
            urgency="soon",
        )
    ]


def _failed_gradings(actor: User, cohort: Cohort) -> list[Card]:
    count = on_desk(_FAILED, cohort, actor)
    if not count:
        return []
    line = ngettext(
        "%(count)s submission has no result, through no fault of its scholar. Look why, and have it graded again.",
        "%(count)s submissions have no result, through no fault of their scholars. Look why, and have them graded "
        "again.",
        count,
    )
    href = cohort_url(cohort, "training:failures")
    text = line % {"count": number(count)}
    return [Card(_("Gradings failed"), text, href, action=_("See which and why"), urgency="now")]


def _organiser_cards(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    scholars = taking_part(cohort)
    if not scholars:
        return []
    over = now >= cohort.dates.get("training_ends", now)
    plans = {} if over else queries.plans_of(scholars)
    behind = queries.too_much(plans, scholars, cohort, now=now) if plans else 0
    drift = sum(map(bool, queries.drifting(scholars, cohort, now=now, plans=plans).values()))
    words = []
    if drift:
        text = ngettext("A word may help %(count)s scholar.", "A word may help %(count)s scholars.", drift)
        words.append(text % {"count": number(drift)})
    if behind:
        text = ngettext("%(count)s plan asks for too much.", "%(count)s plans ask for too much.", behind)
        words.append(text % {"count": number(behind)})
    text = " ".join(words) or (_("Training is over.") if over else _("Every plan fits into its weeks."))
    return [
        *_failed_gradings(actor, cohort),
        Card(
            _("Training"), text, cohort_url(cohort, "training:scholars"), urgency="soon" if words else "calm"
        ),
    ]
