"""Somebody who has asked in confidence, at each point of the way. The markers must never be seen elsewhere."""

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.applications.conftest import begin, fresh
from tests.cast import Cast
from tests.samples import a_wave, recorded
from tremplin.accommodations import queries
from tremplin.accommodations.models import Kind, Recording, Request
from tremplin.accommodations.services import pieces
from tremplin.accommodations.services.answering import Decision, answer
from tremplin.accommodations.services.asking import ask
from tremplin.accommodations.services.speaking import give_recording, transcribe
from tremplin.applications.models import Application

ASKED = "Heliotropewords"
ANSWERED = "Vermilionanswer"
REASON = "Ceruleanreason"
SPOKEN = "Saffronvoice"
TRANSCRIPT = "Turquoisetranscript"
MARKERS = (ASKED, ANSWERED, REASON, SPOKEN, TRANSCRIPT)

SAMPLES = {"ogg": "opus.ogg", "mp3": "voice.mp3", "m4a": "voice.m4a", "mp4": "film.mov", "webm": "film.webm"}


def sound(name: str = "voice.wav", *, kind: str = "wav", size: int = 2000) -> SimpleUploadedFile:
    """A recording; one whose samples are words to be found again, unless it is of another kind."""
    if kind != "wav":
        return SimpleUploadedFile(name, recorded(SAMPLES[kind]))
    return SimpleUploadedFile(name, a_wave(SPOKEN.encode().ljust(size - len(a_wave(b"")), b"\0")))


def draft(cast: Cast) -> Application:
    """The application of `cast.applicant`, begun if it was not."""
    own = Application.objects.filter(cohort=cast.cohort, applicant=cast.applicant).first()
    if own is None:
        return begin(cast)
    own.cohort, own.applicant = cast.cohort, cast.applicant
    return own


def now_of(cast: Cast) -> datetime:
    return cast.at("call_opens", days=1)


def asked(
    cast: Cast, *, kinds: tuple[str, ...] = ("time", "recording"), now: datetime | None = None
) -> Request:
    return ask(
        application=draft(cast),
        kinds=kinds,
        words=f"I need this: {ASKED}.",
        actor=cast.applicant,
        once="ask",
        now=now or now_of(cast),
    )


def granted(cast: Cast, *, now: datetime | None = None, until: datetime | None = None) -> Request:
    """Everything agreed to: more time until two days after the deadline, and recordings."""
    request = asked(cast, now=now)
    return answer(
        request=request,
        words=f"Of course. {ANSWERED}",
        decisions=[
            Decision(Kind.TIME, True, REASON, until or cast.at("call_closes", days=2)),
            Decision(Kind.RECORDING, True, REASON),
        ],
        seen=request.version,
        actor=cast.officer,
        once="answer",
        now=now or now_of(cast),
    )


def spoken(cast: Cast, *, question: str = "motivation", now: datetime | None = None) -> Recording:
    if not Request.objects.filter(application=draft(cast)).exists():
        granted(cast, now=now)
    return give_recording(
        application=draft(cast),
        question=question,
        upload=sound(),
        actor=cast.applicant,
        now=now or now_of(cast),
    )


def on_its_way(cast: Cast) -> dict[str, str]:
    """The reference of a recording of which nothing has arrived yet."""
    part = pieces.begin(
        request=granted(cast),
        question="motivation",
        name="voice.wav",
        size=200_000,
        sha256="0" * 64,
        actor=cast.applicant,
        now=now_of(cast),
    )
    return {"ref": part.ref}


def written(cast: Cast, *, question: str = "motivation", now: datetime | None = None) -> Recording:
    recording = spoken(cast, question=question, now=now)
    return transcribe(
        recording=stored(cast, recording),
        text=f"I said {TRANSCRIPT}.",
        seen=recording.version,
        actor=cast.officer,
        now=now or now_of(cast),
    )


def stored(cast: Cast, recording: Recording) -> Recording:
    """As the officer's page finds it."""
    found = queries.recording_of(cast.cohort, cast.officer, recording.ref)
    assert found is not None
    return found


def reopened(cast: Cast, request: Request) -> Request:
    found = queries.request_of(cast.cohort, cast.officer, request.ref)
    assert found is not None
    return found


def now_application(cast: Cast) -> Application:
    return fresh(draft(cast))


def words(answer_: Any) -> str:
    return str(answer_.content.decode())
