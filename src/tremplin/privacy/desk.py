"""What erasure requests put on a person's desk."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.core.ui.amounts import number
from tremplin.people.models import User
from tremplin.privacy import queries, rules
from tremplin.programmes.desk import Card, NavItem, Phase
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role

NAV = (
    NavItem(
        Phase.ORGANISE, gettext_lazy("Erasure requests"), "privacy:requests", frozenset({Role.ORGANISER})
    ),
)


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """For organisers: people who wait to be erased, and until when they must be answered."""
    if Role.ORGANISER not in roles:
        return []
    waiting = list(queries.waiting(queries.parts(cohort).exclude(request__user=actor)))
    if not waiting:
        return []
    due = waiting[0].request.answer_by
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
