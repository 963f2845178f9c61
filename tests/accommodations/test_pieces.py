"""Recordings over a line that breaks: by the way that every file goes, to the officer alone."""

import hashlib
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.accommodations import world
from tests.accommodations.world import words
from tests.cast import Cast
from tests.samples import a_wave, recorded
from tests.visiting import Clock, page, signed_in
from tremplin.accommodations.models import Recording, Request
from tremplin.accommodations.services import asking, pieces
from tremplin.core import partial, sealed_files
from tremplin.core.errors import NotAllowed
from tremplin.core.models import PartialUpload, StoredFile

LEAST = partial.LEAST
LONG = a_wave(b"a word and another, " * 3000)
pytestmark = pytest.mark.django_db


@pytest.fixture
def client(cast: Cast, clock: Clock) -> Client:
    world.granted(cast)
    return signed_in(cast.applicant)


def announce(client: Client, cast: Cast, content: bytes, *, question: str = "motivation") -> Any:
    digest = hashlib.sha256(content).hexdigest()
    address = page(cast, "accommodations:pieces-begin", question=question)
    return client.post(address, {"name": "voice.wav", "size": len(content), "sha256": digest})


def put(client: Client, url: str, offset: int, piece: bytes) -> Any:
    kind = "application/offset+octet-stream"
    return client.post(url, piece, content_type=kind, headers={"Upload-Offset": str(offset)})


def send(client: Client, url: str, content: bytes) -> Any:
    for offset in range(0, len(content), LEAST):
        assert put(client, url, offset, content[offset : offset + LEAST]).status_code == 204
    return client.post(url, {"deed": "finish"})


def test_a_recording_in_pieces_goes_on_where_the_line_broke(cast: Cast, client: Client) -> None:
    url = announce(client, cast, LONG).json()["url"]
    put(client, url, 0, LONG[:LEAST])
    assert put(client, url, 0, LONG[:LEAST])["Upload-Offset"] == str(LEAST)  # only the answer had been lost
    again = announce(client, cast, LONG).json()
    assert (again["url"], again["offset"]) == (url, LEAST)
    for offset in range(LEAST, len(LONG), LEAST):
        put(client, url, offset, LONG[offset : offset + LEAST])
    ended = client.post(url, {"deed": "finish"})
    assert ended.json()["saved"] == page(cast, "accommodations:recording", question="motivation")
    assert "Your recording is here" in words(client.get(ended.json()["saved"]))
    kept = Recording.objects.get()
    with sealed_files.opened(kept.file.path) as file:
        assert file.read() == LONG
    assert client.post(url, {"deed": "finish"}).json() == ended.json()
    assert announce(client, cast, LONG).json()["saved"] == ended.json()["saved"]
    assert Recording.objects.count() == 1


def test_what_arrives_in_pieces_is_kept_without_its_notes(cast: Cast, client: Client) -> None:
    content = recorded("film.mov")
    url = announce(client, cast, content).json()["url"]
    assert send(client, url, content).status_code == 200
    with sealed_files.opened(StoredFile.objects.get().path) as file:
        assert b"Mireille" not in file.read()


def test_a_recording_that_was_deleted_can_be_sent_again(cast: Cast, client: Client) -> None:
    url = announce(client, cast, LONG).json()["url"]
    send(client, url, LONG)
    client.post(page(cast, "accommodations:recording", question="motivation"), {"deed": "remove"})
    assert client.post(url, {"deed": "finish"}).status_code == 409
    assert announce(client, cast, LONG).json() == {"url": url, "offset": 0, "saved": None}
    assert send(client, url, LONG).status_code == 200


@pytest.mark.parametrize("content", [b"%PDF-1.7" + bytes(LEAST), b"<script>" * LEAST, bytes(LEAST)])
def test_what_is_no_recording_is_refused_at_its_first_piece(
    cast: Cast, client: Client, content: bytes
) -> None:
    url = announce(client, cast, content).json()["url"]
    answer = put(client, url, 0, content[:LEAST])
    assert answer.status_code == 422
    assert "no recording that we can play" in answer.json()["error"]


def test_a_recording_that_cannot_be_cleaned_is_refused_and_goes(cast: Cast, client: Client) -> None:
    content = recorded("film.mov")[:-900]
    url = announce(client, cast, content).json()["url"]
    answer = send(client, url, content)
    assert answer.status_code == 422
    assert "cannot be read to its end" in answer.json()["error"]
    assert not PartialUpload.objects.exists()
    assert not Recording.objects.exists()


def test_without_agreement_nothing_begins_and_nothing_goes_on(cast: Cast, clock: Clock) -> None:
    client = signed_in(cast.applicant)
    world.draft(cast)
    assert announce(client, cast, LONG).status_code == 404
    world.asked(cast, kinds=("recording",))
    assert announce(client, cast, LONG).status_code == 409
    assert not PartialUpload.objects.exists()


def test_only_questions_in_prose_are_spoken(cast: Cast, client: Client) -> None:
    assert announce(client, cast, LONG, question="full_name").status_code == 422


def test_nothing_arrives_after_the_persons_own_deadline(cast: Cast, client: Client, clock: Clock) -> None:
    url = announce(client, cast, LONG).json()["url"]
    clock.at = cast.at("call_closes", days=1)
    assert put(client, url, 0, LONG[:LEAST]).status_code == 204
    clock.at = cast.at("call_closes", days=3)
    assert put(client, url, LEAST, LONG[LEAST : 2 * LEAST]).status_code == 409
    assert announce(client, cast, LONG).status_code == 409


def test_what_is_on_its_way_goes_with_the_request(
    cast: Cast,
    client: Client,
    clock: Clock,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    url = announce(client, cast, LONG).json()["url"]
    put(client, url, 0, LONG[:LEAST])
    ref = PartialUpload.objects.get().ref
    assert default_storage.exists(f"partial/{ref}/{0:012d}.sealed")
    with django_capture_on_commit_callbacks(execute=True):
        asking.take_back(application=world.draft(cast), actor=cast.applicant, now=clock.at)
    assert not PartialUpload.objects.exists()
    assert not default_storage.exists(f"partial/{ref}/{0:012d}.sealed")


def test_a_cancelled_recording_goes_at_once(cast: Cast, client: Client) -> None:
    url = announce(client, cast, LONG).json()["url"]
    assert client.post(url, {"deed": "cancel"}).status_code == 204
    assert client.head(url).status_code == 404


def test_an_upload_is_not_there_for_anybody_else(cast: Cast, client: Client, clock: Clock) -> None:
    url = announce(client, cast, LONG).json()["url"]
    part = PartialUpload.objects.get()
    assert signed_in(cast.officer).head(url).status_code == 403
    asked = Request.objects.get()
    asked.application = world.draft(cast)
    for actor in (cast.scholar, cast.officer):
        with pytest.raises(NotAllowed):
            pieces.cancel(request=asked, part=part, actor=actor)
    assert PartialUpload.objects.filter(pk=part.pk).exists()


def test_the_page_sends_in_pieces_where_script_runs_and_whole_where_not(cast: Cast, client: Client) -> None:
    text = client.get(page(cast, "accommodations:recording", question="motivation")).content.decode()
    assert f'data-upload="{page(cast, "accommodations:pieces-begin", question="motivation")}"' in text
    assert "upload-when-needed" in text
    assert 'enctype="multipart/form-data"' in text
