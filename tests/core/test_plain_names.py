"""What cannot be seen is not kept, and a file is called by what it is."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tremplin.core import files
from tremplin.core.errors import Invalid
from tremplin.core.text import plain


def test_marks_that_turn_a_text_around_and_bells_go_but_isolates_stay() -> None:
    assert plain("yp.\u202efdp te\x07") == "yp.fdp te"
    assert plain("a\u2067ب\u2069\u200f") == "a\u2067ب\u2069\u200f"
    assert plain("one\vtwo\r\nthree\tfour") == "one\ntwo\nthree\tfour"


@pytest.mark.parametrize(
    ("given", "kind", "shown"),
    [
        ("virus.exe", "txt", "virus.exe.txt"),
        ("photo.heic", "jpg", "photo.heic.jpg"),
        ("photo.JPEG", "jpg", "photo.JPEG"),
        ("notes.md", "txt", "notes.md"),
        ("README", "txt", "README"),
        ("\u202efdp.py", "py", "fdp.py"),
        ("", "pdf", "file"),
    ],
)
def test_a_file_is_shown_with_an_ending_that_is_true(given: str, kind: str, shown: str) -> None:
    assert files.shown_name(given, kind) == shown


def test_a_long_name_keeps_its_true_ending() -> None:
    shown = files.shown_name("x" * 300 + ".exe", "txt")
    assert len(shown) <= 200
    assert shown.endswith(".txt")


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8"])
def test_a_text_of_an_old_editor_is_taken_and_kept_in_utf_8(encoding: str) -> None:
    upload = SimpleUploadedFile("notes.txt", "élève, café\n".encode(encoding))
    content, kind = files.check(upload, kinds={"txt", "pdf"}, max_bytes=1000)
    assert (content.decode().lstrip("\ufeff"), kind) == ("élève, café\n", "txt")
    assert files.may_become("élève".encode(encoding), {"txt"})


def test_a_text_whose_encoding_cannot_be_known_is_told_what_to_do() -> None:
    upload = SimpleUploadedFile("notes.txt", "Привет, мир".encode("cp1251"))
    with pytest.raises(Invalid) as refused:
        files.check(upload, kinds={"txt"}, max_bytes=1000)
    assert "Save it as UTF-8" in str(refused.value.errors)


def test_bytes_that_are_no_text_stay_refused_whatever_their_name() -> None:
    for content in (b"\xff\xfe\x00\x00\x01\x00", bytes(range(256))):
        with pytest.raises(Invalid):
            files.check(SimpleUploadedFile("notes.txt", content), kinds={"txt"}, max_bytes=1000)
