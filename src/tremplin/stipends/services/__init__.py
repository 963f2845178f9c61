"""What people can do with stipends. Two people for all money; a silent mentor never blocks it."""

from tremplin.stipends.plan import plan_of
from tremplin.stipends.services.forgetting import delete_own_details, forget_details
from tremplin.stipends.services.many import StepsTaken, Tried, take_steps, try_steps
from tremplin.stipends.services.marks import mark_of
from tremplin.stipends.services.payees import (
    ask_for_details,
    payee_details,
    payee_glimpse,
    payee_glimpses,
    save_payee_form,
)
from tremplin.stipends.services.paying import (
    approve,
    came_back,
    cancel,
    hold,
    mark_paid,
    open_gate,
    order,
    prepare,
    release,
)
from tremplin.stipends.services.planning import extend, plan_instalments, settle_dates
from tremplin.stipends.services.taking import note_export
from tremplin.stipends.vault import Glimpse, PayeeDetails

__all__ = [
    "Glimpse",
    "PayeeDetails",
    "StepsTaken",
    "Tried",
    "approve",
    "ask_for_details",
    "came_back",
    "cancel",
    "delete_own_details",
    "extend",
    "forget_details",
    "hold",
    "mark_of",
    "mark_paid",
    "note_export",
    "open_gate",
    "order",
    "payee_details",
    "payee_glimpse",
    "payee_glimpses",
    "plan_instalments",
    "plan_of",
    "prepare",
    "release",
    "save_payee_form",
    "settle_dates",
    "take_steps",
    "try_steps",
]
