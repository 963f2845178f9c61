"""One payment: where it stands, who did what, where it goes; and more time for a scholar."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Invalid, Stale
from tremplin.core.personal_keys import LOST
from tremplin.core.ui.posting import posted, show_refusal, status_of
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.roles import Role, require
from tremplin.selection.models import Scholar
from tremplin.stipends import queries, rules, services
from tremplin.stipends.forms import ExtensionForm, StepForm
from tremplin.stipends.models import Instalment, InstalmentState
from tremplin.stipends.services import allowed
from tremplin.stipends.states import NOTES, step_said
from tremplin.stipends.views.common import shown

S = InstalmentState


def _row(request: CohortRequest, ref: str) -> Instalment:
    row: Instalment = get_object_or_404(queries.visible_instalments(request.user, request.cohort), ref=ref)
    row.scholar.cohort = request.cohort
    return row


@never_cache
def instalment(request: CohortRequest, ref: str) -> HttpResponse:
    """One payment: where it stands, who did what, and the steps that this person may take."""
    row = _row(request, ref)
    form = StepForm(posted(request))
    if request.method == "POST":
        require(request.user, request.cohort, Role.FINANCE, Role.ORGANISER)
        if form.is_valid() and _take_step(request, row, form):
            return HttpResponseRedirect(cohort_url(request.cohort, "stipends:instalment", ref=row.ref))
        row = _row(request, ref)
    line = queries.lines([row], now=clock.now(), cohort=request.cohort)[0]
    steps = _steps(request, line)
    context = {
        **shown(line),
        "steps": steps,
        "payee": _payee(request, row, steps),
        "mark": services.mark_of(row) if steps & allowed.SHOWS_PAYEE else "",
        "waits_for_check_in": not line.gate_open and line.waits_for == "gate",
        "waits_for_another": row.state == S.PREPARED and "approve" not in steps,
        "entries": [
            (entry, step_said(entry.before, entry.after), NOTES.get(entry.note, entry.note))
            for entry in queries.ledger(row)
        ],
        "form": form,
    }
    return render(request, "stipends/instalment.html", context, status=status_of(form))


def _payee(request: CohortRequest, row: Instalment, steps: set[str]) -> services.Glimpse | None:
    """To whom the money would go, for who is about to approve or order it."""
    if not steps & allowed.SHOWS_PAYEE:
        return None
    return services.payee_glimpse(scholar=row.scholar, actor=request.user)


def _take_step(request: CohortRequest, row: Instalment, form: StepForm) -> bool:
    """Take the step; False, with the reasons in the form, when a word is missing."""
    step, now, actor = form.cleaned_data["step"], clock.now(), request.user
    reason, reference = form.cleaned_data["reason"], form.cleaned_data["reference"]
    seen = form.cleaned_data["seen"]
    deeds: dict[str, tuple[Callable[..., Instalment], dict[str, str]]] = {
        "prepare": (services.prepare, {}),
        "approve": (services.approve, {"seen": seen}),
        "order": (services.order, {"reference": reference, "seen": seen}),
        "paid": (services.mark_paid, {}),
        "hold": (services.hold, {"reason": reason}),
        "release": (services.release, {"reason": reason}),
        "cancel": (services.cancel, {"reason": reason}),
        "came-back": (services.came_back, {"reason": reason}),
        "open": (services.open_gate, {"reason": reason}),
    }
    deed, words = deeds[step]
    try:
        deed(instalment=row, actor=actor, now=now, **words)
    except Invalid as refusal:
        show_refusal(form, refusal)
        return False
    messages.success(request, _("Done. The ledger below says so."))
    return True


def _steps(request: CohortRequest, line: queries.Line) -> set[str]:
    """The steps to offer: what the rules allow next and this person may do. The services decide again."""
    row, roles = line.instalment, request.roles
    if row.scholar.user_id == request.user.pk or not roles & {Role.FINANCE, Role.ORGANISER}:
        return set()
    state = S(row.state)
    offered = {"hold": S.HELD, "cancel": S.CANCELLED, "release": S.PLANNED}
    steps = {name for name, to in offered.items() if rules.may_follow(state, to)}
    if state == S.PLANNED and not line.waits_for:
        steps.add("prepare")
    if Role.ORGANISER in roles and line.waits_for in {"gate", "payee-form"} and not line.gate_open:
        steps.add("open")
    if Role.FINANCE in roles:
        if state == S.PREPARED and row.prepared_by != request.user.ref:
            steps.add("approve")
        if rules.may_come_back(state):
            steps.add("came-back")
        steps |= {S.APPROVED: {"order"}, S.ORDERED: {"paid"}}.get(state, set())
    return steps


@never_cache
def details(request: CohortRequest, ref: str) -> HttpResponse:
    """Where a scholar's money goes, for finance. Only the button shows it, and each look is written to the log."""
    row = _row(request, ref)
    found, missing = None, queries.payee_form(row.scholar) is None
    if request.method == "POST":
        found = services.payee_details(scholar=row.scholar, actor=request.user, now=clock.now())
    context = {
        "details": found,
        "instalment": row,
        "missing": missing,
        "lost": LOST if request.method == "POST" and found is None and not missing else "",
    }
    return render(request, "stipends/details.html", context)


@never_cache
def extension(request: CohortRequest, ref: str) -> HttpResponse:
    """Give a scholar more time, with what it moves shown before."""
    scholar: Scholar = get_object_or_404(
        Scholar.objects.select_related("user"), cohort=request.cohort, ref=ref
    )
    scholar.cohort = request.cohort
    now, stale = clock.now(), False
    first = {"weeks": scholar.extension_weeks, "seen": scholar.extension_weeks}
    form = ExtensionForm(posted(request), initial=first)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.extend(
                scholar=scholar,
                weeks=data["weeks"],
                reason=data["reason"],
                seen=data["seen"],
                actor=request.user,
                now=now,
            )
        except Invalid as refusal:
            show_refusal(form, refusal)
        except Stale as refusal:
            stale = True
            form = ExtensionForm({**request.POST.dict(), "seen": refusal.current})
            show_refusal(form, refusal)
        else:
            messages.success(request, _said(data["weeks"], scholar.extension_weeks))
            return HttpResponseRedirect(cohort_url(request.cohort, "selection:scholar", ref=scholar.ref))
    context = {
        "form": form,
        "scholar": scholar,
        "limit": services.plan_of(request.cohort).extension_weeks,
        "moving": _moving(request, scholar),
    }
    return render(request, "stipends/extension.html", context, status=status_of(form, stale=stale))


def _said(weeks: int, before: int) -> str:
    if weeks == before:
        return _("Nothing changed: it was so already.")
    if weeks > before:
        return _("Saved: later dates and payments have moved, and a mail tells the scholar.")
    return _("Saved: later dates and payments have moved. Tell the scholar: no mail says so.")


def _moving(request: CohortRequest, scholar: Scholar) -> list[dict[str, Any]]:
    """The payments that an extension would move, with where they stand now."""
    midpoint = request.cohort.dates.get("midpoint") or request.cohort.date("training_starts")
    planned = {
        row.code: row.due.after(request.cohort.dates) for row in services.plan_of(request.cohort).instalments
    }
    rows = queries.visible_instalments(request.user, request.cohort).filter(scholar=scholar)
    return [
        shown(line)
        for line in queries.lines(rows, now=clock.now(), cohort=request.cohort)
        if line.instalment.state in {S.PLANNED, S.HELD}
        and planned.get(line.instalment.code, midpoint) > midpoint
    ]
