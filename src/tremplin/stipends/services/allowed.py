"""Who may take which step of a payment now: asked before a step is shown as possible, and again when it is taken."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict, NotAllowed, UserError
from tremplin.people.models import User
from tremplin.programmes.roles import Role
from tremplin.stipends import rules
from tremplin.stipends.models import Instalment, InstalmentState
from tremplin.stipends.plan import WAITING


@dataclass(frozen=True, slots=True)
class Step:
    """Where a step leads, and who takes it."""

    to: InstalmentState
    roles: frozenset[Role]


STEPS = {
    "prepare": Step(InstalmentState.PREPARED, frozenset({Role.FINANCE, Role.ORGANISER})),
    "approve": Step(InstalmentState.APPROVED, frozenset({Role.FINANCE})),
    "order": Step(InstalmentState.ORDERED, frozenset({Role.FINANCE})),
    "paid": Step(InstalmentState.PAID, frozenset({Role.FINANCE})),
}
SHOWS_PAYEE = frozenset({"approve", "order"})
"""The steps before which it is compared where the money would go."""


def refusal(step: str, row: Instalment, *, actor: User, waiting: rules.Waiting = "") -> UserError | None:
    """Why `actor`, who has a role for it, cannot take `step` now; None when they can.

    `waiting` is what `rules.waits_for` says of the payment: only preparing asks for it.
    """
    if _own(row, actor):
        return _kept_apart()
    state = InstalmentState(row.state)
    if step == "approve" and row.prepared_by == actor.ref:
        return NotAllowed(_("You prepared this payment, so another person has to approve it."))
    if step == "prepare" and state == InstalmentState.PLANNED and waiting:
        return Conflict(_("This payment cannot be prepared yet."), WAITING[waiting])
    return None if rules.may_follow(state, STEPS[step].to) else moved_on()


def not_own(row: Instalment, actor: User) -> None:
    """Raises NotAllowed for whoever would be paid."""
    if _own(row, actor):
        raise _kept_apart()


def _own(row: Instalment, actor: User) -> bool:
    return row.scholar.user_id == actor.pk


def _kept_apart() -> NotAllowed:
    return NotAllowed(_("Nobody handles their own money."))


class MovedOn(Conflict):
    """The payment stands somewhere from which the step does not follow."""


def moved_on() -> MovedOn:
    return MovedOn(
        _("This payment has moved on since you opened the page."),
        _("Load the page again to see where it stands."),
    )
