"""Numbers, chances, codes and ticks as people in several countries write them."""

import contextlib
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tremplin.cli.sheets import cells
from tremplin.cli.sheets.cells import Unreadable


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7.5", 7.5),
        ("7,5", 7.5),
        (" 12 ", 12),
        ("-3", -3),
        ("−3,25", -3.25),
        ("1 234,5", 1234.5),
        ("1 234", 1234),
        ("1'234.5", 1234.5),
        ("1.234,56", 1234.56),
        ("1,234.56", 1234.56),
        ("1,234,567", 1234567),
        ("0,125", 0.125),
        (".5", 0.5),
        ("5.", 5),
    ],
)
def test_numbers_are_read_whatever_the_country(text: str, value: float) -> None:
    assert cells.number(text) == value


def test_a_figure_that_may_be_two_is_asked_about_unless_its_column_tells() -> None:
    with pytest.raises(Unreadable, match=r"may be 1\.234 or 1234"):
        cells.number("1,234")
    assert cells.number("1,234", ",") == 1.234
    assert cells.number("1,234", ".") == 1234
    assert cells.decimal_mark(["1,234", "7", "7,5"]) == ","
    assert cells.decimal_mark(["1,234", "7.5"]) == "."
    assert cells.decimal_mark(["1,234", "7"], ",") == ","
    assert cells.decimal_mark(["1.234", "7"], ",") == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sept", "is not a number"),
        ("7/10", "is two numbers"),
        ("2027-05-07", "is a date"),
        ("7-mai", "is a date"),
        ("#REF!", "error of the spreadsheet"),
        ("80 %", "is a percentage"),
        ("1O", "a letter for a digit"),
        ("nan", "is not a number"),
        ("inf", "is not a number"),
        ("１２x", "is not a number"),
    ],
)
def test_what_is_no_number_is_told_with_what_to_write(text: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said) as told:
        cells.number(text)
    assert told.value.remedy


@given(st.floats(-1e6, 1e6).map(lambda value: round(value, 2)))
def test_every_number_written_plainly_is_read_back(value: float) -> None:
    assert cells.number(f"{value:.2f}") == value
    assert cells.number(f"{value:.2f}".replace(".", ",")) == value


@given(st.text())
def test_no_text_breaks_a_reader(text: str) -> None:
    for kind in (
        cells.CODE,
        cells.NUMBER,
        cells.WHOLE,
        cells.CHANCE,
        cells.TEXT,
        cells.WORDS,
        cells.YES_NO,
        cells.DAY,
    ):
        for mark in ("", ",", "."):
            with contextlib.suppress(Unreadable):
                kind.read(text, mark)


@pytest.mark.parametrize("text", ["0.25", "0,25", "25 %", "25%", "1/4", "2 / 8"])
def test_a_chance_is_exactly_what_was_written(text: str) -> None:
    assert cells.chance(text) == Fraction(1, 4)
    assert cells.chance("0.1") == Fraction(1, 10)


@pytest.mark.parametrize("text", ["1.2", "-0.1", "120 %", "1/0", "often", "0,2,5"])
def test_what_is_no_chance_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        cells.chance(text)


def test_codes_ticks_lists_and_days() -> None:
    assert cells.code("  A  12 ") == "A 12"
    with pytest.raises(Unreadable, match="too long"):
        cells.code("x" * 65)
    with pytest.raises(Unreadable, match="nobody sees"):
        cells.code("a\u200bb")
    assert cells.words("fr; en,fr |  de") == ("fr", "en", "de")
    assert [cells.yes(text) for text in ("x", "Oui", "VRAI", "", "non", "-")] == [True] * 3 + [False] * 3
    with pytest.raises(Unreadable, match="neither yes nor no"):
        cells.yes("perhaps")
    assert cells.day("31/01/2027") == cells.day("2027-01-31") == cells.day("31.1.2027") == date(2027, 1, 31)
    with pytest.raises(Unreadable, match="two days"):
        cells.day("01/02/2027")
    assert cells.whole("12,0") == 12
    with pytest.raises(Unreadable):
        cells.whole("-1")
    with pytest.raises(Unreadable):
        cells.whole("1.5")
