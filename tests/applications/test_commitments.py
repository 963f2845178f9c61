"""Hours are computed from what else takes a person's time: week by week, explained, and the same without script."""

from datetime import date, timedelta
from random import Random

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.cast import PLANS, Cast, gather
from tests.visiting import hold, signed_in
from tremplin.applications.models import Application
from tremplin.applications.rules.commitments import (
    KINDS,
    MOST_ROWS,
    NONE,
    Commitment,
    read,
    readable,
    rows_in,
    typed,
    weigh,
    written,
)
from tremplin.applications.rules.eligibility import judge
from tremplin.programmes.http import cohort_url
from tremplin.programmes.questions import opens
from tremplin.programmes.schema import EligibilityQuestion
from tremplin.rehearsal.answers import door_answers
from tremplin.rehearsal.population import Person

TEXT = (PLANS / "small.toml").read_text("utf-8")
DOOR = TEXT.replace('code = "hours"\nkind = "number"', 'code = "hours"\nkind = "commitments"\nweeks = 7')
WORDS = {"en": "Words"}
FIRST = date(2027, 3, 1)
WINDOW = (FIRST, FIRST + timedelta(days=13 * 7 - 1))


def door(**more: int) -> EligibilityQuestion:
    values = {"at_least": 30, **more}
    return EligibilityQuestion(code="hours", kind="commitments", label=WORDS, refusal=WORDS, **values)


days = st.dates(FIRST - timedelta(days=40), WINDOW[1] + timedelta(days=40))


@st.composite
def commitment(draw: st.DrawFn) -> Commitment:
    first, last = draw(st.none() | days), draw(st.none() | days)
    if first and last and last < first:
        first, last = last, first
    return Commitment(draw(st.sampled_from(list(KINDS))), draw(st.integers(0, 60)), first, last)


lists = st.lists(commitment(), max_size=6)


@given(lists)
def test_what_is_written_is_read_again(rows: list[Commitment]) -> None:
    assert read(written(rows)) == rows


@given(lists, commitment())
def test_one_more_commitment_never_frees_an_hour_or_opens_the_door(
    rows: list[Commitment], one: Commitment
) -> None:
    before, after = weigh(door(), rows, WINDOW), weigh(door(), [*rows, one], WINDOW)
    assert all(new.free <= old.free for old, new in zip(before.weeks, after.weeks, strict=True))
    assert before.enough or not after.enough
    assert after.longest <= before.longest <= len(before.weeks) == 13


@given(lists, st.randoms())
def test_the_order_of_lines_does_not_matter_and_neither_does_a_cut(
    rows: list[Commitment], rng: Random
) -> None:
    shuffled = list(rows)
    rng.shuffle(shuffled)
    assert weigh(door(), shuffled, WINDOW).longest == weigh(door(), rows, WINDOW).longest
    cut = FIRST + timedelta(days=30)
    halves = [
        half
        for row in rows
        for half in (
            (
                Commitment(row.kind, row.hours, row.first, cut),
                Commitment(row.kind, row.hours, cut + timedelta(days=1), row.last),
            )
            if (row.first or FIRST) <= cut < (row.last or WINDOW[1])
            else (row,)
        )
    ]
    for one, other in zip(
        weigh(door(), halves, WINDOW).weeks, weigh(door(), rows, WINDOW).weeks, strict=True
    ):
        assert one.free == pytest.approx(other.free)


@given(lists, st.integers(1, 13), st.integers(1, 60))
def test_asking_for_less_lets_nobody_fall_out(rows: list[Commitment], weeks: int, hours: int) -> None:
    strict, mild = (
        door(weeks=weeks, at_least=hours),
        door(weeks=max(1, weeks - 1), at_least=max(1, hours - 5)),
    )
    assert weigh(mild, rows, WINDOW).enough >= weigh(strict, rows, WINDOW).enough


def test_hours_are_what_the_weeks_leave() -> None:
    free = weigh(door(), [], WINDOW)
    assert ({week.free for week in free.weeks}, free.longest, free.enough) == ({60.0}, 13, True)
    term = Commitment("study", 40, None, FIRST + timedelta(days=4 * 7 - 1))
    found = weigh(door(weeks=7), [term], WINDOW)
    assert [week.free for week in found.weeks[:5]] == [20, 20, 20, 20, 60]
    assert (found.longest, found.least, found.most, found.enough) == (9, 20, 60, True)
    assert not weigh(door(), [term], WINDOW).enough  # every week is asked for
    assert not weigh(door(weeks=10), [term], WINDOW).enough
    half = weigh(door(), [Commitment("work", 35, FIRST, FIRST + timedelta(days=2))], WINDOW)
    assert half.weeks[0].free == 60 - 35 * 3 / 7
    # Thirteen weeks end on the day on which a fourteenth would begin.
    assert len(weigh(door(), [], (FIRST, FIRST + timedelta(weeks=13))).weeks) == 13
    for days, weeks in ((0, 1), (6, 1), (9, 1), (10, 2), (13, 2)):
        short = weigh(door(), [Commitment("work", 40)], (FIRST, FIRST + timedelta(days=days)))
        assert [week.free for week in short.weeks] == [20] * weeks


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "tick that you have none"),
        ({"h_1_hours": "many"}, "Line 1"),
        ({"h_1_hours": "200"}, "Line 1"),
        ({"h_1_hours": "-3"}, "Line 1"),
        ({"h_2_hours": "5", "h_2_kind": "spying"}, "Line 2"),
        ({"h_1_hours": "5", "h_1_first": "2027-02-30"}, "the days must be real"),
        ({"h_1_hours": "5", "h_1_first": "2027-03-02", "h_1_last": "2027-03-01"}, "the days must be real"),
        ({"h": "work lots - -"}, "once more"),
        ({"h": "work 5 2027-02-30 -"}, "once more"),
        ({"h": "; ".join(["work 5 - -"] * (MOST_ROWS + 1))}, "once more"),
    ],
)
def test_what_is_wrong_is_said(fields: dict[str, str], words: str) -> None:
    line, fault = typed("h", fields)
    assert line == ""
    assert words in fault


def test_fields_come_to_one_line_that_reads_well() -> None:
    fields = {"h_1_kind": "care", "h_1_hours": "12", "h_3_hours": "5", "h_3_first": "2027-03-01"}
    line, fault = typed("h", fields)
    assert (line, fault) == ("care 12 - -; other 5 2027-03-01 -", "")
    assert (
        readable(line)
        == "Care for others: 12 hours a week\nSomething else: 5 hours a week, from 1 March 2027"
    )
    assert typed("h", {"h_none": "on"}) == (NONE, "")
    assert readable(NONE) == "None"
    assert "until 2 March 2027" in readable("work 5 - 2027-03-02")
    assert "1 March 2027 to 2 March 2027" in readable("work 5 2027-03-01 2027-03-02")
    assert rows_in("h", {"h_rows": "3", "_more": "1"}) == 6
    assert rows_in("h", {"h_rows": "99"}) == MOST_ROWS


def test_a_door_says_what_it_wants_and_a_file_that_makes_no_sense_is_refused() -> None:
    assert opens(door()) == "At least 30 hours a week free in every week of training."
    assert opens(door(weeks=7)) == "At least 30 hours a week free in 7 weeks in a row of training."
    for wrong in ({"at_least": 0}, {"at_least": 61}, {"at_most": 3}, {"at_least": 50, "week_hours": 40}):
        with pytest.raises(ValidationError):
            door(**wrong)
    with pytest.raises(ValidationError):
        EligibilityQuestion(code="n", kind="number", label=WORDS, refusal=WORDS, at_least=1, weeks=3)


def test_without_dates_of_training_nobody_is_shut_out() -> None:
    assert judge([door()], {"hours": "work 60 - -"}).eligible
    assert not judge([door()], {"hours": "work 60 - -"}, WINDOW).eligible


@pytest.fixture
def strict(db: None) -> Cast:
    return gather(text=DOOR)


@pytest.fixture
def page(strict: Cast, monkeypatch: pytest.MonkeyPatch) -> str:
    hold(monkeypatch, strict.at("call_opens", days=1))
    return cohort_url(strict.cohort, "applications:eligibility")


def test_a_full_time_job_closes_the_door_with_a_picture(client: Client, page: str) -> None:
    text = client.get(page).content.decode()
    assert 'name="hours_1_hours"' in text
    answer = client.post(
        page, {"adult": "yes", "hours_rows": "3", "hours_1_kind": "work", "hours_1_hours": "40"}
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Training is full-time" in text
    assert "Beside your commitments, 20 to 20 hours a week are free." in text
    assert "20 hours free" in text
    assert 'value="40"' in text


def test_who_has_time_goes_on_and_sees_the_hours(client: Client, strict: Cast, page: str) -> None:
    client.force_login(strict.applicant)
    client.post(page, {"adult": "yes", "hours_1_kind": "study", "hours_1_hours": "10"})
    start = client.get(cohort_url(strict.cohort, "applications:start")).content.decode()
    assert "Beside your commitments, 50 to 50 hours a week are free." in start
    client.post(cohort_url(strict.cohort, "applications:start"), {"language": "en"})
    made = Application.objects.get()
    assert made.eligibility["hours"] == "study 10 - -"
    shown = (
        signed_in(strict.organiser)
        .get(cohort_url(strict.cohort, "applications:application", ref=made.ref))
        .content.decode()
    )
    assert "Study: 10 hours a week" in shown


def test_more_lines_come_without_script_and_nothing_is_lost(client: Client, page: str) -> None:
    fields = {"adult": "yes", "hours_rows": "3", "hours_1_hours": "12", "_more": "1"}
    text = client.post(page, fields).content.decode()
    assert 'name="hours_6_hours"' in text
    assert 'value="12"' in text
    assert "There is a problem" not in text


def test_nothing_filled_in_is_asked_for(client: Client, page: str) -> None:
    answer = client.post(page, {"adult": "yes"})
    assert answer.status_code == 422
    assert "Fill in your commitments, or tick that you have none." in answer.content.decode()


def test_rehearsed_people_have_the_hours_that_a_programme_asks_for() -> None:
    anyone = Person(
        name="Awa", email="awa@example.org", language="en", country="SN", time_zone="UTC", town="Dakar",
        voice="f", quality=0.5, seed=1,
    )  # fmt: skip
    for question in (door(), door(weeks=7), door(at_least=60), door(at_least=95, week_hours=100)):
        for wanted in (True, False):
            answers = door_answers([question], anyone, eligible=wanted)
            assert judge([question], answers, WINDOW).eligible == wanted
