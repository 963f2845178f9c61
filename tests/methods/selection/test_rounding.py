"""Chances in whole millionths, and people drawn with exactly those."""

from fractions import Fraction
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tremplin.methods.selection.rounding import UNIT, RoundingError, systematic, to_units


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=40), st.data())
def test_units_sum_exactly_and_lie_within_one_of_their_chance(
    weights: list[float], data: st.DataObject
) -> None:
    places = data.draw(st.integers(0, len(weights)))
    scale = [weight / sum(weights) * places for weight in weights]
    if max(scale) > 1:
        scale = [places / len(weights)] * len(weights)
    units = to_units(scale, places=places)
    assert sum(units) == places * UNIT
    assert all(
        abs(unit - chance * UNIT) <= 1 and 0 <= unit <= UNIT
        for unit, chance in zip(units, scale, strict=True)
    )


def test_ties_go_to_the_first_code_wherever_it_stands() -> None:
    assert to_units([0.5000005, 0.5000005], places=1) == (500_000, 500_000)
    assert to_units([0.5000011, 0.5000003], places=1) == (500_000, 500_000)
    assert to_units([Fraction(1, 3)] * 3, places=1, codes=["c", "a", "b"]) == (333_333, 333_334, 333_333)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=9))
def test_over_all_starts_everybody_is_taken_exactly_as_often_as_their_chance(parts: list[int]) -> None:
    units = [*parts, -sum(parts) % 12]
    taken = [systematic(units, start=start, unit=12) for start in range(12)]
    assert {len(some) for some in taken} == {sum(units) // 12}
    assert [sum(at in some for some in taken) for at in range(len(units))] == units


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 12), min_size=2, max_size=9))
def test_every_stretch_gets_its_expected_number_rounded_down_or_up(parts: list[int]) -> None:
    units = [*parts, -sum(parts) % 12]
    ends = [0, *accumulate(units)]
    for start in range(12):
        taken = systematic(units, start=start, unit=12)
        for low in range(len(units)):
            for high in range(low + 1, len(units) + 1):
                mass, count = ends[high] - ends[low], sum(low <= at < high for at in taken)
                assert mass // 12 <= count <= -(-mass // 12)


@pytest.mark.parametrize(
    ("chances", "places", "words"),
    [
        ([0.5, 0.6], 1, "sum to 1.100000, not to the 1 places"),
        ([0.5, float("nan")], 1, "between 0 and 1"),
        ([1.5], 1, "between 0 and 1"),
        ([], 1, "sum to 0.000000"),
    ],
)
def test_chances_that_cannot_be_are_refused(chances: list[float], places: int, words: str) -> None:
    with pytest.raises(RoundingError, match=words):
        to_units(chances, places=places)


def test_codes_go_with_chances_and_nobody_is_nobody() -> None:
    with pytest.raises(RoundingError, match="2 chances for 1 codes"):
        to_units([0.5, 0.5], places=1, codes=["a"])
    assert to_units([], places=0) == ()
    assert systematic([], start=0) == ()


@pytest.mark.parametrize(("units", "start"), [([UNIT], UNIT), ([UNIT + 1, UNIT - 1], 0), ([1], 0)])
def test_units_that_cannot_be_drawn_with_are_refused(units: list[int], start: int) -> None:
    with pytest.raises(RoundingError):
        systematic(units, start=start)
