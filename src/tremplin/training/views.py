"""Pages of training: the plan, its weeks, labs."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tremplin.core import clock, files
from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.core.pages import paginate
from tremplin.core.ui.posting import show_refusal, status_of
from tremplin.curriculum import notes
from tremplin.grader import Lab, Report
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.selection.models import Scholar
from tremplin.training import forms, queries, rules, services
from tremplin.training.models import OPEN, Fault, SubmissionState, Syllabus
from tremplin.training.states import FAULTS, SUBMISSION, TOO_MUCH


def own_scholar(request: CohortRequest) -> Scholar:
    """The signed-in scholar. Raises Http404 for anybody else."""
    scholar = queries.own_scholar(request.user, request.cohort)
    if scholar is None:
        raise Http404
    return scholar


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


def labs(request: CohortRequest) -> HttpResponse:
    """The labs of the programme and how far one has come."""
    row = queries.own_scholar(request.user, request.cohort)
    lines = (
        queries.lab_lines(row)
        if row
        else [queries.LabLine(lab, None, 0) for lab in queries.offered_labs(request.cohort)]
    )
    return render(request, "training/labs.html", {"lines": lines, "own": row is not None})


def lab(request: CohortRequest, code: str) -> HttpResponse:
    """One lab: its notes, the file to start from, and handing in."""
    found = _lab(request, code)
    row = queries.own_scholar(request.user, request.cohort)
    form = forms.SubmissionForm()
    if request.method == "POST":
        if row is None:
            raise NotAllowed(_("Only the scholar can do this."))
        form = forms.SubmissionForm(request.POST, request.FILES)
        response = _hand_in(request, row, found, form)
        if response is not None:
            return response
    tries = (
        queries.visible_submissions(request.user, request.cohort).filter(scholar=row, lab=code) if row else []
    )
    context = {
        "lab": found,
        "notes": mark_safe(_notes(request, found)),  # noqa: S308 - the curriculum's own text, rendered without raw HTML
        "form": form,
        "own": row is not None,
        "tries": [(entry, SUBMISSION[SubmissionState(entry.state)]) for entry in tries],
    }
    return render(request, "training/lab.html", context, status=status_of(form))


def _notes(request: CohortRequest, found: Lab) -> str:
    language = (get_language() or "en").split("-")[0]
    return notes.render(
        found.notes(language),
        figure_url=lambda name: cohort_url(request.cohort, "training:figure", code=found.code, drawing=name),
        figure_size=found.figure_size,
    )


def _hand_in(
    request: CohortRequest, row: Scholar, found: Lab, form: forms.SubmissionForm
) -> HttpResponse | None:
    form.is_valid()
    try:
        code = _code(request, form)
        submission = services.submit_lab(
            scholar=row,
            lab=found.code,
            code=code,
            actor=request.user,
            now=clock.now(),
            key=request.POST.get("once", ""),
        )
    except Invalid as refusal:
        show_refusal(form, refusal)
        return None
    except Conflict as refusal:
        show_refusal(form, refusal)
        return None
    return HttpResponseRedirect(cohort_url(request.cohort, "training:submission", ref=submission.ref))


def _code(request: CohortRequest, form: forms.SubmissionForm) -> str:
    upload = request.FILES.get("file")
    if upload is None:
        return str(form.data.get("code", ""))
    content, _kind = files.check(upload, kinds={"py", "txt"}, max_bytes=services.MAX_CODE)
    return content.decode()


def submission(request: CohortRequest, ref: str) -> HttpResponse:
    """The result of one submission: every check, what was expected, what came, and a hint."""
    row = get_object_or_404(queries.visible_submissions(request.user, request.cohort), ref=ref)
    found = queries.offered_lab(request.cohort, row.lab)
    report = (
        Report.from_json(row.report if isinstance(row.report, str) else json.dumps(row.report))
        if row.report
        else None
    )
    context = {
        "submission": row,
        "lab": found,
        "state": SUBMISSION[SubmissionState(row.state)],
        "report": report,
        "waiting": row.state in OPEN,
        "own": row.scholar.user_id == request.user.pk,
        "why": FAULTS[Fault(row.fault)] if row.fault else "",
    }
    response = render(request, "training/submission.html", context)
    if context["waiting"]:
        response["Refresh"] = "3"
    return response


def stub(request: CohortRequest, code: str) -> HttpResponse:
    """The file to start from."""
    response = HttpResponse(_lab(request, code).stub, content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}.py"'
    return response


def figure(request: CohortRequest, code: str, drawing: str) -> HttpResponse:
    """A drawing of a lab's notes."""
    try:
        content = _lab(request, code).figure(drawing)
    except KeyError:
        raise Http404 from None
    response = HttpResponse(content, content_type="image/svg+xml")
    response["Cache-Control"] = "private, max-age=86400"
    return response


def _lab(request: CohortRequest, code: str) -> Lab:
    found = queries.offered_lab(request.cohort, code)
    if found is None:
        raise Http404
    return found
