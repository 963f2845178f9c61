"""A page for reviewers who have time for more."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Conflict
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.review import queries, services
from tremplin.review.services.taking import MORE


@never_cache
def more(request: CohortRequest) -> HttpResponse:
    """What could be taken over; confirming takes some of it."""
    cohort, status = request.cohort, 200
    if request.method == "POST":
        try:
            many = services.take_more(cohort=cohort, actor=request.user, now=clock.now())
        except Conflict as refusal:
            messages.warning(request, str(refusal))
            status = 409
        else:
            text = ngettext(
                "Thank you: %(count)s application is yours now.",
                "Thank you: %(count)s applications are yours now.",
                many,
            )
            messages.success(request, text % {"count": many})
            return HttpResponseRedirect(cohort_url(cohort, "review:queue"))
    offered = queries.offers(cohort, request.user)
    context = {
        "unread": sum(not one.read for one in offered),
        "offered": len(offered),
        "many": min(MORE, len(offered)),
    }
    return render(request, "review/more.html", context, status=status)
