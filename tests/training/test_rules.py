"""When a plan asks for too much, what a re-plan changed, and which week it is."""

from datetime import UTC, datetime, timedelta

import pytest

from tremplin.training import rules
from tremplin.training.forms import parse_resources, resource_lines

STARTS = datetime(2027, 4, 5, 9, tzinfo=UTC)


def weeks(*hours: int, done: str = "no") -> list[dict[str, object]]:
    return [{"week": number, "hours": each, "done": done} for number, each in enumerate(hours, start=1)]


@pytest.mark.parametrize(("hours", "reason"), [(50, ""), (51, "full")])
def test_a_week_to_come_may_be_a_quarter_more_than_full(hours: int, reason: str) -> None:
    assert rules.over_ambitious(weeks(20, hours), upto=1) == reason


def test_a_week_that_is_over_is_not_too_much_any_more() -> None:
    assert rules.over_ambitious(weeks(90, 20), upto=2) == ""


def test_what_is_left_has_to_fit_at_the_pace_so_far() -> None:
    slow = weeks(40, 40, done="partly") + [{"week": week, "hours": 40} for week in (3, 4)]
    assert rules.over_ambitious(slow, upto=3) == "pace"
    steady = weeks(40, 40, done="yes") + [{"week": week, "hours": 40} for week in (3, 4)]
    assert rules.over_ambitious(steady, upto=3) == ""


def test_a_goal_that_went_to_another_week_is_moved() -> None:
    before = [{"week": 1, "goal": "Vectors"}, {"week": 2, "goal": "Matrices"}]
    after = [{"week": 1, "goal": "Numbers"}, {"week": 3, "goal": "Matrices"}, {"week": 4, "goal": "More"}]
    found = [(change.week, change.kind) for change in rules.changes(before, after)]
    assert found == [(1, "reworded"), (3, "moved"), (4, "added")]


def test_a_week_made_lighter_is_a_change() -> None:
    before = [{"week": 1, "hours": 55}, {"week": 2, "hours": 55}]
    after = [{"week": 1, "hours": 55}, {"week": 2, "hours": 40}]
    assert rules.changes(before, after) == [rules.Change(2, "hours", "55", "40")]


@pytest.mark.parametrize(("days", "week"), [(-1, 0), (0, 1), (6, 1), (7, 2), (900, 13)])
def test_weeks_are_counted_from_the_start(days: int, week: int) -> None:
    assert rules.week_of(starts=STARTS, now=STARTS + timedelta(days=days), weeks=13) == week


def test_resources_come_back_as_they_were_typed() -> None:
    typed = "Linear algebra https://example.org/la\n+ Extra reading"
    assert resource_lines(parse_resources(typed)) == typed


def test_an_address_that_is_no_web_address_is_dropped() -> None:
    week = {"week": 1, "resources": [{"title": "x", "url": "javascript:alert(1)"}], "hours": "many"}
    tidy = rules.tidy_weeks([week], count=2)
    assert tidy[0]["resources"] == [{"title": "x", "url": "", "required": True}]
    assert [row["hours"] for row in tidy] == [0, 0]
