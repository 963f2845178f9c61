"""The page of a rehearsal's report."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from tremplin.core import clock
from tremplin.core.ui.charts import FunnelRow, Load
from tremplin.programmes.http import CohortRequest
from tremplin.rehearsal import foretelling, words
from tremplin.rehearsal.models import Rehearsal


def report(request: CohortRequest) -> HttpResponse:
    """What the rehearsal of this cohort found."""
    found = get_object_or_404(Rehearsal, cohort=request.cohort)
    if request.GET.get("format") == "json":
        return JsonResponse(found.report, json_dumps_params={"indent": 1})
    call, reading = found.report["call"], found.report["reading"]
    funnel = [
        FunnelRow(_("Tried the doors"), call["arrivals"]),
        FunnelRow(_("Began a draft"), call["drafts"]),
        FunnelRow(_("Sent it"), call["submitted"]),
        FunnelRow(_("Became scholars"), found.report["selection"]["scholars"]),
    ]
    each = max(1, round(reading["needed"] / len(reading["loads"]))) if reading and reading["loads"] else 1
    loads = [
        Load(_("Reviewer %(number)s") % {"number": number}, done=reads, assigned=given, capacity=each)
        for number, (reads, given) in enumerate(_loads(reading)[:40], start=1)
    ]
    short, played = foretelling.reads_short(found.report)
    context = {
        "short": short,
        "played": played,
        "rehearsal": found,
        "sections": words.sections(found.report),
        "mishaps": words.mishaps(found.report),
        "ahead": words.ahead(found.until, now=clock.now()),
        "standing": words.standing(found.report),
        "whole": words.is_whole(found.report),
        "funnel": funnel,
        "loads": loads,
    }
    return render(request, "rehearsal/report.html", context)


def _loads(reading: Mapping[str, Any]) -> list[tuple[int, int]]:
    """Reads done and given of each reviewer."""
    done = reading.get("loads", [])
    return list(zip(done, reading.get("given", done), strict=True))
