"""When the dates of a file fall, and how a moment is written back into a file."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cast import OPENS
from tests.programmes.texts import mended
from tremplin.core.errors import Invalid
from tremplin.programmes import file
from tremplin.programmes.rules import (
    call_is_open,
    check_order,
    ends_a_day_anywhere,
    planned_date,
    planned_dates,
    written_date,
)
from tremplin.programmes.schema import DATE_CODES, Moment

PARIS = ZoneInfo("Europe/Paris")
PLAN = file.read(mended())
LOCAL = file.read(
    mended(('time_zone = "Europe/Paris"', 'time_zone = "Europe/Paris"\nanywhere_on_earth = false'))
)
ZONES = (
    "Europe/Paris",
    "UTC",
    "America/Los_Angeles",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Australia/Lord_Howe",
)


def test_a_deadline_lasts_until_its_day_has_ended_everywhere() -> None:
    closes = planned_dates(PLAN, OPENS)["call_closes"]
    assert closes == datetime(2027, 2, 9, 11, 59, 59, tzinfo=UTC)
    assert ends_a_day_anywhere(closes) == date(2027, 2, 8)


def test_a_deadline_may_end_with_the_day_of_the_programme() -> None:
    closes = planned_dates(LOCAL, OPENS)["call_closes"]
    assert closes.astimezone(PARIS) == datetime(2027, 2, 8, 23, 59, 59, tzinfo=PARIS)
    assert ends_a_day_anywhere(closes) is None


def test_other_dates_keep_the_hour_through_summer_time() -> None:
    dates = planned_dates(PLAN, OPENS)
    assert dates["training_starts"].astimezone(PARIS).hour == 10  # 09:00 UTC in January
    assert dates["midpoint"].astimezone(PARIS).hour == 10  # in May, an hour less from UTC
    assert dates["midpoint"].hour == 8


def test_all_dates_are_in_the_order_of_the_journey() -> None:
    dates = planned_dates(PLAN, OPENS)
    assert list(dates) == list(DATE_CODES)
    check_order(dates)


def test_a_date_with_an_hour_falls_then() -> None:
    plan = file.read(mended(('call_closes = "4w"', 'call_closes = "4w 18:00"')))
    assert planned_dates(plan, OPENS)["call_closes"] == datetime(2027, 2, 8, 17, tzinfo=UTC)
    plan = file.read(mended(('call_closes = "4w"', 'call_closes = "4w 18:00Z"')))
    assert planned_dates(plan, OPENS)["call_closes"] == datetime(2027, 2, 8, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("5w", Moment("call_opens", timedelta(weeks=5))),
        (" 10d ", Moment("call_opens", timedelta(days=10))),
        ("training_starts", Moment("training_starts", timedelta())),
        ("training_starts + 4w", Moment("training_starts", timedelta(weeks=4))),
        ("training_ends-3d", Moment("training_ends", timedelta(days=-3))),
    ],
)
def test_a_time_is_read(text: str, moment: Moment) -> None:
    assert Moment.parse(text) == moment
    assert Moment.parse(str(moment)) == moment


@pytest.mark.parametrize(
    "text", ["", "w", "5", "5m", "5w5d", "now+5w", "5w 24:00", "5w 9:00", "9999w", "5w\n"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    if text == "5w\n":
        assert Moment.parse(text).offset == timedelta(weeks=5)
        return
    with pytest.raises(ValueError):
        Moment.parse(text)


def test_dates_out_of_order_name_both() -> None:
    dates = planned_dates(PLAN, OPENS)
    with pytest.raises(Invalid) as refused:
        check_order({**dates, "reading_ends": dates["call_closes"] - timedelta(seconds=1)})
    assert refused.value.errors == {"reading_ends": ["“Reading ends” would fall before “The call closes”."]}


def test_the_call_is_open_until_the_grace_has_passed() -> None:
    dates, grace = planned_dates(PLAN, OPENS), timedelta(minutes=30)
    closes = dates["call_closes"]
    answers = [
        call_is_open(dates=dates, grace=grace, now=now)
        for now in (
            OPENS - timedelta(seconds=1),
            OPENS,
            closes + grace,
            closes + grace + timedelta(seconds=1),
        )
    ]
    assert answers == [False, True, True, False]


@settings(max_examples=300, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    anywhere=st.booleans(),
    code=st.sampled_from(DATE_CODES),
    first=st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)),
)
def test_any_moment_can_be_written_and_read_back(
    zone: str, code: str, first: datetime, at: datetime, *, anywhere: bool
) -> None:
    flag = "true" if anywhere else "false"
    plan = file.read(
        mended(('time_zone = "Europe/Paris"', f'time_zone = "{zone}"\nanywhere_on_earth = {flag}'))
    )
    start = first.replace(second=0, microsecond=0, tzinfo=UTC)
    moment = at.replace(microsecond=0, tzinfo=UTC)
    text = written_date(plan, start, code, moment)
    assert planned_date(plan, start, code, Moment.parse(text)) == moment


@pytest.mark.parametrize(
    ("code", "moment", "text"),
    [
        ("call_closes", datetime(2027, 2, 12, 11, 59, 59, tzinfo=UTC), "31d"),
        ("call_closes", datetime(2027, 2, 16, 11, 59, 59, tzinfo=UTC), "5w"),
        ("call_closes", datetime(2027, 2, 11, 17, tzinfo=UTC), "31d 18:00"),
        ("midpoint", datetime(2027, 5, 11, 8, tzinfo=UTC), "120d"),
        ("midpoint", datetime(2027, 5, 11, 8, 30, 15, tzinfo=UTC), "120d 10:30:15"),
        # In the night of 31 October 2027 the hour from two to three comes twice in Paris.
        ("midpoint", datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "293d 02:30"),
        ("midpoint", datetime(2027, 10, 31, 1, 30, tzinfo=UTC), "293d 01:30Z"),
        ("call_opens", OPENS, "0d"),
        ("call_opens", OPENS - timedelta(days=3), "-3d"),
    ],
)
def test_a_moment_is_written_as_short_as_is_exact(code: str, moment: datetime, text: str) -> None:
    assert written_date(PLAN, OPENS, code, moment) == text


def test_a_moment_finer_than_a_second_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="finer than a second"):
        written_date(PLAN, OPENS, "midpoint", OPENS.replace(microsecond=5))
