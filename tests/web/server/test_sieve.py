"""Of a form whose file is far too large, all that was typed arrives, and of the file a beginning."""

import os
from io import BytesIO

import pytest
from django.test.client import encode_multipart
from hypothesis import given
from hypothesis import strategies as st

from tremplin.web.sieve import Sieve, for_body

MARK = "----WebKitFormBoundaryQ3x"
TYPE = {b"content-type": f"multipart/form-data; boundary={MARK}".encode()}


class Upload(BytesIO):
    def __init__(self, content: bytes, name: str = "film.mp4") -> None:
        super().__init__(content)
        self.name = name


def form(**fields: object) -> bytes:
    return encode_multipart(MARK, fields)


def sifted(body: bytes, most: int, *cuts: int) -> bytes:
    sieve = for_body(TYPE, most)
    assert sieve is not None
    ends = [*sorted(cut % (len(body) + 1) for cut in cuts), len(body)]
    kept, start = b"", 0
    for end in ends:
        kept += sieve.feed(body[start:end])
        start = end
    return kept + sieve.rest()


@given(st.binary(max_size=3000), st.lists(st.integers(0, 100_000), max_size=8), st.integers(0, 200))
def test_however_it_arrives_all_texts_are_kept_and_each_file_to_its_most(
    content: bytes, cuts: list[int], most: int
) -> None:
    if f"\r\n--{MARK}".encode() in content:
        return
    body = form(before="Typed <b>before</b>\r\n\r\n", sample=Upload(content), after="filename=“after”")
    expected = form(
        before="Typed <b>before</b>\r\n\r\n", sample=Upload(content[:most]), after="filename=“after”"
    )
    assert sifted(body, most, *cuts) == expected


def test_what_fits_passes_untouched() -> None:
    body = form(text="Words", one=Upload(os.urandom(500)), two=Upload(b"--" + MARK.encode()))
    assert sifted(body, 1000, 3, 700) == body


def test_a_content_that_nearly_ends_the_part_is_content() -> None:
    almost = f"\r\n--{MARK[:-1]}".encode() * 20
    body = form(sample=Upload(almost), after="x")
    assert sifted(body, 10_000, *range(0, len(body), 7)) == body


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "text/plain; boundary=x", ""])
def test_what_is_no_form_with_files_is_not_sifted(kind: str) -> None:
    assert for_body({b"content-type": kind.encode()}, 10) is None


def test_a_part_without_an_end_to_its_head_is_passed_on_and_not_held_for_ever() -> None:
    sieve = Sieve(b"x", 10)
    kept = sieve.feed(b"--x\r\n" + b"h" * 50_000)
    assert len(kept) > 16_000
    assert kept + sieve.rest() == b"--x\r\n" + b"h" * 50_000


def test_a_quoted_boundary_is_read() -> None:
    assert for_body({b"content-type": b'Multipart/Form-Data; charset=utf-8; boundary="a+b"'}, 1) is not None
