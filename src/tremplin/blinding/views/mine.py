"""What reviewers will read of one's own application, while it can still be corrected."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from tremplin.applications.hooks import reading_begun
from tremplin.applications.models import ApplicationState
from tremplin.applications.views.common import own_or_404
from tremplin.blinding import queries, services
from tremplin.blinding.models import Maker
from tremplin.blinding.views.common import shown, visit
from tremplin.core import clock
from tremplin.core.ui.typed import typed_into
from tremplin.programmes.http import CohortRequest, cohort_url


@typed_into
def mine(request: CohortRequest) -> HttpResponse:
    """One's own answers as reviewers get them: what is hidden, what else to hide, what is not about oneself."""
    application = own_or_404(request)
    found = visit(request, application, mine=True)
    if found.done:
        messages.success(request, _("Saved. This is what reviewers read now."))
        return HttpResponseRedirect(cohort_url(request.cohort, "blinding:mine"))
    begun = reading_begun(application)
    sent = application.state == ApplicationState.SUBMITTED
    copy = found.copy
    corrections = queries.corrections_of(application) if copy else []
    context = {
        **found.context,
        "application": application,
        "sent": sent and request.cohort.plan.runs("review"),
        "begun": begun,
        "may_correct": sent and copy is not None and not begun,
        "answers": shown(copy) if copy else [],
        "hidden": queries.hidden_in_all(copy, found.opened, copy.snapshot, organiser=False) if copy else [],
        "corrections": [(row, row.maker == Maker.APPLICANT) for row in corrections],
    }
    return render(request, "blinding/mine.html", context, status=found.status)


def take_back(request: CohortRequest, ref: str) -> HttpResponse:
    """End one of one's own corrections."""
    application = own_or_404(request)
    get_object_or_404(application.corrections.all(), ref=ref)
    services.take_back(
        application=application,
        correction=ref,
        actor=request.user,
        expected=request.POST.get("copy", ""),
        now=clock.now(),
    )
    messages.success(request, _("Taken back. This is what reviewers read now."))
    return HttpResponseRedirect(cohort_url(request.cohort, "blinding:mine"))
