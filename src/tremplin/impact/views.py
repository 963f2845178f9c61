"""Pages of impact: a scholar's surveys and consent, the figures of today, published reports."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from tremplin.core import clock
from tremplin.core.errors import Invalid, Stale, UserError
from tremplin.core.text import say, whole
from tremplin.core.ui.charts import FunnelRow
from tremplin.impact import figures, queries, services
from tremplin.impact.models import SurveyResponse
from tremplin.impact.purposes import FOLLOW_UP
from tremplin.impact.states import STATES
from tremplin.impact.telling import effect_sentences
from tremplin.programmes.answer_form import AnswersForm, answer_words
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema.training import FormQuestion


def surveys(request: CohortRequest) -> HttpResponse:
    """A scholar's surveys, and whether they may be asked at all."""
    if request.method == "POST":
        given = request.POST.get("consent") == "yes"
        services.set_consent(cohort=request.cohort, actor=request.user, given=given, now=clock.now())
        messages.success(request, _("Saved. You can change this at any time."))
        return HttpResponseRedirect(cohort_url(request.cohort, "impact:surveys"))
    lines = queries.survey_lines(request.user, request.cohort, now=clock.now())
    context = {
        "lines": [(line, STATES[line.phase]) for line in lines],
        "consent": queries.consent_of(request.user, request.cohort),
        "purpose": FOLLOW_UP,
    }
    return render(request, "impact/surveys.html", context)


def survey(request: CohortRequest, code: str) -> HttpResponse:
    """Answer one survey. “Save” keeps a draft in any state; “Send” says what is missing."""
    lines = queries.survey_lines(request.user, request.cohort, now=clock.now())
    line = next((line for line in lines if line.survey.code == code), None)
    if line is None:
        raise Http404
    questions = services.plan_of(request.cohort).questions
    form = AnswersForm(questions, initial=line.response.answers if line.response else {})
    version, stored, status = line.response.version if line.response else 0, [], 200
    if request.method == "POST":
        form = AnswersForm(questions, request.POST)
        refusal = _keep(request, code, form)
        if refusal is None:
            return HttpResponseRedirect(cohort_url(request.cohort, "impact:surveys"))
        status = refusal.status
        if isinstance(refusal, Stale) and isinstance(refusal.current, SurveyResponse):
            version, stored = refusal.current.version, _differences(questions, refusal.current, form)
    context = {
        "form": form,
        "line": line,
        "state": STATES[line.phase],
        "version": version,
        "stored": stored,
        "consent": queries.consent_of(request.user, request.cohort),
        "purpose": FOLLOW_UP,
    }
    return render(request, "impact/survey.html", context, status=status)


def _differences(
    questions: Sequence[FormQuestion], stored: SurveyResponse, form: AnswersForm
) -> list[tuple[str, str]]:
    """What is stored now, question by question, where it is not what stands in the form."""
    typed = form.answers()
    return [
        (say(question.label), answer_words(question, stored.answers.get(question.code, "")))
        for question in questions
        if stored.answers.get(question.code, "") != typed[question.code]
    ]


def _keep(request: CohortRequest, code: str, form: AnswersForm) -> UserError | None:
    """Save or send; the refusal, if there is one, stands in the form."""
    deed = services.send_answers if "send" in request.POST else services.save_answers
    try:
        deed(
            cohort=request.cohort,
            survey=code,
            answers=form.answers(),
            expected_version=whole(request.POST.get("version")),
            actor=request.user,
            now=clock.now(),
        )
    except Invalid as refusal:
        form.show_errors(refusal.errors)
        return refusal
    except Stale as stale:
        form.show_errors({"": [str(stale)]})
        return stale
    messages.success(request, _("Sent. Thank you!") if "send" in request.POST else _("Saved."))
    return None


def today(request: CohortRequest) -> HttpResponse:
    """The figures as they stand, for staff; publishing freezes them."""
    if request.method == "POST":
        report = services.publish_report(cohort=request.cohort, actor=request.user, now=clock.now())
        messages.success(request, _("The report is public."))
        return HttpResponseRedirect(cohort_url(request.cohort, "impact:report", number=report.number))
    content = figures.report_content(request.cohort, now=clock.now())
    context = {**_shown(request.cohort, content), "reports": queries.published_reports(request.cohort)}
    return render(request, "impact/today.html", context)


def reports(request: CohortRequest) -> HttpResponse:
    """Published reports, for everybody."""
    return render(request, "impact/reports.html", {"reports": queries.published_reports(request.cohort)})


def report(request: CohortRequest, number: int) -> HttpResponse:
    """One published report, for everybody."""
    row = get_object_or_404(queries.published_reports(request.cohort), number=number)
    return render(request, "impact/report.html", {**_shown(request.cohort, row.content), "report": row})


def report_json(request: CohortRequest, number: int) -> HttpResponse:
    """The same figures for machines."""
    row = get_object_or_404(queries.published_reports(request.cohort), number=number)
    answer = JsonResponse({**row.content, "checksum": row.checksum}, json_dumps_params={"indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="impact-{number}.json"'
    return answer


def _shown(cohort: Cohort, content: dict[str, Any]) -> dict[str, Any]:
    """Figures with the words that a reader needs."""
    reach = content["reach"]
    funnel = [
        FunnelRow(_("Began an application"), reach["started"]),
        FunnelRow(_("Sent it"), reach["submitted"]),
        FunnelRow(_("Were read"), reach["read"]),
        FunnelRow(_("Became scholars"), reach["scholars"]),
        FunnelRow(_("Completed"), content["delivery"]["completed"]),
    ]
    return {
        "content": content,
        "funnel": funnel,
        "outcomes": _outcomes(cohort, content),
        # Reports of before this was told stay as they were published.
        "effect": effect_sentences(content["effect"]) if "effect" in content else [],
    }


def _outcomes(cohort: Cohort, content: dict[str, Any]) -> list[dict[str, Any]]:
    plan = services.plan_of(cohort)
    questions = {question.code: question for question in plan.questions}
    titles = {item.code: item.title for item in plan.surveys}
    return [
        {
            "title": titles.get(block["survey"], block["survey"]),
            "coverage": block["coverage"],
            "ends": datetime.fromisoformat(block["ends"]),
            "counted": datetime.fromisoformat(block["counted"]) if block["counted"] else None,
            "rows": [
                {
                    "label": questions[row["question"]].label,
                    "answers": None
                    if row["answers"] is None
                    else [
                        (answer_words(questions[row["question"]], value), count)
                        for value, count in row["answers"].items()
                    ],
                }
                for row in block["questions"]
                if row["question"] in questions
            ],
        }
        for block in content["outcomes"]
    ]
