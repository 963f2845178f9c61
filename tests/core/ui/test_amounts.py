import math
from decimal import Decimal

import pytest
from django.utils import translation

from tremplin.core.ui import amounts


@pytest.mark.parametrize(
    ("minor", "currency", "language", "text"),
    [
        (120_000, "EUR", "en", "€1,200.00"),
        (120_000, "EUR", "fr", "1\u202f200,00\xa0€"),
        (120_000, "JPY", "en", "JP¥120,000"),
        (120_000, "JPY", "fr", "120\u202f000\xa0JPY"),
        (1_234_500, "TND", "en", "TND\xa01,234.500"),
        (1_234_500, "TND", "fr", "1\u202f234,500\xa0TND"),
        (-4_999, "USD", "en", "−US$49.99"),
        (5_000, "IQD", "en", "IQD\xa05.000"),
        (-1, "XOF", "fr", "−1\xa0F\u202fCFA"),
        (0, "eur", "en", "€0.00"),
    ],
)
def test_money_has_the_decimals_of_its_currency(minor: int, currency: str, language: str, text: str) -> None:
    with translation.override(language):
        assert amounts.money(minor, currency) == text


def test_money_of_any_size_is_exact() -> None:
    assert amounts.major(10**20 + 1, "EUR") == Decimal("1000000000000000000.01")
    with translation.override("en"):
        assert amounts.money(10**20 + 1, "EUR") == "€1,000,000,000,000,000,000.01"


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf, Decimal("NaN"), 10**400])
def test_what_is_no_number_is_a_dash(value: float | None) -> None:
    assert amounts.finite(value) is None
    assert amounts.number(value) == amounts.compact(value) == amounts.percent(value) == "–"


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [(1234.5678, "1,234.57", "1\u202f234,57"), (-3, "−3", "−3"), (0.5, "0.5", "0,5"), (7, "7", "7")],
)
def test_numbers_follow_the_language(value: float, english: str, french: str) -> None:
    for language, text in (("en", english), ("fr", french)):
        with translation.override(language):
            assert amounts.number(value) == text


def test_a_number_without_decimals_is_rounded() -> None:
    with translation.override("en"):
        assert amounts.number(2.6, 0) == "3"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0%"),
        (0.004, "<\xa01%"),
        (0.129, "13%"),
        (0.996, ">\xa099%"),
        (1, "100%"),
        (-0.25, "−25%"),
        (3.5, "350%"),
    ],
)
def test_a_share_is_never_rounded_to_none_or_all(share: float, text: str) -> None:
    with translation.override("en"):
        assert amounts.percent(share) == text


def test_an_axis_gets_short_numbers() -> None:
    with translation.override("en"):
        assert amounts.compact(9_500) == "9,500"
        assert amounts.compact(12_500) == "12.5K"
        assert amounts.compact(-2_000_000) == "−2M"
