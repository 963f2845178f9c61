"""A played moment is never after the day on which it is looked at; where somebody asks for that, it is told."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.cast import Cast
from tests.visiting import Clock, page, signed_in
from tremplin import programme_templates
from tremplin.programmes import file
from tremplin.programmes.rules import planned_dates
from tremplin.rehearsal import scenarios, words
from tremplin.rehearsal.models import Rehearsal
from tremplin.rehearsal.population.population import Population
from tremplin.rehearsal.report import content
from tremplin.rehearsal.stage import Play

DAYS = [
    datetime(2026, month, day, hour, 30, tzinfo=UTC)
    for month in range(1, 13)
    for day in (1, 29 - month)
    for hour in (1, 13, 22)
]


@pytest.mark.parametrize("name", programme_templates.names())
@pytest.mark.parametrize("moment", scenarios.MOMENTS)
def test_a_moment_is_reached_by_today_and_not_long_ago(name: str, moment: str) -> None:
    plan = file.read(programme_templates.text(name))
    zone = ZoneInfo(plan.cohort.time_zone)
    for now in DAYS:
        opens = scenarios.opening_for(plan, moment, now)
        ago = now - scenarios.moment_of(moment, planned_dates(plan, opens))
        assert timedelta(0) <= ago <= timedelta(days=1, hours=2)
        assert opens.astimezone(zone).hour == scenarios.OPENING_HOUR
        monday = scenarios.monday_for(plan, moment, now)
        assert monday.weekday() == 0
        assert timedelta(0) <= opens - monday <= timedelta(days=6, hours=2)


def test_who_asks_for_days_to_come_is_told_that_pages_will_contradict_the_play() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert words.ahead(now, now=now) == ""
    assert "still to come" in words.ahead(now + timedelta(days=400), now=now)


@pytest.fixture
def played(cast: Cast) -> Rehearsal:
    until = cast.at("call_closes", days=4)
    nobody = Population(1, (), (), (), (), (), (), ())
    figures = content(Play(cast.cohort, seed=1, population=nobody), until=until)
    return Rehearsal.objects.create(
        cohort=cast.cohort, seed=1, applicants=1, until=until, report=figures, created_at=until
    )


def test_report_and_banner_say_it_until_that_day_has_come(
    cast: Cast, played: Rehearsal, clock: Clock, settings: Any
) -> None:
    settings.REHEARSAL = True
    client = signed_in(cast.organiser)
    clock.at = cast.at("call_opens", days=-7)
    assert client.get(page(cast, "rehearsal:report")).text.count("still to come") == 2
    assert "still to come" in client.get(page(cast, "desk")).text
    clock.at = cast.at("call_closes", days=5)
    for name in ("rehearsal:report", "desk"):
        told = client.get(page(cast, name)).text
        assert "everyone here is invented" in told
        assert "still to come" not in told


def test_where_no_rehearsal_is_served_the_banner_asks_for_none(
    cast: Cast, played: Rehearsal, clock: Clock
) -> None:
    clock.at = cast.at("call_opens", days=-7)
    assert "still to come" not in signed_in(cast.organiser).get(page(cast, "desk")).text
