"""Style sheets and scripts leave slim, and say what their sources say."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client, override_settings

import tremplin
from tremplin.web import assets, slim

SOURCES = Path(tremplin.__file__).parent
Answer = Callable[..., Any]


@pytest.fixture
def served(tmp_path: Path, db: None) -> Any:
    """The files as an installation gathers them."""
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": "tremplin.web.slim.SlimStorage"}}
    with override_settings(
        STORAGES=storages, STATIC_ROOT=tmp_path, WHITENOISE_AUTOREFRESH=False, WHITENOISE_USE_FINDERS=False
    ):
        assert assets.gather()
        yield Client()


def whole(answer: Any) -> bytes:
    """Read to its end, which closes the file."""
    found = b"".join(answer.streaming_content)
    answer.close()
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a { color: red; /* why */ }\n\nb > i { margin: 0 }", "a{color:red;}b > i{margin:0}"),
        (".a :is(p, li) { top: calc(1px + 2px) }", ".a :is(p,li){top:calc(1px + 2px)}"),
        ("& tr:hover, & a { x: url('/* a ; b */') }", "& tr:hover,& a{x:url('/* a ; b */')}"),
        ('p::after { content: " /* ; { " }', 'p::after{content:" /* ; { "}'),
        ("/*! Licence */ a{}", "/*! Licence */ a{}"),
    ],
)
def test_a_style_sheet_loses_what_says_nothing(source: str, expected: str) -> None:
    assert slim.css(source) == expected


def test_a_script_keeps_its_texts_and_patterns() -> None:
    source = (
        "// why\nconst a = `x  // ${ b }`; // more\nconst c = /[/*]  \\/\\//.test(a);\nconst d = 'a  // b';\n"
    )
    small = slim.script(source)
    assert "why" not in small
    assert "more" not in small
    for kept in ("`x  // ${ b }`", "/[/*]  \\/\\//", "'a  // b'"):
        assert kept in small


def test_what_browsers_fetch_is_slim_packed_and_kept_for_ever(served: Client) -> None:
    name = "core/tremplin.css"
    source = (SOURCES / "core/static" / name).read_bytes()
    answer = served.get(staticfiles_storage.url(name), headers={"Accept-Encoding": "br, gzip"})
    whole(answer)
    assert answer["Content-Encoding"] == "br"
    assert "immutable" in answer["Cache-Control"]
    assert int(answer["Content-Length"]) < 0.23 * len(source)
    older = served.get(staticfiles_storage.url(name), headers={"Accept-Encoding": "gzip"})
    whole(older)
    assert older["Content-Encoding"] == "gzip"
    plain = whole(served.get(staticfiles_storage.url(name)))
    assert plain.decode() == slim.css(source.decode())


def test_the_source_lies_beside_it(served: Client) -> None:
    for name in ("core/tremplin.css", "core/js/autosave.js"):
        assert whole(served.get(f"/static/{name}")) == (SOURCES / "core/static" / name).read_bytes()


def test_a_file_carries_the_headers_that_mean_something_there_and_no_other(served: Client) -> None:
    answer = served.get(staticfiles_storage.url("core/js/focus.js"), headers={"Accept-Encoding": "gzip"})
    whole(answer)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert set(answer.headers) == {
        "Content-Type", "Content-Length", "Content-Encoding", "Cache-Control", "Vary", "ETag", "Last-Modified",
        "X-Content-Type-Options",
    }  # fmt: skip


def test_files_are_gathered_anew_once_they_would_be_stored_otherwise(served: Client) -> None:
    assert not assets.gather()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        assert assets.gather()
