"""What is said in confidence, and a voice, reach nobody but the two sides: pages, files, logs, mails are searched."""

import json
import logging
from collections.abc import Iterator

import pytest
from django.core import mail as django_mail
from django.test import Client

from tests.accommodations import world
from tests.accommodations.world import MARKERS
from tests.applications.conftest import fresh, send, write
from tests.cast import Cast, person
from tests.review.world import give_out
from tests.visiting import Clock, content_of, page, signed_in
from tests.web.matrix import COHORT_WORDS, pages
from tremplin.accommodations.models import Recording
from tremplin.accommodations.services.speaking import confirm
from tremplin.blinding.services import finish_all
from tremplin.core.models import AuditEvent, StoredFile
from tremplin.core.outbox.models import OutboxMessage
from tremplin.people import export
from tremplin.people.models import User
from tremplin.programmes import services
from tremplin.programmes.roles import Role
from tremplin.web.access import TABLE

HIDDEN = tuple(marker for marker in MARKERS)


def walk(client: Client, cast: Cast, words: dict[str, list[str]]) -> Iterator[tuple[str, bytes, str]]:
    """Every GET of the site that this person may try, with every reference that could lead somewhere."""
    for at in pages():
        if at.name not in TABLE or "GET" not in TABLE[at.name].methods:
            continue
        extra = sorted(at.words - COHORT_WORDS)
        if len(extra) > 1:
            continue
        for value in words.get(extra[0], ["1"]) if extra else [""]:
            try:
                path = at.path(cast.cohort, {extra[0]: value} if extra else {})
            except Exception:  # an address that this word does not fit
                continue
            answer = client.get(path)
            headers = json.dumps(dict(answer.headers.items()))
            yield f"{at.name} {path}", content_of(answer), headers


def everything_said(cast: Cast) -> None:
    """Asked, answered, spoken, written down; sent, with another answer confirmed; given out to reviewers."""
    now = world.now_of(cast)
    application = world.draft(cast)
    write(application, now)
    world.granted(cast)
    world.written(cast)
    send(fresh(world.draft(cast)), now)
    give_out(cast)


def references(cast: Cast) -> dict[str, list[str]]:
    """Every reference that a curious person could have come by."""
    request = Recording.objects.get().request
    refs = [
        request.ref,
        request.application.ref,
        *Recording.objects.values_list("ref", flat=True),
        *StoredFile.objects.values_list("ref", flat=True),
        *(row.ref for row in cast.reviewer.assignments.all()),
        *OutboxMessage.objects.filter(kind__endswith="-waiting").values_list("ref", flat=True)[:2],
        cast.applicant.ref,
    ]
    return {
        "ref": refs,
        "question": ["motivation", "project"],
        "section": ["you", "essays"],
        "code": ["call_closes", "motivation"],
        "number": ["1"],
    }


def outsiders(cast: Cast) -> dict[str, User | None]:
    rival = person("Rival Applicant")
    services.grant(user=rival, cohort=cast.cohort, role=Role.APPLICANT, actor=None, now=world.now_of(cast))
    return {
        "organiser": cast.organiser,
        "reviewer": cast.reviewer,
        "observer": cast.observer,
        "mentor": cast.mentor,
        "finance": cast.finance,
        "another applicant": rival,
        "a stranger": cast.stranger,
        "nobody": None,
    }


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_page_of_anybody_else_holds_a_word_or_a_sound(
    cast: Cast, clock: Clock, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    everything_said(cast)
    words = references(cast)
    seen = 0
    for who, user in outsiders(cast).items():
        client = signed_in(user) if user else Client()
        client.cookies["language"] = language
        for where, content, headers in walk(client, cast, words):
            seen += 1
            for marker in HIDDEN:
                assert marker.encode() not in content, (who, where)
                assert marker not in headers, (who, where)
    assert seen > 400
    assert not [marker for marker in HIDDEN if marker in caplog.text]


def test_the_two_sides_do_see_them(cast: Cast, clock: Clock) -> None:
    everything_said(cast)
    words = references(cast)
    for user in (cast.applicant, cast.officer):
        found = {
            marker
            for _where, content, _headers in walk(signed_in(user), cast, words)
            for marker in HIDDEN
            if marker.encode() in content
        }
        assert found == set(HIDDEN)


def test_nobody_else_sees_that_somebody_asked_at_all(cast: Cast, clock: Clock) -> None:
    everything_said(cast)
    request = Recording.objects.get().request
    organiser = signed_in(cast.organiser)
    for name in ("programmes:log", "programmes:mails", "programmes:outbox", "applications:board"):
        text = organiser.get(page(cast, name)).content.decode()
        assert request.ref not in text
        assert "ccommodations." not in text
        assert "answer-waiting" not in text
        assert "question-waiting" not in text
        assert "in confidence:" not in text
    text = organiser.get(page(cast, "applications:application", ref=request.application.ref)).content.decode()
    assert "More time, until" in text
    own = organiser.get(page(cast, "applications:more-time", ref=request.application.ref)).content.decode()
    assert "Take this time back" not in own
    assert not AuditEvent.objects.filter(scope=cast.cohort.scope, verb__startswith="accommodations.").exists()


def test_exports_logs_and_mails_hold_none_of_it(cast: Cast, clock: Clock) -> None:
    everything_said(cast)
    for event in AuditEvent.objects.all():
        told = json.dumps([event.verb, event.data, event.subject_ref])
        assert not [marker for marker in HIDDEN if marker in told]
    for mail in OutboxMessage.objects.all():
        assert not [marker for marker in HIDDEN if marker in mail.subject + mail.body]
    waiting = OutboxMessage.objects.filter(kind="answer-waiting").first()
    assert waiting is not None
    assert "There is an answer for you to read" in waiting.subject
    assert "ccommodation" not in waiting.subject + waiting.body
    assert not django_mail.outbox
    for other in (cast.organiser, cast.officer, cast.reviewer, cast.observer):
        told = json.dumps(export.document(other, now=clock.at), default=str)
        assert not [marker for marker in HIDDEN if marker in told]
    organiser = signed_in(cast.organiser)
    answer = organiser.post(page(cast, "applications:export"), {"answers": "yes"})
    table = content_of(answer)
    assert not [marker for marker in HIDDEN if marker.encode() in table]


def test_the_database_itself_cannot_read_them(cast: Cast, clock: Clock) -> None:
    everything_said(cast)
    request = Recording.objects.get().request
    sealed = [bytes(word.text) for word in request.words.all()]
    sealed += [bytes(part.reason) for part in request.parts.all()]
    sealed += [bytes(recording.transcript) for recording in request.recordings.all()]
    assert len(sealed) == 5
    assert not [marker for marker in HIDDEN for value in sealed if marker.encode() in value]


def test_reviewers_read_a_confirmed_transcript_like_any_answer_and_never_hear_it(
    cast: Cast, clock: Clock
) -> None:
    now = world.now_of(cast)
    write(world.draft(cast), now)
    recording = world.written(cast)
    confirm(
        application=fresh(world.draft(cast)),
        question="motivation",
        text=f"My name is Ada Applicant and {world.TRANSCRIPT}" + " really" * 400,
        seen=recording.version,
        actor=cast.applicant,
        now=now,
    )
    send(fresh(world.draft(cast)), now)  # far above the limit of the question, and it may be sent
    finish_all(cohort=cast.cohort, now=now)
    give_out(cast)
    read = cast.reviewer.assignments.get()
    text = signed_in(cast.reviewer).get(page(cast, "review:read", ref=read.ref)).content.decode()
    assert world.TRANSCRIPT in text
    assert "Ada Applicant" not in text
    assert "recording" not in text.lower()
    file = StoredFile.objects.get(kind="wav")
    for name in ("accommodations:file", "applications:file"):
        assert signed_in(cast.reviewer).get(page(cast, name, ref=file.ref)).status_code == 403


def test_the_person_takes_it_all_along_and_it_goes_when_they_are_erased(cast: Cast, clock: Clock) -> None:
    from tremplin.people import personal_data

    everything_said(cast)
    told = json.dumps(export.document(cast.applicant, now=clock.at), default=str)
    for marker in (world.ASKED, world.ANSWERED, world.REASON, world.TRANSCRIPT):
        assert marker in told
    path = StoredFile.objects.get(kind="wav").path
    assert any(
        "in confidence" in str(holding.what)
        for holding in personal_data.holdings(cast.applicant, now=clock.at)
    )
    personal_data.erase(cast.applicant, cast.cohort.scope, now=clock.at)
    assert not Recording.objects.exists()
    assert not StoredFile.objects.filter(path=path).exists()
    assert not personal_data.rows_naming(cast.applicant).get("accommodations.request")


def test_a_draft_that_is_deleted_takes_its_recordings_along(cast: Cast, clock: Clock) -> None:
    world.spoken(cast)
    signed_in(cast.applicant).post(page(cast, "applications:withdraw"), {"delete": "yes"})
    assert not Recording.objects.exists()
    assert not StoredFile.objects.exists()


def test_the_officer_of_another_institution_finds_nothing(cast: Cast, clock: Clock) -> None:
    recording = world.spoken(cast)
    services.grant(
        user=cast.stranger, cohort=cast.rival_cohort, role=Role.OFFICER, actor=cast.stranger, now=clock.at
    )
    client = signed_in(cast.stranger)
    refs = {
        "accommodations:request": recording.request.ref,
        "accommodations:transcript": recording.ref,
        "accommodations:file": recording.file.ref,
    }
    for name, ref in refs.items():
        assert client.get(page(cast, name, ref=ref)).status_code == 404
        theirs = page(cast, name, ref=ref).replace("home-lab", "rival-lab")
        assert client.get(theirs).status_code == 404
