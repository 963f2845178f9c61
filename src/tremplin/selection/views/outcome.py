"""What came of one's own application, and the answer to an offer."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Conflict
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.selection import queries, rules, services
from tremplin.selection.explaining import chance_words
from tremplin.selection.forms import AcceptForm
from tremplin.selection.models import Offer, OfferState
from tremplin.selection.queries import OutcomeView

_GOES_ON = frozenset({"decline", "closed", "left", "declined", "expired", "withdrawn"})
"""States in which nothing more comes of this application, so that the page says what else there is."""


def _own_or_404(request: CohortRequest) -> OutcomeView:
    found = queries.own_outcome(request.user, request.cohort)
    if found is None:
        raise Http404
    return found


def _offer_or_404(request: CohortRequest) -> Offer:
    offer = _own_or_404(request).offer
    if offer is None:
        raise Http404
    offer.cohort = request.cohort
    return offer


@never_cache
def outcome(request: CohortRequest) -> HttpResponse:
    """Where the application stands; an offer with its agreement; what the readers saw."""
    return _page(request, _own_or_404(request), AcceptForm())


def _page(
    request: CohortRequest, view: OutcomeView, form: AcceptForm, status: int = 200, *, too_late: bool = False
) -> HttpResponse:
    cohort = request.cohort
    context: dict[str, Any] = {"view": view, "form": form, "too_late": too_late}
    if view.offer is not None:
        context["heard"] = rules.HEARD.get(view.offer.heard, "")
        context["because"] = rules.REOPENED.get(view.offer.reopened, "")
        context["agreement"] = queries.agreement(cohort, get_language() or "en")
        context["stipend"] = cohort.plan.stipend
    if view.decision is not None and view.code not in {"offer", "accepted"}:
        context["feedback"] = rules.feedback_words(cohort.plan, view.decision.feedback).splitlines()
    if view.decision is not None and view.decision.draw_rank is not None:
        context["in_draw"] = True
        context["chance"] = chance_words(view.decision.chance)
    if view.code in _GOES_ON:
        context |= {"goes_on": True, "calls": queries.other_calls(cohort, clock.now())}
    return render(request, "selection/outcome.html", context, status=status)


@never_cache
def accept(request: CohortRequest) -> HttpResponse:
    """Take the place. From an old tab, where no offer is open any more, it says plainly what came of it instead."""
    if request.method != "POST":
        return HttpResponseRedirect(cohort_url(request.cohort, "selection:outcome"))
    offer = _offer_or_404(request)
    form = AcceptForm(request.POST)
    if offer.state == OfferState.ACCEPTED:
        messages.info(request, _("You accepted before: the place is yours."))
    elif offer.state != OfferState.OPEN:
        return _too_late(request)
    elif not form.is_valid():
        return _page(request, _own_or_404(request), form, status=422)
    else:
        try:
            services.accept_offer(
                offer=offer, actor=request.user, agreement=request.POST.get("agreement", ""), now=clock.now()
            )
        except Conflict:
            if _own_or_404(request).code == "offer":
                raise
            return _too_late(request)  # declined, expired or withdrawn at this very moment
        messages.success(request, _("Welcome! The place is yours."))
    return HttpResponseRedirect(cohort_url(request.cohort, "desk"))


def _too_late(request: CohortRequest) -> HttpResponse:
    return _page(request, _own_or_404(request), AcceptForm(), status=409, too_late=True)


@never_cache
def decline(request: CohortRequest) -> HttpResponse:
    """Give the place to the next person, after being asked once more."""
    offer = _offer_or_404(request)
    if request.method == "POST":
        services.decline_offer(offer=offer, actor=request.user, now=clock.now())
        messages.success(request, _("You declined. Thank you for telling us."))
        return HttpResponseRedirect(cohort_url(request.cohort, "selection:outcome"))
    return render(request, "selection/decline.html", {"offer": offer, "open": offer.state == "open"})


@never_cache
def leave(request: CohortRequest) -> HttpResponse:
    """No longer wait for a place."""
    view = _own_or_404(request)
    if request.method == "POST":
        view.application.cohort = request.cohort
        services.leave_waitlist(application=view.application, actor=request.user, now=clock.now())
        messages.success(request, _("You are no longer on the waitlist."))
        return HttpResponseRedirect(cohort_url(request.cohort, "selection:outcome"))
    return render(request, "selection/leave.html", {"view": view})
