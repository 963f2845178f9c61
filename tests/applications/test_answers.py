"""What is right and wrong with single answers, and how they read."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tremplin.applications.rules import answers as rules
from tremplin.applications.rules.answers import clean, problems, readable
from tremplin.core.text import count_characters, count_words
from tremplin.programmes.schema import Choice, Question

SAID = {"en": "Label", "fr": "Étiquette"}


def question(kind: Any, **more: Any) -> Question:
    if kind in {"choice", "choices"}:
        more.setdefault("options", [Choice(code=code, label=SAID) for code in ("one", "two")])
    if kind == "file":
        more.setdefault("files", ["pdf"])
    return Question(code="q", kind=kind, label=SAID, **more)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("number", ["0", "12", "-3", "1 000", "1\u202f000"], ["3o", "1.5", "twelve", "1e3", "9" * 13]),
        (
            "date",
            ["2027-02-28", "2024-02-29"],
            ["2027-02-30", "2027--1", "98-01-02", "--", "2027-02", "2027-W05-1", "20270228"],
        ),
        (
            "email",
            ["a@example.org", "o'neil+1@example.org"],
            ["a@", "a b@example.org", "@example.org", "zoé@example.org"],
        ),
        (
            "url",
            ["https://example.org", "http://éxample.org/ü?x=1"],
            ["javascript:alert(1)", "ftp://x.org", "no"],
        ),
        ("yes_no", ["yes", "no"], ["maybe", "Yes"]),
        ("choice", ["one"], ["three", "One"]),
        ("country", ["SN", "FR", "XK"], ["EU", "ZZ", "Senegal", "sn"]),
    ],
)
def test_each_kind_knows_good_from_bad(kind: str, good: list[str], bad: list[str]) -> None:
    asked = question(kind)
    assert [problems(asked, value) for value in good] == [[] for _ in good]
    assert all(problems(asked, value) for value in bad), [
        value for value in bad if not problems(asked, value)
    ]


def test_a_required_question_misses_what_is_blank_and_an_optional_one_does_not() -> None:
    for blank in ("", "  \n\u00a0", [], None):
        assert problems(question("long"), blank)
        assert problems(question("choices"), blank)
        assert problems(question("long", required=False), blank) == []


def test_every_problem_names_its_question_so_that_a_summary_can_be_read_alone() -> None:
    for kind in (
        "short",
        "long",
        "choice",
        "choices",
        "yes_no",
        "number",
        "url",
        "email",
        "date",
        "country",
        "file",
    ):
        assert "“Label”" in problems(question(kind), "")[0]


def test_limits_say_how_much_is_too_much() -> None:
    assert problems(question("long", max_characters=5), "12345") == []
    assert "1 character too long" in problems(question("long", max_characters=5), "123456")[0]
    assert "2 words too long" in problems(question("long", max_words=3), "a b c d e")[0]


def test_line_ends_count_once_however_a_browser_sends_them() -> None:
    typed = "one\r\ntwo\rthree\nfour"
    kept = clean(question("long"), typed)
    assert kept == "one\ntwo\nthree\nfour"
    assert isinstance(kept, str)
    assert count_characters(kept) == count_characters("one\r\ntwo\r\nthree\r\nfour") == 18


def test_characters_are_counted_as_people_see_them_on_the_page() -> None:
    assert count_characters("👩🏽\u200d🔬") == 4  # code points, as the script counts
    assert count_characters("é") == 1


def test_words_are_split_where_a_browser_splits_them() -> None:
    assert count_words("") == 0
    assert count_words(" \n\t ") == 0
    assert count_words("pourquoi\u202f?") == 2
    assert count_words("a\u00a0b\ufeffc\u3000d") == 4
    # Python's own split() would part these two; a browser does not.
    assert count_words("a\x1cb\x85c") == 1


@given(st.text())
def test_whatever_is_typed_can_be_kept_and_is_kept_the_same_the_second_time(text: str) -> None:
    for kind in ("short", "long", "url", "number"):
        once = clean(question(kind), text)
        assert isinstance(once, str)
        assert clean(question(kind), once) == once
        assert "\0" not in once
        once.encode()


def test_what_no_database_can_hold_is_replaced_and_nothing_else() -> None:
    assert clean(question("long"), "a\0b\ud800c") == "ab\N{REPLACEMENT CHARACTER}c"
    arabic = "أحبّ التعلّم العميق"
    assert clean(question("long"), arabic) == arabic


def test_a_web_address_without_its_scheme_is_understood() -> None:
    assert clean(question("url"), " github.com/ada ") == "https://github.com/ada"
    assert clean(question("url"), "not an address") == "not an address"
    assert clean(question("url"), "http://example.org") == "http://example.org"


def test_several_choices_keep_their_order_and_lose_doubles() -> None:
    assert clean(question("choices"), ["two", "one", "two", " "]) == ["two", "one"]
    assert problems(question("choices"), ["one", "three"])


def test_countries_are_named_and_sorted_in_the_language_of_the_page() -> None:
    with translation.override("fr"):
        names = [name for _code, name in rules.countries()]
        assert readable(question("country"), "SN") == "Sénégal"
        assert names.index("Égypte") < names.index("Fidji")
        assert names.index("États-Unis") < names.index("Éthiopie")
    with translation.override("en"):
        assert readable(question("country"), "DE") == "Germany"
    assert len(rules.countries()) > 240


def test_answers_read_in_the_language_of_the_reader() -> None:
    options = [
        Choice(code="one", label={"en": "One", "fr": "Un"}),
        Choice(code="two", label={"en": "Two", "fr": "Deux"}),
    ]
    with translation.override("fr"):
        assert readable(question("choices", options=options), ["two", "one"]) == "Deux\nUn"
        assert readable(question("yes_no"), "yes") == "Oui"
        assert readable(question("date"), "2027-03-01") == "1er mars 2027"
    with translation.override("en"):
        assert readable(question("choice", options=options), "gone") == "gone"
        assert readable(question("number"), "12000") == "12,000"
        assert readable(question("number"), "3o") == "3o"
        assert readable(question("date"), "2027-02-30") == "2027-02-30"


def test_a_day_must_exist_and_lie_in_a_lifetime() -> None:
    assert rules.whole_date("2027-01-31") == date(2027, 1, 31)
    assert rules.whole_date("0098-01-31") is None
