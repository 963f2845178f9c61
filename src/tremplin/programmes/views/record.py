"""What has been done in a cohort, and the file that it runs on."""

from difflib import unified_diff

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from tremplin.core import audit, clock
from tremplin.core.pages import paginate
from tremplin.programmes import logbook, queries, services
from tremplin.programmes.export import cohort_text
from tremplin.programmes.forms_log import LogForm
from tremplin.programmes.http import CohortRequest
from tremplin.programmes.roles import Role

_LONGEST_DIFF = 400
CHECKED_AT_ONCE = 2000  # entries; a longer chain is checked when somebody asks


def log(request: CohortRequest) -> HttpResponse:
    """Who did what, newest first; the chain that shows whether somebody has meddled, checked at once if it is short."""
    cohort = request.cohort
    reader = logbook.Reader.of(cohort, request.roles, request.user)
    form = LogForm(request.GET, verbs=logbook.verbs_logged(reader))
    page = paginate(logbook.events(reader, form.asked), request)
    chain = logbook.chain_of(cohort)
    checked = "check" in request.GET or chain.length <= CHECKED_AT_ONCE
    context = {
        "page": page,
        "rows": logbook.lines(reader, list(page.object_list)),
        "form": form,
        "given": form.given,
        "chain": chain if reader.whole else None,
        "checked": checked,
        "broken_at": audit.first_break(cohort.scope) if checked else None,
        "sees_everybody": reader.sees_everybody,
    }
    return render(request, "programmes/log.html", context)


def log_export(request: CohortRequest) -> HttpResponseBase:
    """The lines that the filters find, as a file. The log notes that it was taken."""
    cohort = request.cohort
    reader = logbook.Reader.of(cohort, request.roles, request.user)
    form = LogForm(request.POST, verbs=logbook.verbs_logged(reader))
    found = logbook.events(reader, form.asked).filter(position__lte=logbook.chain_of(cohort).length)
    services.note_log_taken(
        cohort=cohort, asked=form.asked, rows=found.count(), actor=request.user, now=clock.now()
    )
    answer = StreamingHttpResponse(logbook.as_csv(reader, found), content_type="text/csv; charset=utf-8")
    name = f"log-{cohort.programme.slug}-{cohort.slug}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def file(request: CohortRequest) -> HttpResponse:
    """The programme file of this cohort as it stands today, and how it came to be."""
    cohort = request.cohort
    text = cohort_text(cohort)
    versions = list(queries.versions_of(cohort))
    names = queries.names_of({version.applied_by for version in versions})
    by_command = _("by command")
    context = {
        "text": text,
        "organiser": Role.ORGANISER in request.roles,
        "versions": [(version, names.get(version.applied_by, by_command)) for version in versions],
        "moved": changes(cohort.version.text, text),
    }
    return render(request, "programmes/file.html", context)


def changes(before: str, after: str) -> list[str]:
    """The lines that differ, as a diff without its header."""
    lines = unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))][:_LONGEST_DIFF]


def download(request: CohortRequest) -> HttpResponse:
    """The file, byte for byte as `tremplin programme export` writes it."""
    cohort = request.cohort
    response = HttpResponse(cohort_text(cohort).encode(), content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{cohort.programme.slug}-{cohort.slug}.toml"'
    return response
