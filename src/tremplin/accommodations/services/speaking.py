"""Answers that are spoken: the recording, its transcript, and the words that reviewers read."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.accommodations import vault
from tremplin.accommodations.erased_again import RECORDING
from tremplin.accommodations.models import Recording, RecordingState, Request
from tremplin.accommodations.rules import (
    LONGEST_TRANSCRIPT,
    may_speak,
    spoken_questions,
    time_to_confirm,
)
from tremplin.accommodations.services.common import (
    held_for_officer,
    held_of,
    log,
    require_granted,
    tell_applicant,
    tell_officers,
)
from tremplin.applications.hooks import reading_begun
from tremplin.applications.models import Application
from tremplin.applications.services.common import own_locked, require_not_withdrawn, require_open
from tremplin.applications.services.more_time import give_time
from tremplin.applications.services.spoken import put_words
from tremplin.core import erasures, limits, recordings
from tremplin.core.errors import Conflict, Invalid, Stale
from tremplin.core.text import plain
from tremplin.people.models import User

_UPLOADS = limits.Rate("recordings given", burst=40, refill=timedelta(hours=1))


@transaction.atomic
def give_recording(
    *, application: Application, question: str, upload: "UploadedFile[Any]", actor: User, now: datetime
) -> Recording:
    """Answer a question by sound or film, in place of the recording that was there.

    What stands in the answer stays until a transcript is confirmed.

    Order: permission; it was agreed to; the call is open for this person; not too often; the file's content and
    size, and what it says of its recorder goes; it is sealed; the old recording goes; the new one; the room's own
    log; a mail to each officer.
    Raises NotAllowed, Late, Conflict, TooMany; Invalid under “recording”.
    """
    held = own_locked(application, actor)
    require_not_withdrawn(held)
    require_open(held.cohort, now, held.own_deadline, actor)
    request = granted_of(held)
    require_spoken(held, question)
    limits.require(_UPLOADS, actor.ref, now=now)
    stored = recordings.store(
        upload,
        owner_ref=actor.ref,
        max_bytes=settings.RECORDING_LIMIT,
        now=now,
        field="recording",
        lock=vault.lock_of(request),
    )
    for former in Recording.objects.filter(request=request, question=question):
        former.delete()
    kept = Recording.objects.create(request=request, question=question, file=stored, created_at=now)
    log(request=request, actor=actor, verb="accommodations.recording-given", now=now)
    tell_officers(request, f"recording:{kept.ref}", now)
    return kept


@transaction.atomic
def remove_recording(*, application: Application, question: str, actor: User, now: datetime) -> None:
    """Delete a recording and what was written of it. Words that were confirmed stay as the answer.

    Order: permission; the room's own log; the rows; the file once it is certain. Nothing happens when there is
    none. Raises NotAllowed.
    """
    held = own_locked(application, actor)
    request = held_of(held)
    found = Recording.objects.filter(request=request, question=question).first() if request else None
    if request is None or found is None:
        return
    log(request=request, actor=actor, verb="accommodations.recording-removed", now=now)
    erasures.note(RECORDING, found.ref, now=now)
    found.delete()


@transaction.atomic
def transcribe(*, recording: Recording, text: str, seen: int, actor: User, now: datetime) -> Recording:
    """Write down what was said, sealed, for the person to read and correct; the same text again changes nothing.

    Whoever would have fewer than three days for that gets them, as a deadline of their own: that writing takes
    its time is not their fault. Once they have confirmed their words, the officer changes nothing any more.

    Order: permission; nobody has changed it since; the sealed text; the deadline; the room's own log; a mail to
    the person. Raises NotAllowed, Conflict, Stale; Invalid under “text”.
    """
    request = held_for_officer(recording.request, actor)
    held = Recording.objects.select_for_update().get(pk=recording.pk)
    held.request = request
    cleaned = _clean(text)
    if held.state == RecordingState.WRITTEN and vault.transcript_of(held) == cleaned:
        return held
    _require_seen(held, seen)
    if held.state == RecordingState.CONFIRMED:
        raise Conflict(_("The person has confirmed their words; they alone can change them now."))
    if not may_speak(request.cohort.dates, now):
        raise Conflict(_("The decisions are out, so nothing can be changed any more."))
    vault.seal_transcript(held, cleaned)
    held.state, held.version = RecordingState.WRITTEN, held.version + 1
    held.save(update_fields=["transcript", "state", "version"])
    _leave_time(request.application, actor, now)
    log(request=request, actor=actor, verb="accommodations.transcribed", now=now)
    tell_applicant(request, f"transcript:{held.ref}:{held.version}", now)
    return held


@transaction.atomic
def confirm(
    *, application: Application, question: str, text: str, seen: int, actor: User, now: datetime
) -> Application:
    """Make the transcript, corrected or not, the answer that reviewers read; it is held to no limit of length.

    Order: permission; the call is open for this person; the transcript that they saw; the answer; the sealed copy
    goes; the room's own log. Raises NotAllowed, Late, Conflict, Stale; Invalid under “text”.
    """
    held = own_locked(application, actor)
    require_not_withdrawn(held)
    require_open(held.cohort, now, held.own_deadline, actor)
    request = held_of(held)
    row = Recording.objects.filter(request=request, question=question).first() if request else None
    if request is None or row is None:
        raise Conflict(_("This recording is gone, perhaps in another window."))
    cleaned = _clean(text)
    if row.state == RecordingState.CONFIRMED and held.answers.get(question) == cleaned:
        return held  # pressed twice
    _require_seen(row, seen)
    if row.state == RecordingState.WAITING:
        raise Conflict(_("The transcript is not written yet."), _("A mail tells you when it is."))
    kept = put_words(application=held, question=question, text=cleaned, actor=actor, now=now)
    row.state, row.version, row.transcript = RecordingState.CONFIRMED, row.version + 1, b""
    row.save(update_fields=["transcript", "state", "version"])
    log(request=request, actor=actor, verb="accommodations.confirmed", now=now)
    return kept


def granted_of(application: Application) -> Request:
    """The request, locked. Raises Conflict when it is gone, or recordings were not agreed to."""
    request = held_of(application)
    if request is None:
        raise Conflict(_("You have taken your request back, perhaps in another window."))
    require_granted(request)
    return request


def require_spoken(application: Application, code: str) -> None:
    """Raises Invalid under “recording” for a question that is not answered by speaking."""
    if code not in {question.code for question in spoken_questions(application.cohort.plan.application)}:
        raise Invalid({"recording": [_("This question cannot be answered by a recording.")]})


def _clean(text: str) -> str:
    cleaned = plain(text).strip()
    if not cleaned:
        raise Invalid({"text": [_("Write what is said in the recording.")]})
    if len(cleaned) > LONGEST_TRANSCRIPT:
        raise Invalid({"text": [_("This text is too long to be kept. Shorten it and save again.")]})
    return cleaned


def _require_seen(recording: Recording, seen: int) -> None:
    if recording.version != seen:
        raise Stale(
            _("The transcript was changed since you opened this page, so yours was not saved yet."),
            _("Compare both texts below, mend yours, and save it once more."),
            current=vault.transcript_of(recording),
        )


def _leave_time(application: Application, actor: User, now: datetime) -> None:
    """Time to confirm, where the deadline would leave too little; none once somebody reads what was sent."""
    until = time_to_confirm(application.cohort.dates, application.own_deadline, now)
    if until is not None and not reading_begun(application):
        give_time(application=application, until=until, why=None, actor=actor, now=now)
