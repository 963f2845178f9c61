"""Writing: the list of sections, one section a page, saving by itself."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.crypto import get_random_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.applications import services
from tremplin.applications.forms import SectionForm, asks_where, values_in
from tremplin.applications.hooks import Beside, help_for
from tremplin.applications.last_time import LastTime, last_time
from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.pending import unfinished_uploads
from tremplin.applications.queries.earlier import taken_over
from tremplin.applications.rules import form as rules
from tremplin.applications.rules.answers import Raw, clean, readable
from tremplin.applications.rules.touches import Touch, Window, touch_of
from tremplin.applications.services.common import form_of
from tremplin.applications.states import state_of
from tremplin.applications.views.common import can_be_written, deadline, gone, own_or_404
from tremplin.core import clock
from tremplin.core.errors import Invalid
from tremplin.core.text import say, whole
from tremplin.core.ui.parts import Task
from tremplin.core.ui.typed import typed_into
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.schema import Question, Section


@never_cache
def hub(request: CohortRequest) -> HttpResponse:
    """While the call is open, what is left to do; after it, where the application stands."""
    application, now = own_or_404(request), clock.now()
    context = {
        "application": application,
        "state": state_of(application, now),
        "tasks": list(_tasks(application)),
        "languages": request.cohort.plan.programme.languages,
        "helps": help_for(application, now),
        "taken": taken_over(application),
        "pending": unfinished_uploads(application),
        **gone(application),
        **deadline(request.cohort, now, application),
    }
    page = "applications/hub.html" if can_be_written(application, now) else "applications/status.html"
    return render(request, page, context)


def _tasks(application: Application) -> "list[Task]":
    form = form_of(application)
    return [
        _task(application, section, questions)
        for section, questions in rules.asked(form, application.answers)
    ]


def _task(application: Application, section: Section, questions: list[Question]) -> Task:
    """A section with how far it is; after sending also whether it says something else than what counts."""
    status = rules.section_status(questions, application.answers, application.touched, application.aside)
    changed = application.changed_since_sent.intersection(question.code for question in section.questions)
    finished = status in {"done", "optional"}
    return Task(
        label=say(section.title),
        href=cohort_url(application.cohort, "applications:section", section=section.code),
        status="changed" if changed and finished else status,
        hint=_("Changed since you sent it") if changed and not finished else "",
    )


def language(request: CohortRequest) -> HttpResponse:
    """Say which language the answers are in."""
    services.choose_language(
        application=own_or_404(request),
        language=request.POST.get("language", ""),
        actor=request.user,
        now=clock.now(),
    )
    messages.success(request, _("Saved: the language of your answers."))
    return HttpResponseRedirect(cohort_url(request.cohort, "applications:hub"))


def earlier(request: CohortRequest) -> HttpResponse:
    """Let go of what was taken over from an earlier application."""
    services.let_go_of_earlier(application=own_or_404(request), actor=request.user, now=clock.now())
    messages.success(request, _("What came from last time is gone. What you have rewritten is still here."))
    return HttpResponseRedirect(cohort_url(request.cohort, "applications:hub"))


@typed_into
def section(request: CohortRequest, section: str) -> HttpResponse:
    """One section. Posting always saves, whatever state the answers are in; only then does it look at them."""
    application = own_or_404(request)
    found = rules.section_of(form_of(application), section)
    if found is None:
        raise Http404
    if request.method == "POST":
        return _save(request, application, found)
    if not can_be_written(application, clock.now()):
        return HttpResponseRedirect(cohort_url(request.cohort, "applications:hub"))
    return _page(request, application, found, _problems(application, found, request.GET.get("problems", "")))


def _problems(application: Application, section: Section, wanted: str) -> dict[str, list[str]]:
    """What to show beside the fields: all that stands in the way, what has two versions, what is wrong, or nothing."""
    if wanted in {"all", "two"}:
        found = rules.all_problems(form_of(application), application.answers, application.aside)
        return (
            found if wanted == "all" else {code: found[code] for code in application.aside if code in found}
        )
    return rules.wrong_answers(section, application.answers) if wanted == "wrong" else {}


def _save(request: CohortRequest, application: Application, section: Section) -> HttpResponse:
    now = clock.now()
    values = _typed(request, section)
    try:
        application = _settle(request, application, now)
        saved = services.save_section(
            application=application,
            section=section.code,
            values=values,
            expected_version=whole(request.POST.get("_version")),
            actor=request.user,
            now=now,
            tab=request.POST.get("_tab", "")[:20],
        )
        application = saved.application
    except services.Late as late:
        return _late(request, section, values, late)
    _detach(request, application, section, now)
    refused = {**saved.refused, **_attach(request, application, section, now)}
    if refused:
        application = own_or_404(request)
        unkept = {code: values[code] for code in saved.refused}
        return _page(request, application, section, refused, typed=unkept, status=422)
    if request.FILES or "_remove" in request.POST:
        application = own_or_404(request)
    return HttpResponseRedirect(_next_address(request, application, section, bool(saved.aside)))


def _typed(request: CohortRequest, section: Section) -> dict[str, Raw]:
    """What came for the questions that the page had asked; the others are left alone."""
    asked = set(request.POST.get("_asked", "").split())
    return values_in([question for question in section.questions if question.code in asked], request.POST)


def _settle(request: CohortRequest, application: Application, now: datetime) -> Application:
    """Carry out the choices between two versions that were made on the page."""
    for code in list(application.aside):
        keep = request.POST.get(f"_keep_{code}", "")
        if keep in {"saved", "mine", "both"}:
            application = services.settle(
                application=application, question=code, keep=cast(Any, keep), actor=request.user, now=now
            )
    return application


def _detach(request: CohortRequest, application: Application, section: Section, now: datetime) -> None:
    """Take back the files that were ticked for it."""
    for question in section.questions:
        if question.kind == "file" and question.code in request.POST.getlist("_remove"):
            services.detach_file(application=application, question=question.code, actor=request.user, now=now)


def _attach(
    request: CohortRequest, application: Application, section: Section, now: datetime
) -> dict[str, list[str]]:
    """Take the files that came; what is wrong with those that could not be taken."""
    refused: dict[str, list[str]] = {}
    for question in section.questions:
        upload = request.FILES.get(question.code)
        if question.kind != "file" or not isinstance(upload, UploadedFile):
            continue
        try:
            services.attach_file(
                application=application, question=question.code, upload=upload, actor=request.user, now=now
            )
        except Invalid as invalid:
            refused.update(invalid.errors)
    return refused


def _next_address(request: CohortRequest, application: Application, section: Section, aside: bool) -> str:
    """Where to after a save: on, back to the list, or the same page while it needs another look."""
    cohort, form = request.cohort, request.cohort.plan.application
    here = cohort_url(cohort, "applications:section", section=section.code)
    if request.POST.get("_then") == "later":
        messages.success(request, _("Saved. Come back any time before the deadline."))
        return cohort_url(cohort, "applications:hub")
    if aside:
        return f"{here}?{urlencode({'problems': 'two', 'window': request.POST.get('_tab', '')[:20]})}"
    if request.POST.getlist("_remove"):
        return f"{here}#id_{request.POST.getlist('_remove')[0]}"
    if rules.wrong_answers(section, application.answers):
        return f"{here}?problems=wrong"
    unseen = _to_merge(request, section) or _opened(request, application, section)
    if unseen:
        return f"{here}#id_{unseen}"
    if request.POST.get("_return") == "check":
        return f"{cohort_url(cohort, 'applications:check')}#{section.code}"
    following = rules.section_after(form, section.code)
    while following and not any(code in rules.shown(form, application.answers) for code in _codes(following)):
        following = rules.section_after(form, following.code)
    if following:
        return cohort_url(cohort, "applications:section", section=following.code)
    return cohort_url(cohort, "applications:check")


def _codes(section: Section) -> list[str]:
    return [question.code for question in section.questions]


def _to_merge(request: CohortRequest, section: Section) -> str:
    """The first answer for which both versions were taken: its writer wants to see them."""
    return next((code for code in _codes(section) if request.POST.get(f"_keep_{code}") == "both"), "")


def _opened(request: CohortRequest, application: Application, section: Section) -> str:
    """The first question that these answers opened and that the page had not shown."""
    seen = set(request.POST.get("_shown", "").split())
    now_shown = rules.shown(request.cohort.plan.application, application.answers)
    return next((code for code in _codes(section) if code in now_shown and code not in seen), "")


@dataclass(frozen=True, slots=True)
class Row:
    """One question on the page."""

    question: Question
    field: Any
    hidden: bool
    file: Any = None
    versions: tuple[str, str] | None = None
    touch: Touch | None = None
    typed_in: Window = ""
    last_time: LastTime | None = None
    beside: Beside | None = None
    text: str = ""


def _page(
    request: CohortRequest,
    application: Application,
    section: Section,
    problems: dict[str, list[str]],
    *,
    typed: dict[str, Raw] | None = None,
    status: int = 200,
) -> HttpResponse:
    cohort, now = request.cohort, clock.now()
    form_plan = form_of(application)
    besides = {
        code: beside for help_ in help_for(application, now) for code, beside in help_.questions.items()
    }
    answers = {**application.answers, **(typed or {})}
    shown = rules.shown(form_plan, application.answers)
    other_language = application.language if application.language != get_language() else ""
    unpaid = stipend.unpayable if (stipend := cohort.plan.stipend) and cohort.plan.runs("stipends") else []
    form = SectionForm(
        section.questions,
        answers,
        problems,
        language=other_language,
        unpaid=unpaid,
        opened=cohort.plan.opened,
    )
    following = rules.section_after(form_plan, section.code)
    previous = next((one for one, after in pairwise(form_plan.sections) if after.code == section.code), None)
    window = request.GET.get("window", "")[:20]
    rows = [
        _row(application, form, question, shown, besides.get(question.code), window)
        for question in section.questions
    ]
    context = {
        "application": application,
        "section": section,
        "position": form_plan.sections.index(section) + 1,
        "sections": len(form_plan.sections),
        "rows": rows,
        "form": form,
        "errors": _summary(form, rows),
        "saved_with_problems": request.GET.get("problems") == "wrong" and bool(problems),
        "rest_saved": status == 422,
        "asked": " ".join(
            row.question.code for row in rows if not row.versions and not (row.beside and row.beside.instead)
        ),
        "shown": " ".join(row.question.code for row in rows if not row.hidden),
        "unpaid": unpaid,
        "conditional": any(row.question.show_if or (unpaid and asks_where(row.question)) for row in rows),
        "uploads": any(row.question.kind == "file" and not row.versions for row in rows),
        # A window that was brought back here to choose between two texts is still the same window.
        "tab": request.GET.get("window", "")[:20] or get_random_string(8),
        "sent": application.state == ApplicationState.SUBMITTED,
        "returns": request.GET.get("return", "") or request.POST.get("_return", ""),
        "skip": cohort_url(cohort, "applications:section", section=following.code) if following else "",
        "previous": cohort_url(cohort, "applications:section", section=previous.code) if previous else "",
        **deadline(cohort, now, application),
    }
    return render(request, "applications/section.html", context, status=status)


def _row(
    application: Application,
    form: SectionForm,
    question: Question,
    shown: set[str],
    beside: Beside | None,
    window: str,
) -> Row:
    value, touch = application.answers.get(question.code), touch_of(application.touched, question.code)
    versions = None
    if question.code in application.aside:
        versions = (readable(question, value), readable(question, application.aside[question.code]))
    return Row(
        question=question,
        field=form[question.code],
        hidden=question.code not in shown,
        file=value if isinstance(value, dict) else None,
        versions=versions,
        touch=touch if versions else None,
        typed_in=touch.written_in(window) if versions else "",
        last_time=last_time(application, question),
        beside=beside,
        text=readable(question, value) if beside and beside.instead else "",
    )


def _summary(form: SectionForm, rows: list[Row]) -> list[dict[str, str]]:
    """What is wrong on this page, each with a link to its field."""
    return [
        {"href": f"#keep_{row.question.code}" if row.versions else row.field.error_href, "text": text}
        for row in rows
        for text in row.field.errors
        if not row.hidden
    ]


def _late(
    request: CohortRequest, section: Section, values: dict[str, Raw], late: services.Late
) -> HttpResponse:
    """The call has closed: nothing was saved, and every word that was typed is on the page."""
    typed = [
        (question, readable(question, clean(question, values[question.code])))
        for question in section.questions
        if values.get(question.code)
    ]
    context = {
        "late": late,
        "typed": typed,
        "section": section,
        **deadline(request.cohort, clock.now(), own_or_404(request)),
    }
    return render(request, "applications/late.html", context, status=late.status)


def autosave(request: CohortRequest, section: str) -> HttpResponse:
    """The same save without the page, for autosave.js."""
    application = own_or_404(request)
    found = rules.section_of(request.cohort.plan.application, section)
    if found is None:
        raise Http404
    saved = services.save_section(
        application=application,
        section=section,
        values=_typed(request, found),
        expected_version=whole(request.POST.get("_version")),
        actor=request.user,
        now=clock.now(),
        tab=request.POST.get("_tab", "")[:20],
    )
    if saved.aside:  # the page keeps its old version, so that its button brings the choice
        notice = _("Another window has changed this answer. Both texts are kept: save the page to choose.")
        return JsonResponse({"notice": notice})
    answer: dict[str, Any] = {"fields": {"_version": str(saved.application.version)}}
    return JsonResponse(answer | ({"errors": saved.refused} if saved.refused else {}))
