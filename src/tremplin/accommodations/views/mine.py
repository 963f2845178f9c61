"""What an applicant asks in confidence, and the recordings that they give."""

from collections.abc import Callable

from csp.constants import SELF
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.accommodations import queries, vault
from tremplin.accommodations.forms import AskForm, RecordingForm, TranscriptForm, WordForm
from tremplin.accommodations.models import Kind, Recording, RecordingState, Request
from tremplin.accommodations.rules import may_speak, minutes_for, spoken_questions
from tremplin.accommodations.services import asking, speaking
from tremplin.applications.models import Application
from tremplin.applications.views.common import can_be_written, deadline, own_or_404
from tremplin.core import clock
from tremplin.core.errors import Invalid, Stale
from tremplin.core.text import whole
from tremplin.core.ui.posting import show_refusal, status_of
from tremplin.core.ui.typed import forget_stored, let_back_bring, typed_into
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.schema import Question


def keep_words(request: HttpRequest, form: TranscriptForm, keep: Callable[[str, int], None]) -> str:
    """Hand the words of `form` to `keep`, with the version that the page showed; its refusal stands in the form.

    Returns the words that another window has stored meanwhile.
    """
    if form.is_valid():
        try:
            keep(form.cleaned_data["text"], whole(request.POST.get("version")))
        except Invalid as fault:
            show_refusal(form, fault)
        except Stale as fault:
            form.add_error(None, str(fault))
            return str(fault.current or "")
    return ""


def with_player(answer: HttpResponse) -> HttpResponse:
    """Let this one page play what this site serves, as `csp.decorators.csp_update` does for a whole view."""
    vars(answer)["_csp_update"] = {"media-src": [SELF]}
    return answer


def mine(request: CohortRequest) -> HttpResponse:
    """One short page: who reads it, what would help; later, what was asked, what was answered."""
    application = own_or_404(request)
    if request.method != "POST":
        return _page(request, application, AskForm())
    form = AskForm(request.POST)
    if form.is_valid():
        try:
            asking.ask(
                application=application,
                kinds=form.cleaned_data["kinds"],
                words=form.cleaned_data["words"],
                actor=request.user,
                once=request.POST.get("once", ""),
                now=clock.now(),
            )
        except Invalid as fault:
            show_refusal(form, fault)
            return _page(request, application, form)
        messages.success(
            request, _("Your request is sealed and on its way. A mail tells you when it is answered.")
        )
        return HttpResponseRedirect(cohort_url(request.cohort, "accommodations:mine"))
    return _page(request, application, form)


def _page(request: CohortRequest, application: Application, ask: AskForm) -> HttpResponse:
    cohort, now = request.cohort, clock.now()
    found = queries.own_request(application)
    context = {
        "application": application,
        "asked": found,
        "form": ask,
        "officers": queries.officers(cohort),
        "may_ask": can_be_written(application, now),
        "may_add": may_speak(cohort.dates, now),
        "parts": queries.parts_of(found) if found else [],
        "said": queries.said(found) if found else [],
        "speaking": _questions(application, found) if found else [],
        **deadline(cohort, now, application),
    }
    answer = render(request, "accommodations/mine.html", context, status=status_of(ask))
    if found:
        add_never_cache_headers(answer)
    else:
        let_back_bring(answer)  # nothing sealed stands here yet
    return answer


def _questions(application: Application, found: Request) -> list[tuple[Question, Recording | None]]:
    """The questions that may be spoken, each with its recording, where that was agreed to."""
    given = {row.question: row for row in found.recordings.all()}
    granted = queries.is_granted(found, Kind.RECORDING)
    return [
        (question, given.get(question.code))
        for question in spoken_questions(application.cohort.plan.application)
        if granted or question.code in given
    ]


@typed_into
def word(request: CohortRequest) -> HttpResponse:
    """Add something to what was asked, on a page that shows nothing sealed: so the browser may keep what is typed."""
    application = own_or_404(request)
    if request.method != "POST":
        if queries.own_request(application) is None or not may_speak(request.cohort.dates, clock.now()):
            return HttpResponseRedirect(cohort_url(request.cohort, "accommodations:mine"))
        return _word_page(request, WordForm())
    form = WordForm(request.POST)
    if not form.is_valid():
        return _word_page(request, form)
    try:
        asking.add_word(
            application=application,
            words=form.cleaned_data["words"],
            actor=request.user,
            once=request.POST.get("once", ""),
            now=clock.now(),
        )
    except Invalid as fault:
        show_refusal(form, fault)
        return _word_page(request, form)
    messages.success(request, _("Added. It is sealed like the rest."))
    return HttpResponseRedirect(cohort_url(request.cohort, "accommodations:mine"))


def _word_page(request: CohortRequest, form: WordForm) -> HttpResponse:
    return render(request, "accommodations/word.html", {"form": form}, status=status_of(form))


@never_cache
def take_back(request: CohortRequest) -> HttpResponse:
    """Erase everything that was asked, after being told what that means."""
    application = own_or_404(request)
    if request.method == "POST":
        asking.take_back(application=application, actor=request.user, now=clock.now())
        messages.success(request, _("Your request is erased, with every word and recording."))
        return HttpResponseRedirect(cohort_url(request.cohort, "applications:hub"))
    context = {"asked": queries.own_request(application), "application": application}
    return render(request, "accommodations/take_back.html", context)


def recording(request: CohortRequest, question: str) -> HttpResponse:
    """One spoken answer: give it, hear it, correct its transcript, make that the answer."""
    application = own_or_404(request)
    found = queries.own_request(application)
    asked = next(
        (row for row in spoken_questions(request.cohort.plan.application) if row.code == question), None
    )
    row = queries.own_recording(found, question) if found else None
    if found is None or asked is None or not (row or queries.is_granted(found, Kind.RECORDING)):
        raise Http404
    deeds = {"give": _give, "confirm": _confirm, "remove": _remove}
    if request.method == "POST":
        deed = deeds.get(request.POST.get("deed", ""), _give)
        return deed(request, application, found, asked, row)
    return _recording_page(request, application, found, asked, row)


def _give(
    request: CohortRequest, application: Application, found: Request, asked: Question, row: Recording | None
) -> HttpResponse:
    form = RecordingForm(request.POST, request.FILES)
    upload = request.FILES.get("recording")
    if not form.is_valid() or not isinstance(upload, UploadedFile):
        return _recording_page(request, application, found, asked, row, give=form)
    try:
        speaking.give_recording(
            application=application, question=asked.code, upload=upload, actor=request.user, now=clock.now()
        )
    except Invalid as fault:
        show_refusal(form, fault)
        return _recording_page(request, application, found, asked, row, give=form)
    messages.success(request, _("Your recording is here. A mail tells you when its transcript is written."))
    return _again(request, asked)


def _confirm(
    request: CohortRequest, application: Application, found: Request, asked: Question, row: Recording | None
) -> HttpResponse:
    form = TranscriptForm(request.POST)

    def confirm(text: str, seen: int) -> None:
        speaking.confirm(
            application=application,
            question=asked.code,
            text=text,
            seen=seen,
            actor=request.user,
            now=clock.now(),
        )

    other = keep_words(request, form, confirm)
    if form.is_valid():
        messages.success(
            request, _("These words are your answer now. Send your application when all is ready.")
        )
        answer = _again(request, asked)
        forget_stored(answer)
        return answer
    return _recording_page(request, application, found, asked, row, text=form, other=other)


def _remove(
    request: CohortRequest, application: Application, _found: Request, asked: Question, _row: Recording | None
) -> HttpResponse:
    speaking.remove_recording(
        application=application, question=asked.code, actor=request.user, now=clock.now()
    )
    messages.success(request, _("The recording is deleted."))
    return HttpResponseRedirect(cohort_url(request.cohort, "accommodations:mine"))


def _again(request: CohortRequest, asked: Question) -> HttpResponse:
    return HttpResponseRedirect(cohort_url(request.cohort, "accommodations:recording", question=asked.code))


def _recording_page(
    request: CohortRequest,
    application: Application,
    found: Request,
    asked: Question,
    row: Recording | None,
    *,
    give: RecordingForm | None = None,
    text: TranscriptForm | None = None,
    other: str = "",
) -> HttpResponse:
    now = clock.now()
    if text is None and row is not None and row.state != RecordingState.WAITING:
        text = TranscriptForm(initial={"text": _words(application, row)})
    errors = bool((give and give.errors) or (text and text.errors))
    context = {
        "application": application,
        "question": asked,
        "recording": row,
        "film": bool(row) and row is not None and row.file.kind in {"mp4", "webm"},
        "give": give or RecordingForm(),
        "text": text,
        "form": give if give and give.errors else text,
        "other": other,
        "open": can_be_written(application, now),
        "granted": queries.is_granted(found, Kind.RECORDING),
        "minutes": minutes_for(asked),
        "limit": settings.RECORDING_LIMIT // 1024 // 1024,
        **deadline(request.cohort, now, application),
    }
    answer = render(request, "accommodations/recording.html", context, status=422 if errors else 200)
    if text and context["open"]:
        let_back_bring(answer)  # what is corrected here is their own answer
    else:
        add_never_cache_headers(answer)
    return with_player(answer)


def _words(application: Application, row: Recording) -> str:
    """What stands in the box: the answer once it is confirmed, before that the transcript."""
    if row.state != RecordingState.CONFIRMED:
        return vault.transcript_of(row)
    answer = application.answers.get(row.question, "")
    return answer if isinstance(answer, str) else ""
