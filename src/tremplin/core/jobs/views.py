"""The page of background work."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tremplin.core import clock
from tremplin.core.jobs import queries, services
from tremplin.core.jobs.models import Job, JobState
from tremplin.core.jobs.traces import text
from tremplin.core.pages import paginate

_DEEDS = {"retry": services.retry, "discard": services.discard}


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """How the queue stands, and the jobs of one state (`?state=`; failed ones unless asked otherwise)."""
    wanted = request.GET.get("state", "")
    state = JobState(wanted) if wanted in JobState.values else JobState.FAILED
    overview = queries.overview(now=clock.now())
    page = paginate(queries.listed(state), request)
    return render(
        request,
        "jobs/list.html",
        {
            "overview": overview,
            "states": [(option, overview.count(option)) for option in JobState],
            "state": state,
            "page": page,
            "rows": [_row(job) for job in page],
            "schedules": queries.schedules(),
        },
    )


def _row(job: Job) -> dict[str, Any]:
    module, _dot, name = job.task.rpartition(".")
    return {"job": job, "name": name, "module": module, "error": text(job.errors[-1]) if job.errors else ""}


@require_POST
def act(request: HttpRequest, ref: str) -> HttpResponse:
    """Try a failed job again, or discard it."""
    job = get_object_or_404(Job, ref=ref)
    deed = request.POST.get("deed", "")
    if deed in _DEEDS:
        _DEEDS[deed](job=job, actor=getattr(request.user, "ref", ""), now=clock.now())
        done = {"retry": _("The job will be tried again now."), "discard": _("The job was discarded.")}
        messages.success(request, done[deed])
    return redirect("jobs:list")
