"""The states of an instalment: what staff call them, what the scholar reads, and what comes next."""

from django.utils.translation import gettext_lazy as _

from tremplin.core.states import State
from tremplin.stipends import rules
from tremplin.stipends.models import DETAILS_CHANGED
from tremplin.stipends.models import InstalmentState as S

STATES: dict[str, State] = {
    S.PLANNED: State(
        S.PLANNED,
        _("Planned"),
        _("Planned"),
        _("Two people prepare and approve it, then it is paid."),
        "info",
    ),
    S.PREPARED: State(
        S.PREPARED, _("Prepared"), _("Being checked"), _("A second person checks and approves it."), "info"
    ),
    S.APPROVED: State(S.APPROVED, _("Approved"), _("Approved"), _("Finance tells the bank to pay."), "info"),
    S.ORDERED: State(
        S.ORDERED,
        _("Ordered"),
        _("On its way"),
        _("It is marked as paid when it has left the account."),
        "info",
    ),
    S.PAID: State(S.PAID, _("Paid"), _("Paid"), _("Nothing more to do."), "ok"),
    S.HELD: State(
        S.HELD,
        _("Held"),
        _("Kept back for now"),
        _("The organisers take it up again; the reason is given."),
        "warn",
    ),
    S.CANCELLED: State(
        S.CANCELLED,
        _("Cancelled"),
        _("Will not be paid"),
        _("If you disagree, write to the organisers."),
        "stop",
    ),
}
NOTES = {DETAILS_CHANGED: _("Payment details changed.")}
STEPS_SAID = {
    rules.LAID_OUT: _("Laid out"),
    rules.OPENED: _("Opened without its check-in"),
    rules.BACK: _("Planned again"),
    **{code: state.staff for code, state in STATES.items()},
}
"""The steps of a ledger, as staff call them."""


def step_said(before: str, after: str) -> object:
    """What a line of the ledger calls its step."""
    return STEPS_SAID[rules.step_of(before, after)]
