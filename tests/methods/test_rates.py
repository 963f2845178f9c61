"""Shares with their intervals, against published figures and against counting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tremplin.methods.rates import difference, share


def test_wilsons_interval_is_that_of_the_books() -> None:
    """Newcombe 1998 (Statistics in Medicine 17, 857–872), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29."""
    for part, whole, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        found = share(part, whole)
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_the_difference_is_that_of_the_books() -> None:
    """Newcombe 1998 (873–890), table II, method 10: 56/70 − 48/80, 9/10 − 3/10, 10/10 − 0/10."""
    for counts, low, high in (
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ):
        found = difference(*counts)
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)
        assert found.excludes_zero


@given(st.integers(1, 500), st.integers(0, 500), st.floats(0.5, 0.999))
def test_an_interval_holds_its_share_and_stays_between_none_and_all(
    whole: int, part: int, level: float
) -> None:
    found = share(min(part, whole), whole, level=level)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.high - found.low > 0


@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 90), st.integers(0, 90))
def test_turned_round_the_difference_is_the_same(one: int, two: int, part: int, other: int) -> None:
    there = difference(min(part, one), one, min(other, two), two)
    back = difference(min(other, two), two, min(part, one), one)
    assert there.low == pytest.approx(-back.high)
    assert there.high == pytest.approx(-back.low)


def test_a_share_of_nobody_is_none() -> None:
    for part, whole in ((0, 0), (3, 2), (-1, 4)):
        with pytest.raises(ValueError, match="part of a whole"):
            share(part, whole)
