"""The page of background work."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from tremplin.core import clock
from tremplin.core.jobs import queries, services
from tremplin.core.jobs.models import Job, JobState
from tremplin.core.jobs.traces import text
from tremplin.core.pages import paginate
from tremplin.core.ui.charts import Bar

_HEADINGS = {
    JobState.WAITING: _("Jobs that wait"),
    JobState.RUNNING: _("Jobs that are running"),
    JobState.DONE: _("Jobs that are done"),
    JobState.FAILED: _("Jobs that failed for good"),
    JobState.DISCARDED: _("Jobs that were discarded"),
}
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
            "bars": [_bar(option, overview.count(option)) for option in JobState],
            "state": state,
            "heading": _HEADINGS[state],
            "page": page,
            "rows": [_row(job) for job in page],
            "schedules": queries.schedules(),
        },
    )


def _bar(state: JobState, count: int) -> Bar:
    tone = "stop" if state == JobState.FAILED and count else ""
    return Bar(state.label, count, tone=tone, href=f"?state={state.value}#jobs")


def _row(job: Job) -> dict[str, Any]:
    name = job.task.removeprefix("tremplin.").replace(".tasks.", ": ")
    last = job.errors[-1] if job.errors else None
    error = (
        {"error": text(last), "reason": last["reason"] or last["exception"].rpartition(".")[2]}
        if last
        else {}
    )
    return {"job": job, "name": name, **error}


@require_POST
def act(request: HttpRequest, ref: str) -> HttpResponse:
    """Try a failed job again, or discard it."""
    job = get_object_or_404(Job, ref=ref)
    deed = request.POST.get("deed", "")
    if deed in _DEEDS:
        _DEEDS[deed](job=job, actor=getattr(request.user, "ref", ""), now=clock.now())
        done = {
            "retry": gettext("The job will be tried again now."),
            "discard": gettext("The job was discarded."),
        }
        messages.success(request, done[deed])
    return redirect("jobs:list")
