"""What has been done in a cohort, and the file that it runs on."""

from difflib import unified_diff

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tremplin.core import audit
from tremplin.core.pages import paginate
from tremplin.programmes import queries
from tremplin.programmes.deeds import deed, stage
from tremplin.programmes.export import cohort_text
from tremplin.programmes.http import CohortRequest
from tremplin.programmes.roles import Role

_LONGEST_DIFF = 400


def log(request: CohortRequest) -> HttpResponse:
    """Who did what, newest first; the chain that shows whether somebody has meddled, checked on demand."""
    cohort = request.cohort
    filters = {key: request.GET.get(key, "").strip() for key in ("stage", "who", "about")}
    page = paginate(queries.events(cohort, **filters), request)
    names = queries.names_of({event.actor for event in page})
    context = {
        "page": page,
        "rows": [
            {"event": event, "who": _who(event.actor, names), "deed": deed(event.verb)} for event in page
        ],
        "filters": filters,
        "stages": [(code, stage(code)) for code in queries.stages_logged(cohort)],
        "length": queries.log_length(cohort),
        "checked": "check" in request.GET,
    }
    if context["checked"]:
        context["broken_at"] = audit.first_break(cohort.scope)
    return render(request, "programmes/log.html", context)


def _who(actor: str, names: dict[str, str]) -> str:
    """The person behind a deed; nobody is the clock, and a reference alone somebody who has left."""
    return names.get(actor, actor.upper()) if actor else _("the programme itself")


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
