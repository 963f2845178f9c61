"""Handing in the file of questions, filled in without a connection: first what goes where, then the press."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from tremplin.applications import services
from tremplin.applications.hooks import help_for
from tremplin.applications.models import Application
from tremplin.applications.rules import offline as rules
from tremplin.applications.rules.answers import Value, is_empty, problems, readable
from tremplin.applications.rules.earlier import Piece, difference
from tremplin.applications.services.common import form_of
from tremplin.applications.views.common import can_be_written, deadline, own_or_404
from tremplin.core import clock
from tremplin.core.errors import Invalid
from tremplin.core.text import plain, whole
from tremplin.core.ui.amounts import number
from tremplin.core.ui.typed import typed_into
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.questions import as_text
from tremplin.programmes.schema import Question

_TEXTS = frozenset({"short", "long"})


@dataclass(frozen=True, slots=True)
class Row:
    """One answer of the file beside what is saved. `keep`: what is chosen until the person says otherwise."""

    question: Question
    value: Value
    text: str
    saved: str
    keep: str
    problems: list[str]

    @property
    def pieces(self) -> list[Piece]:
        return list(difference(self.saved, self.text)) if self.saved else []

    @property
    def mergeable(self) -> bool:
        return bool(self.saved) and self.question.kind in _TEXTS


@typed_into
def offline(request: CohortRequest) -> HttpResponse:
    """The page that takes a file; with one, the preview; with a preview that was confirmed, the answers."""
    application, now = own_or_404(request), clock.now()
    if not can_be_written(application, now) and request.method != "POST":
        return HttpResponseRedirect(cohort_url(request.cohort, "applications:hub"))
    if request.method != "POST":
        return _page(request, application)
    try:
        text = _handed_in(request)
    except Invalid as invalid:
        return _page(request, application, errors=invalid.errors["file"], status=422)
    sheet = rules.read(text, form_of(application), _printed(request.cohort))
    rows, strays = _rows(application, sheet)
    if "_take" in request.POST:
        return _take(request, application, rows)
    if not (rows or strays or sheet.placed):
        none = _("There is no answer in this file. Write between the lines in double brackets.")
        return _page(request, application, errors=[none], status=422)
    return _preview(request, application, text, sheet, rows, strays)


def _handed_in(request: CohortRequest) -> str:
    """What came: a file, or a text that was pasted. Raises Invalid."""
    upload = request.FILES.get("file")
    if isinstance(upload, UploadedFile):
        if (upload.size or 0) > rules.LARGEST:
            raise Invalid({"file": [_("This file is too large to be a text of answers.")]})
        return rules.text_of(upload.read())
    pasted = request.POST.get("text", "")
    if not pasted.strip():
        raise Invalid({"file": [_("Choose the file that you have filled in, or paste its text.")]})
    return rules.text_of(plain(pasted).encode("utf-8", errors="replace"))


def _printed(cohort: Cohort) -> frozenset[str]:
    """The lines of the file as it was downloaded, in every language that it can have."""
    found: set[str] = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            found.update(line.strip() for line in as_text(cohort).splitlines())
    return frozenset(found - {""})


def _rows(application: Application, sheet: rules.Sheet) -> tuple[list[Row], list[rules.Stray]]:
    """The answers that differ from what is saved, and what cannot be taken over and why."""
    strays = list(sheet.strays)
    spoken = {
        code
        for help_ in help_for(application, clock.now())
        for code, beside in help_.questions.items()
        if beside.instead
    }
    rows = []
    for placed in sheet.placed:
        question, text = placed.question, readable(placed.question, placed.value)
        if question.code in spoken:
            strays.append(rules.Stray(text, _("You speak this answer instead of writing it."), question))
        elif question.code in application.aside:
            waits = _("Two versions of this answer wait for you to choose. Choose one first.")
            strays.append(rules.Stray(text, waits, question))
        elif application.answers.get(question.code) != placed.value:
            rows.append(_row(application, placed, text))
    return rows, strays


def _row(application: Application, placed: rules.Placed, text: str) -> Row:
    question, stored = placed.question, application.answers.get(placed.question.code)
    saved = "" if is_empty(stored) else readable(question, stored)
    longer = question.kind in _TEXTS and len(text) > len(saved)
    keep = "file" if longer or not saved else "saved"
    return Row(question, placed.value, text, saved, keep, problems(question, placed.value))


def _chosen(request: CohortRequest, application: Application, rows: list[Row]) -> Mapping[str, Value]:
    """What is to be saved, as the person has decided answer by answer."""
    found: dict[str, Value] = {}
    for row in rows:
        decision = request.POST.get(f"_keep_{row.question.code}", "saved")
        stored = application.answers.get(row.question.code)
        if decision == "both" and row.mergeable and isinstance(stored, str) and isinstance(row.value, str):
            found[row.question.code] = f"{stored}\n\n{row.value}"
        elif decision in {"file", "both"}:
            found[row.question.code] = row.value
    return found


def _take(
    request: CohortRequest,
    application: Application,
    rows: list[Row],
) -> HttpResponse:
    chosen = _chosen(request, application, rows)
    try:
        saved = services.take_answers(
            application=application,
            values=chosen,
            expected_version=whole(request.POST.get("_version")),
            actor=request.user,
            now=clock.now(),
        )
    except services.Late as late:
        context = {"late": late, "typed": [(row.question, row.text) for row in rows]}
        context |= deadline(request.cohort, clock.now(), application)
        return render(request, "applications/late.html", context, status=late.status)
    _say_what_was_saved(request, len(chosen) - len(saved.aside), len(saved.aside))
    return HttpResponseRedirect(cohort_url(request.cohort, "applications:hub"))


def _say_what_was_saved(request: CohortRequest, taken: int, aside: int) -> None:
    text = ngettext(
        "%(count)s answer of your file is saved.", "%(count)s answers of your file are saved.", taken
    )
    messages.success(request, text % {"count": number(taken)})
    if aside:
        clashing = ngettext(
            "%(count)s answer was changed in another window meanwhile. Both texts are safe: choose in its section.",
            "%(count)s answers were changed in another window meanwhile. All texts are safe: choose in the sections.",
            aside,
        )
        messages.warning(request, clashing % {"count": number(aside)})


def _preview(
    request: CohortRequest,
    application: Application,
    text: str,
    sheet: rules.Sheet,
    rows: list[Row],
    strays: list[rules.Stray],
) -> HttpResponse:
    parts = [(section, list(_within(rows, section.questions))) for section in form_of(application).sections]
    context = {
        "application": application,
        "parts": [(section, found) for section, found in parts if found],
        "rows": rows,
        "strays": strays,
        "same": len(sheet.placed) - len(rows) - sum(1 for stray in strays if stray not in sheet.strays),
        "text": text,
        **deadline(request.cohort, clock.now(), application),
    }
    return render(request, "applications/offline_preview.html", context)


def _within(rows: list[Row], questions: list[Question]) -> Iterator[Row]:
    codes = {question.code for question in questions}
    return (row for row in rows if row.question.code in codes)


def _page(
    request: CohortRequest, application: Application, *, errors: Sequence[str] = (), status: int = 200
) -> HttpResponse:
    context = {
        "application": application,
        "errors": [{"href": "#file", "text": text} for text in errors],
        "pasted": request.POST.get("text", "")[: rules.LARGEST],
        **deadline(request.cohort, clock.now(), application),
    }
    return render(request, "applications/offline.html", context, status=status)
