"""The board finds what was set aside by why, and people by the hours that their commitments leave."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.applications.conftest import fresh
from tests.applications.crowd import crowd
from tests.applications.test_board_filters import found
from tests.applications.test_commitments import DOOR
from tests.applications.test_deeds import REASON, done, planned
from tests.applications.test_exports import rows_of, taken
from tests.cast import Cast, gather, person
from tests.visiting import Clock, page, signed_in, text_of
from tremplin.applications import services
from tremplin.applications.erasing import let_go
from tremplin.applications.models import Application, Deed
from tremplin.applications.rounds import free_hours
from tremplin.applications.rules.commitments import Commitment, weigh
from tremplin.applications.rules.picked import of_the_doors
from tremplin.applications.services.freeing import keep_freed
from tremplin.core.models import AuditEvent
from tremplin.programmes.models import CohortDate
from tremplin.programmes.services import move_date


@pytest.fixture
def set_aside(cast: Cast) -> dict[str, str]:
    """One application for each ground, by name."""
    grounds = {"duplicate": {}, "spam": {}, "condition": {"condition": "hours"}, "wish": {}}
    names = {}
    for cause, more in grounds.items():
        [row] = crowd(cast, 1)
        reason = REASON if cause in {"duplicate", "spam"} else {}
        done(cast, planned(cast, "exclude", [row]), cause=cause, reason=reason, **more)
        names[cause] = row.name
    [other] = crowd(cast, 1)
    done(cast, planned(cast, "exclude", [other]), cause="condition", condition="adult")
    names["condition:adult"] = other.name
    crowd(cast, 2)
    return names


def test_each_ground_is_a_filter_and_so_is_the_condition(
    cast: Cast, organiser: Client, set_aside: dict[str, str]
) -> None:
    for cause in ("duplicate", "spam", "wish", "condition:adult"):
        assert found(organiser, cast, cause=cause) == {set_aside[cause]}
    assert found(organiser, cast, cause="condition:hours") == {set_aside["condition"]}
    assert found(organiser, cast, cause="condition") == {set_aside["condition"], set_aside["condition:adult"]}
    assert found(organiser, cast, cause="condition:hours", state="submitted") == set()
    assert len(found(organiser, cast, cause="height")) == 7  # no such ground: as if it were not asked for


def test_a_ground_stands_as_a_chip_and_offers_to_take_back_in(
    cast: Cast, organiser: Client, set_aside: dict[str, str]
) -> None:
    text = text_of(organiser, page(cast, "applications:board"), cause="condition:hours")
    assert "Why excluded: Condition not met: How many hours" in text
    assert "Take back in" in text
    assert set_aside["duplicate"] not in text


def test_whoever_withdrew_after_being_set_aside_is_found_by_no_ground(
    cast: Cast, organiser: Client, set_aside: dict[str, str]
) -> None:
    row = Application.objects.get(name=set_aside["wish"])
    Application.objects.filter(pk=row.pk).update(
        state="withdrawn", withdrawn_at=cast.at("call_opens", days=3)
    )
    assert found(organiser, cast, cause="wish") == set()


def test_the_ground_goes_into_an_export_the_log_and_a_deed(
    cast: Cast, organiser: Client, set_aside: dict[str, str]
) -> None:
    assert [row["name"] for row in rows_of(taken(organiser, cast, cause="spam"))] == [set_aside["spam"]]
    assert AuditEvent.objects.get(verb="applications.exported").data["filters"] == {"cause": "spam"}
    organiser.post(page(cast, "applications:choose"), {"whom": "all", "deed": "restore", "cause": "spam"})
    deed = Deed.objects.latest("pk")
    assert (deed.kind, deed.rows.count(), deed.filters) == ("restore", 1, {"cause": "spam"})


def test_a_call_without_doors_offers_no_condition(db: None, clock: Clock) -> None:
    plain = gather(text=DOOR.replace('"eligibility", ', ""), house="plain")
    clock.at = plain.at("call_opens", days=1)
    services.start(cohort=plain.cohort, applicant=person("Ana"), eligibility={}, now=clock.at)
    text = text_of(signed_in(plain.organiser), page(plain, "applications:board"))
    assert 'value="duplicate"' in text
    assert 'value="condition"' not in text


@pytest.fixture
def busy(db: None, clock: Clock) -> Cast:
    """A call that computes free hours, with three who began: 60, 40 and 36 hours a week are left to them."""
    cast = gather(text=DOOR, house="busy")
    clock.at = cast.at("call_opens", days=1)
    for name, line in (("Ana", "none"), ("Ben", "work 20 - -"), ("Cleo", "work 20 - -; care 4 - -")):
        services.start(
            cohort=cast.cohort,
            applicant=person(name),
            eligibility={"adult": "yes", "hours": line},
            now=clock.at,
        )
    return cast


def test_people_are_found_by_the_hours_a_day_that_are_left(busy: Cast) -> None:
    organiser = signed_in(busy.organiser)
    assert Application.objects.get(name="Cleo").freed == {"hours": 36}
    assert found(organiser, busy, door="hours:meets") == {"Ana", "Ben", "Cleo"}
    assert found(organiser, busy, door="hours:fails") == set()
    assert found(organiser, busy, door="hours:day6") == {"Ana", "Ben", "Cleo"}
    assert found(organiser, busy, door="hours:day8") == {"Ana", "Ben"}
    assert found(organiser, busy, door="hours:day10") == {"Ana"}
    text = text_of(organiser, page(busy, "applications:board"), door="hours:day8")
    assert ": 8 hours a day or more, five days a week" in text


def test_hours_follow_the_days_of_training_when_these_move(busy: Cast, clock: Clock) -> None:
    organiser = signed_in(busy.organiser)
    starts = busy.cohort.date("training_starts")
    ends = busy.cohort.date("training_ends")
    line = f"work 60 - {ends.date() + timedelta(days=7)}; work 60 {ends.date() + timedelta(days=60)} -"
    Application.objects.filter(name="Ana").update(eligibility={"adult": "yes", "hours": line}, freed_by="")
    assert found(organiser, busy, door="hours:fails") == {"Ana"}
    CohortDate.objects.filter(cohort=busy.cohort, code="training_ends").update(at=ends + timedelta(days=62))
    busy.cohort.forget_dates()
    assert starts < ends
    assert found(organiser, busy, door="hours:meets") == {"Ana", "Ben", "Cleo"}
    assert keep_freed(cohort=busy.cohort) == 0


def test_the_clock_keeps_hours_right_without_anybody_looking(busy: Cast, clock: Clock) -> None:
    move_date(
        cohort=busy.cohort,
        code="training_ends",
        to=busy.cohort.date("training_ends") - timedelta(days=3),
        actor=busy.organiser,
        now=clock.at,
        reason="Sooner",
    )
    free_hours(cohort=busy.cohort, now=clock.at)
    assert keep_freed(cohort=busy.cohort) == 0


def test_what_goes_takes_its_hours_along(busy: Cast, clock: Clock) -> None:
    row = Application.objects.get(name="Ben")
    Application.objects.filter(pk=row.pk).update(sent=1)
    let_go(fresh(row), clock.at)
    assert fresh(row).freed == {}
    keep_freed(cohort=busy.cohort)
    assert fresh(row).freed == {}


def test_free_hours_are_those_of_the_freest_stretch_that_is_long_enough(busy: Cast) -> None:
    [door] = [door for door in busy.cohort.plan.eligibility if door.code == "hours"]
    first = busy.cohort.date("training_starts").date()
    window = (first, first + timedelta(days=10 * 7 - 1))
    begins = [Commitment("work", 40, None, first + timedelta(days=20))]
    assert door.weeks == 7
    assert weigh(door, begins, window).lasting == 60
    late = [Commitment("work", 40, None, first + timedelta(days=27))]
    assert weigh(door, late, window).lasting == 20
    for kept in (begins, late):
        hours = weigh(door, kept, window)
        assert hours.enough == (hours.lasting >= (door.at_least or 0))


def test_no_more_hours_a_day_are_offered_than_a_week_has(busy: Cast) -> None:
    [door] = [door for door in busy.cohort.plan.eligibility if door.code == "hours"]
    [asked] = of_the_doors([door.model_copy(update={"week_hours": 35})])
    assert [code for code, _words in asked.answers] == ["meets", "fails", "day2", "day4", "day6"]


@pytest.mark.parametrize("words", [{"cause": "condition:hours"}, {"door": "hours:day6"}])
def test_a_filter_asks_as_often_for_thirty_as_for_one(busy: Cast, words: dict[str, str]) -> None:
    organiser, board = signed_in(busy.organiser), page(busy, "applications:board")

    def asked() -> int:
        organiser.get(board, words)
        with CaptureQueriesContext(connection) as queries:
            assert organiser.get(board, words).status_code == 200
        return len(queries)

    row = Application.objects.get(name="Ana")
    done(busy, planned(busy, "exclude", [row]), cause="condition", condition="hours")
    one = asked()
    rows = crowd(busy, 30)
    Application.objects.filter(pk__in=[row.pk for row in rows]).update(
        eligibility={"adult": "yes", "hours": "none"}
    )
    done(busy, planned(busy, "exclude", rows), cause="condition", condition="hours")
    assert asked() == one <= 15
