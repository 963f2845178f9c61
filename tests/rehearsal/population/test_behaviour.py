"""Arrivals, reviewers, mentors, scholars and outcomes behave as real ones were measured to behave."""

import statistics
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.rehearsal.population.conftest import CLOSES, OPENS
from tremplin.rehearsal.population.arrivals import Habits, Window, journeys, starters
from tremplin.rehearsal.population.draws import sample, stream
from tremplin.rehearsal.population.mentors import gone_silent, mentor, preference
from tremplin.rehearsal.population.outcomes import chance_in_field, outcome
from tremplin.rehearsal.population.people import Cast, Person, Role, quality_on
from tremplin.rehearsal.population.population import Population
from tremplin.rehearsal.population.reviewers import (
    cannot_judge,
    has_conflict,
    read_minutes,
    reading_times,
    reviewer,
    score,
)
from tremplin.rehearsal.population.scholars import Scholar, scholar


def submissions(world: Population) -> list[datetime]:
    return [journey.submitted_at for journey in world.journeys if journey.submitted_at]


@cache
def people(count: int, role: Role = "applicant") -> list[Person]:
    cast = Cast(21, languages=("en", "fr"), french_share=0.3)
    return [cast.invent(role, number) for number in range(count)]


# Arrivals


def test_the_deadline_surges_as_it_did(world: Population) -> None:
    moments = submissions(world)
    assert len(moments) == 550
    assert sum(moment >= CLOSES - timedelta(days=7) for moment in moments) / 550 == pytest.approx(
        0.61, abs=0.01
    )
    assert sum(moment >= CLOSES - timedelta(hours=1) for moment in moments) / 550 == pytest.approx(
        0.14, abs=0.01
    )
    assert all(OPENS <= moment < CLOSES for moment in moments)


def test_the_last_minutes_are_the_fullest(world: Population) -> None:
    minutes = Counter(int((CLOSES - moment).total_seconds() // 600) for moment in submissions(world))
    assert minutes[0] > minutes[1] + minutes[2] - 5
    assert minutes[0] > 2 * minutes[3]


def test_the_days_of_the_last_week_rise(world: Population) -> None:
    days = Counter((CLOSES - moment).days for moment in submissions(world))
    assert days[0] > days[1] > days[5]
    assert days[1] + days[2] > days[4] + days[5]


def test_people_sleep_at_night_wherever_they_are(world: Population) -> None:
    hours = Counter(
        journey.submitted_at.astimezone(ZoneInfo(journey.person.time_zone)).hour
        for journey in world.journeys
        if journey.submitted_at and journey.submitted_at < CLOSES - timedelta(hours=1)
    )
    assert sum(hours[hour] for hour in range(1, 5)) < 0.3 * sum(hours[hour] for hour in range(18, 22))


def test_drafts_are_abandoned(world: Population) -> None:
    left = [journey for journey in world.journeys if journey.submitted_at is None]
    assert len(left) / len(world.journeys) == pytest.approx(0.28, abs=0.005)
    assert all(journey.withdrawn_at is None for journey in left)
    late = [journey.tried_late_at for journey in left if journey.tried_late_at]
    assert late
    assert all(moment > CLOSES for moment in late)


def test_people_come_back_several_times_before_they_submit(world: Population) -> None:
    done = [journey for journey in world.journeys if journey.submitted_at]
    assert statistics.mean(len(journey.saves) for journey in done) > 4
    assert all(len(journey.saves) >= 2 for journey in done)
    for journey in world.journeys:
        end = journey.submitted_at or CLOSES
        assert journey.saves == sorted(journey.saves)
        assert all(OPENS <= journey.opened_at <= save <= end for save in journey.saves)


def test_some_are_ineligible_and_some_withdraw(world: Population) -> None:
    done = [journey for journey in world.journeys if journey.submitted_at]
    ineligible = [journey for journey in world.journeys if not journey.eligible]
    assert 0.02 < sum(not journey.eligible for journey in done) / len(done) < 0.09
    assert all(journey.reason for journey in ineligible)
    assert not any(journey.reason for journey in world.journeys if journey.eligible)
    gone = [journey for journey in done if journey.withdrawn_at]
    assert 3 <= len(gone) <= 25
    assert all(
        journey.submitted_at < journey.withdrawn_at
        for journey in gone
        if journey.submitted_at and journey.withdrawn_at
    )


def test_journeys_come_in_the_order_of_their_opening(world: Population) -> None:
    opened = [journey.opened_at for journey in world.journeys]
    assert opened == sorted(opened)
    assert all(moment.tzinfo is UTC for moment in opened)


@pytest.mark.parametrize(
    "length", [timedelta(minutes=30), timedelta(hours=5), timedelta(days=3), timedelta(days=9)]
)
def test_a_short_call_still_gets_everyone_in(length: timedelta) -> None:
    invited = people(200)
    made = journeys(seed=1, opens=CLOSES - length, closes=CLOSES, submitting=100, person=invited.__getitem__)
    moments = [journey.submitted_at for journey in made if journey.submitted_at]
    assert len(moments) == 100
    assert all(CLOSES - length <= moment < CLOSES for moment in moments)


def test_habits_can_be_changed_for_one_rehearsal() -> None:
    calm = Habits(last_week=0.2, last_hour=0.0, abandoned=0.0, ineligible=0.0, withdrawn=0.0)
    invited = people(100)
    made = journeys(
        seed=1, opens=OPENS, closes=CLOSES, submitting=100, person=invited.__getitem__, habits=calm
    )
    assert len(made) == starters(100, calm) == 100
    assert all(journey.eligible and journey.submitted_at and not journey.withdrawn_at for journey in made)
    late = [
        journey
        for journey in made
        if journey.submitted_at and journey.submitted_at >= CLOSES - timedelta(days=7)
    ]
    assert len(late) == 20


def test_a_call_with_nobody_is_no_error() -> None:
    assert journeys(seed=1, opens=OPENS, closes=CLOSES, submitting=0, person=people(1).__getitem__) == []


def test_a_call_needs_a_zone_and_a_length() -> None:
    with pytest.raises(ValueError, match="aware"):
        Window(datetime(2026, 1, 1), CLOSES)
    with pytest.raises(ValueError, match="after"):
        Window(CLOSES, OPENS)


# Reviewers


def one_way_icc(ratings: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> float:
    """Shrout and Fleiss's ICC(1,1), from the mean squares between and within."""
    subjects, raters = ratings.shape
    means = ratings.mean(axis=1)
    between = raters * ((means - ratings.mean()) ** 2).sum() / (subjects - 1)
    within = ((ratings - means[:, None]) ** 2).sum() / (subjects * (raters - 1))
    return float((between - within) / (between + (raters - 1) * within))


@pytest.mark.parametrize("scale", [(1, 5), (0, 10)])
def test_single_scores_agree_as_little_as_in_real_panels(scale: tuple[int, int]) -> None:
    panel = [reviewer(person) for person in people(160, "reviewer")]
    rng = stream(4, "panel")
    rows = [
        [
            score({"plan": quality_on(person, "plan")}, one, rng, *scale)["plan"]
            for one in sample(rng, panel, 3)
        ]
        for person in people(1500)
    ]
    assert one_way_icc(np.array(rows, dtype=np.float64)) == pytest.approx(0.26, abs=0.05)


def test_scores_stay_on_their_scale_and_use_all_of_it() -> None:
    panel, rng = [reviewer(person) for person in people(40, "reviewer")], stream(9, "scale")
    given = [score({"x": person.quality}, one, rng, 1, 5)["x"] for person in people(200) for one in panel[:5]]
    assert set(given) == {1, 2, 3, 4, 5}
    assert statistics.mean(given) == pytest.approx(3, abs=0.4)


def test_a_severe_reviewer_scores_lower_than_a_mild_one() -> None:
    panel = sorted((reviewer(person) for person in people(40, "reviewer")), key=lambda one: one.severity)
    rng, applicants = stream(2, "severity"), people(300)

    def mean(number: int) -> float:
        return statistics.mean(score({"x": one.quality}, panel[number], rng, 1, 5)["x"] for one in applicants)

    assert mean(0) > mean(-1) + 0.5


def test_the_criteria_of_one_reading_lean_the_same_way() -> None:
    judge, rng = reviewer(people(1, "reviewer")[0]), stream(3, "halo")
    pairs = np.array([list(score({"a": 0.5, "b": 0.5}, judge, rng, 0, 10).values()) for _ in range(400)])
    assert np.corrcoef(pairs.T)[0, 1] > 0.6


def test_a_read_takes_about_nine_minutes() -> None:
    panel, rng = [reviewer(person) for person in people(150, "reviewer")], stream(5, "minutes")
    times = [read_minutes(one, rng) for one in panel for _ in range(20)]
    assert statistics.median(times) == pytest.approx(9, abs=1.2)
    assert max(times) > 25


def test_readers_keep_their_days_off_and_stop_when_they_drop_out() -> None:
    panel = [reviewer(person) for person in people(120, "reviewer")]
    ends = CLOSES + timedelta(days=14)
    assert any(one.leaves_after for one in panel)
    for one in panel:
        zone = ZoneInfo(one.person.time_zone)
        for moment, minutes in reading_times(one, CLOSES, ends):
            assert CLOSES <= moment <= ends
            assert minutes > 0
            local = (moment - timedelta(hours=8)).astimezone(zone)
            assert (
                local.weekday() not in one.days_off or moment.astimezone(zone).weekday() not in one.days_off
            )
            if one.leaves_after is not None:
                assert (moment - CLOSES).days <= one.leaves_after + 1


def test_readers_read_about_the_hours_they_have() -> None:
    panel = [
        one for one in (reviewer(person) for person in people(150, "reviewer")) if one.leaves_after is None
    ]
    ends = CLOSES + timedelta(days=14)
    read = sum(minutes for one in panel for _, minutes in reading_times(one, CLOSES, ends)) / 60
    assert read == pytest.approx(2 * sum(one.hours_per_week for one in panel), rel=0.25)


def test_a_conflict_of_interest_is_rare_and_stays() -> None:
    panel, applicants = [reviewer(person) for person in people(20, "reviewer")], people(200)
    found = [(one, other) for one in panel for other in applicants if has_conflict(one, other)]
    assert 0.002 < len(found) / 4000 < 0.06
    assert all(has_conflict(one, other) for one, other in found)


def test_now_and_then_a_reader_cannot_judge() -> None:
    judge, rng = reviewer(people(1, "reviewer")[0]), stream(6, "judge")
    assert 1 <= sum(cannot_judge(judge, rng) for _ in range(1000)) <= 80


# Mentors


def test_one_of_several_mentors_goes_silent_for_weeks(world: Population) -> None:
    silent = [one for one in world.mentors if one.silence]
    assert silent
    for one in silent:
        assert one.silence is not None
        assert one.silence.weeks >= 2
        assert not any(
            one.meets(week)
            for week in range(one.silence.from_week, one.silence.from_week + one.silence.weeks)
        )
        assert one.checkin_delay_hours(one.silence.from_week) is None


def test_a_silence_fits_into_a_short_programme() -> None:
    for person in people(30, "mentor"):
        silence = gone_silent(mentor(person), 6).silence
        assert silence is not None
        assert silence.from_week >= 2
        assert silence.from_week <= max(2, 6 - silence.weeks)


def test_mentors_mostly_hold_their_meetings() -> None:
    held = [mentor(person).meets(week) for person in people(80, "mentor") for week in range(1, 14)]
    assert 0.82 < sum(held) / len(held) < 0.97


def test_mentors_and_scholars_prefer_those_with_whom_they_share_something() -> None:
    applicants, mentors = people(60), [mentor(person) for person in people(12, "mentor")]
    wishes = [(preference(one, guide), guide.interest(one)) for one in applicants for guide in mentors]
    assert all(0 <= value <= 1 for pair in wishes for value in pair)
    assert np.corrcoef(np.array(wishes).T)[0, 1] > 0.4


# Scholars and outcomes


def scholars(count: int = 300, weeks: int = 13) -> list[Scholar]:
    return [scholar(person, weeks) for person in people(count)]


def test_nearly_every_plan_is_too_ambitious() -> None:
    made = scholars()
    assert sum(one.ambition > 1 for one in made) / len(made) > 0.8
    assert 0.55 < statistics.mean(one.progress[-1] for one in made) < 0.9


def test_progress_never_goes_backwards_and_never_beyond_the_plan() -> None:
    for one in scholars(60):
        assert list(one.progress) == sorted(one.progress)
        assert one.progress[-1] <= 1
        assert one.behind(1) >= 0


def test_an_ill_week_brings_little() -> None:
    ill = [one for one in scholars() if one.illness]
    assert 0.1 < len(ill) / 300 < 0.45
    for one in ill:
        assert one.illness is not None
        week = one.illness.from_week
        assert one.ill(week)
        assert one.effort(week) < 0.2
        assert not one.writes_journal(week)
        assert one.setting(week).ill


def test_energy_sags_in_the_middle() -> None:
    weeks = np.array([one.energy for one in scholars()]).mean(axis=0)
    assert weeks[6] < weeks[0] - 0.05
    assert weeks[6] < weeks[-1] - 0.05


def test_bank_forms_come_late_and_wrong_for_some() -> None:
    made = scholars()
    assert sum(one.bank_form_days > 10 for one in made) / len(made) > 0.05
    assert sum(one.bank_form_errors > 0 for one in made) / len(made) > 0.2
    assert 0.06 < sum(one.declines_offer for one in made) / len(made) < 0.2


def test_checkins_are_mostly_written() -> None:
    delays = [one.checkin_delay_hours(week) for one in scholars(60) for week in range(1, 14)]
    assert 0.8 < sum(delay is not None for delay in delays) / len(delays) < 0.99


@pytest.mark.parametrize("weeks", [1, 3, 26])
def test_a_programme_may_be_short_or_long(weeks: int) -> None:
    for one in scholars(20, weeks):
        assert len(one.energy) == len(one.progress) == weeks


def test_taking_part_adds_the_effect_that_was_assumed() -> None:
    everyone = people(1500)

    def rate(*, took_part: bool) -> float:
        return statistics.mean(outcome(one, 12, took_part=took_part, effect=0.3).in_field for one in everyone)

    assert rate(took_part=True) - rate(took_part=False) == pytest.approx(0.3, abs=0.04)


def test_taking_part_harms_nobodys_fate() -> None:
    for one in people(300):
        alone, with_us = (outcome(one, 6, took_part=took, effect=0.3) for took in (False, True))
        assert with_us.in_field or not alone.in_field
        assert chance_in_field(one, 6, took_part=True, effect=0.3) <= 0.97


def test_nobody_leaves_the_field_by_chance_between_two_surveys() -> None:
    for one in people(300):
        if outcome(one, 6, took_part=True).in_field:
            assert outcome(one, 12, took_part=True).in_field


def test_those_not_chosen_answer_surveys_less_often() -> None:
    everyone = people(1500)
    rates = [
        statistics.mean(outcome(one, 6, took_part=took).answers_survey for one in everyone)
        for took in (True, False)
    ]
    assert rates[0] > rates[1] + 0.25
