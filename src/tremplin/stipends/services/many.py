"""The same step for many payments at once: what finance does on a pay day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Invalid, UserError
from tremplin.core.once import first
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.stipends import queries
from tremplin.stipends.models import Instalment
from tremplin.stipends.services import paying

STEPS: dict[str, Callable[..., Instalment]] = {
    "prepare": paying.prepare,
    "approve": paying.approve,
    "order": paying.order,
    "paid": paying.mark_paid,
}


@dataclass(slots=True)
class StepsTaken:
    """How many payments took the step, and why others did not."""

    done: int = 0
    refused: list[str] = field(default_factory=list)


@transaction.atomic
def take_steps(
    *,
    cohort: Cohort,
    refs: Sequence[str],
    step: str,
    actor: User,
    now: datetime,
    reference: str = "",
    once: str = "",
) -> StepsTaken:
    """Take `step` for each of the payments `refs`. One that is refused stops no other.

    A second press of the same button changes nothing. Raises NotAllowed; Invalid for an order without a reference
    or a step that is not one of `STEPS`.
    """
    require(actor, cohort, Role.FINANCE, Role.ORGANISER)
    if step not in STEPS:
        raise Invalid({"step": [_("Choose one of the steps.")]})
    if step == "order" and not reference.strip():
        raise Invalid({"reference": [_("Give the reference under which the bank knows these payments.")]})
    taken = StepsTaken()
    if not first(f"stipend-steps:{once}" if once else "", now=now):
        return taken
    words = {"reference": reference} if step == "order" else {}
    for row in queries.visible_instalments(actor, cohort).filter(ref__in=refs):
        try:
            STEPS[step](instalment=row, actor=actor, now=now, **words)
            taken.done += 1
        except UserError as refusal:
            taken.refused.append(f"{row.payee_name}: {refusal}")
    return taken
