"""Pages of the plan and its weeks."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from tremplin.core import clock
from tremplin.core.errors import Invalid, Stale
from tremplin.core.pages import paginate
from tremplin.core.ui.posting import show_refusal, status_of
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.selection.models import Scholar
from tremplin.training import forms, queries, rules, services
from tremplin.training.models import Syllabus
from tremplin.training.states import TOO_MUCH
from tremplin.training.views.common import own_scholar


def home(request: CohortRequest) -> HttpResponse:
    """A scholar's training: where the plan stands, the weeks, the labs."""
    return _overview_page(request, own_scholar(request), own=True)


def scholar(request: CohortRequest, ref: str) -> HttpResponse:
    """The same page, read by the mentor or an organiser."""
    row = get_object_or_404(queries.visible_scholars(request.user, request.cohort), ref=ref)
    return _overview_page(request, row, own=row.user_id == request.user.pk)


def _overview_page(request: CohortRequest, row: Scholar, *, own: bool) -> HttpResponse:
    now = clock.now()
    plan = services.plan_of(request.cohort)
    overview = queries.overviews([row], request.cohort, now=now)[0]
    syllabus: Syllabus | None = getattr(row, "syllabus", None)
    weeks = rules.tidy_weeks(syllabus.weeks if syllabus else [], count=overview.weeks)
    context = {
        "scholar": row,
        "own": own,
        "overview": overview,
        "too_much": TOO_MUCH.get(overview.too_much, ""),
        "weeks": weeks,
        "planned": syllabus is not None,
        "guide": plan.guide,
        "lab_lines": queries.lab_lines(row),
    }
    return render(request, "training/home.html", context)


def scholars(request: CohortRequest) -> HttpResponse:
    """All scholars that this person follows, with plan against done."""
    page = paginate(queries.visible_scholars(request.user, request.cohort), request)
    rows = queries.overviews(list(page.object_list), request.cohort, now=clock.now())
    context = {"page": page, "rows": [(row, TOO_MUCH.get(row.too_much, "")) for row in rows]}
    return render(request, "training/scholars.html", context)


def week(request: CohortRequest, number: int) -> HttpResponse:
    """One week of the plan, to write or to re-plan."""
    row = own_scholar(request)
    total = services.plan_of(request.cohort).weeks + row.extension_weeks
    if not 1 <= number <= total:
        raise Http404
    syllabus: Syllabus | None = getattr(row, "syllabus", None)
    weeks = rules.tidy_weeks(syllabus.weeks if syllabus else [], count=total)
    kept = weeks[number - 1]
    initial = {
        **kept,
        "resources": forms.resource_lines(kept["resources"]),
        "version": syllabus.version if syllabus else 0,
    }
    labs = queries.offered_labs(request.cohort)
    form = forms.WeekForm(labs, initial=initial)
    if request.method == "POST":
        form = forms.WeekForm(labs, request.POST)
        try:
            saved = form.is_valid() and _save_week(request, row, weeks, number, form)
        except Stale as stale:
            return _stale_week(request, stale, Syllabus.objects.get(scholar=row), number)
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
    changed = [form.week(number) if entry["week"] == number else entry for entry in weeks]
    try:
        services.save_syllabus(
            scholar=row,
            weeks=changed,
            reason=form.cleaned_data["reason"],
            expected_version=form.cleaned_data["version"],
            actor=request.user,
            now=clock.now(),
        )
    except Invalid as refusal:
        show_refusal(form, refusal)
        return False
    messages.success(request, _("Week %(number)s is saved.") % {"number": number})
    return True


def _stale_week(request: CohortRequest, stale: Stale, syllabus: Syllabus, number: int) -> HttpResponse:
    """Both weeks: what is stored, and what was typed; sending again keeps the typed one, knowingly."""
    data = request.POST.copy()
    data["version"] = str(syllabus.version)
    form = forms.WeekForm(queries.offered_labs(request.cohort), data)
    form.add_error(None, str(stale))
    total = len(syllabus.weeks)
    stored = rules.tidy_weeks(syllabus.weeks, count=max(total, number))[number - 1]
    lines = [stored["goal"], forms.resource_lines(stored["resources"]), stored["note"]]
    context = {"form": form, "number": number, "total": total, "stored": "\n".join(filter(None, lines))}
    return render(request, "training/week.html", context, status=409)


def versions(request: CohortRequest, ref: str) -> HttpResponse:
    """How the plan changed: every re-plan with its reason and what moved."""
    row = get_object_or_404(queries.visible_scholars(request.user, request.cohort), ref=ref)
    syllabus: Syllabus | None = getattr(row, "syllabus", None)
    kept = list(syllabus.versions.all()) if syllabus else []
    before: list[dict[str, Any]] = []
    history = []
    for version in kept:
        history.append((version, rules.changes(before, version.weeks) if before else []))
        before = version.weeks
    context = {"scholar": row, "page": paginate(history[::-1], request, size=20)}
    return render(request, "training/versions.html", context)
