"""What the review stage puts on a person's desk."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem, Phase
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.review import queries

NAV: tuple[NavItem, ...] = (
    NavItem(Phase.SELECTION, gettext_lazy("To read"), "review:queue", frozenset({Role.REVIEWER})),
    NavItem(
        Phase.SELECTION,
        gettext_lazy("Reading"),
        "review:progress",
        frozenset({Role.ORGANISER, Role.OBSERVER}),
    ),
)


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """Reads to do for a reviewer; people whom nobody has read, for an organiser."""
    if not cohort.plan.runs("review"):
        return []
    found: list[Card] = []
    if Role.REVIEWER in roles:
        found += _reviewer(cohort, actor, now)
    if Role.ORGANISER in roles:
        found += _organiser(cohort, now)
    return found


def _reviewer(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    queue = queries.queue_for(cohort, actor)
    if not queue.left:
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


def _organiser(cohort: Cohort, now: datetime) -> list[Card]:
    starts = cohort.dates.get("training_starts")
    if starts and now > starts:  # the places are taken: what was not read by now is read no more
        return []
    found = queries.reads(cohort)
    if not found.applications or not found.short:
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
