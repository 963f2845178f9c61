"""Files that arrive in pieces: what is acknowledged stays, what is wrong is refused with a sentence, early."""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.applications.conftest import begin, fresh, send, write
from tests.cast import Cast
from tests.samples import a_pdf
from tests.visiting import Clock, page, signed_in
from tremplin.applications import services
from tremplin.applications.models import AnswerFile, Application
from tremplin.core import files, partial
from tremplin.core.errors import Invalid, NotAllowed, TooMany
from tremplin.core.models import PartialUpload, StoredFile

LEAST = partial.LEAST
pytestmark = pytest.mark.django_db


def text(size: int = 3 * LEAST + 5) -> bytes:
    line = b"print('a line of a program that somebody wrote')\n"
    return (line * (size // len(line) + 1))[:size]


@pytest.fixture
def client(cast: Cast, clock: Clock, draft: Application) -> Client:
    return signed_in(cast.applicant)


def announce(
    client: Client,
    cast: Cast,
    content: bytes,
    *,
    name: str = "work.py",
    size: int | None = None,
    digest: str = "",
) -> Any:
    return client.post(
        page(cast, "applications:upload-begin", question="sample"),
        {
            "name": name,
            "size": len(content) if size is None else size,
            "sha256": digest or hashlib.sha256(content).hexdigest(),
        },
    )


def begun(client: Client, cast: Cast, content: bytes, **more: Any) -> str:
    answer = announce(client, cast, content, **more)
    assert answer.status_code == 200, answer.content
    return str(answer.json()["url"])


def put(client: Client, url: str, offset: int, piece: bytes) -> Any:
    return client.post(
        url, piece, content_type="application/offset+octet-stream", headers={"Upload-Offset": str(offset)}
    )


def send_all(client: Client, url: str, content: bytes, *, by: int = LEAST) -> None:
    for offset in range(0, len(content), by):
        answer = put(client, url, offset, content[offset : offset + by])
        assert answer.status_code == 204, answer.content


def pieces_on_disk() -> set[str]:
    if not default_storage.exists("partial"):
        return set()
    folders, _files = default_storage.listdir("partial")
    return {
        f"{folder}/{name}" for folder in folders for name in default_storage.listdir(f"partial/{folder}")[1]
    }


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[Callable[[], bool]]:
    """Whether no piece lies on disk that did not lie there before."""
    before = pieces_on_disk()
    yield lambda: pieces_on_disk() <= before
    for path in pieces_on_disk() - before:
        default_storage.delete(f"partial/{path}")


def test_a_file_in_pieces_becomes_the_answer_and_its_pieces_go(
    cast: Cast,
    client: Client,
    draft: Application,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    nothing_left: Callable[[], bool],
) -> None:
    content = text()
    url = begun(client, cast, content)
    send_all(client, url, content)
    assert client.head(url)["Upload-Offset"] == client.head(url)["Upload-Length"] == str(len(content))
    assert "sample" not in fresh(draft).answers
    with django_capture_on_commit_callbacks(execute=True):
        ended = client.post(url, {"deed": "finish"})
    answer = fresh(draft).answers["sample"]
    assert ended.json()["saved"].endswith(f"/{answer['file']}/")
    assert (answer["name"], answer["size"], answer["kind"]) == ("work.py", len(content), "py")
    assert nothing_left()
    # Asked again, because the answer had been lost on its way, it says the same and stores nothing twice.
    assert client.post(url, {"deed": "finish"}).json() == ended.json()
    assert announce(client, cast, content).json()["saved"] == ended.json()["saved"]
    assert client.head(url)["Upload-Offset"] == str(len(content))
    assert StoredFile.objects.count() == AnswerFile.objects.count() == 1


def test_the_same_file_goes_on_where_it_stopped_and_another_takes_its_place(
    cast: Cast,
    client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    nothing_left: Callable[[], bool],
) -> None:
    content, other = text(), text()[::-1]
    url = begun(client, cast, content)
    put(client, url, 0, content[:LEAST])
    again = announce(client, cast, content, name="same file, new name.py").json()
    assert (again["url"], again["offset"]) == (url, LEAST)
    with django_capture_on_commit_callbacks(execute=True):
        elsewhere = begun(client, cast, other)
    assert elsewhere != url
    assert client.head(url).status_code == 404
    assert put(client, url, LEAST, content[LEAST : 2 * LEAST]).status_code == 404
    assert nothing_left()


def test_a_file_that_was_taken_back_can_be_sent_again(
    cast: Cast, client: Client, clock: Clock, draft: Application
) -> None:
    content = text()
    url = begun(client, cast, content)
    send_all(client, url, content)
    client.post(url, {"deed": "finish"})
    services.detach_file(application=fresh(draft), question="sample", actor=cast.applicant, now=clock.at)
    assert client.post(url, {"deed": "finish"}).status_code == 409
    assert announce(client, cast, content).json() == {"url": url, "offset": 0, "saved": None}
    send_all(client, url, content)
    assert client.post(url, {"deed": "finish"}).status_code == 200


def test_wrong_offsets_are_told_the_right_one_and_change_nothing(cast: Cast, client: Client) -> None:
    content = text()
    url = begun(client, cast, content)
    put(client, url, 0, content[:LEAST])
    for offset in (0, 1, LEAST - 1, LEAST + 1, 2 * LEAST, len(content), 10**14):
        answer = put(client, url, offset, content[:LEAST])
        assert answer.status_code == 409
        assert answer["Upload-Offset"] == str(LEAST)
    assert client.post(url, {"deed": "finish"}).status_code == 409
    assert client.head(url)["Upload-Offset"] == str(LEAST)


def test_pieces_have_a_least_a_greatest_and_no_more_than_was_announced(cast: Cast, client: Client) -> None:
    content = text()
    url = begun(client, cast, content)
    for piece in (b"", content[: LEAST - 1], content + b"more"):
        assert put(client, url, 0, piece).status_code == 422
    assert put(client, url, 0, b"x" * (partial.MOST + 1)).status_code == 413
    assert client.head(url)["Upload-Offset"] == "0"


def test_two_tabs_at_once_send_the_same_file_together(cast: Cast, client: Client, draft: Application) -> None:
    content = text()
    first, second = begun(client, cast, content), begun(client, cast, content)
    assert first == second
    at = {"a": 0, "b": 0}
    while min(at.values()) < len(content):
        for tab in at:
            offset = at[tab]
            answer = put(client, first, offset, content[offset : offset + LEAST])
            if offset < len(content):
                at[tab] = int(answer["Upload-Offset"])
    assert {client.post(first, {"deed": "finish"}).json()["saved"] for _tab in at}
    assert fresh(draft).answers["sample"]["size"] == len(content)
    assert AnswerFile.objects.count() == 1


def test_what_a_killed_process_left_half_written_is_written_over(
    cast: Cast, client: Client, draft: Application
) -> None:
    """Killed after the piece was stored and before that was said: what counts is what was acknowledged."""
    content = text()
    url = begun(client, cast, content)
    put(client, url, 0, content[:LEAST])
    part = PartialUpload.objects.get()
    default_storage.save(f"partial/{part.ref}/{LEAST:012d}", io.BytesIO(b"half a pie"))
    send_rest = content[LEAST:]
    assert put(client, url, LEAST, send_rest).status_code == 204
    client.post(url, {"deed": "finish"})
    with default_storage.open(StoredFile.objects.get().path) as file:
        assert file.read() == content
    assert fresh(draft).answers["sample"]["sha256"] == hashlib.sha256(content).hexdigest()


def test_a_file_that_is_not_what_was_announced_is_refused_and_goes(
    cast: Cast,
    client: Client,
    draft: Application,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    nothing_left: Callable[[], bool],
) -> None:
    content = text()
    url = begun(client, cast, content, digest="0" * 64)
    send_all(client, url, content)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(url, {"deed": "finish"})
    assert answer.status_code == 422
    assert "did not arrive whole" in answer.json()["error"]
    assert "sample" not in fresh(draft).answers
    assert not PartialUpload.objects.exists()
    assert nothing_left()


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        (2 * 1024**3, "larger than 10 megabytes"),
        (10 * 1024**2 + 1, "larger than 10 megabytes"),
        (0, "empty"),
        (-1, "empty"),
        (10**15 - 1, "larger than 10 megabytes"),
        (10**40, "empty"),  # no number at all
    ],
)
def test_a_size_that_cannot_be_is_refused_before_a_byte_is_sent(
    cast: Cast, client: Client, declared: int, words: str
) -> None:
    answer = announce(client, cast, b"", size=declared)
    assert answer.status_code == 422
    assert words in answer.json()["error"]
    assert not PartialUpload.objects.exists()


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * 60_000_000)
    return made.getvalue()


def flood() -> bytes:
    """A picture of 60,000 by 60,000 points in a hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 9))
        + chunk(b"IEND", b"")
    )


def polyglot() -> bytes:
    """A PDF that is an archive too."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("evil.html", "<script>alert(1)</script>" * 10)
    return a_pdf() + made.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (bomb(), "work.pdf"),
        (flood(), "work.pdf"),
        (b"MZ\x90\0" + b"\0" * LEAST, "work.pdf"),
        (b"GIF89a\0" + b"\xff" * LEAST, "work.py"),
        (b"\0" * LEAST, "work.txt"),
        (b"%PDF-1.7 and nothing that follows", "work.pdf"),
        (b"#!\xff\xfe" * 9000, "work.py"),
    ],
    ids=["zip bomb", "pixel flood", "program", "picture", "zeros", "empty shell", "no text"],
)
def test_hostile_files_are_refused_with_a_sentence_and_leave_nothing(
    cast: Cast,
    client: Client,
    draft: Application,
    content: bytes,
    name: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        url = begun(client, cast, content, name=name)
        answer = put(client, url, 0, content[: partial.MOST])
        if answer.status_code == 204:
            answer = client.post(url, {"deed": "finish"})
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert "sample" not in fresh(draft).answers
    assert not StoredFile.objects.exists()


def test_of_a_file_with_two_faces_only_the_one_that_is_asked_for_stays(
    cast: Cast, client: Client, draft: Application
) -> None:
    content = polyglot()
    url = begun(client, cast, content, name="work.pdf")
    put(client, url, 0, content)
    answer = client.post(url, {"deed": "finish"})
    assert answer.status_code == 200
    with default_storage.open(StoredFile.objects.get().path) as file:
        kept = file.read()
    assert kept.startswith(b"%PDF-")
    assert b"script" not in kept
    assert not zipfile.is_zipfile(io.BytesIO(kept))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(min_size=1, max_size=3000), name=st.text(max_size=250), cuts=st.integers(0, 5))
def test_whatever_is_sent_is_taken_or_refused_and_never_breaks(
    cast: Cast, client: Client, draft: Application, content: bytes, name: str, cuts: int
) -> None:
    PartialUpload.objects.all().delete()
    answer = announce(client, cast, content, name=name.replace("\0", "").encode("utf-8", "ignore").decode())
    if answer.status_code == 429:
        return
    url = answer.json()["url"]
    put(client, url, cuts, content)
    put(client, url, 0, content)
    ended = client.post(url, {"deed": "finish"})
    assert ended.status_code in {200, 409, 422}
    kind = files.kind_of(content, name)
    assert (ended.status_code == 200) <= (kind in {"pdf", "txt", "py"})


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        ("C:\\me\\work.py", "work.py"),
        ("../../a\x00b\n.py", "ab.py"),
    ],
)
def test_a_name_is_a_name_and_no_way_to_another_place(
    cast: Cast, client: Client, draft: Application, name: str, kept: str
) -> None:
    content = text()
    url = begun(client, cast, content, name=name)
    send_all(client, url, content)
    assert client.post(url, {"deed": "finish"}).status_code == 200
    assert fresh(draft).answers["sample"]["name"] == kept


def test_another_person_s_upload_is_not_there(cast: Cast, client: Client) -> None:
    content = text()
    url = begun(client, cast, content)
    begin(cast, cast.scholar)
    other = signed_in(cast.scholar)
    assert other.head(url).status_code == 404
    assert put(other, url, 0, content[:LEAST]).status_code == 404
    assert other.post(url, {"deed": "finish"}).status_code == 404
    assert other.post(url, {"deed": "cancel"}).status_code == 404
    assert PartialUpload.objects.get().arrived == 0
    assert announce(other, cast, content).json()["url"] != url


def test_services_ask_again_whose_it_is(cast: Cast, client: Client, draft: Application, clock: Clock) -> None:
    begun(client, cast, text())
    part = PartialUpload.objects.get()
    other = begin(cast, cast.scholar)
    for application, actor in ((draft, cast.scholar), (other, cast.scholar), (other, cast.applicant)):
        with pytest.raises(NotAllowed):
            services.add_piece(
                application=application, part=part, offset=0, content=text(), actor=actor, now=clock.at
            )
        with pytest.raises(NotAllowed):
            services.cancel_upload(application=application, part=part, actor=actor)


def test_nothing_arrives_after_the_deadline(cast: Cast, client: Client, clock: Clock) -> None:
    content = text()
    url = begun(client, cast, content)
    put(client, url, 0, content[:LEAST])
    clock.at = cast.at("call_closes", hours=1)
    late = put(client, url, LEAST, content[LEAST:])
    assert late.status_code == 409
    assert "closed" in late.json()["error"]
    assert announce(client, cast, content).status_code == 409


def test_a_cancelled_upload_goes_at_once(
    cast: Cast,
    client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    nothing_left: Callable[[], bool],
) -> None:
    url = begun(client, cast, text())
    put(client, url, 0, text()[:LEAST])
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url, {"deed": "cancel"}).status_code == 204
    assert client.head(url).status_code == 404
    assert nothing_left()


def test_what_nobody_goes_on_with_goes_after_a_week(
    cast: Cast,
    client: Client,
    clock: Clock,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    nothing_left: Callable[[], bool],
) -> None:
    begun(client, cast, text())
    assert partial.forget_old(now=clock.at + partial.LIFE - timedelta(seconds=1)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert partial.forget_old(now=clock.at + partial.LIFE) == 1
    assert nothing_left()


def test_uploads_go_with_the_draft(
    cast: Cast,
    client: Client,
    clock: Clock,
    draft: Application,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    nothing_left: Callable[[], bool],
) -> None:
    url = begun(client, cast, text())
    put(client, url, 0, text()[:LEAST])
    with django_capture_on_commit_callbacks(execute=True):
        services.discard(application=fresh(draft), actor=cast.applicant, now=clock.at)
    assert not PartialUpload.objects.exists()
    assert nothing_left()


def test_how_much_may_be_on_its_way_has_a_bound(cast: Cast, clock: Clock) -> None:
    def announce_one(number: int, size: int) -> PartialUpload:
        return partial.begin(
            owner_ref="somebody",
            purpose=f"test:{number}",
            name="a.pdf",
            size=size,
            sha256="0" * 64,
            max_bytes=1000,
            now=clock.at,
        )

    for number in range(4):
        announce_one(number, 1000)
    with pytest.raises(Invalid):
        announce_one(4, 1)
    PartialUpload.objects.all().delete()
    for number in range(partial.AT_ONCE):
        announce_one(number, 10)
    with pytest.raises(Invalid):
        announce_one(99, 10)
    announce_one(0, 10)  # the one that is on its way already


def test_announcing_without_end_is_stopped(
    cast: Cast, client: Client, clock: Clock, draft: Application
) -> None:
    with pytest.raises(TooMany):
        for number in range(100):
            services.begin_upload(
                application=draft,
                question="sample",
                name="a.py",
                size=number + 1,
                sha256="0" * 64,
                actor=cast.applicant,
                now=clock.at,
            )


def test_the_page_offers_it_and_works_without(cast: Cast, client: Client) -> None:
    html = client.get(page(cast, "applications:section", section="essays")).content.decode()
    assert f'data-upload="{page(cast, "applications:upload-begin", question="sample")}"' in html
    assert "applications/upload-when-needed.js" in html
    assert (
        "upload-when-needed.js"
        not in client.get(page(cast, "applications:section", section="you")).content.decode()
    )


def test_a_file_that_was_sent_keeps_its_place_while_another_arrives(
    cast: Cast, client: Client, clock: Clock, draft: Application
) -> None:
    content = text()
    url = begun(client, cast, content)
    send_all(client, url, content)
    client.post(url, {"deed": "finish"})
    sent = send(write(fresh(draft), clock.at), clock.at)
    begun(client, cast, text(5000))
    assert fresh(sent).answers["sample"]["size"] == len(content)
