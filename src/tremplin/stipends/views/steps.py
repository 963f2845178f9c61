"""One step for many payments: a page that shows what it would do, and the press that does it."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Invalid, Message
from tremplin.core.ui.amounts import number
from tremplin.core.ui.posting import show_refusal, status_of
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.stipends import services
from tremplin.stipends.forms import StepsForm
from tremplin.stipends.services import allowed
from tremplin.stipends.views.board import FILTERS
from tremplin.stipends.views.common import shown

WORDS: dict[str, tuple[Message, Message]] = {
    "prepare": (gettext_lazy("Before you prepare"), gettext_lazy("Prepare these payments")),
    "approve": (gettext_lazy("Before you approve"), gettext_lazy("Approve these payments")),
    "order": (gettext_lazy("Before you order"), gettext_lazy("The bank has been told to pay these")),
    "paid": (gettext_lazy("Before you mark as paid"), gettext_lazy("These are paid")),
}
"""What the page of a step is called, and its button."""


@never_cache
def steps(request: CohortRequest) -> HttpResponse:
    """Which of the ticked payments would take the step, which not and why; the press takes it for those shown.

    Each is decided on its own, again, when it takes the step: what has changed since is left out and named.
    """
    if request.method != "POST":
        return _look(request, request.GET.getlist("payment"), StepsForm(initial=_meant(request)))
    seen = dict(_marked(request.POST.getlist("payment")))
    form = StepsForm(request.POST)
    if not form.is_valid():
        return _look(request, list(seen), form)
    try:
        taken = services.take_steps(
            cohort=request.cohort,
            refs=list(seen),
            seen=seen,
            step=form.cleaned_data["step"],
            reference=form.cleaned_data["reference"],
            actor=request.user,
            now=clock.now(),
            once=request.POST.get("once", ""),
        )
    except Invalid as refusal:
        show_refusal(form, refusal)
        return _look(request, list(seen), form)
    _tell(request, taken)
    return HttpResponseRedirect(_board(request, form.cleaned_data["show"]))


def _meant(request: CohortRequest) -> dict[str, str]:
    return {"step": request.GET.get("step", ""), "show": request.GET.get("show", "")}


def _marked(values: Iterable[str]) -> Iterable[tuple[str, str]]:
    """The payments with their marks, as the page sends them back."""
    for value in values:
        ref, _colon, mark = value.partition(":")
        yield ref, mark


def _look(request: CohortRequest, refs: list[str], form: StepsForm) -> HttpResponse:
    """The page that shows what the step would do. It changes nothing."""
    step, back = str(form["step"].value() or ""), _board(request, str(form["show"].value() or ""))
    if step not in WORDS:
        return HttpResponseRedirect(back)
    tried = services.try_steps(
        cohort=request.cohort, refs=refs, step=step, actor=request.user, now=clock.now()
    )
    going = [one for one in tried if not one.why_not]
    title, label = WORDS[step]
    context = {
        "title": title,
        "label": label,
        "step": step,
        "form": form,
        "going": [_shown(one) for one in going],
        "staying": [_shown(one) for one in tried if one.why_not],
        "sums": _sums(going),
        "says_where": step in allowed.SHOWS_PAYEE,
        "back": back,
    }
    return render(request, "stipends/steps.html", context, status=status_of(form))


def _shown(one: services.Tried) -> dict[str, Any]:
    return {**shown(one.line), "why_not": one.why_not, "mark": one.mark, "payee": one.payee}


def _sums(tried: Iterable[services.Tried]) -> list[tuple[str, int]]:
    """What they come to, currency by currency."""
    sums: Counter[str] = Counter()
    for one in tried:
        sums[one.line.instalment.currency] += one.line.instalment.amount
    return sorted(sums.items())


def _board(request: CohortRequest, chosen: str) -> str:
    query = urlencode({"show": chosen if chosen in FILTERS else "open"})
    return f"{cohort_url(request.cohort, 'stipends:board')}?{query}"


def _tell(request: CohortRequest, taken: services.StepsTaken) -> None:
    if taken.again:
        messages.info(request, _("This was done already. The second press changed nothing."))
    elif taken.done:
        text = ngettext("Done for %(count)s payment.", "Done for %(count)s payments.", taken.done)
        messages.success(request, text % {"count": number(taken.done)})
    elif not taken.refused:
        messages.warning(request, _("No payment was ticked, so nothing was done."))
    for reason in taken.refused:
        messages.warning(request, reason)
