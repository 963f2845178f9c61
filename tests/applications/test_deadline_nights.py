"""The deadline to the second, on the nights when clocks change, in six zones: before it is before, after is after."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import PLANS
from tremplin.applications.rules.deadline import closes, may_start, phase
from tremplin.programmes import file
from tremplin.programmes.elsewhere import elsewhere
from tremplin.programmes.rules import ends_a_day_anywhere, planned_dates
from tremplin.programmes.schema import Moment, Plan

PLAN = file.read((PLANS / "small.toml").read_text("utf-8"))
SECOND = timedelta(seconds=1)
# A zone, and a night in which its clocks change: on, back, by half an hour, at midnight itself.
NIGHTS = [
    ("Europe/Paris", date(2027, 3, 28)),
    ("Europe/Paris", date(2027, 10, 31)),
    ("America/New_York", date(2027, 3, 14)),
    ("America/New_York", date(2027, 11, 7)),
    ("America/Santiago", date(2027, 4, 4)),
    ("America/Santiago", date(2027, 9, 5)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),
    ("Australia/Lord_Howe", date(2027, 10, 3)),
    ("Africa/Cairo", date(2027, 4, 30)),
    ("Africa/Cairo", date(2027, 10, 29)),
    ("Asia/Beirut", date(2027, 3, 28)),
    ("Asia/Beirut", date(2027, 10, 31)),
]
nights = st.sampled_from(NIGHTS)


def planned(zone: str, closing: date, *, anywhere: bool, hour: str = "") -> dict[str, datetime]:
    """The dates of a call of four weeks that closes on a day, at its end or at an hour."""
    opens = datetime.combine(closing - timedelta(weeks=4), time(9), ZoneInfo(zone)).astimezone(UTC)
    cohort = PLAN.cohort.model_copy(update={"time_zone": zone, "anywhere_on_earth": anywhere})
    moments = {**PLAN.dates, "call_closes": Moment.parse(f"28d {hour}".strip())}
    plan: Plan = PLAN.model_copy(update={"cohort": cohort, "dates": moments})
    return planned_dates(plan, opens)


@pytest.mark.parametrize(("zone", "night"), NIGHTS)
def test_the_zones_change_their_clocks_in_these_nights(zone: str, night: date) -> None:
    def offset(day: date) -> timedelta | None:
        return datetime.combine(day, time(12), ZoneInfo(zone)).utcoffset()

    assert offset(night - timedelta(days=1)) != offset(night + timedelta(days=1))


@given(where=nights, day=st.integers(-2, 2), grace=st.integers(0, 120), anywhere=st.booleans())
def test_a_second_before_is_open_and_a_second_after_is_closed(
    where: tuple[str, date], day: int, grace: int, anywhere: bool
) -> None:
    zone, night = where
    dates = planned(zone, night + timedelta(days=day), anywhere=anywhere)
    at, silent = dates["call_closes"], timedelta(minutes=grace)
    assert phase(dates, silent, dates["call_opens"] - SECOND) == "before"
    assert phase(dates, silent, dates["call_opens"]) == "open"
    assert phase(dates, silent, at - SECOND) == "open"
    assert phase(dates, silent, at + silent - SECOND) == "open"
    assert phase(dates, silent, at + silent + SECOND) == "closed"
    assert may_start(dates, at - SECOND)
    assert not may_start(dates, at + SECOND)


@given(where=nights, day=st.integers(-2, 2))
def test_the_end_of_a_day_is_its_last_second_on_the_clock_that_was_announced(
    where: tuple[str, date], day: int
) -> None:
    zone, night = where
    closing = night + timedelta(days=day)
    local = planned(zone, closing, anywhere=False)["call_closes"].astimezone(ZoneInfo(zone))
    assert (local.date(), local.time()) == (closing, time(23, 59, 59))
    anywhere = planned(zone, closing, anywhere=True)["call_closes"]
    assert ends_a_day_anywhere(anywhere) == closing
    assert "you are in time" in elsewhere(anywhere).anywhere
    # Nobody on earth loses the day: wherever one stands, it is over there before it is over for the call.
    for city in ("Pacific/Kiritimati", zone, "Pacific/Pago_Pago"):
        over = datetime.combine(closing, time(23, 59, 59), ZoneInfo(city)).astimezone(UTC)
        assert over <= anywhere


@given(where=nights, hour=st.sampled_from(["00:00", "00:30", "01:30", "02:00", "02:30", "03:00", "23:59"]))
def test_an_hour_that_is_left_out_or_comes_twice_is_still_one_moment(
    where: tuple[str, date], hour: str
) -> None:
    zone, night = where
    dates = planned(zone, night, anywhere=False, hour=hour)
    at = dates["call_closes"]
    assert abs(at - datetime.combine(night, time(12), ZoneInfo(zone))) <= timedelta(hours=13)
    assert phase(dates, timedelta(), at - SECOND) == "open"
    assert phase(dates, timedelta(), at + SECOND) == "closed"


@given(where=nights, more=st.integers(1, 13 * 24 * 3600))
def test_more_time_for_one_person_counts_to_the_second_too(where: tuple[str, date], more: int) -> None:
    zone, night = where
    dates = planned(zone, night, anywhere=False)
    own = dates["call_closes"] + timedelta(seconds=more)
    assert closes(dates, own) == own
    assert phase(dates, timedelta(), own - SECOND, own) == "open"
    assert phase(dates, timedelta(), own + SECOND, own) == "closed"
    assert phase(dates, timedelta(), own - SECOND) == ("open" if more == 1 else "closed")
