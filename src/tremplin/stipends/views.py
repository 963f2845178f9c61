"""Pages of stipends: the scholar's own, finance's board, one payment with its ledger."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from tremplin.core import clock
from tremplin.core.errors import Invalid, NotAllowed, Stale
from tremplin.core.pages import paginate
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.roles import Role
from tremplin.selection.models import Scholar
from tremplin.stipends import queries, rules, services
from tremplin.stipends.forms import ExtensionForm, PayeeDetailsForm, StepForm
from tremplin.stipends.models import Instalment, InstalmentState
from tremplin.stipends.states import STATES

S = InstalmentState
FILTERS = ("open", "waiting", "paid", "held", "all")
_BY_FILTER = {
    "open": [S.PLANNED, S.PREPARED, S.APPROVED, S.ORDERED],
    "waiting": [S.PREPARED, S.APPROVED, S.ORDERED],
    "paid": [S.PAID],
    "held": [S.HELD, S.CANCELLED],
}


def mine(request: CohortRequest) -> HttpResponse:
    """The scholar's own payments, each with where it stands, and the form with where money goes."""
    scholar = queries.scholar_of(request.user, request.cohort)
    rows = queries.visible_instalments(request.user, request.cohort).filter(scholar__user=request.user)
    context = {
        "lines": [_shown(line) for line in queries.lines(rows, now=clock.now())],
        "payee": queries.payee_form(scholar) if scholar else None,
        "plan": request.cohort.plan.stipend,
    }
    return render(request, "stipends/mine.html", context)


def payee(request: CohortRequest) -> HttpResponse:
    """Give or change payment details. A form from an old tab shows what is stored and keeps what was typed."""
    scholar = get_object_or_404(Scholar, cohort=request.cohort, user=request.user)
    now = clock.now()
    stored = services.payee_details(scholar=scholar, actor=request.user, now=now)
    kept = queries.payee_form(scholar)
    form = PayeeDetailsForm(
        initial={**(stored._asdict() if stored else {}), "version": kept.version if kept else 0}
    )
    if request.method == "POST":
        form = _save_details(request, scholar, PayeeDetailsForm(request.POST), now)
        if not form.errors:
            messages.success(request, _("Saved. Payments that were prepared with other details start again."))
            return HttpResponseRedirect(cohort_url(request.cohort, "stipends:mine"))
    return render(request, "stipends/payee.html", {"form": form}, status=422 if form.errors else 200)


def _save_details(
    request: CohortRequest, scholar: Scholar, form: PayeeDetailsForm, now: datetime
) -> PayeeDetailsForm:
    """Save, and return the form; with errors, it holds everything that was typed."""
    if not form.is_valid():
        return form
    data = dict(form.cleaned_data)
    version = data.pop("version")
    try:
        services.save_payee_form(
            scholar=scholar,
            details=services.PayeeDetails(**data),
            expected_version=version,
            actor=request.user,
            now=now,
        )
    except Invalid as refusal:
        _show(form, refusal)
    except Stale as stale:
        form = PayeeDetailsForm({**request.POST.dict(), "version": getattr(stale.current, "version", 0)})
        form.add_error(None, str(stale))
    return form


def board(request: CohortRequest) -> HttpResponse:
    """All payments of the cohort for those who look after money, soonest first."""
    chosen = request.GET.get("show", "open")
    rows = queries.visible_instalments(request.user, request.cohort)
    if chosen in _BY_FILTER:
        rows = rows.filter(state__in=_BY_FILTER[chosen])
    page = paginate(rows, request)
    context = {
        "page": page,
        "lines": [_shown(queries.line(row, now=clock.now())) for row in page.object_list],
        "budget": queries.budget(request.cohort),
        "filters": [(name, _filter_words()[name], name == chosen) for name in FILTERS],
    }
    return render(request, "stipends/board.html", context)


def _filter_words() -> dict[str, str]:
    return {
        "open": _("Not yet paid"),
        "waiting": _("Under way"),
        "paid": _("Paid"),
        "held": _("Held or cancelled"),
        "all": _("All"),
    }


def instalment(request: CohortRequest, ref: str) -> HttpResponse:
    """One payment: where it stands, who did what, and the steps that this person may take."""
    row = get_object_or_404(queries.visible_instalments(request.user, request.cohort), ref=ref)
    form = StepForm()
    if request.method == "POST":
        form = StepForm(request.POST)
        if form.is_valid() and _take_step(request, row, form):
            return HttpResponseRedirect(cohort_url(request.cohort, "stipends:instalment", ref=row.ref))
        row.refresh_from_db()
    line = queries.lines(
        queries.visible_instalments(request.user, request.cohort).filter(pk=row.pk), now=clock.now()
    )[0]
    context = {
        **_shown(line),
        "steps": _steps(request, line),
        "entries": [(entry, STATES[entry.after]) for entry in row.entries.all()],
        "form": form,
    }
    return render(request, "stipends/instalment.html", context, status=422 if form.errors else 200)


def _take_step(request: CohortRequest, row: Instalment, form: StepForm) -> bool:
    step, now, actor = form.cleaned_data["step"], clock.now(), request.user
    reason, reference = form.cleaned_data["reason"], form.cleaned_data["reference"]
    deeds: dict[str, Any] = {
        "prepare": lambda: services.prepare(instalment=row, actor=actor, now=now),
        "approve": lambda: services.approve(instalment=row, actor=actor, now=now),
        "order": lambda: services.order(instalment=row, reference=reference, actor=actor, now=now),
        "paid": lambda: services.mark_paid(instalment=row, actor=actor, now=now),
        "hold": lambda: services.hold(instalment=row, reason=reason, actor=actor, now=now),
        "release": lambda: services.release(instalment=row, reason=reason, actor=actor, now=now),
        "cancel": lambda: services.cancel(instalment=row, reason=reason, actor=actor, now=now),
    }
    try:
        deeds[step]()
    except Invalid as refusal:
        _show(form, refusal)
        return False
    messages.success(request, _("Done. The ledger below says so."))
    return True


def _steps(request: CohortRequest, line: queries.Line) -> set[str]:
    """The steps to offer: what the rules allow next and this person may do. The services decide again."""
    row, roles = line.instalment, request.roles
    if row.scholar.user_id == request.user.pk or not roles & {Role.FINANCE, Role.ORGANISER}:
        return set()
    state = S(row.state)
    offered = {"hold": S.HELD, "cancel": S.CANCELLED}
    steps = {name for name, to in offered.items() if rules.may_follow(state, to)}
    if state in {S.HELD, S.CANCELLED, S.PREPARED}:
        steps.add("release")
    if state == S.PLANNED and not line.waits_for:
        steps.add("prepare")
    if Role.FINANCE in roles:
        if state == S.PREPARED and row.prepared_by != request.user.ref:
            steps.add("approve")
        steps |= {S.APPROVED: {"order"}, S.ORDERED: {"paid"}}.get(state, set())
    return steps


def extension(request: CohortRequest, ref: str) -> HttpResponse:
    """Give a scholar more time, with what it moves shown before."""
    scholar = get_object_or_404(Scholar.objects.select_related("user"), cohort=request.cohort, ref=ref)
    form = ExtensionForm(request.POST or None, initial={"weeks": scholar.extension_weeks})
    if request.method == "POST" and form.is_valid():
        try:
            services.extend(
                scholar=scholar,
                weeks=form.cleaned_data["weeks"],
                reason=form.cleaned_data["reason"],
                actor=request.user,
                now=clock.now(),
            )
        except Invalid as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("Saved: later dates and payments have moved."))
            return HttpResponseRedirect(cohort_url(request.cohort, "stipends:board"))
    context = {"form": form, "scholar": scholar, "limit": services.plan_of(request.cohort).extension_weeks}
    return render(request, "stipends/extension.html", context, status=422 if form.errors else 200)


def details(request: CohortRequest, ref: str) -> HttpResponse:
    """Where a scholar's money goes, for finance; each look is written to the log, so it is a POST."""
    row = get_object_or_404(queries.visible_instalments(request.user, request.cohort), ref=ref)
    found = services.payee_details(scholar=row.scholar, actor=request.user, now=clock.now())
    if found is None:
        raise NotAllowed(_("The scholar has not given payment details yet."))
    response = render(request, "stipends/details.html", {"details": found, "instalment": row})
    response["Cache-Control"] = "no-store"
    return response


def _shown(line: queries.Line) -> dict[str, Any]:
    """An instalment as templates need it."""
    state = STATES[line.instalment.state]
    return {
        "instalment": line.instalment,
        "state": state,
        "waits_for": services.WAITING.get(line.waits_for, ""),
        "late": line.late,
    }


def _show(form: Any, refusal: Invalid) -> None:
    for field, texts in refusal.errors.items():
        for text in texts:
            form.add_error(field if field in form.fields else None, text)
