"""What the form builder puts on an organiser's desk, and its line of navigation."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.builder.models import WorkingCopy
from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem, Phase
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.schema.first_form import is_first
from tremplin.programmes.tallies import on_desk, register

NAV = (
    NavItem(Phase.ORGANISE, gettext_lazy("Form"), "builder:form", frozenset({Role.ORGANISER, Role.OBSERVER})),
)

_COPIES = register("builder.copies", lambda cohort, _actor: WorkingCopy.objects.filter(cohort=cohort))


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """For organisers, a working copy that waits to be published, or a form that is only begun."""
    if Role.ORGANISER not in roles:
        return []
    if not on_desk(_COPIES, cohort, actor):
        return _only_begun(cohort, now)
    return [
        Card(
            title=_("Changes of the form wait"),
            line=_("Nobody sees them until one of you publishes them."),
            href=cohort_url(cohort, "builder:form"),
            action=_("Look at the form"),
            urgency="calm",
        )
    ]


def _only_begun(cohort: Cohort, now: datetime) -> list[Card]:
    """The file that the cohort was made from had no form: until the call closes it wants to be built."""
    if now >= cohort.date("call_closes") or not is_first(cohort.plan.application):
        return []
    opens = cohort.date("call_opens")
    return [
        Card(
            title=_("The form is only begun"),
            line=_(
                "The programme file had no form, so it asks one question. Build it before the call opens."
            ),
            href=cohort_url(cohort, "builder:form"),
            action=_("Build the form"),
            due=opens if now < opens else None,
            urgency="soon" if now < opens else "now",
        )
    ]
