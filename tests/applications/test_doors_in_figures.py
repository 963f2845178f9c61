"""Figures at the doors, as people write them."""

import pytest

from tests.cast import Cast
from tremplin.applications.rules.eligibility import figure, judge


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("35", 35), ("35h", 35), ("40 heures", 40), ("40 hours", 40), ("٣٥", 35), (" 1 000 ", 1000)],
)
def test_units_and_digits_of_any_script_are_understood(typed: str, meant: int) -> None:
    assert figure(typed) == meant


@pytest.mark.parametrize("typed", ["", "many", "-3", "35,5", "34.9", "9" * 20, "35h30"])
def test_what_is_no_whole_number_is_not_guessed(typed: str) -> None:
    assert figure(typed) is None


def test_a_refused_figure_is_told_what_would_do(cast: Cast) -> None:
    doors = cast.cohort.plan.eligibility
    [door] = [each for each in doors if each.kind == "number"]
    assert door.at_least is not None
    [fault] = judge(doors, {"adult": "yes", door.code: "many"}).problems[door.code]
    assert f"such as {door.at_least}" in fault
    [fault] = judge(doors, {"adult": "yes", door.code: "34,9"}).problems[door.code]
    assert "after the point" in fault
