"""How people fit: on real clocks over the weeks of a programme, and by what they know."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tremplin.methods.matching import (
    BadMarket,
    Hours,
    Profile,
    Weeks,
    Weights,
    by_fit,
    common,
    fits,
    match,
    table,
    together,
)
from tremplin.methods.matching.hours import grid

SPRING = Weeks(date(2027, 3, 1), 6)  # New York's clocks change on 14 March 2027, those of Paris on 28 March
WINTER = Weeks(date(2027, 1, 4), 2)
PARIS = Hours.daily("Europe/Paris", range(5), 18, 22)
NEW_YORK = Hours.daily("America/New_York", range(5), 12, 16)


def hours(mine: Hours, theirs: Hours, weeks: Weeks) -> tuple[float, float, float]:
    mean, middle, leanest = common([(mine,)], [(theirs,)], weeks)
    return float(mean[0, 0]), float(middle[0, 0]), float(leanest[0, 0])


def test_evenings_and_middays_meet_but_for_the_weeks_in_which_only_one_clock_has_changed() -> None:
    assert hours(PARIS, NEW_YORK, WINTER) == (20, 20, 20)
    # From 14 to 28 March they are five hours apart: 17 to 21 o'clock in Paris, one hour of four does not meet.
    mean, middle, leanest = hours(PARIS, NEW_YORK, SPRING)
    assert (leanest, middle) == (15, 20)
    assert mean == pytest.approx((4 * 20 + 2 * 15) / 6)


def test_quarters_count_and_days_across_the_date_line() -> None:
    kathmandu = Hours("Asia/Kathmandu", ((0, 9, 10),))  # UTC+5:45
    assert np.flatnonzero(grid((kathmandu,), WINTER)[0]).tolist() == [13, 14, 15, 16]
    auckland = Hours("Pacific/Auckland", ((0, 8, 9),))  # Monday morning there is Sunday evening in UTC
    for week in grid((auckland,), WINTER):
        assert np.flatnonzero(week).tolist() == [4 * (6 * 24 + 19) + quarter for quarter in range(4)]
    assert hours(Hours("UTC", ((6, 19, 20),)), auckland, WINTER) == (1, 1, 1)
    assert hours(Hours("UTC", ((0, 0, 24),)), Hours("UTC", ((0, 23.75, 24),)), WINTER) == (0.25, 0.25, 0.25)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]),
    st.integers(0, 6),
    st.integers(0, 92),
    st.integers(1, 4),
)
def test_a_quarter_counts_exactly_when_the_clock_on_the_wall_says_so(
    zone: str, day: int, first: int, many: int
) -> None:
    spans = ((day, first / 4, min(first + many, 96) / 4),)
    weeks = Weeks(date(2027, 3, 24), 2)
    found = grid((Hours(zone, spans),), weeks).ravel()
    start = datetime(2027, 3, 22, tzinfo=UTC)
    for quarter in range(0, len(found), 3):
        local = (start + timedelta(minutes=15 * quarter)).astimezone(ZoneInfo(zone))
        inside = local.weekday() == day and spans[0][1] <= local.hour + local.minute / 60 < spans[0][2]
        if (
            found[quarter] != inside
        ):  # a span that ends or begins in the hour that a clock leaps over or repeats
            assert zone != "UTC"
            assert local.day in {27, 28, 4, 3} or local.month == 4


def test_whoever_says_nothing_about_hours_is_not_known_and_not_in_the_way() -> None:
    mean, _middle, _leanest = common([(), (PARIS,)], [(NEW_YORK,)], WINTER)
    assert np.isnan(mean[0, 0])
    assert mean[1, 0] == 20
    assert common([], [(PARIS,)], WINTER)[0].shape == (0, 1)
    assert common([], [], WINTER)[0].shape == (0, 0)


@pytest.mark.parametrize(
    "wrong",
    [Hours("Nowhere/Land", ()), Hours("UTC", ((7, 9, 10),)), Hours("UTC", ((0, 10, 9),)), Hours("../x", ())],
)
def test_hours_that_cannot_be_are_refused(wrong: Hours) -> None:
    with pytest.raises(BadMarket):
        grid((wrong,), WINTER)


def test_weeks_hold_every_day_between_two_dates() -> None:
    assert Weeks.between(date(2027, 3, 5), date(2027, 3, 8)).many == 2
    assert Weeks.between(date(2027, 3, 5), date(2027, 3, 5)).many == 1
    assert Weeks.between(date(2027, 3, 5), date(2027, 1, 1)).many == 1


def test_fit_counts_topics_stack_hours_and_languages_and_says_which() -> None:
    scholar = Profile("ada", {"vision": 3, "audio": 1}, {"torch": 2}, frozenset({"en", "fr"}), (PARIS,))
    mentor = Profile("mo", {"vision": 2, "text": 3}, {"torch": 1, "jax": 3}, frozenset({"fr"}), (NEW_YORK,))
    found = fits([scholar], [mentor], WINTER, weights=Weights(enough_hours=40)).of("ada", "mo")
    assert (found.shared_topics, found.shared_stack, found.shared_languages) == (
        ("vision",),
        ("torch",),
        ("fr",),
    )
    assert (found.shared_hours, found.leanest_hours, found.obstacle) == (20, 20, "")
    assert found.score == pytest.approx((0.6 * 2 / 4 + 0.2 * 1 / 2 + 0.25 * 20 / 40 + 0.15) / 1.2)


def test_what_nobody_speaks_of_counts_for_nobody_and_silence_gains_nothing() -> None:
    mentors = [Profile("mo", {"vision": 1}, {"jax": 3})]
    plain = fits([Profile("ada", {"vision": 1}), Profile("bo")], mentors, WINTER)
    assert plain.of("ada", "mo").score == 1
    assert plain.of("ada", "mo").shared_hours is None
    assert plain.of("bo", "mo").score == 0
    asked = fits([Profile("ada", {"vision": 1}), Profile("bo", {}, {"jax": 1})], mentors, WINTER)
    assert asked.of("ada", "mo").score == pytest.approx(0.6 / 0.8)
    assert asked.of("bo", "mo").score == pytest.approx(0.2 / 0.8)


@pytest.mark.parametrize(
    ("scholar", "mentor", "conflict", "obstacle"),
    [
        (
            Profile("a", languages=frozenset({"en"})),
            Profile("m", languages=frozenset({"fr"})),
            False,
            "language",
        ),
        (
            Profile("a", hours=(Hours("UTC", ((0, 8, 9),)),)),
            Profile("m", hours=(Hours("UTC", ((1, 8, 9),)),)),
            False,
            "hours",
        ),
        (Profile("a"), Profile("m"), True, "conflict"),
        (Profile("a"), Profile("m", languages=frozenset({"fr"}), hours=(PARIS,)), False, ""),
    ],
)
def test_what_makes_a_pair_impossible_and_what_is_merely_unknown(
    scholar: Profile, mentor: Profile, conflict: bool, obstacle: str
) -> None:
    conflicts = {("a", "m")} if conflict else set()
    found = fits([scholar], [mentor], WINTER, conflicts=conflicts)
    assert found.of("a", "m").obstacle == obstacle
    assert by_fit(found) == (({"a": []}, {"m": []}) if obstacle else ({"a": ["m"]}, {"m": ["a"]}))


def test_two_who_host_together_meet_when_both_can_in_a_language_that_both_speak() -> None:
    mo = Profile("mo", {"vision": 2}, languages=frozenset({"en", "fr"}), hours=(PARIS,))
    lu = Profile("lu", {"vision": 1, "text": 3}, languages=frozenset({"fr"}), hours=(NEW_YORK,))
    both = together("mo+lu", mo, lu)
    assert both.topics == {"text": 3, "vision": 2}
    assert both.languages == {"fr"}
    ada = Profile("ada", languages=frozenset({"en"}), hours=(PARIS,))
    bo = Profile("bo", languages=frozenset({"fr"}), hours=(PARIS,))
    found = fits([ada, bo], [both], SPRING)
    assert found.of("ada", "mo+lu").obstacle == "language"
    assert found.of("bo", "mo+lu").leanest_hours == 15
    with pytest.raises(BadMarket, match="no language in common"):
        together("x", mo, Profile("no", languages=frozenset({"de"})))
    with pytest.raises(BadMarket, match="at least two"):
        together("x", mo)


def test_lists_follow_named_wishes_before_fit_and_equal_fits_are_ties() -> None:
    scholars = [Profile("ada", {"vision": 3}), Profile("bo", {"text": 3})]
    mentors = [Profile("mo", {"vision": 3}), Profile("lu", {"text": 3}), Profile("no", {"vision": 3})]
    found = fits(scholars, mentors, WINTER)
    wishes, ranks = by_fit(found)
    assert wishes["ada"] == [["mo", "no"], "lu"]
    assert match(table(wishes, ranks)).of("bo") == ("lu",)
    wishes, ranks = by_fit(found, wishes={"ada": ["lu"]}, ranks={"lu": ["ada"]})
    assert match(table(wishes, ranks)).of("ada") == ("lu",)
    barred = fits(scholars, mentors[:2], WINTER, conflicts={("ada", "mo")})
    assert match(table(*by_fit(barred), most={"mo": 2, "lu": 2})).pairs == (("ada", "lu"), ("bo", "lu"))
    with pytest.raises(BadMarket, match="names 'xx'"):
        by_fit(found, wishes={"ada": ["xx"]})


def test_people_who_cannot_be_are_refused() -> None:
    with pytest.raises(BadMarket, match="the mentor 'mo' stands twice"):
        fits([], [Profile("mo"), Profile("mo")], WINTER)
    with pytest.raises(BadMarket, match="a conflict names"):
        fits([Profile("ada")], [Profile("mo")], WINTER, conflicts={("ada", "xx")})
