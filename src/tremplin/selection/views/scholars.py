"""Scholars while they take part: the list, and one of them with a pause, the way back, the end."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Invalid
from tremplin.core.pages import paginate
from tremplin.core.ui.posting import status_of
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.selection import queries, rules, scholar_rules, services
from tremplin.selection.forms import PauseForm
from tremplin.selection.models import Scholar, ScholarState
from tremplin.selection.own_time import own_time


def scholars(request: CohortRequest) -> HttpResponse:
    """Every scholar with where they stand and when their own time ends."""
    page = paginate(queries.all_scholars(request.cohort, request.user), request)
    now = clock.now()
    context = {"page": page, "rows": [_row(request, scholar, now) for scholar in page.object_list]}
    return render(request, "selection/scholars.html", context)


def _row(request: CohortRequest, scholar: Scholar, now: datetime) -> dict[str, Any]:
    planned = request.cohort.dates.get("training_ends")
    own = own_time(scholar, request.cohort.dates)
    ends = own.moved(planned, now=now) if planned else None
    return {
        "scholar": scholar,
        "state": rules.SCHOLAR_STATES[scholar.state],
        "ends": None if ends is None or own.waits(ends) else ends,
    }


@never_cache
def scholar(request: CohortRequest, ref: str) -> HttpResponse:
    """One scholar, and the steps that are possible now. Nobody is asked why."""
    found: Scholar = get_object_or_404(queries.all_scholars(request.cohort, request.user), ref=ref)
    found.cohort = request.cohort
    now = clock.now()
    form = PauseForm(initial={"since": now.astimezone(_zone(request)).date()})
    if request.method == "POST":
        if request.POST.get("step") == "pause":
            form = PauseForm(request.POST)
        if _take_step(request, found, form, now):
            return HttpResponseRedirect(cohort_url(request.cohort, "selection:scholar", ref=found.ref))
    context = {
        **_row(request, found, now),
        "steps": [str(step) for step in scholar_rules.steps_from(ScholarState(found.state))],
        "pauses": [tuple(map(datetime.fromisoformat, pause)) for pause in found.pauses],
        "form": form,
        "has_begun": now >= request.cohort.date("training_starts"),
        "pays": request.cohort.plan.runs("stipends") and request.cohort.plan.stipend is not None,
    }
    return render(request, "selection/scholar.html", context, status=status_of(form))


def _zone(request: CohortRequest) -> ZoneInfo:
    return ZoneInfo(request.cohort.plan.cohort.time_zone)


def _take_step(request: CohortRequest, found: Scholar, form: PauseForm, now: datetime) -> bool:
    """Take the step that was asked for; False, with the reasons in the form, when a pause cannot begin then."""
    step, actor = request.POST.get("step"), request.user
    if step == "resume":
        services.resume_scholar(scholar=found, actor=actor, now=now)
        messages.success(
            request, _("Taking part again: dates have moved by the time away, and a mail says so.")
        )
    elif step == "complete":
        services.complete_scholar(scholar=found, actor=actor, now=now)
        messages.success(request, _("Completed. A mail congratulates."))
    elif step == "pause" and form.is_valid():
        since = datetime.combine(form.cleaned_data["since"], time(), tzinfo=_zone(request))
        today = since.date() == now.astimezone(_zone(request)).date()
        try:
            services.pause_scholar(scholar=found, actor=actor, since=None if today else since, now=now)
        except Invalid as refusal:
            form.add_error("since", refusal.errors["since"])
            return False
        messages.success(
            request, _("Paused: nothing comes due until the scholar is back, and a mail says so.")
        )
    return step != "pause" or not form.errors
