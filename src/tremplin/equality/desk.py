"""What the equality stage puts on a person's desk."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.equality import comparing, linked
from tremplin.equality.models import Unsealing
from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem, Phase
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.tallies import on_desk, register

NAV: tuple[NavItem, ...] = (
    NavItem(Phase.CALL, gettext_lazy("Equality survey"), "equality:results", frozenset({Role.ORGANISER})),
    NavItem(
        Phase.RESULTS,
        gettext_lazy("Who came how far"),
        "equality:comparison",
        frozenset({Role.ORGANISER, Role.OBSERVER}),
    ),
)

_OPEN = register(
    "equality.unsealings", lambda cohort, _actor: Unsealing.objects.filter(cohort=cohort, ended_at=None)
)


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """For an applicant, what is kept of them; for organisers and observers, a count to confirm or that is open."""
    if not cohort.plan.runs("equality") or not linked.asked(cohort):
        return []
    found = []
    if Role.APPLICANT in roles and linked.rows_of(cohort.ref, actor).exists():
        found.append(_kept(cohort))
    if roles & {Role.ORGANISER, Role.OBSERVER} and on_desk(_OPEN, cohort, actor):
        row = comparing.current(cohort, now)
        found += [_at_hand(cohort, row, own=row.proposed_by == actor.ref)] if row else []
    return found


def _kept(cohort: Cohort) -> Card:
    return Card(
        title=_("Your equality answers are kept, sealed"),
        line=_("You can look at them, and take them back whenever you like."),
        href=cohort_url(cohort, "equality:linked"),
        action=_("Look at them"),
        urgency="done",
    )


def _at_hand(cohort: Cohort, row: Unsealing, *, own: bool) -> Card:
    page = cohort_url(cohort, "equality:comparison")
    if row.confirmed_at:
        return Card(
            title=_("Equality answers are counted and shown"),
            line=_("They are sealed again by themselves, or sooner by either of you."),
            href=page,
            action=_("See the figures"),
            due=row.ends_at,
        )
    if own:
        return Card(
            title=_("Your proposal to count equality answers waits"),
            line=_("Another organiser or an observer has to confirm it."),
            href=page,
            action=_("See the proposal"),
            due=row.ends_at,
        )
    return Card(
        title=_("Somebody proposes to count equality answers"),
        line=_("It takes a second person. Read why, then confirm it or drop it."),
        href=page,
        action=_("Read the proposal"),
        due=row.ends_at,
        urgency="now",
    )
