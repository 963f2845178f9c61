"""Finance's board: payments by what they need."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from tremplin.core import clock
from tremplin.core.errors import Message
from tremplin.core.pages import paginate
from tremplin.programmes.http import CohortRequest
from tremplin.stipends import queries, rules
from tremplin.stipends.models import InstalmentState
from tremplin.stipends.services import allowed
from tremplin.stipends.views.common import segments, shown

S = InstalmentState
STATES_BY_FILTER: dict[str, list[InstalmentState]] = {
    "prepared": [S.PREPARED],
    "approved": [S.APPROVED],
    "ordered": [S.ORDERED],
    "open": [S.PLANNED, S.PREPARED, S.APPROVED, S.ORDERED],
    "paid": [S.PAID],
    "held": [S.HELD, S.CANCELLED],
}
COMPUTED: dict[str, Callable[..., list[queries.Line]]] = {
    "ready": queries.ready,
    "late": queries.late,
    "gone": queries.of_those_who_left,
}
FILTERS: dict[str, Message] = {
    "open": gettext_lazy("Not yet paid"),
    "ready": gettext_lazy("To prepare"),
    "prepared": gettext_lazy("To approve"),
    "approved": gettext_lazy("To order"),
    "ordered": gettext_lazy("To mark as paid"),
    "late": gettext_lazy("Late"),
    "paid": gettext_lazy("Paid"),
    "held": gettext_lazy("Held or cancelled"),
    "gone": gettext_lazy("Scholars who left"),
    "all": gettext_lazy("All payments"),
}
STEPS: dict[str, tuple[str, Message]] = {
    "ready": ("prepare", gettext_lazy("Check before preparing")),
    "prepared": ("approve", gettext_lazy("Check before approving")),
    "approved": ("order", gettext_lazy("Check before ordering")),
    "ordered": ("paid", gettext_lazy("Check before marking as paid")),
}
"""Which step a filter offers for all its payments at once: a page shows first what it would do."""


def board(request: CohortRequest) -> HttpResponse:
    """All payments of the cohort for those who look after money, soonest first."""
    cohort, now = request.cohort, clock.now()
    chosen = request.GET.get("show", "open")
    chosen = chosen if chosen in FILTERS else "open"
    step, label = STEPS.get(chosen, ("", ""))
    page, lines = _lines(request, chosen, now)
    budget = queries.budget(cohort)
    context = {
        "page": page,
        "lines": [_row(request, line) for line in lines],
        "budget": budget,
        "segments": segments(budget),
        "filters": [(name, words, _count(budget, name), name == chosen) for name, words in FILTERS.items()],
        "chosen": chosen,
        "step": step if step and request.roles & allowed.STEPS[step].roles else "",
        "step_label": label,
        "kept": queries.kept(cohort) if budget else None,
    }
    return render(request, "stipends/board.html", context)


def _count(budget: queries.Budget | None, name: str) -> int:
    """How many payments wait for a step, where the step is a state."""
    if budget is None or name not in {"prepared", "approved", "ordered"}:
        return 0
    return sum(budget.counts.get(state, 0) for state in STATES_BY_FILTER[name])


def _row(request: CohortRequest, line: queries.Line) -> dict[str, Any]:
    """A line of the board; it has a box, ticked at first, wherever this person may take the step."""
    row = line.instalment
    own = row.scholar.user_id == request.user.pk
    prepared_it = row.state == S.PREPARED and row.prepared_by == request.user.ref
    return {**shown(line), "box": not own and not prepared_it, "yours": prepared_it}


def _lines(request: CohortRequest, chosen: str, now: datetime) -> tuple[Any, list[queries.Line]]:
    """The page and its lines. What needs reckoning is listed whole first: it is never more than is due now."""
    if chosen in COMPUTED:
        page = paginate(COMPUTED[chosen](request.cohort, request.user, now=now), request)
        return page, list(page.object_list)
    rows = queries.visible_instalments(request.user, request.cohort)
    if chosen in STATES_BY_FILTER:
        rows = rows.filter(state__in=STATES_BY_FILTER[chosen])
    page = paginate(rows, request)
    return page, queries.lines(page.object_list, now=now, cohort=request.cohort)


def keeping(request: CohortRequest) -> HttpResponse:
    """Whose payment details are kept, and when they go by themselves. Nobody's details are shown."""
    page = paginate(queries.kept_details(request.cohort), request)
    context = {
        "page": page,
        "rows": [(form, queries.details_go(form)) for form in page.object_list],
        "kept": queries.kept(request.cohort),
        "months": rules.KEEP_DETAILS_MONTHS,
    }
    return render(request, "stipends/keeping.html", context)
