"""At the end of a week: what is left of it goes where the scholar says, and nothing is lost on the way."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tremplin.training import rules
from tremplin.training.rules.looking_back import Rest
from tremplin.training.rules.weeks import GOAL

PLAN = [
    {
        "week": 1,
        "goal": "Vectors",
        "hours": 40,
        "labs": ["softmax"],
        "resources": [{"title": "Book", "url": ""}],
    },
    {"week": 2, "goal": "Matrices", "hours": 30, "labs": ["autodiff"]},
    {"week": 3, "goal": "", "hours": 0},
    {"week": 4, "goal": "Project", "hours": 40},
]


def back(rest: Rest, *, week: int = 1, done: str = "partly", plan: Any = PLAN) -> list[dict[str, Any]]:
    tidy = rules.tidy_weeks(plan, count=len(plan))
    return rules.look_back(tidy, week=week, done=done, spent=44, note="Slow.", rest=rest)


def short(weeks: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(week["goal"], week["hours"]) for week in weeks]


def test_the_rest_goes_beside_what_stands_in_the_next_week() -> None:
    found = back("next")
    assert short(found)[:3] == [("Vectors", 40), ("Vectors · Matrices", 50), ("", 0)]
    assert found[1]["labs"] == ["softmax", "autodiff"]
    assert found[1]["resources"][0]["title"] == "Book"
    assert (found[0]["done"], found[0]["spent"], found[0]["note"], found[0]["left"]) == (
        "partly",
        44,
        "Slow.",
        True,
    )


def test_or_pushes_what_follows_on_until_an_empty_week_takes_it_up() -> None:
    found = back("push")
    assert short(found) == [("Vectors", 40), ("Vectors", 20), ("Matrices", 30), ("Project", 40)]
    assert found[2]["labs"] == ["autodiff"]


def test_without_an_empty_week_the_last_two_are_joined() -> None:
    full = [PLAN[0], PLAN[1], {**PLAN[3], "week": 3}]
    assert short(back("push", plan=full)) == [("Vectors", 40), ("Vectors", 20), ("Matrices · Project", 70)]


@pytest.mark.parametrize("rest", ["drop", ""])
def test_or_stays_or_is_let_go_and_the_weeks_to_come_stand(rest: Rest) -> None:
    found = back(rest)
    assert short(found)[1:] == short(rules.tidy_weeks(PLAN, count=4))[1:]
    assert found[0]["left"] is (rest == "drop")


@pytest.mark.parametrize("rest", rules.RESTS)
def test_what_is_done_leaves_nothing_and_the_last_week_has_none_after_it(rest: Rest) -> None:
    assert short(back(rest, done="yes")) == short(rules.tidy_weeks(PLAN, count=4))
    last = back(rest, week=4)
    assert short(last) == short(rules.tidy_weeks(PLAN, count=4))
    assert last[3]["left"] is (rest == "drop")


def test_looking_back_again_moves_nothing_twice() -> None:
    once = back("next")
    again = rules.look_back(once, week=1, done="partly", spent=45, note="Still slow.", rest="next")
    assert short(again) == short(once)
    assert (again[0]["spent"], again[0]["left"]) == (45, True)


def test_goals_too_long_for_one_week_keep_every_word() -> None:
    long = [{"week": 1, "goal": "x" * 200, "hours": 4}, {"week": 2, "goal": "y" * 200, "hours": 4}]
    found = back("next", plan=long)
    assert found[1]["goal"] == "y" * 200
    assert "x" * 200 in found[1]["note"]
    assert len("x" * 200 + " · " + "y" * 200) > GOAL


@given(
    st.lists(st.tuples(st.sampled_from(["", "A", "B", "C"]), st.integers(0, 60)), min_size=1, max_size=6),
    st.integers(1, 6),
    st.sampled_from(["no", "partly", "yes"]),
    st.sampled_from(["", *rules.RESTS]),
)
def test_no_goal_and_no_lab_is_ever_lost(
    given_weeks: list[tuple[str, int]], week: int, done: str, rest: Rest
) -> None:
    plan = [
        {
            "week": number,
            "goal": goal and f"{goal}{number}",
            "hours": hours,
            "labs": [f"lab{number}"] if goal else [],
        }
        for number, (goal, hours) in enumerate(given_weeks, start=1)
    ]
    week = min(week, len(plan))
    found = back(rest, week=week, done=done, plan=plan)
    words = " ".join(entry["goal"] for entry in found)
    assert all(str(entry["goal"]) in words for entry in plan)
    labs = {lab for entry in found for lab in entry["labs"]}
    assert labs == {lab for entry in plan for lab in entry["labs"]}  # type: ignore[union-attr]
    assert [entry["week"] for entry in found] == list(range(1, len(plan) + 1))
