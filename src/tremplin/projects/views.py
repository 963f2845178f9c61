"""Pages of projects: the project itself, its milestones, the publication checklist."""

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from tremplin.core import clock
from tremplin.core.errors import Invalid, Stale
from tremplin.core.pages import paginate
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.roles import Role
from tremplin.projects import forms, queries, services
from tremplin.projects.models import Project
from tremplin.projects.states import FIELDS, STATES


def mine(request: CohortRequest) -> HttpResponse:
    """The scholar's own project, begun when they first look."""
    scholar = queries.own_scholar(request.user, request.cohort)
    if scholar is None:
        raise Http404
    begun = services.project_of(scholar, now=clock.now())
    return HttpResponseRedirect(cohort_url(request.cohort, "projects:project", ref=begun.ref))


def projects(request: CohortRequest) -> HttpResponse:
    """All projects that this person follows."""
    page = paginate(queries.visible_projects(request.user, request.cohort), request)
    now = clock.now()
    rows = []
    for project in page.object_list:
        lines = queries.milestone_lines(project, now=now)
        accepted = sum(1 for line in lines if line.state == "accepted")
        waiting = any(line.state == "handed-in" for line in lines)
        rows.append((project, accepted, len(lines), waiting, any(line.late for line in lines)))
    return render(request, "projects/projects.html", {"page": page, "rows": rows})


def project(request: CohortRequest, ref: str) -> HttpResponse:
    """One project: description, milestones, checklist, and what stands between it and the public."""
    found = _project(request, ref)
    gate = services.gate(found)
    context = {
        "project": found,
        "own": found.scholar.user_id == request.user.pk,
        "guides": _guides(request, found),
        "lines": [(line, STATES[line.state]) for line in queries.milestone_lines(found, now=clock.now())],
        "checklist": queries.checklist(found),
        "gate": gate,
        "missing": [FIELDS[field] for field in gate.fields],
    }
    return render(request, "projects/project.html", context)


def edit(request: CohortRequest, ref: str) -> HttpResponse:
    """Describe the project."""
    found = _own(request, ref)
    initial = {field: getattr(found, field) for field in (*services.FIELDS, "version")}
    form: django_forms.Form = forms.ProjectForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {field: form.cleaned_data[field] for field in services.FIELDS}
        try:
            services.save_project(
                scholar=found.scholar,
                values=values,
                expected_version=form.cleaned_data["version"],
                actor=request.user,
                now=clock.now(),
            )
        except (Invalid, Stale) as refusal:
            form = show(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(cohort_url(request.cohort, "projects:project", ref=found.ref))
    return render(
        request, "projects/edit.html", {"form": form, "project": found}, status=422 if form.errors else 200
    )


def milestone(request: CohortRequest, ref: str, code: str) -> HttpResponse:
    """One milestone: what the scholar shows, what the mentor answers."""
    found = _project(request, ref)
    line = next(
        (line for line in queries.milestone_lines(found, now=clock.now()) if line.milestone.code == code),
        None,
    )
    if line is None:
        raise Http404
    own, guides = found.scholar.user_id == request.user.pk, _guides(request, found)
    version = line.report.version if line.report else 0
    form: django_forms.Form = (
        forms.ReportForm(initial={"body": line.report.body if line.report else "", "version": version})
        if own
        else forms.AnswerForm(initial={"version": version})
    )
    if request.method == "POST":
        form = (forms.ReportForm if own else forms.AnswerForm)(request.POST)
        done, form = _act_on_milestone(request, found, code, line, form, own=own)
        if done:
            messages.success(
                request, _("Handed in. Your mentor is told on their desk.") if own else _("Answered.")
            )
            return HttpResponseRedirect(cohort_url(request.cohort, "projects:project", ref=found.ref))
    context = {
        "project": found,
        "line": line,
        "state": STATES[line.state],
        "form": form,
        "may_hand_in": own and line.state in {"open", "returned"},
        "may_answer": guides and line.state == "handed-in",
    }
    return render(request, "projects/milestone.html", context, status=422 if form.errors else 200)


def _act_on_milestone(
    request: CohortRequest,
    found: Project,
    code: str,
    line: queries.MilestoneLine,
    form: django_forms.Form,
    *,
    own: bool,
) -> tuple[bool, django_forms.Form]:
    if not form.is_valid():
        return False, form
    data, now = form.cleaned_data, clock.now()
    try:
        if own:
            services.hand_in(
                project=found,
                code=code,
                body=data["body"],
                expected_version=data["version"],
                actor=request.user,
                now=now,
            )
        elif line.report is None:
            raise Http404
        else:
            services.answer(
                report=line.report,
                accept=request.POST.get("answer") == "accept",
                feedback=data["feedback"],
                expected_version=data["version"],
                actor=request.user,
                now=now,
            )
    except (Invalid, Stale) as refusal:
        return False, show(form, refusal)
    return True, form


def mark(request: CohortRequest, ref: str, code: str) -> HttpResponse:
    """Mark or confirm one line of the checklist, from the project's page."""
    found = _project(request, ref)
    now = clock.now()
    try:
        if found.scholar.user_id == request.user.pk:
            services.mark(
                project=found,
                code=code,
                evidence=request.POST.get("evidence", ""),
                actor=request.user,
                now=now,
            )
        else:
            services.confirm(project=found, code=code, actor=request.user, now=now)
    except Invalid as refusal:
        messages.error(request, str(refusal))
    back = cohort_url(request.cohort, "projects:project", ref=found.ref)
    return HttpResponseRedirect(f"{back}#checklist")


def _project(request: CohortRequest, ref: str) -> Project:
    return get_object_or_404(queries.visible_projects(request.user, request.cohort), ref=ref)


def _own(request: CohortRequest, ref: str) -> Project:
    return get_object_or_404(
        queries.visible_projects(request.user, request.cohort).filter(scholar__user=request.user), ref=ref
    )


def _guides(request: CohortRequest, found: Project) -> bool:
    return found.scholar.user_id != request.user.pk and bool(request.roles & {Role.ORGANISER, Role.MENTOR})


def show(form: django_forms.Form, refusal: Invalid | Stale) -> django_forms.Form:
    """The form with a service's refusal beside its fields; after Stale, sending again overwrites knowingly."""
    if isinstance(refusal, Stale):
        data = {**form.data.dict(), "version": getattr(refusal.current, "version", 0)}  # type: ignore[attr-defined]
        form = type(form)(data)
        form.add_error(None, str(refusal))
        return form
    for field, texts in refusal.errors.items():
        for text in texts:
            form.add_error(field if field in form.fields else None, text)
    return form
