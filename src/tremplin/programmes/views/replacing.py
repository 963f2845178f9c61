"""Handing in a changed programme file: all its faults, or what it would change, and then the change."""

import binascii
from base64 import b64decode, b64encode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.text import whole
from tremplin.programmes import file, services
from tremplin.programmes.dates import LABELS, date_words
from tremplin.programmes.export import cohort_text
from tremplin.programmes.forms import FileForm
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.services.cohorts import Moved
from tremplin.programmes.views.record import changes


@never_cache
def change(request: CohortRequest) -> HttpResponse:
    """First the file and what it would change; the second press, with the same text, does it."""
    cohort = request.cohort
    form = FileForm(None if "text" in request.POST else request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form, "seen": request.POST.get("seen", cohort.version.number)}
    if request.method != "POST":
        return render(request, "programmes/file_change.html", context)
    try:
        text = _kept(request) if "text" in request.POST else _handed_in(form)
        if text is None:
            return render(request, "programmes/file_change.html", context, status=422)
        return _check(request, text, context)
    except file.BrokenFile as fault:
        context["faults"] = fault.faults
    except Conflict as fault:
        context["conflict"] = fault
    except Invalid as fault:
        context["conflict"] = fault
    return render(request, "programmes/file_change.html", context, status=422)


def _handed_in(form: FileForm) -> str | None:
    """The text of the uploaded file; None when the form says what is wrong. Raises BrokenFile."""
    if not form.is_valid():
        return None
    upload = form.cleaned_data["file"]
    return file.decode(upload.read(), upload.name)


def _kept(request: CohortRequest) -> str:
    """The text that was looked at, carried through the page byte for byte. Raises BrokenFile."""
    try:
        content = b64decode(request.POST["text"], validate=True)
    except (binascii.Error, ValueError):
        content = b""
    return file.decode(content)


def _check(request: CohortRequest, text: str, context: dict[str, object]) -> HttpResponse:
    cohort, now = request.cohort, clock.now()
    seen = whole(str(context["seen"]))
    if "confirm" in request.POST:
        services.replace_file(cohort=cohort, text=text, actor=request.user, now=now, seen=seen)
        messages.success(request, _("The cohort now runs on the changed file."))
        return HttpResponseRedirect(cohort_url(cohort, "programmes:file"))
    moved, after = services.preview_file(cohort=cohort, text=text, actor=request.user, now=now, seen=seen)
    context |= {
        "lines": changes(cohort_text(cohort), after),
        "kept": after != text,
        "moved": _in_words(cohort, moved),
        "text": b64encode(text.encode()).decode(),
    }
    return render(request, "programmes/file_check.html", context)


def _in_words(cohort: Cohort, moved: Moved) -> list[tuple[object, str, str]]:
    """Each date that would move, with before and after."""
    nothing = _("not there")
    return [
        (
            LABELS[code],
            date_words(cohort, before) if before else nothing,
            date_words(cohort, after) if after else nothing,
        )
        for code, (before, after) in moved.items()
    ]
