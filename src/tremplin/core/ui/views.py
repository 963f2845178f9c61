"""The page that shows every part, for the people who build pages. Reachable in a demonstration only."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tremplin.core import clock
from tremplin.core.ui import icons, samples, spots


def design(request: HttpRequest) -> HttpResponse:
    """Every part once, with invented rows. Posting checks the form, to show what errors look like."""
    sent = request.method == "POST"
    form = samples.SampleForm(request.POST if sent else None, request.FILES if sent else None)
    form.is_valid()
    now = clock.now()
    context = {
        "now": now,
        "form": form,
        "state": samples.STATE,
        "tasks": samples.TASKS,
        "dates": samples.dates(now),
        "funnel_rows": samples.FUNNEL,
        "load_rows": samples.LOADS,
        "interval_rows": samples.few_intervals(),
        "field_rows": samples.many_intervals(),
        "segments": samples.segments(),
        "bar_rows": samples.BARS,
        "spark_values": samples.SPARK,
        "prose": samples.PROSE,
        "page": Paginator(range(10_000), 50).get_page(request.GET.get("page")),
        "icons": icons.NAMES,
        "spots": spots.NAMES,
        "amounts": [(120_000, "EUR"), (120_000, "JPY"), (1_234_500, "TND"), (-4_999, "USD")],
    }
    return render(request, "core/design.html", context)
