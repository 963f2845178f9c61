"""When a plan asks for more than people get done, by whose pace, and what would make it fit."""

import pytest
from django.utils import translation

from tremplin.training import rules
from tremplin.training.rules.ambition import ENOUGH
from tremplin.training.telling import tell

OTHERS = rules.Pace(20.0, 30.0, 36.0, 12, "cohorts")


def weeks(*hours: int, done: str = "no", first: int = 1) -> list[dict[str, object]]:
    return [{"week": number, "hours": each, "done": done} for number, each in enumerate(hours, start=first)]


def level(plan: list[dict[str, object]], upto: int = 1) -> str:
    found = rules.ambition(plan, upto=upto, others=OTHERS)
    return found.level if found else ""


@pytest.mark.parametrize(("hours", "said"), [(30, "fits"), (31, "tight"), (36, "tight"), (37, "much")])
def test_before_the_first_week_the_pace_of_others_counts(hours: int, said: str) -> None:
    assert level(weeks(*[hours] * 4)) == said


def test_one_overfull_week_is_too_much_whatever_the_rest() -> None:
    found = rules.ambition(weeks(5, 51, 5), upto=1, others=OTHERS)
    assert found is not None
    assert (found.level, found.full) == ("much", (2,))
    assert level(weeks(5, 50, 5)) == "fits"


def test_ones_own_weeks_count_more_and_more() -> None:
    """Three weeks at 40 hours weigh as much as the 30 of others: 35 a week is what may come."""
    quick = weeks(40, 40, 40, done="yes") + weeks(35, 35, first=4)
    found = rules.ambition(quick, upto=4, others=OTHERS)
    assert found is not None
    assert (found.pace, found.own_weeks, found.level) == (35.0, 3, "fits")
    slow = weeks(40, 40, 40, done="no") + weeks(35, 35, first=4)
    assert level(slow, 4) == "much"


def test_what_was_neither_done_nor_given_up_is_still_to_be_done() -> None:
    plan = weeks(40, done="partly") + weeks(30, 30, first=2)
    assert level(plan, 2) == "much"
    plan[0]["left"] = True
    assert level(plan, 2) == "tight"  # at 27.5 a week: one's own week counts


def test_a_plan_without_hours_and_one_that_is_over_say_nothing() -> None:
    assert rules.ambition(weeks(0, 0), upto=1, others=OTHERS) is None
    assert rules.ambition(weeks(40, done="yes"), upto=2, others=OTHERS) is None


def test_overfull_weeks_come_first_then_goals_without_a_lab_and_never_the_last_week() -> None:
    plan = [
        {"week": 1, "hours": 60, "goal": "A"},
        {"week": 2, "hours": 40, "goal": "B", "labs": ["softmax"]},
        {"week": 3, "hours": 40, "goal": "C"},
        {"week": 4, "hours": 40, "goal": "D"},
    ]
    found = rules.ambition(plan, upto=1, others=OTHERS)
    assert found is not None
    assert [(one.kind, one.week, one.hours) for one in found.relief] == [("lighten", 1, 20), ("drop", 3, 40)]
    assert found.over == 60


def test_the_pace_of_earlier_scholars_needs_five_of_them_who_kept_their_plans() -> None:
    kept = [weeks(hours, hours, done="yes") for hours in (20, 25, 30, 35, 40)]
    assert rules.pace_of(kept[: ENOUGH - 1]) is None
    assert rules.pace_of([*kept[: ENOUGH - 1], weeks(40, 40)]) is None
    found = rules.pace_of(kept)
    assert found is not None
    assert (found.low, found.middle, found.high, found.people) == (22.0, 30.0, 38.0, 5)
    assert found.stretch is None


def test_what_a_planned_hour_really_took_is_known_where_it_was_noted() -> None:
    kept = [[{"week": 1, "hours": 20, "done": "yes", "spent": 30}] for _ in range(5)]
    found = rules.pace_of(kept)
    assert found is not None
    assert found.stretch == 1.5


def test_it_is_told_with_whose_pace_it_was_and_nothing_is_said_of_a_plan_that_fits() -> None:
    with translation.override("en"):
        assert tell(rules.ambition(weeks(30), upto=1, others=OTHERS)) is None
        told = tell(rules.ambition(weeks(60, 40), upto=1, others=OTHERS))
        assert told is not None
        assert told.tone == "warn"
        assert any("12 earlier scholars" in text for text in told.sentences)
        assert told.relief == ((1, "Week 1: take out 20 hours."),)
        told = tell(rules.ambition(weeks(38), upto=1, others=rules.REHEARSED))
        assert told is not None
        assert told.tone == "info"
        assert any("invented scholars" in text for text in told.sentences)
        own = tell(rules.ambition(weeks(20, done="yes") + weeks(60, first=2), upto=2, others=OTHERS))
        assert own is not None
        assert any("the one week so far" in text for text in own.sentences)
