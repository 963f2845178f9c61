"""Pages about gradings that failed: which, why, and the way to have them graded again."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core import clock
from tremplin.core.pages import paginate
from tremplin.core.ui.amounts import number
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.roles import Role
from tremplin.training import queries, services
from tremplin.training.models import Fault
from tremplin.training.states import FAULTS


def failures(request: CohortRequest) -> HttpResponse:
    """What could not be graded, newest first, for those who can do something about it."""
    page = paginate(queries.failed_gradings(request.user, request.cohort), request)
    titles = {lab.code: lab.title for lab in queries.offered_labs(request.cohort)}
    context = {
        "page": page,
        "rows": [(row, titles.get(row.lab), FAULTS[Fault(row.fault)]) for row in page.object_list],
        "organiser": Role.ORGANISER in request.roles,
    }
    return render(request, "training/failures.html", context)


def grade_again(request: CohortRequest, ref: str) -> HttpResponse:
    """Have one submission graded again; pressed twice, or in a second tab, it is graded once."""
    row = get_object_or_404(queries.visible_submissions(request.user, request.cohort), ref=ref)
    row.scholar.cohort = request.cohort
    if services.grade_again(submission=row, actor=request.user, now=clock.now()):
        messages.success(request, _("It is being graded again. The scholar sees the result at once."))
    else:
        messages.info(request, _("It was already being graded again, or has its result by now."))
    return HttpResponseRedirect(cohort_url(request.cohort, "training:failures"))


def grade_all_again(request: CohortRequest) -> HttpResponse:
    """Have everything graded again that could not be."""
    count = services.grade_all_again(cohort=request.cohort, actor=request.user, now=clock.now())
    text = ngettext(
        "%(count)s submission is being graded again.", "%(count)s submissions are being graded again.", count
    )
    messages.success(request, text % {"count": number(count)})
    return HttpResponseRedirect(cohort_url(request.cohort, "training:failures"))
