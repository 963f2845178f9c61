"""Pages of what was handed in: taking it, its place in the queue, its verdict, what changed since the try before."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render

from tremplin.core import clock, files
from tremplin.core.errors import Conflict, Invalid, Stale, TooMany
from tremplin.core.text import say, whole
from tremplin.core.ui.posting import show_refusal
from tremplin.grader import Lab, notebook
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.selection.models import Scholar
from tremplin.training import forms, queries, rules, services
from tremplin.training.models import OPEN, Fault, SubmissionState
from tremplin.training.states import FAULTS, SUBMISSION
from tremplin.training.views.common import own_scholar


def hand_in(
    request: CohortRequest, row: Scholar, found: Lab, form: forms.SubmissionForm
) -> HttpResponse | None:
    """Take what was sent and lead to its page; None when it was refused, which the form then says."""
    form.is_valid()
    try:
        submission = services.submit_lab(
            scholar=row,
            lab=found.code,
            code=_code(request, form),
            actor=request.user,
            now=clock.now(),
            key=request.POST.get("once", ""),
        )
    except (Invalid, Conflict, TooMany) as refusal:
        show_refusal(form, refusal)
        return None
    return HttpResponseRedirect(cohort_url(request.cohort, "training:submission", ref=submission.ref))


def _code(request: CohortRequest, form: forms.SubmissionForm) -> str:
    """The Python of a file or of what was pasted; a file wins. Either may be a notebook. Raises Invalid."""
    upload = request.FILES.get("file")
    pasted = str(form.data.get("code", ""))
    if upload is None:
        return _of_notebook(request, pasted, "code") if _looks_like_a_notebook(pasted) else pasted
    if str(upload.name).lower().endswith(notebook.SUFFIX):
        return _of_notebook(request, _all_of(upload), "file")
    content, _kind = files.check(upload, kinds={"py", "txt"}, max_bytes=services.MAX_CODE)
    return content.decode()


def _looks_like_a_notebook(pasted: str) -> bool:
    return pasted.lstrip().startswith("{") and '"nbformat"' in pasted


def _all_of(upload: "UploadedFile[bytes]") -> bytes:
    return bytes(upload.read(notebook.MOST_BYTES + 1))


def _of_notebook(request: CohortRequest, content: bytes | str, field: str) -> str:
    """Its code; what is left out of it is told on the page that follows."""
    try:
        found = notebook.read(content)
    except notebook.BadNotebook as bad:
        raise Invalid({field: [say(bad.text)]}) from None
    for text in found.left_out:
        messages.info(request, say(text))
    return found.code


def autosave(request: CohortRequest, code: str) -> HttpResponse:
    """Keep the code that is being written, from the page’s script; answers with the new version."""
    form = forms.SubmissionForm(request.POST)
    try:
        kept = services.keep_draft(
            scholar=own_scholar(request),
            lab=code,
            code=str(form.data.get("code", "")),
            expected_version=whole(str(form.data.get("version", "0")), digits=9),
            actor=request.user,
            now=clock.now(),
        )
    except Stale as stale:
        return JsonResponse({"message": str(stale)}, status=409)
    except Invalid as refusal:
        return JsonResponse({"errors": refusal.errors}, status=422)
    return JsonResponse({"fields": {"version": kept.version}})


def submission(request: CohortRequest, ref: str) -> HttpResponse:
    """The result of one submission: every check, what was expected, what came, a hint once it is open."""
    row = get_object_or_404(queries.visible_submissions(request.user, request.cohort), ref=ref)
    report = queries.report_of(row.report) if row.report else None
    before = queries.try_before(row)
    context = {
        "submission": row,
        "lab": queries.offered_lab(request.cohort, row.lab),
        "state": SUBMISSION[SubmissionState(row.state)],
        "report": report,
        "checks": queries.checks_told(row, report) if report else [],
        "position": queries.places_in_queue([row]).get(row.pk),
        "waiting": row.state in OPEN,
        "own": row.scholar.user_id == request.user.pk,
        "why": FAULTS[Fault(row.fault)] if row.fault else "",
        "before": before,
        "changes": rules.diff(before.code, row.code) if before else [],
        "said": row.remarks.count(),
    }
    response = render(request, "training/submission.html", context)
    if context["waiting"]:
        response["Refresh"] = "3"
    return response
