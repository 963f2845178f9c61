"""The board as a file: CSV, a workbook or JSON."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse

from tremplin.applications import queries, services
from tremplin.applications.exports import as_csv, as_json, sheet_name, table
from tremplin.applications.states import zone_of
from tremplin.applications.views.organise.board import board_form
from tremplin.applications.workbook import as_workbook
from tremplin.core import clock
from tremplin.programmes.http import CohortRequest

_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json; charset=utf-8",
}


def export(request: CohortRequest) -> StreamingHttpResponse:
    """What the board shows, with its filters; with `answers`, what was sent too. The log notes it."""
    cohort, now = request.cohort, clock.now()
    with_answers = "answers" in request.POST
    kind = request.POST.get("format", "csv")
    kind = kind if kind in _KINDS else "csv"
    filters = board_form(request, request.POST).filters
    found = queries.board(cohort, request.user, filters, now=now)
    services.log_export(
        cohort=cohort,
        actor=request.user,
        now=now,
        rows=found.count(),
        answers=with_answers,
        kind=kind,
        filters=filters,
    )
    questions = [q for q in cohort.plan.application.questions() if q.kind != "file"] if with_answers else []
    rows = queries.pages_for_export(found, answers=with_answers)
    made: Iterator[str] | Iterator[bytes]
    if kind == "xlsx":
        made = as_workbook(rows, table(cohort, questions), sheet=sheet_name(cohort), zone=zone_of(cohort))
    elif kind == "json":
        made = as_json(rows, questions, cohort=cohort, filters=filters.given, now=now)
    else:
        made = as_csv(rows, table(cohort, questions))
    answer = StreamingHttpResponse(made, content_type=_KINDS[kind])
    name = f"applications-{cohort.programme.slug}-{cohort.slug}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
