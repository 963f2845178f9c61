"""The end of the way: check, send, receipt, copy; stepping back; one's own files."""

from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.applications import queries, services
from tremplin.applications.copies import file_name, sections_as_sent, sections_of, text_copy
from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.pending import pending
from tremplin.applications.rules import form as rules
from tremplin.applications.rules.deadline import may_withdraw
from tremplin.applications.services.common import form_of
from tremplin.applications.states import state_of
from tremplin.applications.views.common import can_be_written, deadline, gone, own_or_404
from tremplin.core import clock, files
from tremplin.core.errors import Invalid
from tremplin.core.text import say
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.schema import ApplicationForm, Question, Section

_MAIL_TRAVELS = timedelta(hours=1)


@never_cache
def check(request: CohortRequest) -> HttpResponse:
    """Every answer on one page, with a way back to each; the button that sends stands at the end."""
    application = own_or_404(request)
    if request.method != "POST":
        if not can_be_written(application, clock.now()):
            return HttpResponseRedirect(cohort_url(request.cohort, "applications:hub"))
        return _check_page(request, application, {})
    try:
        services.submit(
            application=application,
            actor=request.user,
            once=request.POST.get("once", ""),
            now=clock.now(),
        )
    except Invalid as invalid:
        return _check_page(request, application, invalid.errors, status=422)
    return HttpResponseRedirect(cohort_url(request.cohort, "applications:receipt"))


def _check_page(
    request: CohortRequest, application: Application, problems: dict[str, list[str]], status: int = 200
) -> HttpResponse:
    cohort, now = request.cohort, clock.now()
    form = form_of(application)
    waiting = rules.all_problems(form, application.answers, application.aside)
    context = {
        "application": application,
        "state": state_of(application, now),
        "sections": sections_of(
            form, application.answers, waiting, draft=application, opened=request.cohort.plan.opened
        ),
        "errors": _summary(request, problems),
        "waiting": len(waiting),
        "terse": _terse(request, form, application),
        "pending": pending(application, now),
        **deadline(cohort, now, application),
    }
    return render(request, "applications/check.html", context, status=status)


def _summary(request: CohortRequest, problems: dict[str, list[str]]) -> list[dict[str, str]]:
    """Each problem with a link to its field, on the page of its section."""
    rows: list[dict[str, str]] = []
    for code, texts in problems.items():
        found = rules.question_of(request.cohort.plan.application, code)
        if found:
            page = cohort_url(request.cohort, "applications:section", section=found[0].code)
            href = f"{page}?problems=all&return=check#id_{code}"
            rows.extend({"href": href, "text": text} for text in texts)
    return rows


def _terse(request: CohortRequest, form: ApplicationForm, application: Application) -> list[dict[str, str]]:
    """Each answer that is so brief that it may be a slip, with a link to it."""
    rows = []
    for code in rules.terse(form, application.answers):
        section, question = cast("tuple[Section, Question]", rules.question_of(form, code))
        page = cohort_url(request.cohort, "applications:section", section=section.code)
        rows.append({"href": f"{page}?return=check#id_{code}", "text": say(question.label)})
    return rows


@never_cache
def receipt(request: CohortRequest) -> HttpResponse:
    """What was sent, the reference to keep, and what happens next."""
    application, now = own_or_404(request), clock.now()
    snapshot = queries.last_snapshot(application)
    if snapshot is None:
        return HttpResponseRedirect(cohort_url(request.cohort, "applications:hub"))
    counts = application.state == ApplicationState.SUBMITTED
    answers = {} if application.gone else snapshot.answers
    context = {
        "application": application,
        "snapshot": snapshot,
        "state": state_of(application, now),
        "sections": sections_as_sent(snapshot) if answers else [],
        "survey": request.cohort.plan.runs("equality"),
        "decisions": request.cohort.dates.get("decisions_out"),
        "just_sent": now - snapshot.created_at < _MAIL_TRAVELS,
        "pending": pending(application, now) if counts and can_be_written(application, now) else [],
        **gone(application),
        **deadline(request.cohort, now, application),
    }
    return render(request, "applications/receipt.html", context)


@never_cache
def copy(request: CohortRequest) -> HttpResponse:
    """Questions and answers as a text file: what was sent, if asked for or if the draft says the same; or the draft."""
    application = own_or_404(request)
    if application.gone:
        return HttpResponseRedirect(cohort_url(request.cohort, "applications:hub"))
    sent = "sent" in request.GET or not application.differs
    snapshot = queries.last_snapshot(application) if sent else None
    text = text_copy(application, snapshot)
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{file_name(application)}"'
    return answer


@never_cache
def withdraw(request: CohortRequest) -> HttpResponse:
    """Step back, after being told what it means."""
    application, now = own_or_404(request), clock.now()
    if request.method == "POST" and "delete" in request.POST:
        services.discard(application=application, actor=request.user, now=now)
        messages.success(request, _("Your draft is deleted."))
        return HttpResponseRedirect(cohort_url(request.cohort, "programmes:call"))
    if request.method == "POST":
        services.withdraw(application=application, actor=request.user, now=now)
        messages.success(request, _("Your application is withdrawn."))
        return HttpResponseRedirect(cohort_url(request.cohort, "applications:hub"))
    context: dict[str, Any] = {
        "application": application,
        "never_sent": not application.sent and application.state == "draft",
        "possible": application.state != "withdrawn" and may_withdraw(request.cohort.dates, now),
        **deadline(request.cohort, now, application),
    }
    return render(request, "applications/withdraw.html", context)


def resume(request: CohortRequest) -> HttpResponse:
    """Take a withdrawn application up again as a draft; or go back to what was sent, which then counts."""
    application, now = own_or_404(request), clock.now()
    if request.POST.get("as") == "sent":
        services.restore(application=application, actor=request.user, now=now)
        messages.success(request, _("Your application is again as you sent it, and it counts."))
    else:
        services.resume(application=application, actor=request.user, now=now)
        messages.success(request, _("Your application is a draft again. Send it before the deadline."))
    return HttpResponseRedirect(cohort_url(request.cohort, "applications:hub"))


def download(request: CohortRequest, ref: str) -> HttpResponseBase:
    """A file that someone gave as an answer, for the one who gave it and for organisers."""
    found = queries.visible_file(request.user, request.cohort, request.roles, ref)
    if found is None:
        raise Http404
    return files.response(found, name=f"{request.cohort.slug}-{found.ref.upper()}")
