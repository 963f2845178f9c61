"""What stipends put on a person's desk."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.core.ui.amounts import money
from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.stipends import queries, rules
from tremplin.stipends.models import Instalment, InstalmentState
from tremplin.stipends.states import STATES

NAV = (
    NavItem(gettext_lazy("Your stipend"), "stipends:mine", frozenset({Role.SCHOLAR})),
    NavItem(gettext_lazy("Stipends"), "stipends:board", queries.MONEY_ROLES),
)
_STEPS = (InstalmentState.PREPARED, InstalmentState.APPROVED, InstalmentState.ORDERED)


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """What needs this person now in stipends."""
    if not cohort.plan.runs("stipends"):
        return []
    found = []
    if Role.SCHOLAR in roles:
        found += _scholar_cards(cohort, actor, now)
    if Role.FINANCE in roles:
        found += _finance_cards(cohort, actor, now)
    return found


def _scholar_cards(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    scholar = queries.scholar_of(actor, cohort)
    if scholar is None:
        return []
    if queries.payee_form(scholar) is None:
        return [
            Card(
                _("Tell us where to pay you"),
                _("Without your payment details no payment can leave."),
                cohort_url(cohort, "stipends:payee"),
                action=_("Give payment details"),
                urgency="now",
            )
        ]
    unpaid = (
        queries.visible_instalments(actor, cohort)
        .filter(scholar=scholar)
        .exclude(state__in=[InstalmentState.PAID, InstalmentState.CANCELLED])
    )
    coming = unpaid.first()
    if coming is None:
        return []
    line = _("Next: %(amount)s. %(state)s.") % {
        "amount": money(coming.amount, coming.currency),
        "state": STATES[coming.state].public,
    }
    return [Card(_("Your stipend"), line, cohort_url(cohort, "stipends:mine"), due=coming.due)]


def _finance_cards(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    rows = list(Instalment.objects.filter(scholar__cohort=cohort).values_list("state", "due", "prepared_by"))
    to_approve = sum(1 for state, _due, by in rows if state == InstalmentState.PREPARED and by != actor.ref)
    late = sum(1 for state, due, _by in rows if rules.is_late(state=InstalmentState(state), due=due, now=now))
    under_way = sum(1 for state, _due, _by in rows if state in _STEPS)
    board = cohort_url(cohort, "stipends:board")
    if to_approve:
        text = ngettext(
            "%(count)s payment waits for your approval.",
            "%(count)s payments wait for your approval.",
            to_approve,
        )
        return [
            Card(
                _("Approve payments"),
                text % {"count": to_approve},
                f"{board}?show=waiting",
                action=_("Look at them"),
                urgency="now",
            )
        ]
    figures = ((_("Under way"), str(under_way)), (_("Late"), str(late)))
    line = _("A scholar waits for money that is late.") if late else _("Nothing waits for you.")
    return [Card(_("Stipends"), line, board, urgency="now" if late else "calm", figures=figures)]
