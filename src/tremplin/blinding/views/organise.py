"""Copies in the hands of organisers: what waits, what a reviewer reads, a correction by hand."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.applications.hooks import reading_begun
from tremplin.applications.models import Application
from tremplin.blinding import queries, services
from tremplin.blinding.views.common import shown, visit
from tremplin.core import clock
from tremplin.core.pages import paginate
from tremplin.programmes.http import CohortRequest, cohort_url


@never_cache
def copies(request: CohortRequest) -> HttpResponse:
    """Every application with the state of its copy; the ones that wait, and since when, stand above."""
    only = request.GET.get("only", "")
    labels = {"": _("All"), "waiting": _("Not finished"), "corrected": _("Corrected by hand")}
    only = only if only in labels else ""
    found = queries.standing(request.cohort)
    context = {
        "standing": found,
        "stuck": found.stuck(clock.now()),
        "page": paginate(queries.of_applications(request.cohort, request.user, only), request),
        "filters": [(code, label, code == only) for code, label in labels.items()],
        "only": only,
    }
    return render(request, "blinding/list.html", context)


def _application(request: CohortRequest, ref: str) -> Application:
    application = get_object_or_404(queries.of_applications(request.cohort, request.user), ref=ref)
    application.cohort = request.cohort
    return application


@never_cache
def one(request: CohortRequest, ref: str) -> HttpResponse:
    """One copy as reviewers read it, what is hidden in it, its history, and the form to correct it."""
    application = _application(request, ref)
    found = visit(request, application, mine=False)
    if found.done:
        messages.success(request, _("Saved. Whoever reads it from now on reads this."))
        return HttpResponseRedirect(cohort_url(request.cohort, "blinding:one", ref=ref))
    copy = found.copy
    context = {
        **found.context,
        "application": application,
        "begun": reading_begun(application),
        "answers": shown(copy) if copy else [],
        "hidden": queries.hidden_in_all(copy, found.opened, copy.snapshot, organiser=True) if copy else [],
        "corrections": queries.corrections_of(application),
        "history": queries.copies_of(application),
    }
    return render(request, "blinding/one.html", context, status=found.status)


def take_back(request: CohortRequest, ref: str, correction: str) -> HttpResponse:
    """End a correction, the writer's or an organiser's."""
    application = _application(request, ref)
    get_object_or_404(application.corrections.all(), ref=correction)
    services.take_back(
        application=application,
        correction=correction,
        actor=request.user,
        expected=request.POST.get("copy", ""),
        now=clock.now(),
    )
    messages.success(request, _("Taken back. Whoever reads it from now on reads this."))
    return HttpResponseRedirect(cohort_url(request.cohort, "blinding:one", ref=ref))
