"""What the review stage puts on a person's desk."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.core.ui.amounts import number, percent
from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem, Phase
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.tallies import on_desk, register
from tremplin.review import queries
from tremplin.review.gates import before_list
from tremplin.review.models import AskKind, CapacityPlan, ReadingClosed
from tremplin.review.passes import SECOND, due_of
from tremplin.review.rules import reading_deadline

NAV: tuple[NavItem, ...] = (
    NavItem(Phase.SELECTION, gettext_lazy("To read"), "review:queue", frozenset({Role.REVIEWER})),
    NavItem(
        Phase.SELECTION,
        gettext_lazy("Reading"),
        "review:progress",
        frozenset({Role.ORGANISER, Role.OBSERVER}),
    ),
)


_OPEN = register(
    "review.asks", lambda cohort, actor: queries.asks_for(cohort, actor).filter(answered_at=None)
)
_CLOSED = register("review.closed", lambda cohort, _actor: ReadingClosed.objects.filter(cohort=cohort))
_SAFETY = register(
    "review.asks.safety",
    lambda cohort, actor: queries.asks_for(cohort, actor).filter(answered_at=None, kind=AskKind.SAFETY),
)


_WORRY = register(
    "review.capacity", lambda cohort, _actor: CapacityPlan.objects.filter(cohort=cohort, worry=True)
)


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """Reads to do for a reviewer; people whom nobody has read, for an organiser."""
    if not cohort.plan.runs("review"):
        return []
    found: list[Card] = []
    if Role.REVIEWER in roles:
        found += _reviewer(cohort, actor, now)
    if Role.ORGANISER in roles:
        found += [
            *_asked(cohort, actor),
            *_foreseen(cohort, actor, now),
            *_organiser(cohort, actor, now),
            *_second_pass(cohort, actor, now),
        ]
    return found


def _reviewer(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    queue = queries.queue_for(cohort, actor)
    if not queue.left or before_list(cohort, actor) is not None:
        return []
    line = _("%(done)s of %(total)s read, %(effort)s left.") % {
        "done": queue.done,
        "total": queue.total,
        "effort": queue.effort,
    }
    title = ngettext("Read %(count)s application", "Read %(count)s applications", queue.left)
    return [
        Card(
            title=title % {"count": queue.left},
            line=line,
            href=cohort_url(cohort, "review:queue"),
            action=_("Go on reading") if queue.done else _("Begin reading"),
            due=queue.due,
            urgency="now" if now > queue.due or (queue.due - now).days < 3 else "soon",
        )
    ]


def _asked(cohort: Cohort, actor: User) -> list[Card]:
    many = on_desk(_OPEN, cohort, actor)
    if not many:
        return []
    safety = on_desk(_SAFETY, cohort, actor)
    title = ngettext(
        "A reviewer asks you to look again", "Reviewers ask you to look again %(count)s times", many
    )
    return [
        Card(
            title=title % {"count": many},
            line=_("Somebody worries about a person’s safety.")
            if safety
            else _("Reads may wait for your answer."),
            href=cohort_url(cohort, "review:asked"),
            action=_("Look and answer"),
            urgency="now" if safety else "soon",
        )
    ]


def _foreseen(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    """What the clock foresaw, where the risk that was accepted is passed and there is still time."""
    due = reading_deadline(cohort.dates)
    if now >= due or not on_desk(_WORRY, cohort, actor):
        return []
    plan = queries.kept_plan(cohort)
    if plan is None or not plan.foreseen:
        return []
    unread = plan.foreseen["goal"] == "unread"
    line = _("As it stands the chance of that is %(chance)s; you accept %(risk)s %%.")
    return [
        Card(
            title=_("Somebody may be left unread")
            if unread
            else _("Somebody may be read less often than planned"),
            line=line
            % {"chance": percent(plan.foreseen["chance"]), "risk": number(plan.foreseen["risk"], 0)},
            href=cohort_url(cohort, "review:capacity"),
            action=_("See what would help"),
            due=due,
            urgency="soon",
        )
    ]


def _second_pass(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    """That a second pass can be opened, or that somebody in it lacks a reviewer or waits for one."""
    if not cohort.plan.opened or on_desk(_CLOSED, cohort, actor):
        return []
    standing = queries.second_standing(cohort, now)
    found = standing.reads
    card = Card(
        title=_("The second pass can be opened"),
        line=_("The first pass is read. See who would be read again, by whom, and how long it takes."),
        href=cohort_url(cohort, "review:second-pass"),
        action=_("See the second pass"),
        due=due_of(cohort, SECOND),
        urgency="soon",
    )
    if standing.code == "ready":
        return [card]
    if found is None or found.done >= found.needed:
        return []
    late = now > found.due
    if found.without_reader:
        title = ngettext(
            "%(count)s person in the second pass lacks a reviewer",
            "%(count)s people in the second pass lack a reviewer",
            found.without_reader,
        )
        line = _("Look at the plan, then give out the reads: nobody should stay unread.")
        return [replace(card, title=title % {"count": found.without_reader}, line=line, urgency="now")]
    title = _("The second pass is late") if late else _("The second pass goes on")
    line = _("%(done)s of %(needed)s reads are in.") % {"done": found.done, "needed": found.needed}
    return [replace(card, title=title, line=line, urgency="now" if late else "calm")]


def _organiser(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    starts = cohort.dates.get("training_starts")
    if starts and now > starts:  # the places are taken: what was not read by now is read no more
        return []
    found = queries.reads(cohort)
    if not found.applications or not found.short or on_desk(_CLOSED, cohort, actor):
        return []
    late = now > found.due
    closed = now > cohort.dates["call_closes"]
    if found.without_reader and closed:
        title = ngettext(
            "%(count)s application lacks a reviewer",
            "%(count)s applications lack a reviewer",
            found.without_reader,
        )
        return [
            Card(
                title=title % {"count": found.without_reader},
                line=_("Look at the plan, then give out the reads: nobody should stay unread."),
                href=cohort_url(cohort, "review:assign"),
                action=_("Give out reads"),
                due=found.due,
                urgency="now",
            )
        ]
    if found.without_reader and found.given:
        title = ngettext(
            "%(count)s application to give out", "%(count)s applications to give out", found.without_reader
        )
        return [
            Card(
                title=title % {"count": found.without_reader},
                line=_("They came, or lost a reviewer, since reads were given out."),
                href=cohort_url(cohort, "review:progress"),
                action=_("See how they would go"),
                due=found.due,
                urgency="soon",
            )
        ]
    line = _("%(done)s of %(needed)s reads are in; %(unread)s people are still unread by anybody.")
    return [
        Card(
            title=_("Reading is late") if late else _("Reading goes on"),
            line=line % {"done": found.done, "needed": found.needed, "unread": found.unread},
            href=cohort_url(cohort, "review:progress"),
            action=_("See who waits"),
            due=found.due,
            urgency="now" if late else "calm",
        )
    ]
