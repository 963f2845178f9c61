"""What a re-plan changed, which week it is, and what the lines of a form say."""

from datetime import UTC, datetime, timedelta

import pytest

from tremplin.training import rules
from tremplin.training.forms import parse_resources, resource_lines

STARTS = datetime(2027, 4, 5, 9, tzinfo=UTC)


def weeks(*hours: int, done: str = "no") -> list[dict[str, object]]:
    return [{"week": number, "hours": each, "done": done} for number, each in enumerate(hours, start=1)]


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


def test_labs_reading_and_links_that_came_went_or_moved_are_told() -> None:
    def reads(*titles: str) -> list[dict[str, object]]:
        return [{"title": title, "url": "", "required": True} for title in titles]

    before = [{"week": 1, "labs": ["softmax", "tokens"], "resources": reads("A", "B")}, {"week": 2}]
    after = [
        {"week": 1, "labs": ["softmax"], "resources": reads("B"), "links": [{"title": "Commit", "url": ""}]},
        {"week": 2, "labs": ["tokens", "depth"], "done": "partly", "note": "Slow."},
    ]
    found = [(change.week, change.kind, change.what) for change in rules.changes(before, after)]
    assert found == [
        (1, "reading-dropped", "A"),
        (1, "link-added", "Commit"),
        (2, "lab-added", "depth"),
        (2, "lab-moved", "tokens"),
        (2, "done", ""),
        (2, "note", ""),
    ]


def test_a_reworded_goal_shows_the_words_that_went_and_came() -> None:
    found = [(piece.kind, piece.text) for piece in rules.pieces("train one small model", "train two models")]
    assert found == [("same", "train"), ("gone", "one small model"), ("new", "two models")]


def test_resources_come_back_as_they_were_typed() -> None:
    typed = "Linear algebra https://example.org/la\n+ Extra reading"
    assert resource_lines(parse_resources(typed)) == typed


def test_an_address_that_is_no_web_address_is_dropped() -> None:
    week = {"week": 1, "resources": [{"title": "x", "url": "javascript:alert(1)"}], "hours": "many"}
    tidy = rules.tidy_weeks([week], count=2)
    assert tidy[0]["resources"] == [{"title": "x", "url": "", "required": True}]
    assert [row["hours"] for row in tidy] == [0, 0]
