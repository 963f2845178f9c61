"""“Please look again”, and what a text speaks of: pages of reviewers, and of the organisers who answer."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.applications import queries as application_queries
from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.pages import paginate
from tremplin.core.ui.posting import posted, show_refusal, status_of
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.review import queries, services, words
from tremplin.review.forms import AnswerForm, AskForm, NoteForm
from tremplin.review.models import Ask, AssignmentState
from tremplin.review.views.read import own_or_404, to_next


def said(ask: Ask) -> dict[str, Any]:
    """An ask with its reason in words."""
    return {"ask": ask, "kind": words.ASKED[ask.kind], "urgent": ask.kind == "safety"}


@never_cache
def look_again(request: CohortRequest, ref: str) -> HttpResponse:
    """Ask the organisers to look at what one reads; then on, with this one or the next."""
    assignment = own_or_404(request, ref)
    form = AskForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            ask = services.ask_to_look_again(
                assignment=assignment, actor=request.user, now=clock.now(), **form.cleaned_data
            )
        except (Invalid, Conflict) as fault:
            show_refusal(form, fault)
        else:
            messages.success(request, _("The organisers have it. Their answer comes to you here."))
            if ask.waits and assignment.state == AssignmentState.ASSIGNED:
                return to_next(request, after=ref)
            return HttpResponseRedirect(cohort_url(request.cohort, "review:read", ref=ref))
    context = {
        "assignment": assignment,
        "form": form,
        "asks": [said(ask) for ask in queries.asks_of(assignment)],
        "open": assignment.state == AssignmentState.ASSIGNED,
    }
    return render(request, "review/look_again.html", context, status=status_of(form))


@never_cache
def note(request: CohortRequest, ref: str) -> HttpResponse:
    """Say what the text of a read speaks of; on wish pass it on at once."""
    assignment = own_or_404(request, ref)
    found = queries.noted(assignment.application, request.user)
    form = NoteForm(posted(request), initial={"kinds": found.kinds})
    if request.method == "POST" and form.is_valid():
        kinds = services.note_content(
            assignment=assignment, actor=request.user, now=clock.now(), kinds=form.cleaned_data["kinds"]
        )
        if request.POST.get("do") != "pass":
            messages.success(request, _("Saved. Whoever reads it next is told before it opens."))
            return HttpResponseRedirect(cohort_url(request.cohort, "review:read", ref=ref))
        if kinds:
            return _passed(request, ref)
        form.add_error("kinds", _("Say first what it speaks of, so that the next reader knows."))
    context = {
        "assignment": assignment,
        "form": form,
        "by_others": words.spoken_of(found.by_others),
        "open": assignment.state == AssignmentState.ASSIGNED,
    }
    return render(request, "review/note.html", context, status=status_of(form))


def pass_on(request: CohortRequest, ref: str) -> HttpResponse:
    """Hand a hard text on."""
    return _passed(request, ref)


def _passed(request: CohortRequest, ref: str) -> HttpResponse:
    services.pass_on(assignment=own_or_404(request, ref), actor=request.user, now=clock.now())
    messages.success(request, _("Passed on. Take the time you need."))
    return HttpResponseRedirect(cohort_url(request.cohort, "review:queue"))


@never_cache
def asked(request: CohortRequest) -> HttpResponse:
    """What reviewers asked the organisers to look at: what waits, then what was answered."""
    only = request.GET.get("only", "open")
    labels = {"open": _("To be answered"), "answered": _("Answered"), "all": _("All")}
    only = only if only in labels else "open"
    rows = queries.asked(request.cohort, request.user, only="" if only == "all" else only)
    page = paginate(rows, request)
    context = {
        "page": page,
        "lines": [said(ask) for ask in page],
        "filters": [(code, label, code == only) for code, label in labels.items()],
        "only": only,
    }
    return render(request, "review/asked.html", context)


@never_cache
def answer(request: CohortRequest, ref: str) -> HttpResponse:
    """One ask with what may be done about it, and the answer to the reviewer."""
    ask = get_object_or_404(queries.asked(request.cohort, request.user), ref=ref)
    ask.assignment.cohort = request.cohort
    form = AnswerForm(posted(request))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            services.answer(ask=ask, actor=request.user, now=clock.now(), **form.cleaned_data)
        except Conflict as fault:
            show_refusal(form, fault)
            ask.refresh_from_db(fields=["answer", "answered_at"])
            status = 409
        else:
            messages.success(request, _("Answered. The reviewer reads this."))
            return HttpResponseRedirect(cohort_url(request.cohort, "review:answer", ref=ref))
    context = {
        **said(ask),
        "application": ask.assignment.application,
        "form": form,
        "spoken_of": words.spoken_of(queries.noted(ask.assignment.application, request.user).kinds),
    }
    return render(request, "review/answer.html", context, status=status or status_of(form))


@never_cache
def speaks_of(request: CohortRequest, ref: str) -> HttpResponse:
    """What the text of an application speaks of, set by an organiser."""
    rows = application_queries.submitted(request.cohort).exclude(applicant=request.user)
    application = get_object_or_404(rows, ref=ref)
    found = queries.noted(application, request.user)
    form = NoteForm(posted(request), initial={"kinds": found.kinds})
    if request.method == "POST" and form.is_valid():
        services.set_content_notes(
            cohort=request.cohort,
            application=application,
            actor=request.user,
            now=clock.now(),
            kinds=form.cleaned_data["kinds"],
        )
        messages.success(request, _("Saved. Whoever reads it next is told before it opens."))
        return HttpResponseRedirect(cohort_url(request.cohort, "review:reads", ref=ref))
    context = {"application": application, "form": form}
    return render(request, "review/speaks_of.html", context, status=status_of(form))
