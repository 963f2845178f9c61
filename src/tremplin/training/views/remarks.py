"""The page on which a submission is read line by line, asked about and answered."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from tremplin.core import clock
from tremplin.core.errors import Invalid
from tremplin.core.ui.posting import show_refusal, status_of
from tremplin.core.ui.typed import typed_into
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.roles import Role, roles_of
from tremplin.training import forms, queries, services
from tremplin.training.models import LabSubmission, Remark


@typed_into
def code(request: CohortRequest, ref: str) -> HttpResponse:
    """The code with what was said about its lines, and a form to say something oneself."""
    row = get_object_or_404(queries.visible_submissions(request.user, request.cohort), ref=ref)
    row.scholar.cohort = request.cohort
    lines = row.code.splitlines()
    asked = request.GET.get("line", "")
    form = forms.RemarkForm(len(lines), initial={"line": asked if asked.isdigit() else ""})
    if request.method == "POST":
        form = forms.RemarkForm(len(lines), request.POST)
        if form.is_valid():
            try:
                return _said(request, row, form)
            except Invalid as refusal:
                show_refusal(form, refusal)
    said = queries.remarks_by_line(row)
    context = {
        "submission": row,
        "lab": queries.offered_lab(request.cohort, row.lab),
        "own": row.scholar.user_id == request.user.pk,
        "lines": [(number, text, said.get(number, [])) for number, text in enumerate(lines, start=1)],
        "about_all": said.get(0, []),
        "form": form if _may(request, row) else None,
        "chosen": asked,
    }
    return render(request, "training/code.html", context, status=status_of(form))


def _said(request: CohortRequest, row: LabSubmission, form: forms.RemarkForm) -> HttpResponse:
    line = form.cleaned_data["line"] or 0
    services.remark(
        submission=row,
        line=line,
        text=form.cleaned_data["text"],
        actor=request.user,
        now=clock.now(),
        key=request.POST.get("once", ""),
    )
    path = cohort_url(request.cohort, "training:code", ref=row.ref)
    return HttpResponseRedirect(f"{path}#line-{line}")


def _may(request: CohortRequest, row: LabSubmission) -> bool:
    helps = roles_of(request.user, request.cohort) & {Role.ORGANISER, Role.MENTOR}
    return row.scholar.user_id == request.user.pk or bool(helps)


def take_back(request: CohortRequest, ref: str) -> HttpResponse:
    """Take one's own remark back."""
    rows = Remark.objects.filter(submission__in=queries.visible_submissions(request.user, request.cohort))
    row = get_object_or_404(rows.select_related("submission__scholar"), ref=ref)
    row.submission.scholar.cohort = request.cohort
    services.take_back_remark(remark=row, actor=request.user, now=clock.now())
    messages.success(request, _("Your words are taken back."))
    return HttpResponseRedirect(cohort_url(request.cohort, "training:code", ref=row.submission.ref))
