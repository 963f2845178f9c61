"""What the accommodation officer reads, answers, listens to and writes down."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.accommodations import queries, vault
from tremplin.accommodations.forms import AnswerForm, TranscriptForm
from tremplin.accommodations.models import Recording, RecordingState, Request
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
from tremplin.core.ui.typed import forget_stored, let_back_bring
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
    """One request, opened: what was asked and what was said. The answer is typed on a page of its own."""
    found = _asked(request, ref)
    cohort = request.cohort
    context = {
        "asked": found,
        "parts": queries.parts_of(found),
        "said": queries.said(found),
        "recordings": [(row, _label(request, row)) for row in found.recordings.all()],
        "may_decide": may_speak(cohort.dates, clock.now()),
        "closes": closes_for(found.application),
        "everybodys": cohort.dates["call_closes"],
        "zone": zone_of(cohort),
    }
    return render(request, "accommodations/request.html", context)


def _asked(request: CohortRequest, ref: str) -> Request:
    found = queries.request_of(request.cohort, request.user, ref)
    if found is None:
        raise Http404
    return found


def answer(request: CohortRequest, ref: str) -> HttpResponse:
    """Answer a request, on a page that shows nothing sealed: so the browser may keep what is typed."""
    found = _asked(request, ref)
    parts = {row.part.kind: row.part for row in queries.parts_of(found)}
    late = not may_speak(request.cohort.dates, clock.now())
    if request.method != "POST":
        form = AnswerForm(cohort=request.cohort, parts=parts, words_alone=late)
        return _answer_page(request, found, form, read=whole(request.GET.get("read")) or found.version)
    form = AnswerForm(request.POST, cohort=request.cohort, parts=parts, words_alone=late)
    read, overtaken = whole(request.POST.get("version")), False
    if form.is_valid():
        try:
            answering.answer(
                request=found,
                words=form.cleaned_data["words"],
                decisions=form.decisions(),
                seen=read,
                actor=request.user,
                once=request.POST.get("once", ""),
                now=clock.now(),
            )
        except Invalid as fault:
            show_refusal(form, fault)
        except Stale as fault:
            form.add_error(None, str(fault))
            overtaken = True
        else:
            messages.success(
                request, _("Your answer is sealed and can be read. A mail says that it is there.")
            )
            return HttpResponseRedirect(cohort_url(request.cohort, "accommodations:list"))
    return _answer_page(request, found, form, read=read, overtaken=overtaken)


def _answer_page(
    request: CohortRequest, found: Request, form: AnswerForm, *, read: int, overtaken: bool = False
) -> HttpResponse:
    """`read`: the version that the officer has seen; `overtaken`: something was added, which is shown here then."""
    context = {
        "asked": found,
        "form": form,
        "version": found.version if overtaken else read,
        "said": queries.said(found) if overtaken else [],
        "may_decide": may_speak(request.cohort.dates, clock.now()),
        "zone": zone_of(request.cohort),
    }
    shown = render(request, "accommodations/answer.html", context, status=status_of(form))
    if overtaken:
        add_never_cache_headers(shown)
    else:
        let_back_bring(shown)
    return shown


def _label(request: CohortRequest, row: Recording) -> str:
    found = question_of(request.cohort.plan.application, row.question)
    return say(found[1].label) if found else row.question


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
        answer = HttpResponseRedirect(
            cohort_url(request.cohort, "accommodations:request", ref=found.request.ref)
        )
        forget_stored(answer)
        return answer
    return _transcript_page(request, found, form, other)


def _transcript_page(
    request: CohortRequest, found: Recording, form: TranscriptForm, other: str = ""
) -> HttpResponse:
    """What is written stands to be read; it stands in a box, which the browser keeps, once somebody corrects it."""
    open_to_it = may_speak(request.cohort.dates, clock.now()) and found.state != RecordingState.CONFIRMED
    typed = open_to_it and (
        found.state == RecordingState.WAITING or request.method == "POST" or "correct" in request.GET
    )
    context = {
        "recording": found,
        "asked": found.request,
        "label": _label(request, found),
        "film": found.file.kind in {"mp4", "webm"},
        "form": form,
        "other": other,
        "may_write": open_to_it,
        "typed": typed,
    }
    answer = with_player(render(request, "accommodations/transcript.html", context, status=status_of(form)))
    if typed and not other:
        let_back_bring(answer)
    else:
        add_never_cache_headers(answer)
    return answer


def file(request: CohortRequest, ref: str) -> HttpResponseBase:
    """A sound or film, for who gave it and for the officer."""
    found = queries.audible_file(request.user, request.cohort, ref)
    if found is None:
        raise Http404
    name = f"recording-{found.ref.upper()}"
    return recordings.response(found, name=name, wanted=request.headers.get("Range", ""))
