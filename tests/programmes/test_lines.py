"""Every key of a TOML text has its line, and every value its place, whatever the style it is written in."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import PLANS
from tremplin import programme_templates
from tremplin.programmes.lines import key_lines, value_spans

TRICKY = '''\
# comment = "not a key"
a = 1
"quoted key" . 'other.one' = "x # not a comment"
[table] # comment
text = """
[not.a.table]
key = "no"
"""
raw = \'\'\'
also = 'no'
\'\'\'
list = [
    1, # one
    [2, "three ]"], { deep = "}", more = [4] },
]
date = 1979-05-27 07:32:00
quotes = """"two" quotes"""
[[rows]]
code = "first"
[rows.sub]
x = true
[[rows]]
code = "second"
[[rows.inner]]
y = 1
'''


def paths(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if at:
        yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in items:
        yield from paths(item, (*at, step))


def value_at(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_tricky_text_has_a_line_for_each_path_and_no_other(ends: str) -> None:
    text = TRICKY.replace("\n", ends)
    assert set(key_lines(text)) == set(paths(tomllib.loads(text)))


def test_lines_are_those_that_a_person_counts() -> None:
    lines = key_lines(TRICKY)
    assert lines["a",] == 2
    assert lines["quoted key", "other.one"] == 3
    assert lines["table", "raw"] == 9
    assert lines["table", "list", 1, 1] == 14
    assert lines["table", "list", 2, "more", 0] == 14
    assert lines["rows", 0, "sub", "x"] == 21
    assert lines["rows", 1] == 22
    assert lines["rows", 1, "inner", 0, "y"] == 25


def test_spans_hold_exactly_the_value() -> None:
    data = tomllib.loads(TRICKY)
    for path, (start, end) in value_spans(TRICKY).items():
        assert tomllib.loads(f"v = {TRICKY[start:end]}")["v"] == value_at(data, path)


@pytest.mark.parametrize(
    "text",
    [(PLANS / "small.toml").read_text("utf-8"), *map(programme_templates.text, programme_templates.names())],
)
def test_real_files_have_a_line_for_each_path(text: str) -> None:
    assert set(key_lines(text)) == set(paths(tomllib.loads(text)))


_keys = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
_leaves = st.one_of(
    st.integers(-9999, 9999), st.booleans(), st.text(max_size=12).filter(str.isprintable), st.dates()
)
_tables = st.dictionaries(
    _keys,
    st.recursive(
        _leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_tables)
def test_any_document_has_a_line_for_each_path(table: dict[str, Any]) -> None:
    text = tomlkit.dumps(table)
    data = tomllib.loads(text)
    assert set(key_lines(text)) == set(paths(data))
