"""What erasure requests and the end of retention put on a person's desk."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.core.ui.amounts import number
from tremplin.people.models import ErasurePart, User
from tremplin.privacy import queries, rules
from tremplin.programmes.desk import Card, NavItem, Phase
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.tallies import on_desk, register

NAV = (
    NavItem(
        Phase.ORGANISE, gettext_lazy("Erasure requests"), "privacy:requests", frozenset({Role.ORGANISER})
    ),
    NavItem(
        Phase.ORGANISE,
        gettext_lazy("What goes when"),
        "privacy:retention",
        frozenset({Role.ORGANISER, Role.OBSERVER}),
    ),
)


def _open_parts(cohort: Cohort, actor: User) -> QuerySet[ErasurePart]:
    """What others ask this cohort to erase: nobody answers themselves."""
    return queries.waiting(queries.parts(cohort).exclude(request__user=actor))


_OPEN = register("privacy.requests", _open_parts)


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """For organisers: people who wait to be erased, and until when they must be answered; what goes soon."""
    if Role.ORGANISER not in roles:
        return []
    return [*_requests(cohort, actor, now), *_going(cohort, now)]


def _going(cohort: Cohort, now: datetime) -> list[Card]:
    """What goes by itself within the next month: the last days to look at it."""
    found = None if cohort.invented else queries.soon(cohort, now=now)
    if found is None:
        return []
    day, classes = found
    return [
        Card(
            _("Data about people goes by itself"),
            " · ".join(str(kept.what) for kept in classes),
            cohort_url(cohort, "privacy:retention"),
            action=_("See what goes and what stays"),
            due=day,
            urgency="soon",
        )
    ]


def _requests(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    waiting = list(_open_parts(cohort, actor)) if on_desk(_OPEN, cohort, actor) else []
    if not waiting:
        return []
    due = min(part.answer_by for part in waiting)
    line = ngettext(
        "%(count)s person asks you to erase what you keep about them. The law wants an answer within a month.",
        "%(count)s people ask you to erase what you keep about them. The law wants an answer within a month.",
        len(waiting),
    )
    calm = rules.occasion(answer_by=due, now=now) == "asked"
    href = cohort_url(cohort, "privacy:requests")
    if len(waiting) == 1:
        href = cohort_url(cohort, "privacy:request", ref=waiting[0].ref)
    return [
        Card(
            _("Somebody asks to be erased"),
            line % {"count": number(len(waiting))},
            href,
            action=_("See what goes and what stays"),
            due=due,
            urgency="soon" if calm else "now",
        )
    ]
