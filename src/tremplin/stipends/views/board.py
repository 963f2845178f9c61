"""Finance's board: payments by what they need, and the same step for many at once."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.core import clock
from tremplin.core.errors import Invalid, Message
from tremplin.core.pages import paginate
from tremplin.core.ui.amounts import number
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.roles import Role
from tremplin.stipends import queries, rules, services
from tremplin.stipends.models import InstalmentState
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
STEPS: dict[str, tuple[str, Message, frozenset[Role]]] = {
    "ready": ("prepare", gettext_lazy("Prepare these payments"), frozenset({Role.FINANCE, Role.ORGANISER})),
    "prepared": ("approve", gettext_lazy("Approve these payments"), frozenset({Role.FINANCE})),
    "approved": ("order", gettext_lazy("The bank has been told to pay these"), frozenset({Role.FINANCE})),
    "ordered": ("paid", gettext_lazy("These are paid"), frozenset({Role.FINANCE})),
}
"""Which step a filter offers for all its payments at once, and to whom."""


def board(request: CohortRequest) -> HttpResponse:
    """All payments of the cohort for those who look after money, soonest first."""
    return _page(request, request.GET.get("show", "open"))


def _page(
    request: CohortRequest, chosen: str, *, error: str = "", ticked: Sequence[str] = ()
) -> HttpResponse:
    cohort, now = request.cohort, clock.now()
    chosen = chosen if chosen in FILTERS else "open"
    step, label, roles = STEPS.get(chosen, ("", "", frozenset()))
    page, lines = _lines(request, chosen, now)
    budget = queries.budget(cohort)
    context = {
        "page": page,
        "lines": [_row(request, line, ticked, error) for line in lines],
        "budget": budget,
        "segments": segments(budget),
        "filters": [(name, words, _count(budget, name), name == chosen) for name, words in FILTERS.items()],
        "chosen": chosen,
        "step": step if request.roles & roles else "",
        "step_label": label,
        "error": error,
        "kept": queries.kept(cohort) if budget else None,
    }
    return render(request, "stipends/board.html", context, status=422 if error else 200)


def _count(budget: queries.Budget | None, name: str) -> int:
    """How many payments wait for a step, where the step is a state."""
    if budget is None or name not in {"prepared", "approved", "ordered"}:
        return 0
    return sum(budget.counts.get(state, 0) for state in STATES_BY_FILTER[name])


def _row(request: CohortRequest, line: queries.Line, ticked: Sequence[str], error: str) -> dict[str, Any]:
    """A line of the board; its box is ticked as it was, at first wherever this person may take the step."""
    row = line.instalment
    own = row.scholar.user_id == request.user.pk
    prepared_it = row.state == S.PREPARED and row.prepared_by == request.user.ref
    return {
        **shown(line),
        "box": not own and not prepared_it,
        "ticked": row.ref in ticked if error else True,
        "yours": prepared_it,
    }


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


def steps(request: CohortRequest) -> HttpResponse:
    """Take one step for all ticked payments. Each is decided on its own; refusals are told by name."""
    chosen = request.POST.get("show", "")
    refs = request.POST.getlist("payment")
    where = f"{cohort_url(request.cohort, 'stipends:board')}?{urlencode({'show': chosen})}"
    if not refs:
        messages.warning(request, _("No payment was ticked, so nothing was done."))
        return HttpResponseRedirect(where)
    try:
        taken = services.take_steps(
            cohort=request.cohort,
            refs=refs,
            step=request.POST.get("step", ""),
            reference=request.POST.get("reference", ""),
            actor=request.user,
            now=clock.now(),
            once=request.POST.get("once", ""),
        )
    except Invalid as refusal:
        return _page(request, chosen, error=str(refusal), ticked=refs)
    if taken.done:
        text = ngettext("Done for %(count)s payment.", "Done for %(count)s payments.", taken.done)
        messages.success(request, text % {"count": number(taken.done)})
    for reason in taken.refused:
        messages.warning(request, reason)
    return HttpResponseRedirect(where)


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
