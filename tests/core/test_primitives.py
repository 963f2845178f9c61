import hashlib
import zipfile
from datetime import UTC, datetime

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from tests.samples import a_picture, zipped
from tests.visiting import content_of
from tremplin.core import files, ids, once
from tremplin.core.errors import Invalid
from tremplin.core.text import fold, plain, say, whole

NOW = datetime(2027, 1, 11, 9, 30, tzinfo=UTC)


def test_a_reference_survives_being_read_out() -> None:
    assert ids.normal_ref("O1IL-abc 9zz") == "0111abc9zz"
    assert all(ids.normal_ref(ref.upper()) == ref for ref in (ids.new_ref() for _ in range(50)))


def test_references_do_not_repeat() -> None:
    assert len({ids.new_ref() for _ in range(2000)}) == 2000


def test_text_falls_back_to_a_language_it_has() -> None:
    assert say({"en": "Hello", "fr": "Bonjour"}, "fr-CA") == "Bonjour"
    assert say({"en": "Hello"}, "fr") == "Hello"
    assert say("plain", "fr") == "plain"


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_search_finds_names_without_accents() -> None:
    assert fold("Élodie  ŁUKASZ Ñandú") == "elodie łukasz nandu"


@pytest.mark.django_db
def test_a_key_is_first_only_once() -> None:
    assert once.first("submit:1", now=NOW)
    assert not once.first("submit:1", now=NOW)
    assert once.first("", now=NOW)
    assert once.first("", now=NOW)


PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"%PDF-1.7 \x00\x01", "cv.pdf", "pdf"),
        (PNG, "photo.pdf", "png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "photo.png", "jpg"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "photo.jpg", "webp"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "sound.webp", ""),
        (b"PK\x03\x04\x14\x00", "letter.docx", "zip"),
        (b"import numpy\n", "lab.py", "py"),
        ("déjà vu\n".encode(), "note.txt", "txt"),
        (b"MZ\x90\x00\x03", "cv.pdf", ""),
        (b"\x7fELF\x02\x01", "lab.py", ""),
        (b"caf\xe9", "note.txt", ""),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, name: str, kind: str) -> None:
    assert files.kind_of(content, name) == kind


@pytest.mark.django_db
def test_a_stored_file_gets_a_name_of_ours() -> None:
    upload = SimpleUploadedFile("../../../etc/Ada Lovelace.png", a_picture())
    stored = files.store(upload, owner_ref="abc", kinds={"png"}, max_bytes=1000, now=NOW)
    assert "Ada" not in stored.path
    assert stored.path.startswith("2027/01/")
    assert stored.path.endswith(".png")
    answer = files.response(stored, name="sample")
    kept = content_of(answer)
    assert files.kind_of(kept, "") == "png"
    assert hashlib.sha256(kept).hexdigest() == stored.sha256
    assert answer["Content-Disposition"] == 'attachment; filename="sample.png"'
    answer.close()


@pytest.mark.django_db
def test_a_file_is_cleaned_before_it_is_kept() -> None:
    upload = SimpleUploadedFile("work.zip", zipped({"main.py": b"pass", ".git/config": b"name = Ada"}))
    stored = files.store(upload, owner_ref="abc", kinds={"zip"}, max_bytes=1000, now=NOW)
    with default_storage.open(stored.path) as kept, zipfile.ZipFile(kept) as archive:
        assert archive.namelist() == ["main.py"]
    with pytest.raises(Invalid, match="damaged"):
        half = SimpleUploadedFile("work.zip", zipped({"main.py": b"pass"})[:30])
        files.store(half, owner_ref="abc", kinds={"zip"}, max_bytes=1000, now=NOW)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b"%PDF-" + b"0" * 2000, "larger than"), (b"MZ\x90\x00", "one of these: PDF")],
)
def test_a_file_that_cannot_be_kept_says_why(content: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        files.check(SimpleUploadedFile("cv.pdf", content), kinds={"pdf"}, max_bytes=1000)


@pytest.mark.parametrize("text", ["²", "१२", "-1", "1.0", " 1", "1" * 10, "9" * 5000, "", None])
def test_what_only_looks_like_a_whole_number_is_none(text: str | None) -> None:
    assert whole(text, -1) == -1


def test_a_whole_number_is_read() -> None:
    assert (whole("007"), whole("123456789"), whole("12", digits=1)) == (7, 123456789, 0)


@given(st.text())
def test_plain_text_can_be_stored_and_stays_plain(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert not {"\r", "\0"} & set(once)
    once.encode()
