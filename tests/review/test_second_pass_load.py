"""What a second pass adds to the reading, in figures and on the page of the plan."""

import pytest

from tests.cast import Cast, gather
from tests.review.second import second_cast
from tests.review.world import apply
from tests.visiting import hold, page, signed_in, text_of
from tremplin.review.plan import review_plan
from tremplin.review.planning.second import second_load


@pytest.fixture
def cast(db: None) -> Cast:
    return second_cast("per_place = 3", "reads = 2")


def test_it_counts_as_many_people_as_the_file_says_and_never_more_than_apply(cast: Cast) -> None:
    plan = review_plan(cast.cohort)
    found = second_load(plan, places=2, applications=100, readers=4, minutes=10)
    assert found is not None
    assert (found.people, found.reads, found.days, found.hours, found.each) == (6, 12, 5, 2.0, 0.5)
    few = second_load(plan, places=2, applications=4, readers=0, minutes=10)
    assert few is not None
    assert (few.people, few.each) == (4, None)


def test_a_share_is_of_all_who_apply_and_no_pass_is_no_load(db: None) -> None:
    shared = second_load(
        review_plan(second_cast("share = 0.25").cohort), places=2, applications=101, readers=1, minutes=6
    )
    assert shared is not None
    assert shared.people == 26


def test_the_plan_of_the_reading_counts_it_and_says_nothing_where_none_is_planned(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, cast.at("call_opens", days=5))
    apply(cast.cohort, 8, now=cast.at("call_opens", days=2))
    said = text_of(signed_in(cast.organiser), page(cast, "review:capacity"))
    assert " people are read again: " in said
    other = gather(house="other-")
    assert "The second pass" not in text_of(signed_in(other.organiser), page(other, "review:capacity"))
