"""The same step for many payments at once: looked at first, then taken. What finance does on a pay day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Invalid, UserError
from tremplin.core.once import first
from tremplin.core.text import joined
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import require
from tremplin.stipends import queries
from tremplin.stipends.models import Instalment
from tremplin.stipends.services import allowed, paying
from tremplin.stipends.services.marks import marks_of
from tremplin.stipends.services.payees import payee_glimpses
from tremplin.stipends.states import STATES
from tremplin.stipends.vault import Glimpse

_DEEDS: dict[str, Callable[..., Instalment]] = {
    "prepare": paying.prepare,
    "approve": paying.approve,
    "order": paying.order,
    "paid": paying.mark_paid,
}


@dataclass(frozen=True, slots=True)
class Tried:
    """What a step would do to one payment: why it would not take it (empty when it would), and where it would go.

    `mark` stands for the payment and the account behind it as they are now: `take_steps` leaves out what differs.
    """

    line: queries.Line
    why_not: str
    mark: str
    payee: Glimpse | None


@dataclass(slots=True)
class StepsTaken:
    """How many payments took the step, and why others did not; `again` where this press had done its work before."""

    done: int = 0
    refused: list[str] = field(default_factory=list)
    again: bool = False


def try_steps(*, cohort: Cohort, refs: Sequence[str], step: str, actor: User, now: datetime) -> list[Tried]:
    """What `step` would do to each of the payments `refs`, by the rules that the step itself goes by; soonest first.

    Where a step is about to send money somewhere, those that take it say where, masked. The log notes no look.
    Raises NotAllowed; Invalid for a step that there is not.
    """
    require(actor, cohort, *_known(step).roles)
    rows = list(queries.visible_instalments(actor, cohort).filter(ref__in=refs))
    marks = marks_of(rows)
    lines = queries.lines(rows, now=now, cohort=cohort)
    reasons = {line.instalment.ref: _why_not(step, line, actor) for line in lines}
    going = {row.scholar_id for row in rows if not reasons[row.ref]}
    payees = {}
    if step in allowed.SHOWS_PAYEE and going:
        payees = payee_glimpses(cohort=cohort, scholars=going, actor=actor)
    return [
        Tried(
            line, reasons[row.ref], marks[row.ref], None if reasons[row.ref] else payees.get(row.scholar_id)
        )
        for line in lines
        for row in [line.instalment]
    ]


def _known(step: str) -> allowed.Step:
    if step not in allowed.STEPS:
        raise Invalid({"step": [_("Choose one of the steps.")]})
    return allowed.STEPS[step]


def _why_not(step: str, line: queries.Line, actor: User) -> str:
    row = line.instalment
    refused = allowed.refusal(step, row, actor=actor, waiting=line.waits_for)
    if refused is None:
        return ""
    if isinstance(refused, allowed.MovedOn):
        return _("It stands at “%(state)s”, so this step does not follow.") % {
            "state": STATES[row.state].staff
        }
    return str(refused)


@transaction.atomic
def take_steps(
    *,
    cohort: Cohort,
    refs: Sequence[str],
    step: str,
    actor: User,
    now: datetime,
    reference: str = "",
    seen: Mapping[str, str] | None = None,
    once: str = "",
) -> StepsTaken:
    """Take `step` for each of the payments `refs`. One that is refused stops no other.

    `seen`: the mark of each payment as somebody looked at it (`Tried.mark`); one that is another by now is left out.
    A second press of the same button changes nothing.

    Order: permission, the reference, the payments are held, those that changed are left out, each takes its step.
    Raises NotAllowed; Invalid for an order without a reference or a step that there is not.
    """
    require(actor, cohort, *_known(step).roles)
    if step == "order" and not reference.strip():
        raise Invalid({"reference": [_("Give the reference under which the bank knows these payments.")]})
    words = {"reference": paying.checked_reference(reference)} if step == "order" else {}
    if not first(f"stipend-steps:{once}" if once else "", now=now):
        return StepsTaken(again=True)
    taken = StepsTaken()
    rows = _held(cohort, refs, actor)
    marks = marks_of(rows) if seen is not None else {}
    for row in rows:
        if seen is not None and seen.get(row.ref) != marks[row.ref]:
            changed = _("It has changed since you looked at it, so it was left out. Look at it again.")
            taken.refused.append(joined(row.payee_name, changed))
            continue
        try:
            _DEEDS[step](instalment=row, actor=actor, now=now, **words)
            taken.done += 1
        except UserError as refusal:
            taken.refused.append(joined(row.payee_name, refusal))
    return taken


def _held(cohort: Cohort, refs: Sequence[str], actor: User) -> list[Instalment]:
    """The payments, nobody else's until this transaction ends: what is read of them from here on stays so."""
    visible = queries.visible_instalments(actor, cohort).filter(ref__in=refs)
    held = Instalment.objects.filter(pk__in=list(visible.values_list("pk", flat=True)))
    list(held.select_for_update().order_by("pk").values_list("pk", flat=True))
    return list(visible.all())
