"""What stands on an applicant's own pages: the way to ask in confidence, and to speak instead of writing."""

from datetime import datetime

from django.utils.translation import gettext as _

from tremplin.accommodations import queries
from tremplin.accommodations.models import Kind, Recording, RecordingState, Request, RequestState
from tremplin.accommodations.rules import spoken_questions
from tremplin.applications.hooks import Beside, Help
from tremplin.applications.models import Application
from tremplin.applications.states import phase_for
from tremplin.programmes.http import cohort_url


def help_for(application: Application, now: datetime) -> Help | None:
    """A line for the writer of `application`, and one beside each question that may be spoken. Three queries when
    something was asked, else none."""
    request = queries.own_request(application)
    href = cohort_url(application.cohort, "accommodations:mine")
    if request is None:
        if phase_for(application, now) != "open":
            return None
        line = _("Organisers and reviewers do not see it.")
        return Help(line, _("Ask in confidence for more time or another format"), href)
    return Help(
        _line(request),
        _("What you asked in confidence"),
        href,
        urgent=request.state == RequestState.ANSWERED or _to_confirm(request),
        questions=_besides(application, request),
        before_sending=_before_sending(request),
    )


def _to_confirm(request: Request) -> bool:
    return any(row.state == RecordingState.WRITTEN for row in request.recordings.all())


def _before_sending(request: Request) -> str:
    """What is still awaited, so that nobody sends believing that it came along."""
    if any(row.state != RecordingState.CONFIRMED for row in request.recordings.all()):
        return _("A recording that you gave is not an answer yet: you have to confirm its transcript first.")
    if request.state == RequestState.WAITING:
        return _(
            "What you asked in confidence waits for an answer. Sending does not take it back, and until your "
            "deadline you may change what you sent."
        )
    return ""


def _line(request: Request) -> str:
    if _to_confirm(request):
        return _("A transcript is written: read it, correct it, and make it your answer.")
    if request.state == RequestState.ANSWERED:
        return _("There is an answer.")
    return _("It waits for an answer.")


def _besides(application: Application, request: Request) -> dict[str, Beside]:
    given = {row.question: row for row in request.recordings.all()}
    granted = queries.is_granted(request, Kind.RECORDING)
    found = {}
    for question in spoken_questions(application.cohort.plan.application):
        href = cohort_url(application.cohort, "accommodations:recording", question=question.code)
        if question.code in given:
            found[question.code] = _spoken(given[question.code], href)
        elif granted:
            line = _("You may speak your answer instead of writing it.")
            found[question.code] = Beside(line, _("Give a recording"), href)
    return found


def _spoken(recording: Recording, href: str) -> Beside:
    line, label = {
        RecordingState.WAITING: (
            _("Your recording is here. Its transcript is being written; a mail tells you when it is."),
            _("Listen to it, replace it or remove it"),
        ),
        RecordingState.WRITTEN: (
            _("The transcript of your recording is written. It is not your answer before you confirm it."),
            _("Read, correct and confirm it"),
        ),
        RecordingState.CONFIRMED: (
            _("These are your words, from your recording. No limit of length counts for them."),
            _("Correct them, or replace the recording"),
        ),
    }[RecordingState(recording.state)]
    return Beside(line, label, href, instead=True)
