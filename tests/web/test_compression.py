"""Texts leave compressed, files as they are."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory

from tests.cast import Cast
from tremplin.programmes.http import cohort_url
from tremplin.web.compression import PackMiddleware

LONG = b"The same words again. " * 200


@pytest.mark.django_db
def test_a_page_comes_compressed_to_whoever_takes_it(cast: Cast, client: Client) -> None:
    url = cohort_url(cast.cohort, "programmes:call")
    plain = client.get(url)
    packed = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 2
    assert b"Small Scholars" in gzip.decompress(packed.content)


def test_the_length_of_a_page_does_not_tell_what_stands_in_it(db: None, client: Client) -> None:
    lengths = {
        len(client.get("/accessibility/", headers={"Accept-Encoding": "gzip"}).content) for _time in range(30)
    }
    assert len(lengths) > 3


def always(made: HttpResponseBase) -> Callable[[HttpRequest], HttpResponseBase]:
    return lambda _request: made


def test_files_and_streams_go_as_they_are(tmp_path: Path) -> None:
    request = RequestFactory().get("/", headers={"Accept-Encoding": "gzip"})
    file = tmp_path / "work.txt"
    file.write_bytes(LONG)
    with file.open("rb") as handle:
        for made in (
            FileResponse(handle, content_type="text/plain"),
            StreamingHttpResponse([LONG], content_type="text/csv"),
            HttpResponse(LONG, content_type="application/pdf"),
        ):
            answer = PackMiddleware(always(made))(request)
            assert isinstance(answer, HttpResponseBase)
            assert "Content-Encoding" not in answer.headers
