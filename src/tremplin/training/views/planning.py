"""Pages on which scholars plan: begin, all weeks, one week, looking back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from tremplin.core import clock
from tremplin.core.errors import Invalid, Stale
from tremplin.core.ui.posting import show_refusal, status_of
from tremplin.core.ui.typed import typed_into
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.selection.models import Scholar
from tremplin.training import forms, queries, rules, services
from tremplin.training.models import Syllabus
from tremplin.training.rules.looking_back import Rest
from tremplin.training.views.common import own_scholar

_REST: dict[str, Rest] = {"next": "next", "push": "push", "drop": "drop"}


def begin(request: CohortRequest) -> HttpResponse:
    """Take a plan of the curriculum as one's own."""
    row = own_scholar(request)
    try:
        services.begin_from(
            scholar=row, code=request.POST.get("plan", ""), actor=request.user, now=clock.now()
        )
    except (Invalid, Stale) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("This is your plan now. Change whatever does not fit you."))
    return HttpResponseRedirect(cohort_url(request.cohort, "training:home"))


def _plan(row: Scholar, total: int) -> tuple[Syllabus | None, list[dict[str, Any]]]:
    syllabus: Syllabus | None = getattr(row, "syllabus", None)
    return syllabus, rules.tidy_weeks(syllabus.weeks if syllabus else [], count=total)


@typed_into
def plan(request: CohortRequest) -> HttpResponse:
    """All weeks at once: goals and hours."""
    row = own_scholar(request)
    syllabus, weeks = _plan(row, queries.weeks_of(row, request.cohort))
    form = forms.PlanForm(weeks, initial={"version": syllabus.version if syllabus else 0})
    status = 0
    if request.method == "POST":
        form = forms.PlanForm(weeks, request.POST)
        try:
            if form.is_valid() and _save(request, row, form.changed(), form):
                messages.success(request, _("The plan is saved."))
                return HttpResponseRedirect(cohort_url(request.cohort, "training:home"))
        except Stale as stale:
            form, status = _again(forms.PlanForm(weeks, _with_version(request, row)), stale), 409
    context = {
        "form": form,
        "stored": _goals(weeks) if status == 409 else "",
        "planned": syllabus is not None,
    }
    return render(
        request,
        "training/plan.html",
        context,
        status=status or status_of(form),
    )


def _goals(weeks: list[dict[str, Any]]) -> str:
    lines = [
        f"{week['week']}. {week['goal']} ({week['hours']} h)" for week in weeks if not rules.is_empty(week)
    ]
    return "\n".join(lines)


def _with_version(request: CohortRequest, row: Scholar) -> Any:
    """What was posted, with the version that is stored now: sent again, it replaces that knowingly."""
    data = request.POST.copy()
    data["version"] = str(Syllabus.objects.get(scholar=row).version)
    return data


def _again(form: Any, stale: Stale) -> Any:
    form.add_error(None, str(stale))
    return form


@typed_into
def look_back(request: CohortRequest, number: int) -> HttpResponse:
    """A week is over: what was done, how long it took, where the rest goes. The next week comes after it."""
    row = own_scholar(request)
    total = queries.weeks_of(row, request.cohort)
    syllabus, weeks = _plan(row, total)
    if syllabus is None or not 1 <= number <= total:
        raise Http404
    kept = weeks[number - 1]
    last = number == total
    where = {"last": last, "gone": kept["left"]}
    initial = {
        **kept,
        "spent": kept["spent"] or None,
        "rest": "" if last else "next",
        "version": syllabus.version,
    }
    form = forms.LookBackForm(initial=initial, **where)
    status = 0
    if request.method == "POST":
        form = forms.LookBackForm(request.POST, **where)
        try:
            if form.is_valid() and _look_back(request, row, number, form):
                return HttpResponseRedirect(_after(request, number, total))
        except Stale as stale:
            form, status = _again(forms.LookBackForm(_with_version(request, row), **where), stale), 409
    context = {
        "form": form,
        "number": number,
        "total": total,
        "kept": kept,
        "stored": kept["note"] if status == 409 else "",
    }
    return render(request, "training/look_back.html", context, status=status or status_of(form))


def _look_back(request: CohortRequest, row: Scholar, number: int, form: forms.LookBackForm) -> bool:
    data = form.cleaned_data
    try:
        services.look_back(
            scholar=row,
            week=number,
            done=data["done"],
            spent=data["spent"] or 0,
            note=data["note"],
            rest=_REST.get(data.get("rest", "stay"), ""),
            reason=data["note"][:500],
            expected_version=data["version"],
            actor=request.user,
            now=clock.now(),
        )
    except Invalid as refusal:
        show_refusal(form, refusal)
        return False
    messages.success(request, _("Week %(number)s is looked back at.") % {"number": number})
    return True


def _after(request: CohortRequest, number: int, total: int) -> str:
    if number == total:
        return cohort_url(request.cohort, "training:home")
    return cohort_url(request.cohort, "training:week", number=number + 1)


@typed_into
def week(request: CohortRequest, number: int) -> HttpResponse:
    """One week of the plan, to write or to re-plan."""
    row = own_scholar(request)
    total = queries.weeks_of(row, request.cohort)
    if not 1 <= number <= total:
        raise Http404
    syllabus, weeks = _plan(row, total)
    kept = weeks[number - 1]
    initial = {
        **kept,
        "resources": forms.resource_lines(kept["resources"]),
        "links": forms.link_lines(kept["links"]),
        "version": syllabus.version if syllabus else 0,
    }
    labs = queries.offered_labs(request.cohort)
    form = forms.WeekForm(labs, initial=initial)
    if request.method == "POST":
        form = forms.WeekForm(labs, request.POST)
        try:
            saved = form.is_valid() and _save_week(request, row, weeks, number, form)
        except Stale as stale:
            return _stale_week(request, row, stale, number)
        if saved:
            following = number + 1 if "next" in request.POST and number < total else 0
            to = {"number": following} if following else {}
            name = "training:week" if following else "training:home"
            return HttpResponseRedirect(cohort_url(request.cohort, name, **to))
    context = {"form": form, "number": number, "total": total, "kept": kept}
    return render(request, "training/week.html", context, status=status_of(form))


def _save_week(
    request: CohortRequest, row: Scholar, weeks: list[dict[str, Any]], number: int, form: forms.WeekForm
) -> bool:
    changed = [{**entry, **form.week(number)} if entry["week"] == number else entry for entry in weeks]
    if not _save(request, row, changed, form):
        return False
    messages.success(request, _("Week %(number)s is saved.") % {"number": number})
    return True


def _save(
    request: CohortRequest, row: Scholar, weeks: list[dict[str, Any]], form: forms.WeekForm | forms.PlanForm
) -> bool:
    """Keep the weeks. False, with the reasons in the form, when they cannot be kept. Raises Stale."""
    try:
        services.save_syllabus(
            scholar=row,
            weeks=weeks,
            reason=form.cleaned_data["reason"],
            expected_version=form.cleaned_data["version"],
            actor=request.user,
            now=clock.now(),
        )
    except Invalid as refusal:
        show_refusal(form, refusal)
        return False
    return True


def _stale_week(request: CohortRequest, row: Scholar, stale: Stale, number: int) -> HttpResponse:
    """Both weeks: what is stored, and what was typed; sending again keeps the typed one, knowingly."""
    form = _again(forms.WeekForm(queries.offered_labs(request.cohort), _with_version(request, row)), stale)
    syllabus = Syllabus.objects.get(scholar=row)
    total = queries.weeks_of(row, request.cohort)
    stored = rules.tidy_weeks(syllabus.weeks, count=total)[number - 1]
    lines = [
        stored["goal"],
        forms.resource_lines(stored["resources"]),
        forms.link_lines(stored["links"]),
        stored["note"],
    ]
    context = {"form": form, "number": number, "total": total, "stored": "\n".join(filter(None, lines))}
    return render(request, "training/week.html", context, status=409)
