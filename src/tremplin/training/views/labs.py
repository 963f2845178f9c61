"""Pages of labs: notes, handing in, results."""

import json

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tremplin.core import clock, files
from tremplin.core.errors import Conflict, Invalid, NotAllowed, TooMany
from tremplin.core.ui.posting import show_refusal, status_of
from tremplin.curriculum import notes
from tremplin.grader import Lab, Report
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.selection.models import Scholar
from tremplin.training import forms, queries, services
from tremplin.training.models import OPEN, Fault, SubmissionState
from tremplin.training.states import FAULTS, SUBMISSION


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
    except (Invalid, Conflict, TooMany) as refusal:
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
