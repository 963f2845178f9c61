"""What stipends put on a person's desk."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.core.ui.amounts import money, number
from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem, Phase
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.stipends import queries, rules
from tremplin.stipends.models import Instalment
from tremplin.stipends.models import InstalmentState as S
from tremplin.stipends.plan import needed
from tremplin.stipends.states import STATES

NAV = (
    NavItem(Phase.COHORT, gettext_lazy("Your stipend"), "stipends:mine", frozenset({Role.SCHOLAR})),
    NavItem(Phase.COHORT, gettext_lazy("Stipends"), "stipends:board", queries.MONEY_ROLES),
)


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """What needs this person now in stipends."""
    if not cohort.plan.runs("stipends"):
        return []
    found = []
    if Role.SCHOLAR in roles:
        found += _scholar_cards(cohort, actor, now)
    if Role.FINANCE in roles:
        found += _finance_cards(cohort, actor, now)
    elif Role.ORGANISER in roles:
        late = queries.at_hand(cohort, actor, now=now).late
        found += [_late_card(cohort, late)] if late else []
    return found


def _scholar_cards(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    scholar = queries.scholar_of(actor, cohort)
    if scholar is None:
        return []
    rows = queries.visible_instalments(actor, cohort).filter(scholar=scholar)
    lines = queries.lines(rows, now=now, cohort=cohort)
    if queries.wants_details(scholar, lines) and not queries.has_details(scholar, lines):
        return [
            Card(
                _("Tell us where to pay you"),
                _("Without your payment details no payment can leave."),
                cohort_url(cohort, "stipends:payee"),
                action=_("Give payment details"),
                urgency="now",
            )
        ]
    coming = [line for line in lines if line.instalment.state not in rules.OVER and line.waits_for != "left"]
    if not coming:
        return []
    line = coming[0]
    row = line.instalment
    text = _("Next: %(amount)s. %(state)s.") % {
        "amount": money(row.amount, row.currency),
        "state": STATES[row.state].public,
    }
    if line.waits_for and line.waits_for != "date":
        text = f"{text} {needed(line.waits_for, gate_open=line.gate_open)}"
    due = None if line.waits_for == "paused" else line.due
    return [Card(_("Your stipend"), text, cohort_url(cohort, "stipends:mine"), due=due)]


def _finance_cards(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    """The steps that wait for this person; when none does, how money stands."""
    prepared = Instalment.objects.filter(scholar__cohort=cohort, state=S.PREPARED)
    to_approve = prepared.exclude(prepared_by=actor.ref).exclude(scholar__user=actor).count()
    at_hand = queries.at_hand(cohort, actor, now=now)
    others = (
        (
            "prepared",
            to_approve,
            _("Approve payments"),
            ngettext(
                "%(count)s payment waits for your approval.",
                "%(count)s payments wait for your approval.",
                to_approve,
            ),
        ),
        *_reckoned(at_hand),
    )
    board = cohort_url(cohort, "stipends:board")
    found = [
        Card(
            title,
            text % {"count": number(count)},
            f"{board}?show={chosen}",
            action=_("Look at them"),
            urgency="now",
        )
        for chosen, count, title, text in others
        if count
    ]
    if at_hand.late:
        found.insert(0, _late_card(cohort, at_hand.late))
    return found or [Card(_("Stipends"), _("Nothing waits for you."), board)]


def _late_card(cohort: Cohort, late: dict[str, int]) -> Card:
    """That money is late, and what keeps it: those who can help see it, also where the scholar is the one asked."""
    count = sum(late.values())
    text = ngettext(
        "%(count)s payment is late: %(reasons)s.", "%(count)s payments are late: %(reasons)s.", count
    )
    reasons = ", ".join(_because(reason, one) % {"count": number(one)} for reason, one in late.items())
    return Card(
        _("Late payments"),
        text % {"count": number(count), "reasons": reasons},
        f"{cohort_url(cohort, 'stipends:board')}?show=late",
        action=_("Look at them"),
        urgency="now",
    )


def _because(reason: str, count: int) -> str:
    """What keeps late payments. One that nobody has earned, or whose date moves, is never late."""
    return {
        "gate": ngettext("%(count)s waits for a check-in", "%(count)s wait for a check-in", count),
        "payee-form": ngettext(
            "%(count)s waits for payment details", "%(count)s wait for payment details", count
        ),
        S.PLANNED: ngettext("%(count)s can be prepared", "%(count)s can be prepared", count),
        S.PREPARED: ngettext("%(count)s waits for approval", "%(count)s wait for approval", count),
        S.APPROVED: ngettext(
            "%(count)s waits for the order to the bank", "%(count)s wait for the order to the bank", count
        ),
        S.ORDERED: ngettext(
            "%(count)s is not yet marked as paid", "%(count)s are not yet marked as paid", count
        ),
    }[reason]


def _reckoned(found: queries.AtHand) -> list[tuple[str, int, str, str]]:
    ready, gone = found.ready, found.gone
    return [
        (
            "ready",
            ready,
            _("Prepare payments"),
            ngettext(
                "%(count)s payment can be prepared now.", "%(count)s payments can be prepared now.", ready
            ),
        ),
        (
            "gone",
            gone,
            _("Payments to scholars who left"),
            ngettext(
                "%(count)s payment was not due yet when its scholar left: cancel it with a word.",
                "%(count)s payments were not due yet when their scholars left: cancel them with a word.",
                gone,
            ),
        ),
    ]
