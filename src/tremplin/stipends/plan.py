"""The stipend part of a cohort's plan, and when an instalment is due in the scholar's own time."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.core.errors import Conflict, Message
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import StipendPlan
from tremplin.selection.models import Scholar, ScholarState
from tremplin.selection.own_time import own_time
from tremplin.stipends.models import Instalment, InstalmentState

MOVABLE = frozenset({InstalmentState.PLANNED, InstalmentState.HELD})
"""Instalments that still follow their date; what is under way keeps the one it had."""

WAITING = {
    "payee-form": gettext_lazy("The scholar has not yet given payment details."),
    "gate": gettext_lazy("The scholar has not yet sent the check-in that opens this payment."),
    "date": gettext_lazy("Its date is more than ten days away."),
    "paused": gettext_lazy("The scholar is on a pause; its date moves by the time away."),
    "left": gettext_lazy("The scholar left before it was due."),
}
WAITING_FOR_YOU = {
    "payee-form": gettext_lazy("It waits for your payment details."),
    "gate": gettext_lazy("It waits for your check-in. Your mentor’s answer does not matter for it."),
    "date": gettext_lazy("Nothing is missing: it is paid on its date."),
    "paused": gettext_lazy("It waits for the end of your pause, then moves by the time away."),
    "left": gettext_lazy("You left before it was due."),
}
"""The same reasons, said to the scholar."""
BOTH_FOR_YOU = gettext_lazy(
    "It waits for your payment details and for your check-in. Your mentor’s answer does not matter for it."
)


def needed(waits_for: str, *, gate_open: bool) -> Message:
    """What is still needed of the scholar, all of it, in words to them; "" for nothing."""
    if waits_for == "payee-form" and not gate_open:
        return BOTH_FOR_YOU
    return WAITING_FOR_YOU.get(waits_for, "")


def plan_of(cohort: Cohort) -> StipendPlan:
    """The stipend part of the cohort's plan. Raises Conflict when the programme pays nothing."""
    if cohort.plan.stipend is None:
        raise Conflict(_("This programme pays no stipend."))
    return cohort.plan.stipend


def due_of(instalment: Instalment, cohort: Cohort, *, now: datetime) -> datetime:
    """When an instalment is due: on the cohort's date in the scholar's own time while it can still move."""
    if instalment.state not in MOVABLE:
        return instalment.due
    return due_in_plan(instalment.code, instalment.scholar, cohort, now=now) or instalment.due


def due_in_plan(code: str, scholar: Scholar, cohort: Cohort, *, now: datetime) -> datetime | None:
    """When the instalment `code` falls for this scholar, None for one that the plan no longer has."""
    planned = next((row.due for row in plan_of(cohort).instalments if row.code == code), None)
    if planned is None:
        return None
    return own_time(scholar, cohort.dates).moved(planned.after(cohort.dates), now=now)


def stopped(scholar: Scholar) -> str:
    """ "paused" or "left" for a scholar who does not take part now, "" for anyone else."""
    return scholar.state if scholar.state in {ScholarState.PAUSED, ScholarState.LEFT} else ""
