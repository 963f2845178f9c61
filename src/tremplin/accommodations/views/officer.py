"""What the accommodation officer reads, answers, listens to and writes down."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.accommodations import queries, vault
from tremplin.accommodations.forms import AnswerForm, TranscriptForm
from tremplin.accommodations.models import Recording, Request
from tremplin.accommodations.rules import may_speak
from tremplin.accommodations.services import answering, speaking
from tremplin.accommodations.views.mine import keep_words, with_player
from tremplin.applications.rules.form import question_of
from tremplin.applications.states import closes_for, zone_of
from tremplin.core import clock, recordings
from tremplin.core.errors import Invalid, Stale
from tremplin.core.pages import paginate
from tremplin.core.text import say, whole
from tremplin.core.ui.posting import show_refusal, status_of
from tremplin.programmes.http import CohortRequest, cohort_url


@never_cache
def requests(request: CohortRequest) -> HttpResponse:
    """Who asked, since when they wait; nothing of what they asked."""
    only = request.GET.get("only", "")
    page = paginate(queries.requests(request.cohort, request.user, only=only), request)
    for row in page.object_list:
        row.application.cohort = request.cohort
    context = {
        "page": page,
        "rows": [(row, closes_for(row.application)) for row in page.object_list],
        "only": only if only in {"waiting", "recordings"} else "",
        "zone": zone_of(request.cohort),
    }
    return render(request, "accommodations/list.html", context)


@never_cache
def request(request: CohortRequest, ref: str) -> HttpResponse:
    """One request, opened: what was asked, what was said, and the answer to give."""
    found = queries.request_of(request.cohort, request.user, ref)
    if found is None:
        raise Http404
    parts = {row.part.kind: row.part for row in queries.parts_of(found)}
    late = not may_speak(request.cohort.dates, clock.now())
    if request.method != "POST":
        return _request_page(request, found, AnswerForm(cohort=request.cohort, parts=parts, words_alone=late))
    form = AnswerForm(request.POST, cohort=request.cohort, parts=parts, words_alone=late)
    if form.is_valid():
        try:
            answering.answer(
                request=found,
                words=form.cleaned_data["words"],
                decisions=form.decisions(),
                seen=whole(request.POST.get("version")),
                actor=request.user,
                once=request.POST.get("once", ""),
                now=clock.now(),
            )
        except Invalid as fault:
            show_refusal(form, fault)
        except Stale as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(
                request, _("Your answer is sealed and can be read. A mail says that it is there.")
            )
            return HttpResponseRedirect(cohort_url(request.cohort, "accommodations:list"))
    return _request_page(request, found, form)


def _request_page(request: CohortRequest, found: Request, form: AnswerForm) -> HttpResponse:
    cohort = request.cohort
    context = {
        "asked": found,
        "form": form,
        "parts": queries.parts_of(found),
        "said": queries.said(found),
        "recordings": [(row, _label(request, row)) for row in found.recordings.all()],
        "may_decide": may_speak(cohort.dates, clock.now()),
        "closes": closes_for(found.application),
        "everybodys": cohort.dates["call_closes"],
        "zone": zone_of(cohort),
    }
    return render(request, "accommodations/request.html", context, status=status_of(form))


def _label(request: CohortRequest, row: Recording) -> str:
    found = question_of(request.cohort.plan.application, row.question)
    return say(found[1].label) if found else row.question


@never_cache
def transcript(request: CohortRequest, ref: str) -> HttpResponse:
    """Listen, and write down what is said."""
    found = queries.recording_of(request.cohort, request.user, ref)
    if found is None:
        raise Http404
    if request.method != "POST":
        return _transcript_page(request, found, TranscriptForm(initial={"text": vault.transcript_of(found)}))
    form = TranscriptForm(request.POST)

    def transcribe(text: str, seen: int) -> None:
        speaking.transcribe(recording=found, text=text, seen=seen, actor=request.user, now=clock.now())

    other = keep_words(request, form, transcribe)
    if form.is_valid():
        messages.success(request, _("The transcript is sealed. The person reads, corrects and confirms it."))
        return HttpResponseRedirect(
            cohort_url(request.cohort, "accommodations:request", ref=found.request.ref)
        )
    return _transcript_page(request, found, form, other)


def _transcript_page(
    request: CohortRequest, found: Recording, form: TranscriptForm, other: str = ""
) -> HttpResponse:
    context = {
        "recording": found,
        "asked": found.request,
        "label": _label(request, found),
        "film": found.file.kind in {"mp4", "webm"},
        "form": form,
        "other": other,
        "may_write": may_speak(request.cohort.dates, clock.now()),
    }
    return with_player(render(request, "accommodations/transcript.html", context, status=status_of(form)))


def file(request: CohortRequest, ref: str) -> HttpResponseBase:
    """A sound or film, for who gave it and for the officer."""
    found = queries.audible_file(request.user, request.cohort, ref)
    if found is None:
        raise Http404
    name = f"recording-{found.ref.upper()}"
    return recordings.response(found, name=name, wanted=request.headers.get("Range", ""))
