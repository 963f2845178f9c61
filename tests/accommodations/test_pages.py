"""The pages, as an applicant and an officer meet them: empty, wrong, late, twice, in a second window."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.accommodations import world
from tests.accommodations.world import ASKED, TRANSCRIPT, words
from tests.applications.conftest import begin
from tests.cast import Cast, person
from tests.visiting import Clock, content_of, hidden, page, signed_in
from tremplin.accommodations.models import Kind, Part, Recording, Request, Word
from tremplin.accommodations.services.asking import ask
from tremplin.core.models import StoredFile
from tremplin.core.outbox.models import OutboxMessage
from tremplin.programmes import services
from tremplin.programmes.roles import Role

MINE, LIST = "accommodations:mine", "accommodations:list"


def test_the_way_leads_from_the_application_to_one_short_page(cast: Cast, clock: Clock) -> None:
    begin(cast)
    client = signed_in(cast.applicant)
    hub = words(client.get(page(cast, "applications:hub")))
    assert page(cast, MINE) in hub
    text = words(client.get(page(cast, MINE)))
    assert "Odile Officer" in text
    assert "also organises" not in text
    assert "No proof is asked" in text


def test_the_page_says_if_the_officer_organises_too_and_if_there_is_none(cast: Cast, clock: Clock) -> None:
    begin(cast)
    client = signed_in(cast.applicant)
    services.grant(
        user=cast.officer, cohort=cast.cohort, role=Role.ORGANISER, actor=cast.organiser, now=clock.at
    )
    assert "also organises" in words(client.get(page(cast, MINE)))
    services.revoke(
        user=cast.officer, cohort=cast.cohort, role=Role.OFFICER, actor=cast.organiser, now=clock.at
    )
    assert "Nobody has this task yet" in words(client.get(page(cast, MINE)))


def test_what_is_being_typed_survives_going_back_and_what_is_sealed_is_not_kept(
    cast: Cast, clock: Clock
) -> None:
    begin(cast)
    client = signed_in(cast.applicant)
    # Firefox forgets the fields of a page that must not be stored: on a dead line the words would be gone.
    for answer in (client.get(page(cast, MINE)), client.post(page(cast, MINE), {"words": ""})):
        assert answer["Cache-Control"] == "private, no-cache"
    world.asked(cast)
    assert "no-store" in client.get(page(cast, MINE))["Cache-Control"]


def test_asking_seals_the_words_and_tells_the_officer_that_there_is_something(
    cast: Cast, clock: Clock
) -> None:
    begin(cast)
    client = signed_in(cast.applicant)
    once = hidden(words(client.get(page(cast, MINE))))
    data = {**once, "kinds": ["time", "other"], "words": f"A week more, {ASKED}"}
    for _twice in range(2):
        answer = client.post(page(cast, MINE), data, follow=True)
        assert answer.status_code == 200
    request = Request.objects.get()
    assert {part.kind for part in request.parts.all()} == {"time", "other"}
    assert ASKED.encode() not in bytes(Word.objects.get().text)
    assert ASKED in words(answer)
    assert [mail.to for mail in OutboxMessage.objects.filter(kind="question-waiting")] == [cast.officer.email]


def test_a_second_window_learns_that_it_was_asked_already(cast: Cast, clock: Clock) -> None:
    begin(cast)
    client = signed_in(cast.applicant)
    once = hidden(words(client.get(page(cast, MINE))))
    client.post(page(cast, MINE), {**once, "kinds": ["time"]})
    answer = client.post(page(cast, MINE), {**once, "once": "another", "kinds": ["format"], "words": ASKED})
    assert answer.status_code == 409
    assert ASKED in words(answer)  # nothing typed is lost
    assert Part.objects.get().kind == "time"


def test_a_form_without_a_choice_or_without_words_says_what_is_missing(cast: Cast, clock: Clock) -> None:
    begin(cast)
    client = signed_in(cast.applicant)
    nothing = client.post(page(cast, MINE), {"words": ASKED})
    assert nothing.status_code == 422
    assert "Choose at least one thing" in words(nothing)
    assert ASKED in words(nothing)
    other = client.post(page(cast, MINE), {"kinds": ["other"], "words": " "})
    assert other.status_code == 422
    assert "Say in a few words" in words(other)
    long = client.post(page(cast, MINE), {"kinds": ["time"], "words": "x" * 4001})
    assert "longer than we can keep" in words(long)
    assert not Request.objects.exists()


def test_after_the_deadline_nobody_asks_anew(cast: Cast, clock: Clock) -> None:
    begin(cast)
    client = signed_in(cast.applicant)
    clock.at = cast.at("call_closes", minutes=31)
    text = words(client.get(page(cast, MINE)))
    assert "not open for you now" in text
    assert client.post(page(cast, MINE), {"kinds": ["time"]}).status_code == 409


def test_words_are_added_and_everything_is_taken_back(cast: Cast, clock: Clock) -> None:
    world.spoken(cast)
    client = signed_in(cast.applicant)
    once = hidden(words(client.get(page(cast, "accommodations:word"))))
    assert client.post(page(cast, "accommodations:word"), {**once, "words": " "}).status_code == 422
    for _twice in range(2):
        client.post(page(cast, "accommodations:word"), {**once, "words": "One more thing"})
    assert words(client.get(page(cast, MINE))).count("One more thing") == 1
    path = StoredFile.objects.get(kind="wav").path
    assert "Erase it" in words(client.get(page(cast, "accommodations:take-back")))
    client.post(page(cast, "accommodations:take-back"))
    assert not Request.objects.exists()
    assert not Word.objects.exists()
    assert not Recording.objects.exists()
    assert not StoredFile.objects.filter(path=path).exists()
    assert "nothing to erase" in words(client.get(page(cast, "accommodations:take-back")))
    assert client.post(page(cast, "accommodations:word"), {"words": "Too late"}).status_code == 409
    assert client.post(page(cast, "accommodations:take-back")).status_code == 302


def test_the_officer_s_list_is_empty_then_full_then_filtered(cast: Cast, clock: Clock) -> None:
    client = signed_in(cast.officer)
    assert "Nobody has asked for anything yet" in words(client.get(page(cast, LIST)))
    world.granted(cast)
    assert "Nothing waits" in words(client.get(page(cast, LIST) + "?only=waiting"))
    world.spoken(cast)
    assert "Ada Applicant" in words(client.get(page(cast, LIST) + "?only=recordings"))


def many(cast: Cast, count: int) -> None:
    for number in range(count):
        writer = person(f"Writer {number} of {count}")
        ask(
            application=begin(cast, writer),
            kinds=["time"],
            words=ASKED,
            actor=writer,
            once="",
            now=world.now_of(cast),
        )


def test_the_list_asks_the_database_as_often_for_one_as_for_sixty(cast: Cast, clock: Clock) -> None:
    client = signed_in(cast.officer)
    counts = []
    for more in (1, 59):
        many(cast, more)
        with CaptureQueriesContext(connection) as asked:
            text = words(client.get(page(cast, LIST)))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
    assert "?page=2" in text


def test_the_officer_answers_part_by_part(cast: Cast, clock: Clock) -> None:
    request = world.asked(cast, kinds=("time", "format"))
    client = signed_in(cast.officer)
    assert ASKED in words(client.get(page(cast, "accommodations:request", ref=request.ref)))
    address = page(cast, "accommodations:answer", ref=request.ref)
    fields = hidden(words(client.get(address)))
    missing = client.post(address, {**fields, "time": "yes", "format": "no", "words": "Hello"})
    assert missing.status_code == 422
    assert "Choose until when" in words(missing)
    day = f"{cast.at('call_closes', days=3):%Y-%m-%d}"
    data = {**fields, "time": "yes", "day": day, "hour": "18:00", "format": "no"}
    no_reason = client.post(address, data)
    assert "Say why not" in words(no_reason)
    data |= {"format_reason": "We have no printer", "recording": "yes", "words": "Hello"}
    for _twice in range(2):
        assert client.post(address, data).status_code == 302
    states = {part.kind: part.state for part in Part.objects.filter(request=request)}
    assert states == {"time": "granted", "format": "declined", "recording": "granted"}
    assert Word.objects.filter(by_officer=True).count() == 1
    assert OutboxMessage.objects.filter(kind="answer-waiting").count() == 1
    mine = words(signed_in(cast.applicant).get(page(cast, MINE)))
    assert "We have no printer" in mine
    assert "Offered to you" in mine
    assert "Why deep learning, why now?" in mine


def test_an_officer_does_not_answer_what_they_have_not_read(cast: Cast, clock: Clock) -> None:
    request = world.asked(cast)
    client = signed_in(cast.officer)
    address = page(cast, "accommodations:answer", ref=request.ref)
    read = f"?read={request.version}"
    assert address + read in words(client.get(page(cast, "accommodations:request", ref=request.ref)))
    signed_in(cast.applicant).post(page(cast, "accommodations:word"), {"words": "Never mind the recording"})
    fields = hidden(words(client.get(address + read)))  # opened from the page as it was
    answer = client.post(address, {**fields, "words": "My long answer"})
    assert answer.status_code == 422
    text = words(answer)
    assert "Something was added" in text
    assert "My long answer" in text
    assert "Never mind the recording" in text
    again = {**fields, **hidden(text), "words": "My long answer"}
    assert client.post(address, again).status_code == 302


def test_nobody_answers_their_own_request(cast: Cast, clock: Clock) -> None:
    request = world.asked(cast)
    services.grant(
        user=cast.applicant, cohort=cast.cohort, role=Role.OFFICER, actor=cast.organiser, now=clock.at
    )
    client = signed_in(cast.applicant)
    address = page(cast, "accommodations:answer", ref=request.ref)
    fields = hidden(words(client.get(address)))
    assert client.post(address, {**fields, "words": "Yes to all"}).status_code == 403


def test_a_recording_is_given_written_down_corrected_and_becomes_the_answer(cast: Cast, clock: Clock) -> None:
    world.granted(cast)
    client, officer = signed_in(cast.applicant), signed_in(cast.officer)
    section = page(cast, "applications:section", section="essays")
    assert "You may speak your answer" in words(client.get(section))
    address = page(cast, "accommodations:recording", question="motivation")
    text = words(client.get(address))
    assert "About 2 minutes" in text
    assert "up to 25 MB" in text
    assert client.post(address, {"deed": "give", "recording": world.sound()}).status_code == 302
    assert "transcript is being written" in words(client.get(section))
    recording = Recording.objects.get()
    confirm = {"deed": "confirm", "version": "1", "text": "I confirm too early"}
    assert client.post(address, confirm).status_code == 409
    desk = words(officer.get(page(cast, "desk")))
    assert "1 recording waits" in desk
    writing = page(cast, "accommodations:transcript", ref=recording.ref)
    fields = hidden(words(officer.get(writing)))
    empty = officer.post(writing, {**fields, "text": " "})
    assert empty.status_code == 422
    long = f"{TRANSCRIPT} " * 100  # far above the limit of the question
    for _twice in range(2):
        assert officer.post(writing, {**fields, "text": long}).status_code == 302
    assert OutboxMessage.objects.filter(kind="answer-waiting").count() == 2
    assert "not your answer before you confirm it" in words(client.get(section))
    fields = hidden(words(client.get(address)))
    data = {"deed": "confirm", "version": "2", "text": long + "corrected"}
    for _twice in range(2):
        assert client.post(address, data).status_code == 302
    own = world.now_application(cast)
    assert own.answers["motivation"] == long + "corrected"
    assert own.uncounted == ["motivation"]
    assert "These are your words" in words(client.get(section))
    assert not bytes(Recording.objects.get().transcript)
    confirmed = officer.post(writing, {"version": "3", "text": "Something else"})
    assert confirmed.status_code == 409


def test_the_text_of_a_second_window_is_not_lost(cast: Cast, clock: Clock) -> None:
    world.written(cast)
    client, officer = signed_in(cast.applicant), signed_in(cast.officer)
    address = page(cast, "accommodations:recording", question="motivation")
    writing = page(cast, "accommodations:transcript", ref=Recording.objects.get().ref)
    officer.post(writing, {"version": "2", "text": "The better transcript"})
    answer = client.post(address, {"deed": "confirm", "version": "2", "text": "My own correction"})
    assert answer.status_code == 422
    assert "The better transcript" in words(answer)
    assert "My own correction" in words(answer)
    late = officer.post(writing, {"version": "2", "text": "From the old window"})
    assert late.status_code == 422
    assert "From the old window" in words(late)
    assert "The better transcript" in words(late)


@pytest.mark.parametrize("kind", ["wav", *sorted(world.SAMPLES)])
def test_each_kind_of_recording_is_taken_and_played_to_its_giver_alone(
    cast: Cast, clock: Clock, kind: str
) -> None:
    world.granted(cast)
    client = signed_in(cast.applicant)
    address = page(cast, "accommodations:recording", question="motivation")
    upload = world.sound(f"voice.{kind}", kind=kind)
    assert client.post(address, {"deed": "give", "recording": upload}).status_code == 302
    text = words(client.get(address))
    assert ("<video" if kind in {"mp4", "webm"} else "<audio") in text
    assert "media-src 'self'" in client.get(address)["Content-Security-Policy"]
    file = page(cast, "accommodations:file", ref=StoredFile.objects.get(kind=kind).ref)
    answer = client.get(file)
    content = content_of(answer)
    size = len(content)
    assert size == StoredFile.objects.get(kind=kind).size > 2000 - (kind == "wav")
    assert b"Marker" not in content
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"].startswith("sandbox")
    part = client.get(file, headers={"Range": "bytes=0-3"})
    assert (part.status_code, content_of(part)) == (206, content[:4])
    tail = client.get(file, headers={"Range": "bytes=-10"})
    assert tail["Content-Range"] == f"bytes {size - 10}-{size - 1}/{size}"
    assert content_of(tail) == content[-10:]
    assert client.get(file, headers={"Range": "bytes=50000-"}).status_code == 416
    for other, status in (
        (cast.organiser, 403),
        (cast.reviewer, 403),
        (cast.observer, 403),
        (cast.stranger, 404),
    ):
        assert signed_in(other).get(file).status_code == status
    heard = signed_in(cast.officer).get(file)
    assert heard.status_code == 200
    assert content_of(heard) == content


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("voice.mp3", b"", "empty"),
        ("voice.mp3", b"%PDF-1.7 not a voice", "no recording that we can play"),
        ("voice.mp4", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "no recording that we can play"),
        ("voice.wav", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "no recording that we can play"),
        ("voice.mp3", b"\xff\xf1\x50\x80AAC", "no recording that we can play"),
        ("voice.html", b"<script>alert(1)</script>", "no recording that we can play"),
    ],
)
def test_what_is_no_recording_is_refused(
    cast: Cast, clock: Clock, name: str, content: bytes, says: str
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    world.granted(cast)
    address = page(cast, "accommodations:recording", question="motivation")
    data = {"deed": "give", "recording": SimpleUploadedFile(name, content)}
    answer = signed_in(cast.applicant).post(address, data)
    assert answer.status_code == 422
    assert says in words(answer)
    assert not Recording.objects.exists()


def test_a_recording_above_the_limit_is_refused_with_the_limit(
    cast: Cast, clock: Clock, settings: Settings
) -> None:
    settings.RECORDING_LIMIT = 1024 * 1024
    world.granted(cast)
    address = page(cast, "accommodations:recording", question="motivation")
    answer = signed_in(cast.applicant).post(
        address, {"deed": "give", "recording": world.sound(size=1024 * 1024 + 1)}
    )
    assert answer.status_code == 422
    assert "larger than 1 megabyte" in words(answer)


def test_without_agreement_there_is_no_page_for_recordings(cast: Cast, clock: Clock) -> None:
    world.asked(cast, kinds=("time",))
    client = signed_in(cast.applicant)
    for question in ("motivation", "full_name", "nothing"):
        assert client.get(page(cast, "accommodations:recording", question=question)).status_code == 404


def test_replacing_and_deleting_a_recording_deletes_its_file(cast: Cast, clock: Clock) -> None:
    world.written(cast)
    first = StoredFile.objects.get(kind="wav")
    client = signed_in(cast.applicant)
    address = page(cast, "accommodations:recording", question="motivation")
    client.post(address, {"deed": "give", "recording": world.sound()})
    assert not StoredFile.objects.filter(pk=first.pk).exists()
    assert Recording.objects.get().state == "waiting"
    for _twice in range(2):
        answer = client.post(address, {"deed": "remove"})
    assert answer.status_code in {302, 404}
    assert not Recording.objects.exists()
    assert not StoredFile.objects.filter(kind="wav").exists()


def test_answering_by_recording_can_be_declined_after_all(cast: Cast, clock: Clock) -> None:
    recording = world.spoken(cast)
    client = signed_in(cast.officer)
    address = page(cast, "accommodations:answer", ref=recording.request.ref)
    fields = hidden(words(client.get(address)))
    data = {**fields, "recording": "no", "recording_reason": "We found a better way"}
    assert client.post(address, data).status_code == 302
    upload = {"deed": "give", "recording": world.sound()}
    address = page(cast, "accommodations:recording", question="motivation")
    assert signed_in(cast.applicant).post(address, upload).status_code == 409


def test_organisers_are_told_to_name_somebody_and_nothing_else(cast: Cast, clock: Clock) -> None:
    organiser = signed_in(cast.organiser)
    assert "Nobody is there for accommodations" not in words(organiser.get(page(cast, "desk")))
    services.revoke(
        user=cast.officer, cohort=cast.cohort, role=Role.OFFICER, actor=cast.organiser, now=clock.at
    )
    assert "Nobody is there for accommodations" in words(organiser.get(page(cast, "desk")))


def test_the_officer_s_desk_counts_what_waits(cast: Cast, clock: Clock) -> None:
    world.asked(cast)
    client = signed_in(cast.officer)
    assert "1 person asked something in confidence" in words(client.get(page(cast, "desk")))


def test_all_of_it_speaks_french(cast: Cast, clock: Clock) -> None:
    recording = world.written(cast)
    client, officer = signed_in(cast.applicant), signed_in(cast.officer)
    mine = words(client.get(page(cast, MINE) + "?lang=fr"))
    assert "Qui lit ceci" in mine
    for address in (
        page(cast, "accommodations:recording", question="motivation"),
        page(cast, "accommodations:take-back"),
        page(cast, "applications:section", section="essays"),
        page(cast, "applications:hub"),
    ):
        text = words(client.get(address + "?lang=fr"))
        assert '<html lang="fr"' in text
        assert not re.search(r">[^<]*\b(transcript|recording)\b[^<]*<", text), address
    for address in (
        page(cast, LIST),
        page(cast, "accommodations:request", ref=recording.request.ref),
        page(cast, "accommodations:answer", ref=recording.request.ref),
        page(cast, "accommodations:transcript", ref=recording.ref),
    ):
        text = words(officer.get(address + "?lang=fr"))
        assert "confiance" in text or "écrire" in text or "Votre réponse" in text


def test_a_transcript_written_late_leaves_three_days(cast: Cast, clock: Clock) -> None:
    world.granted(cast, until=cast.at("call_closes", hours=1))
    world.spoken(cast, now=cast.at("call_closes", minutes=30))
    late = cast.at("call_closes", days=2)
    clock.at = late
    own = world.now_application(cast)
    assert own.own_deadline == cast.at("call_closes", hours=1)
    client = signed_in(cast.applicant)
    assert page(cast, MINE) in words(client.get(page(cast, "applications:hub")))
    writing = page(cast, "accommodations:transcript", ref=Recording.objects.get().ref)
    signed_in(cast.officer).post(writing, {"version": "1", "text": TRANSCRIPT})
    assert world.now_application(cast).own_deadline == late + timedelta(days=3)
    address = page(cast, "accommodations:recording", question="motivation")
    data = {"deed": "confirm", "version": "2", "text": TRANSCRIPT}
    assert client.post(address, data).status_code == 302
    assert Kind.RECORDING in Kind
