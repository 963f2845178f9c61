"""Pages of projects: the project itself, its milestones, the publication checklist."""

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from tremplin.core import clock
from tremplin.core.errors import Invalid, Stale
from tremplin.core.pages import paginate
from tremplin.core.ui.posting import posted, show_refusal, status_of
from tremplin.core.ui.typed import typed_into
from tremplin.people.models import User
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.queries import names_of
from tremplin.programmes.roles import Role
from tremplin.projects import forms, queries, services
from tremplin.projects.models import MilestoneState, Project
from tremplin.projects.plan import plan_of
from tremplin.projects.states import FIELDS, STATES
from tremplin.selection.models import ScholarState


def mine(request: CohortRequest) -> HttpResponse:
    """The scholar's own project; before there is one, the page that begins it."""
    scholar = queries.own_scholar(request.user, request.cohort)
    if scholar is None:
        raise Http404
    begun = queries.visible_projects(request.user, request.cohort).filter(scholar=scholar).first()
    if begun is None and request.method == "POST":
        begun = services.begin(scholar=scholar, actor=request.user, now=clock.now())
        where = cohort_url(request.cohort, "projects:edit", ref=begun.ref)
        return HttpResponseRedirect(where)
    if begun is not None:
        return HttpResponseRedirect(cohort_url(request.cohort, "projects:project", ref=begun.ref))
    plan = plan_of(request.cohort)
    context = {"left": scholar.state == ScholarState.LEFT, "milestones": plan.milestones}
    return render(request, "projects/begin.html", context)


def projects(request: CohortRequest) -> HttpResponse:
    """All projects that this person follows, and who has not begun."""
    page = paginate(queries.visible_projects(request.user, request.cohort), request)
    context = {
        "page": page,
        "rows": queries.overviews(page.object_list, request.cohort, now=clock.now()),
        "not_begun": list(queries.not_begun(request.user, request.cohort)),
    }
    return render(request, "projects/projects.html", context)


def project(request: CohortRequest, ref: str) -> HttpResponse:
    """One project: description, milestones, checklist, and what stands between it and the public."""
    return _project_page(request, _project(request, ref))


def _project_page(
    request: CohortRequest,
    found: Project,
    *,
    code: str = "",
    typed: str = "",
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page; with an `error` about the checklist line `code`, which keeps what was `typed`."""
    cohort = request.cohort
    gate = services.gate(found)
    checklist = queries.checklist(found, cohort)
    names = names_of(line.mark.confirmed_by for line in checklist if line.mark)
    own = found.scholar.user_id == request.user.pk
    lines = queries.milestone_lines(found, cohort, now=clock.now())
    context = {
        "project": found,
        "own": own,
        "writes": own and found.scholar.state != ScholarState.LEFT,
        "guides": _guides(request, found),
        "lines": [(line, STATES[line.state]) for line in lines],
        "checklist": [
            (
                line,
                names.get(line.mark.confirmed_by, "") if line.mark else "",
                typed if line.item.code == code and error else (line.mark.evidence if line.mark else ""),
                error if line.item.code == code else "",
            )
            for line in checklist
        ],
        "gate": gate,
        "missing": [FIELDS[field] for field in gate.fields],
        "error": error,
        "error_code": code,
    }
    return render(request, "projects/project.html", context, status=status)


@typed_into
def edit(request: CohortRequest, ref: str) -> HttpResponse:
    """Describe the project."""
    found = _own(request, ref)
    initial = {field: getattr(found, field) for field in services.FIELDS}
    form: django_forms.Form = forms.ProjectForm(
        posted(request), initial={**initial, "_version": found.version}
    )
    stale = None
    if request.method == "POST" and form.is_valid():
        values = {field: form.cleaned_data[field] for field in services.FIELDS}
        try:
            services.save_project(
                scholar=found.scholar,
                values=values,
                expected_version=form.cleaned_data["_version"],
                actor=request.user,
                now=clock.now(),
            )
        except Invalid as refusal:
            show_refusal(form, refusal)
        except Stale as refusal:
            stale, form = refusal, newer(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(cohort_url(request.cohort, "projects:project", ref=found.ref))
    stored = (
        [(form.fields[field].label, getattr(stale.current, field)) for field in services.FIELDS]
        if stale
        else []
    )
    context = {"form": form, "project": found, "stored": stored}
    return render(request, "projects/edit.html", context, status=status_of(form, stale=bool(stale)))


@typed_into
def milestone(request: CohortRequest, ref: str, code: str) -> HttpResponse:
    """One milestone: what the scholar shows, what the mentor answers."""
    found = _project(request, ref)
    line = _line(request, found, code)
    own = found.scholar.user_id == request.user.pk
    form, stale = _milestone_form(line, own=own), None
    if request.method == "POST":
        form = (forms.ReportForm if own else forms.AnswerForm)(request.POST)
        try:
            done = form.is_valid() and _act_on_milestone(request, found, line, form, own=own)
        except Invalid as refusal:
            done = False
            show_refusal(form, refusal)
        except Stale as refusal:
            done, stale, form = False, refusal, newer(form, refusal)
        if done:
            messages.success(request, _done(request, found, own=own))
            return HttpResponseRedirect(cohort_url(request.cohort, "projects:project", ref=found.ref))
        found = _project(request, ref)
        line = _line(request, found, code)
    context = {
        "project": found,
        "line": line,
        "state": STATES[line.state],
        "form": form,
        "stored": getattr(stale.current, "draft" if own else "feedback", "") if stale else "",
        "stale": stale is not None,
        "may_hand_in": own and line.state in queries.TO_WRITE and found.scholar.state != ScholarState.LEFT,
        "may_answer": _guides(request, found) and line.state == MilestoneState.HANDED_IN,
        "answered_by": _name(line),
    }
    return render(request, "projects/milestone.html", context, status=status_of(form, stale=bool(stale)))


def _line(request: CohortRequest, found: Project, code: str) -> queries.MilestoneLine:
    lines = queries.milestone_lines(found, request.cohort, now=clock.now())
    line = next((line for line in lines if line.milestone.code == code), None)
    if line is None:
        raise Http404
    return line


def _milestone_form(line: queries.MilestoneLine, *, own: bool) -> django_forms.Form:
    report = line.report
    version = report.version if report else 0
    if not own:
        return forms.AnswerForm(initial={"_version": version})
    body = (report.draft or report.body) if report else ""
    return forms.ReportForm(initial={"body": body, "_version": version})


def _act_on_milestone(
    request: CohortRequest, found: Project, line: queries.MilestoneLine, form: django_forms.Form, *, own: bool
) -> bool:
    """Save, hand in or answer. Raises Invalid, Stale."""
    data, now = form.cleaned_data, clock.now()
    if own:
        deed = services.save_report if "save" in request.POST else services.hand_in
        deed(
            project=found,
            code=line.milestone.code,
            body=data["body"],
            expected_version=data["_version"],
            actor=request.user,
            now=now,
        )
        return True
    if line.report is None:
        raise Http404
    line.report.project = found
    chosen = request.POST.get("answer", "")
    if chosen not in {"accept", "return"}:
        raise Invalid({"": [_("Choose whether to accept the milestone or to return it.")]})
    services.answer(
        report=line.report,
        accept=chosen == "accept",
        feedback=data["feedback"],
        expected_version=data["_version"],
        actor=request.user,
        now=now,
    )
    return True


def _done(request: CohortRequest, found: Project, *, own: bool) -> str:
    if not own:
        return _("Answered. The scholar gets a mail.")
    if "save" in request.POST:
        return _("Saved as a draft.")
    if queries.has_mentor(found.scholar):
        return _("Handed in. Your mentor gets a mail.")
    return _("Handed in. The organisers answer while you have no mentor.")


def _name(line: queries.MilestoneLine) -> str:
    ref = line.report.answered_by if line.report else ""
    return names_of([ref]).get(ref, "") if ref else ""


def mark(request: CohortRequest, ref: str, code: str) -> HttpResponse:
    """Mark or confirm one line of the checklist, from the project's page."""
    found, now = _project(request, ref), clock.now()
    where = f"{cohort_url(request.cohort, 'projects:project', ref=found.ref)}#line-{code}"
    if request.method != "POST":
        return HttpResponseRedirect(where)
    typed, seen = request.POST.get("evidence", ""), request.POST.get("_seen")
    try:
        if found.scholar.user_id == request.user.pk:
            services.mark(project=found, code=code, evidence=typed, seen=seen, actor=request.user, now=now)
        else:
            services.confirm(project=found, code=code, seen=seen, actor=request.user, now=now)
    except Invalid as refusal:
        return _project_page(request, found, code=code, typed=typed, error=str(refusal), status=422)
    except Stale as refusal:
        fresh = _project(request, ref)
        return _project_page(request, fresh, code=code, typed=typed, error=str(refusal), status=409)
    return HttpResponseRedirect(where)


def _project(request: CohortRequest, ref: str) -> Project:
    found: Project = get_object_or_404(queries.visible_projects(request.user, request.cohort), ref=ref)
    found.scholar.cohort = request.cohort
    return found


def _own(request: CohortRequest, ref: str) -> Project:
    own = queries.visible_projects(request.user, request.cohort).filter(scholar__user=request.user)
    found: Project = get_object_or_404(own, ref=ref)
    found.scholar.cohort = request.cohort
    return found


def _guides(request: CohortRequest, found: Project) -> bool:
    """Whether this person may answer and confirm here; the services decide again."""
    if found.scholar.user_id == request.user.pk:
        return False
    return Role.ORGANISER in request.roles or _mentors(request.user, request, found)


def _mentors(user: User, request: CohortRequest, found: Project) -> bool:
    return Role.MENTOR in request.roles and queries.mentors_now(user, found.scholar)


def newer(form: django_forms.Form, stale: Stale) -> django_forms.Form:
    """What was typed, on top of what is stored now: sending it again overwrites knowingly."""
    again = type(form)({**dict(form.data.items()), "_version": getattr(stale.current, "version", 0)})
    again.add_error(None, str(stale))
    return again
