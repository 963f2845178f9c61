"""What of a selection may be told to everybody."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tremplin.selection_report import rules
from tremplin.selection_report.rules import Scored

score = st.floats(0, 100)
field = st.lists(
    st.builds(Scored, score, score, score, st.sampled_from(["admit", "lottery", "decline"])), max_size=400
)


@given(field)
def test_no_bar_tells_of_fewer_than_five_people_and_nobody_is_left_out(scored: list[Scored]) -> None:
    found = rules.neighbours(scored)
    assert len(found) <= rules.MOST_GROUPS
    if found:
        assert min(row.people for row in found) >= 5
        assert sum(row.people for row in found) == len(scored)
        assert [row.estimate for row in found] == sorted((row.estimate for row in found), reverse=True)
    else:
        assert len(scored) < 10


@given(field, st.randoms(use_true_random=False))
def test_the_order_in_which_people_come_changes_no_bar(scored: list[Scored], random: Random) -> None:
    mixed = list(scored)
    random.shuffle(mixed)
    bars = [(row.people, row.estimate) for row in rules.neighbours(scored)]
    assert bars == [(row.people, row.estimate) for row in rules.neighbours(mixed)]


@pytest.mark.parametrize(("count", "told"), [(0, 0), (1, None), (4, None), (5, 5), (7, 5), (8, 10)])
def test_people_who_are_singled_out_are_counted_from_five_on(count: int, told: int | None) -> None:
    assert rules.some(count) == told


@pytest.mark.parametrize(
    ("count", "of", "told"),
    [(0, 9, None), (0, 100, 0.0), (3, 100, None), (5, 100, 0.05), (97, 100, None), (100, 100, None)],
)
def test_a_share_hides_both_of_its_sides(count: int, of: int, told: float | None) -> None:
    assert rules.share(count, of) == told


def test_a_day_late_begins_after_a_whole_day() -> None:
    due = datetime(2027, 3, 1, tzinfo=UTC)
    late = [rules.days_late(due, due + timedelta(hours=hours)) for hours in (-50, 23, 24, 47, 48, 49)]
    assert late == [0, 0, 1, 1, 2, 2]


def test_how_many_places_a_plain_average_would_have_given_to_others() -> None:
    corrected = {"a": 3.0, "b": 2.0, "c": 1.0}
    assert rules.elsewhere(corrected, {"a": 3.0, "b": 1.0, "c": 2.0}, 2) == 1
    assert rules.elsewhere(corrected, corrected, 2) == 0


def test_what_is_needed_is_asked_in_every_language_and_by_hand_only_where_something_was() -> None:
    written = {
        "preparation": {"en": "x", "fr": " "},
        "machines": {"en": "x", "fr": "x"},
        "wrong": {"en": "x"},
    }
    found = [
        (section.code, language) for section, language in rules.missing(written, ["en", "fr"], by_hand=False)
    ]
    assert found == [("preparation", "fr"), ("wrong", "fr")]
    assert ("by_hand", "en") in [
        (section.code, language) for section, language in rules.missing(written, ["en", "fr"], by_hand=True)
    ]
