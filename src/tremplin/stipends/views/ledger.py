"""The ledger of the whole cohort: a page for those who look after money, and a file for auditors."""

from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from tremplin.applications.states import zone_of
from tremplin.core import clock
from tremplin.core.pages import paginate
from tremplin.programmes.http import CohortRequest
from tremplin.stipends import ledger as books
from tremplin.stipends import queries, services
from tremplin.stipends.exports import as_csv, as_json, as_workbook
from tremplin.stipends.views.common import segments

_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json; charset=utf-8",
}


def ledger(request: CohortRequest) -> HttpResponse:
    """Every step of every payment, oldest first, with the sums that they add up to."""
    page = paginate(books.keys(request.cohort, request.user), request)
    context = {
        "page": page,
        "steps": books.read(page.object_list),
        "totals": books.totals(request.cohort),
        "segments": segments(queries.budget(request.cohort)),
    }
    return render(request, "stipends/ledger.html", context)


def ledger_file(request: CohortRequest) -> StreamingHttpResponse:
    """The whole ledger as CSV, a workbook or JSON. The log notes who took it."""
    cohort, now = request.cohort, clock.now()
    kind = request.POST.get("format", "csv")
    kind = kind if kind in _KINDS else "csv"
    found = list(books.keys(cohort, request.user))
    services.note_export(cohort=cohort, kind=kind, rows=len(found), actor=request.user, now=now)
    steps, totals = books.stream(found), books.totals(cohort)
    made: Iterator[str] | Iterator[bytes]
    if kind == "xlsx":
        made = as_workbook(steps, totals, zone=zone_of(cohort))
    elif kind == "json":
        made = as_json(steps, totals, cohort=cohort, now=now)
    else:
        made = as_csv(steps)
    answer = StreamingHttpResponse(made, content_type=_KINDS[kind])
    name = f"ledger-{cohort.programme.slug}-{cohort.slug}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
