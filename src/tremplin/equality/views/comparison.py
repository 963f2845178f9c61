"""How far people of each group came: the seal, who opens it, and the figures while it is open."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Invalid
from tremplin.core.ui.posting import show_refusal
from tremplin.equality import comparing, unsealing
from tremplin.equality.counting import least_of
from tremplin.equality.forms import ProposeForm
from tremplin.equality.models import Unsealing
from tremplin.equality.views.survey import asked_or_404
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.roles import Role


@never_cache
def comparison(request: CohortRequest) -> HttpResponse:
    """The seal as it stands; while it is open, how many of each group came how far."""
    asked_or_404(request)
    found = comparing.comparison(request.cohort, request.user, clock.now())
    row = found.now_open.row if found.now_open else None
    context = {
        "found": found,
        "row": row,
        "code": found.state.code,
        "organiser": Role.ORGANISER in request.roles,
        "own": row is not None and row.proposed_by == request.user.ref,
        "least": least_of(request.cohort),
        "zone": ZoneInfo(request.cohort.plan.cohort.time_zone),
    }
    return render(request, "equality/comparison.html", context)


@never_cache
def propose(request: CohortRequest) -> HttpResponse:
    """Propose to open the count, with a purpose and a reason."""
    asked_or_404(request)
    cohort = request.cohort
    form, status = ProposeForm(), 200
    if request.method == "POST":
        form = ProposeForm(request.POST)
        if form.is_valid():
            try:
                unsealing.propose(cohort=cohort, actor=request.user, now=clock.now(), **form.cleaned_data)
            except Invalid as invalid:
                show_refusal(form, invalid)
            else:
                messages.success(request, _("Proposed. A second person has to confirm it."))
                return HttpResponseRedirect(cohort_url(cohort, "equality:comparison"))
        status = 422
    found = comparing.comparison(cohort, request.user, clock.now())
    context = {"form": form, "state": found.state, "ready": found.state.code == "sealed"}
    return render(request, "equality/propose.html", context, status=status)


def _own(request: CohortRequest, ref: str) -> Unsealing:
    found = get_object_or_404(Unsealing, cohort=request.cohort, ref=ref)
    found.cohort = request.cohort
    return found


def confirm(request: CohortRequest, ref: str) -> HttpResponse:
    """Open the count as the second person."""
    unsealing.confirm(unsealing=_own(request, ref), actor=request.user, now=clock.now())
    messages.success(request, _("The count is open. It is sealed again by itself."))
    return HttpResponseRedirect(cohort_url(request.cohort, "equality:comparison"))


def seal(request: CohortRequest, ref: str) -> HttpResponse:
    """Seal the count again, or drop a proposal."""
    unsealing.seal_again(unsealing=_own(request, ref), actor=request.user, now=clock.now())
    messages.success(request, _("The answers are sealed."))
    return HttpResponseRedirect(cohort_url(request.cohort, "equality:comparison"))
