"""Where an organiser gives one person more time, or takes it back."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from tremplin.applications import queries
from tremplin.applications.forms_time import MoreTimeForm
from tremplin.applications.hooks import reading_begun
from tremplin.applications.models import Application, ExtensionCause
from tremplin.applications.queries.time import extensions
from tremplin.applications.rules.deadline import bound
from tremplin.applications.services.more_time import Why, give_time, is_used, take_time_back
from tremplin.applications.states import zone_of
from tremplin.core import clock
from tremplin.core.errors import Invalid
from tremplin.core.ui.posting import status_of
from tremplin.core.ui.typed import typed_into
from tremplin.programmes.dates import date_words
from tremplin.programmes.http import CohortRequest, cohort_url


@typed_into
def more_time(request: CohortRequest, ref: str) -> HttpResponse:
    """Until when this person may write, and how that came about; a form that gives them more time."""
    cohort = request.cohort
    found = get_object_or_404(queries.in_full(cohort, request.user), ref=ref)
    found.cohort = cohort
    if request.method == "POST" and "take_back" in request.POST:
        take_time_back(application=found, actor=request.user, now=clock.now())
        messages.success(request, _("Everybody’s deadline counts for this person again."))
        return _back(request, found)
    form = MoreTimeForm(request.POST or None, cohort=cohort)
    if request.method == "POST" and form.is_valid():
        try:
            return _give(request, found, form)
        except Invalid as fault:
            for text in fault.errors.get("day", []):
                form.add_error("day", text)
    return render(
        request,
        "applications/more_time.html",
        _context(found, form, clock.now()),
        status=status_of(form),
    )


def _context(application: Application, form: MoreTimeForm, now: datetime) -> dict[str, object]:
    cohort = application.cohort
    given = list(extensions(application))
    return {
        "application": application,
        "form": form,
        "given": given,
        "current": next((row for row in given if row.ended_at is None), None),
        "used": is_used(application),
        "reading": reading_begun(application),
        "over": now >= bound(cohort.dates),
        "closes": cohort.dates["call_closes"],
        "bound": bound(cohort.dates),
        "zone": zone_of(cohort),
    }


def _give(request: CohortRequest, application: Application, form: MoreTimeForm) -> HttpResponse:
    seen = request.POST.get("seen", "")
    given = give_time(
        application=application,
        until=form.moment(),
        why=Why(ExtensionCause(form.cleaned_data["cause"]), form.cleaned_data["reason"]),
        actor=request.user,
        now=clock.now(),
        seen=_moment(seen),
    )
    text = _("They may write until %(when)s, and a mail tells them so.")
    messages.success(request, text % {"when": date_words(request.cohort, given.until)})
    return _back(request, application)


def _moment(text: str) -> datetime | None:
    """The moment that a hidden field carried; None for none, and for what is none."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _back(request: CohortRequest, application: Application) -> HttpResponse:
    return HttpResponseRedirect(cohort_url(request.cohort, "applications:application", ref=application.ref))
