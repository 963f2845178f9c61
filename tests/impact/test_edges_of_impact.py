"""Outcomes at their edges: programmes that ask nothing, surveys out of their time, what stands on the desk."""

from datetime import datetime

import pytest

from tests.cast import Cast, gather
from tests.plans import without
from tests.training.world import scholar_of, survey_day
from tremplin.core.errors import Conflict
from tremplin.impact import desk, figures, queries, rounds, rules, services
from tremplin.impact.models import SurveyResponse
from tremplin.programmes.desk import Card
from tremplin.programmes.roles import Role

SURVEY = "after-6-months"


@pytest.fixture
def plain(db: None) -> Cast:
    """A programme that follows nobody up."""
    return gather(text=without("impact"))


def cards(cast: Cast, now: datetime, role: Role = Role.SCHOLAR) -> list[Card]:
    return desk.cards(cohort=cast.cohort, actor=cast.scholar, roles=frozenset({role}), now=now)


def test_a_scholar_is_asked_once_training_has_ended_whether_we_may_ask_later(cast: Cast) -> None:
    scholar_of(cast)
    assert cards(cast, cast.at("training_ends", days=-1)) == []
    (card,) = cards(cast, cast.at("training_ends", days=1))
    assert card.title == "May we ask you later how it went on?"


@pytest.mark.parametrize(("given", "titles"), [(True, ["Six months later"]), (False, [])])
def test_an_open_survey_stands_on_the_desk_of_those_who_agreed(
    cast: Cast, given: bool, titles: list[str]
) -> None:
    scholar_of(cast)
    services.set_consent(cohort=cast.cohort, actor=cast.scholar, given=given, now=cast.at("training_ends"))
    found = cards(cast, survey_day(cast))
    assert [card.title for card in found] == titles
    assert all(card.due for card in found)
    assert cards(cast, survey_day(cast), Role.MENTOR) == []


def test_a_survey_is_answered_in_its_time_alone(cast: Cast) -> None:
    scholar_of(cast)
    with pytest.raises(Conflict, match="This survey is not open"):
        services.send_answers(
            cohort=cast.cohort,
            survey=SURVEY,
            answers={"works_in_ai": "yes"},
            expected_version=0,
            actor=cast.scholar,
            now=cast.at("training_ends"),
        )
    assert not SurveyResponse.objects.filter(sent_at__isnull=False).exists()


def test_a_survey_that_the_programme_does_not_have_is_refused(cast: Cast) -> None:
    with pytest.raises(Conflict, match="no such survey"):
        services.survey_of(cast.cohort, "after-ten-years")


def test_somebody_who_is_no_scholar_has_no_surveys(cast: Cast) -> None:
    assert queries.survey_lines(cast.mentor, cast.cohort, now=survey_day(cast)) == []


def test_a_programme_that_follows_nobody_up_asks_writes_and_shows_nothing(plain: Cast) -> None:
    now = plain.at("training_ends", weeks=26)
    with pytest.raises(Conflict, match="asks no outcome surveys"):
        services.survey_of(plain.cohort, SURVEY)
    rounds.surveys(cohort=plain.cohort, now=now)
    assert cards(plain, now) == []
    assert figures.outcomes(plain.cohort, now=now) == []
    assert queries.survey_lines(plain.scholar, plain.cohort, now=now) == []


def test_a_figure_that_stands_alone_and_is_small_is_not_shown_at_all() -> None:
    """Four of four: the total would tell the one hidden cell."""
    assert rules.tally(["a"] * 4, ["a"], smallest_cell=4) is not None
    assert rules.tally(["a"] * 3, ["a"], smallest_cell=4) is None
