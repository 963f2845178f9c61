"""The form as an applicant sees it: the templates, rules and counts of real applications, and nothing stored."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language_info, override
from django.views.decorators.cache import never_cache

from tremplin.applications.copies import Part, sections_of
from tremplin.applications.forms import EligibilityForm, SectionForm, values_in
from tremplin.applications.rules import eligibility
from tremplin.applications.rules import form as rules
from tremplin.applications.rules.answers import Answers, clean, readable
from tremplin.applications.states import state_of_a_draft, training_days
from tremplin.applications.views.common import deadline
from tremplin.blinding.making import declared_by, free_texts
from tremplin.blinding.rules import redact
from tremplin.builder.trial import Trial, forget, keep, trial_of
from tremplin.builder.views.common import Draft, draft_of
from tremplin.core import clock, files
from tremplin.core.errors import Invalid
from tremplin.core.text import say
from tremplin.core.ui.parts import Task
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.schema import ApplicationForm, Question, Section


@dataclass(frozen=True, slots=True)
class Row:
    """One question on the page, as the template of a section wants it."""

    question: Question
    field: Any
    hidden: bool


def _trial(request: CohortRequest, draft: Draft) -> Trial:
    """The test application, in the language that was asked for last."""
    trial = trial_of(request.session, request.cohort, clock.now())
    asked = request.GET.get("in", "")
    if asked in draft.plan.programme.languages and asked != trial.language:
        trial.language = asked
        keep(request.session, request.cohort, trial, clock.now())
    return trial


def _render(
    request: CohortRequest,
    page: str,
    draft: Draft,
    trial: Trial,
    context: Mapping[str, Any],
    status: int = 200,
) -> HttpResponse:
    cohort, now = request.cohort, clock.now()
    languages = [
        {
            "code": code,
            "name": str(get_language_info(code)["name_local"]).capitalize(),
            "here": code == trial.language,
        }
        for code in draft.plan.programme.languages
    ]
    whole = {
        "application": trial,
        "state": state_of_a_draft(cohort),
        "preview_languages": languages,
        "has_doors": bool(draft.plan.eligibility) and draft.plan.runs("eligibility"),
        "preview_files": [value["name"] for value in trial.answers.values() if isinstance(value, dict)],
        "section_page": "builder:preview-section",
        "check_page": "builder:preview-check",
        **deadline(cohort, now),
        **context,
    }
    return render(request, page, whole, status=status)


@never_cache
def start(request: CohortRequest) -> HttpResponse:
    """The list of sections."""
    draft = draft_of(request)
    trial = _trial(request, draft)
    with override(trial.language):
        tasks = [
            Task(
                label=say(section.title),
                href=cohort_url(request.cohort, "builder:preview-section", section=section.code),
                status=rules.section_status(questions, trial.answers, trial.touched),
            )
            for section, questions in rules.asked(draft.plan.application, trial.answers)
        ]
        return _render(request, "builder/preview_hub.html", draft, trial, {"tasks": tasks})


@never_cache
def doors(request: CohortRequest) -> HttpResponse:
    """The doors before the form, tried with any answers."""
    draft = draft_of(request)
    trial = _trial(request, draft)
    questions = draft.plan.eligibility
    with override(trial.language):
        context: dict[str, Any] = {"may_start": True}
        if request.method != "POST":
            context["form"] = EligibilityForm(questions, {}, {})
            return _render(request, "builder/preview_doors.html", draft, trial, context)
        if "_more" in request.POST:  # more lines for commitments; nothing is judged yet
            context["form"] = EligibilityForm(questions, request.POST.dict(), {})
            return _render(request, "builder/preview_doors.html", draft, trial, context)
        verdict = eligibility.judge(questions, request.POST.dict(), training_days(request.cohort))
        context["form"] = EligibilityForm(questions, request.POST.dict(), verdict.problems)
        context |= {"closed": verdict.closed if verdict.complete else (), "opened": verdict.eligible}
        status = 200 if verdict.complete else 422
        return _render(request, "builder/preview_doors.html", draft, trial, context, status)


@never_cache
def section(request: CohortRequest, section: str) -> HttpResponse:
    """One section, saved into the session whatever state the answers are in."""
    draft = draft_of(request)
    found = rules.section_of(draft.plan.application, section)
    if found is None:
        raise Http404
    trial = _trial(request, draft)
    with override(trial.language):
        if request.method != "POST":
            wanted = request.GET.get("problems", "")
            problems = rules.all_problems(draft.plan.application, trial.answers) if wanted == "all" else {}
            if wanted == "wrong":
                problems = rules.wrong_answers(found, trial.answers)
            return _section_page(request, draft, trial, found, problems)
        refused = _take(request, trial, found)
        keep(request.session, request.cohort, trial, clock.now())
        if refused:
            return _section_page(request, draft, trial, found, refused, status=422)
        return HttpResponseRedirect(_next(request, draft, trial, found))


def _take(request: CohortRequest, trial: Trial, section: Section) -> dict[str, list[str]]:
    """Take what was typed into the test application; what is wrong with files that came."""
    refused: dict[str, list[str]] = {}
    for code, raw in values_in(section.questions, request.POST).items():
        question = next(question for question in section.questions if question.code == code)
        trial.answers[code] = clean(question, raw)
    for question in section.questions:
        trial.touched = [*dict.fromkeys([*trial.touched, question.code])]
        upload = request.FILES.get(question.code)
        if question.kind == "file" and isinstance(upload, UploadedFile):
            refused |= _look_at(trial, question, upload)
    return refused


def _look_at(trial: Trial, question: Question, upload: "UploadedFile[Any]") -> dict[str, list[str]]:
    """Check a file as a real one is checked, and let it go again."""
    try:
        _content, kind = files.check(
            upload, kinds=set(question.files), max_bytes=settings.UPLOAD_LIMIT, field=question.code
        )
    except Invalid as invalid:
        return dict(invalid.errors)
    name = (upload.name or "file")[:200]
    trial.answers[question.code] = {
        "file": "",
        "name": name,
        "kind": kind,
        "size": upload.size or 0,
        "sha256": "",
    }
    return {}


def _next(request: CohortRequest, draft: Draft, trial: Trial, section: Section) -> str:
    here = cohort_url(request.cohort, "builder:preview-section", section=section.code)
    if rules.wrong_answers(section, trial.answers):
        return f"{here}?problems=wrong"
    if request.POST.get("_then") == "later":
        return cohort_url(request.cohort, "builder:preview")
    seen = set(request.POST.get("_shown", "").split())
    shown = rules.shown(draft.plan.application, trial.answers)
    opened = [question.code for question in section.questions if question.code in shown - seen]
    if opened:
        return f"{here}#id_{opened[0]}"
    following = rules.section_after(draft.plan.application, section.code)
    while following and not any(question.code in shown for question in following.questions):
        following = rules.section_after(draft.plan.application, following.code)
    if following and request.POST.get("_return") != "check":
        return cohort_url(request.cohort, "builder:preview-section", section=following.code)
    return cohort_url(request.cohort, "builder:preview-check")


def _section_page(
    request: CohortRequest,
    draft: Draft,
    trial: Trial,
    section: Section,
    problems: Mapping[str, list[str]],
    status: int = 200,
) -> HttpResponse:
    form_plan = draft.plan.application
    shown = rules.shown(form_plan, trial.answers)
    form = SectionForm(section.questions, trial.answers, problems, opened=draft.plan.opened)
    rows = [Row(question, form[question.code], question.code not in shown) for question in section.questions]
    following = rules.section_after(form_plan, section.code)
    context = {
        "section": section,
        "position": form_plan.sections.index(section) + 1,
        "sections": len(form_plan.sections),
        "rows": rows,
        "form": form,
        "errors": [
            {"href": row.field.error_href, "text": text}
            for row in rows
            if not row.hidden
            for text in row.field.errors
        ],
        "saved_with_problems": request.GET.get("problems") == "wrong" and bool(problems),
        "asked": " ".join(question.code for question in section.questions),
        "shown": " ".join(row.question.code for row in rows if not row.hidden),
        "conditional": any(question.show_if for question in section.questions),
        "returns": request.GET.get("return", "") or request.POST.get("_return", ""),
        "skip": cohort_url(request.cohort, "builder:preview-section", section=following.code)
        if following
        else "",
    }
    return _render(request, "builder/preview_section.html", draft, trial, context, status)


@never_cache
def check(request: CohortRequest) -> HttpResponse:
    """Check your answers; the button sends the test, which is checked like a real one."""
    draft = draft_of(request)
    trial = _trial(request, draft)
    form = draft.plan.application
    with override(trial.language):
        waiting = rules.all_problems(form, trial.answers)
        if request.method == "POST" and not waiting:
            trial.sent = True
            keep(request.session, request.cohort, trial, clock.now())
            return HttpResponseRedirect(cohort_url(request.cohort, "builder:preview-sent"))
        problems = waiting if request.method == "POST" else {}
        context = {
            "sections": _without_links(sections_of(form, trial.answers, waiting, opened=draft.plan.opened)),
            "errors": _summary(request, draft, problems),
            "waiting": len(waiting),
        }
        status = 422 if problems else 200
        return _render(request, "builder/preview_check.html", draft, trial, context, status)


def _without_links(parts: list[Part]) -> list[Part]:
    """Files by their names alone: there is nothing to download."""
    return [
        replace(part, lines=tuple(replace(line, file=None) if line.file else line for line in part.lines))
        for part in parts
    ]


def _summary(request: CohortRequest, draft: Draft, problems: Mapping[str, list[str]]) -> list[dict[str, str]]:
    rows = []
    for code, texts in problems.items():
        found = rules.question_of(draft.plan.application, code)
        if found:
            page = cohort_url(request.cohort, "builder:preview-section", section=found[0].code)
            rows += [{"href": f"{page}?problems=all&return=check#id_{code}", "text": text} for text in texts]
    return rows


@never_cache
def sent(request: CohortRequest) -> HttpResponse:
    """What would have been sent, and what a reviewer would read of it."""
    draft = draft_of(request)
    trial = _trial(request, draft)
    if not trial.sent:
        return HttpResponseRedirect(cohort_url(request.cohort, "builder:preview-check"))
    form = draft.plan.application
    with override(trial.language):
        answers = rules.frozen(form, trial.answers)
        opened = draft.plan.opened
        context = {
            "sections": _without_links(sections_of(form, answers, opened=opened)),
            "readings": _readings(form, answers),
            "opened": [row for row in _readings(form, answers, opened) if row["question"].code in opened],
        }
        return _render(request, "builder/preview_sent.html", draft, trial, context)


def _readings(form: ApplicationForm, answers: Answers, opened: Collection[str] = ()) -> list[dict[str, Any]]:
    """What a reviewer would read, in a pass that opens the questions `opened` besides."""
    hidden = redact(free_texts(form, answers, opened), declared_by(form, answers, (), opened)).texts
    return [
        {
            "question": question,
            "answer": hidden.get(question.code, readable(question, answers[question.code])),
        }
        for question in form.questions()
        if rules.may_be_reviewed(question, opened) and question.code in answers
    ]


def again(request: CohortRequest) -> HttpResponse:
    """Forget the test application and begin another one."""
    forget(request.session, request.cohort)
    return HttpResponseRedirect(cohort_url(request.cohort, "builder:preview"))
