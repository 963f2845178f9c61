"""Standing apart from a selection: why one does, stepping back, who can go on."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.ui.posting import posted, status_of
from tremplin.programmes import apart, queries, services
from tremplin.programmes.forms_apart import StepBackForm
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.roles import Role

ENOUGH = 2


@never_cache
def standing(request: CohortRequest) -> HttpResponse:
    """Whether one stands apart and why; how to step back; for the others, who can go on."""
    cohort, actor = request.cohort, request.user
    form = StepBackForm(posted(request))
    if request.method == "POST" and form.is_valid():
        tied = form.cleaned_data["why"] == "tied"
        services.step_back(cohort=cohort, actor=actor, tied=tied, now=clock.now())
        messages.success(request, _("You stand apart from this selection now. Others go on without you."))
        return HttpResponseRedirect(cohort_url(cohort, "programmes:apart"))
    cause = apart.cause(cohort, actor)
    free = queries.who_can_judge(cohort)
    context = {
        "form": form,
        "cause": apart.CAUSES.get(cause, ""),
        "free": free,
        "too_few": len(free) < ENOUGH,
        "recusals": [] if cause else queries.recusals(cohort),
        "organiser": Role.ORGANISER in request.roles,
    }
    return render(request, "programmes/apart.html", context, status=status_of(form))


@never_cache
def take_in(request: CohortRequest, ref: str) -> HttpResponse:
    """Take somebody in again who stepped back by mistake."""
    found = get_object_or_404(queries.recusals(request.cohort), ref=ref)
    found.cohort = request.cohort
    services.take_in_again(recusal=found, actor=request.user, now=clock.now())
    messages.success(request, _("They can take part in the selection again."))
    return HttpResponseRedirect(cohort_url(request.cohort, "programmes:apart"))
