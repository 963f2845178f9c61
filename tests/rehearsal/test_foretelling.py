"""What the planner foretold of the reading stands in the report beside what was played."""

from typing import Any

import pytest
from django.utils import translation

from tests.cast import Cast
from tests.rehearsal.test_play import play
from tests.visiting import Clock, page, signed_in
from tremplin.rehearsal import foretelling, words
from tremplin.rehearsal.models import Rehearsal
from tremplin.rehearsal.population.population import Population
from tremplin.rehearsal.report import content
from tremplin.rehearsal.stage import Play
from tremplin.review import queries

CHANCE = {"value": 0.4, "low": 0.37, "high": 0.43, "least": 0.1, "most": 0.8}
REPORT: dict[str, Any] = {
    "foretold": [
        {
            "at": "2027-01-29T09:00:00+00:00",
            "unread": CHANCE,
            "short": CHANCE,
            "people": {"low": 0, "middle": 2, "high": 9},
            "missing": {"low": 4, "middle": 20, "high": 60},
            "late": [0.0, 2.0, None],
        },
        {
            "at": "2027-02-05T09:00:00+00:00",
            "unread": CHANCE,
            "short": CHANCE,
            "people": {"low": 0, "middle": 0, "high": 1},
            "missing": {"low": 0, "middle": 3, "high": 8},
            "late": [0.0, 0.0, 1.0],
        },
    ],
    "stood": {"at": "2027-02-22T09:00:00+00:00", "people": 1, "missing": 12},
}


def told(report: dict[str, Any]) -> dict[str, str]:
    return dict(foretelling.rows(report))


def test_each_day_says_what_it_foretold_with_its_span_and_then_stands_what_was_played() -> None:
    found = told(REPORT)
    assert found["29 Jan: chance that somebody is unread"] == "40% (10% to 80%)"
    assert found["29 Jan: reads short"] == "20 (4 to 60)"
    assert found["5 Feb: applications unread"] == "0 (0 to 1)"
    assert found["Played: applications unread"] == "1"
    assert found["Played: reads short"] == "12"
    assert found["Days on which it came as foretold"] == "1 of 2 days"  # twelve are more than eight
    with translation.override("fr"):
        assert set(told(REPORT)).isdisjoint(found)


def test_a_play_that_stops_before_reading_ends_has_foretold_and_no_more() -> None:
    found = told({**REPORT, "stood": {}})
    assert len(found) == 6
    assert foretelling.reads_short({**REPORT, "stood": {}})[1] is None
    assert foretelling.reads_short(REPORT)[1] == 12
    assert foretelling.reads_short({}) == ([], None)


def played(cast: Cast) -> dict[str, Any]:
    """The report of a play in which nothing has happened yet."""
    nobody = Population(1, (), (), (), (), (), (), ())
    return content(Play(cast.cohort, seed=1, population=nobody), until=cast.at("call_opens", days=1))


def titles(report: dict[str, Any]) -> list[str]:
    return [title for title, _rows in words.sections(report)]


def test_a_report_of_before_this_was_kept_is_told_without_it(cast: Cast) -> None:
    report = played(cast)
    assert report["foretold"] == []
    assert "Reading as it was foretold" not in titles(report)
    assert "Reading as it was foretold" in titles(report | REPORT)
    del report["foretold"], report["stood"]
    assert "Reading as it was foretold" not in titles(report)


@pytest.mark.django_db
def test_a_rehearsal_is_foretold_before_it_is_read_and_held_against_what_it_played() -> None:
    found: Rehearsal = play("foretold", "decided", applicants=24)
    days = [one["at"][:10] for one in found.report["foretold"]]
    cohort = found.cohort
    assert days == sorted(days)
    assert len(days) >= 2
    assert all(day < cohort.date("reading_ends").isoformat() for day in days)
    first, last = found.report["foretold"][0], found.report["foretold"][-1]
    for one in (first, last):
        assert one["people"]["low"] <= one["people"]["middle"] <= one["people"]["high"]
        assert 0 <= one["unread"]["least"] <= one["unread"]["most"] <= 1
    assert last["missing"]["high"] <= first["missing"]["high"]  # less is left to happen
    stood = found.report["stood"]
    assert stood["at"] == cohort.date("reading_ends").isoformat()
    reads = sum(number * many for pile in queries.piles(cohort).values() for number, many in enumerate(pile))
    assert reads
    assert stood["people"] <= stood["missing"]


def test_the_page_draws_it_with_a_line_where_it_came_to(cast: Cast, clock: Clock) -> None:
    Rehearsal.objects.create(
        cohort=cast.cohort,
        seed=1,
        applicants=1,
        until=clock.at,
        report=played(cast) | REPORT,
        created_at=clock.at,
    )
    text = signed_in(cast.organiser).get(page(cast, "rehearsal:report")).text
    assert "the line is what was played" in text
    assert 'class="cut"' in text
