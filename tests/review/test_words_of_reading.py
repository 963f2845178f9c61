"""Scores in words, deadlines that a programme did not name, and forms that come back damaged."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.cast import Cast
from tests.visiting import page, signed_in
from tremplin.core.errors import Invalid
from tremplin.review import rules, services
from tremplin.review.plan import review_plan
from tremplin.review.views import read


def test_a_score_is_said_with_its_level_and_no_score_is_said_too(cast: Cast) -> None:
    criterion = review_plan(cast.cohort).criteria[0]
    level = criterion.levels[0]
    assert rules.level_words(criterion, level.score).startswith(f"{level.score} · ")
    assert rules.level_words(criterion, None) == "–"
    assert rules.level_words(criterion, rules.CANNOT_JUDGE) == "cannot judge"


def test_reading_ends_by_the_next_date_that_the_programme_names(cast: Cast) -> None:
    dates = dict(cast.cohort.dates)
    assert rules.reading_deadline(dates) == dates["reading_ends"]
    del dates["reading_ends"]
    assert rules.reading_deadline(dates) == dates["decisions_out"]
    only = {"call_opens": dates["call_opens"], "call_closes": dates["call_closes"]}
    assert rules.reading_deadline(only) == dates["call_closes"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("2027-02-30T10:00:00+00:00", None),
        ("yesterday", None),
        ("2027-02-03T10:00:00", None),
        ("2027-02-03T10:00:00+00:00", datetime(2027, 2, 3, 10, tzinfo=UTC)),
    ],
)
def test_a_damaged_moment_costs_the_time_and_not_the_read(typed: str, found: datetime | None) -> None:
    assert read._moment(typed) == found


def test_what_cannot_be_set_for_a_reviewer_is_said_beside_its_field(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_values: Any) -> None:
        raise Invalid({"languages": ["Nobody reads that."]})

    monkeypatch.setattr(services, "set_profile", refuse)
    path = page(cast, "review:reviewer", ref=cast.reviewer.ref)
    client = signed_in(cast.organiser)
    answer = client.post(path, {"capacity": "10", "languages": ["en"]})
    assert answer.status_code == 422
    assert "Nobody reads that." in answer.text
