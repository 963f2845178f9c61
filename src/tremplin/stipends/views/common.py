"""What several pages of stipends need."""

from typing import Any

from django.utils.translation import gettext as _

from tremplin.core.ui.amounts import money
from tremplin.core.ui.charts import Segment
from tremplin.stipends import queries
from tremplin.stipends.plan import WAITING
from tremplin.stipends.states import STATES


def shown(line: queries.Line) -> dict[str, Any]:
    """An instalment as templates need it."""
    return {
        "instalment": line.instalment,
        "due": line.due,
        "moving": line.waits_for == "paused",
        "state": STATES[line.instalment.state],
        "waits_for": WAITING.get(line.waits_for, ""),
        "late": line.late,
    }


def segments(budget: queries.Budget | None) -> list[Segment]:
    """A budget as a drawn bar: paid, under way, planned, held."""
    if budget is None:
        return []
    parts = (
        (_("Paid"), budget.paid, "ok"),
        (_("Under way"), budget.under_way, "info"),
        (_("Planned"), budget.planned, ""),
        (_("Held"), budget.held, "warn"),
    )
    return [
        Segment(label, amount, text=money(amount, budget.currency), tone=tone)
        for label, amount, tone in parts
        if amount
    ]
