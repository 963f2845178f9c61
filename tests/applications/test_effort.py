"""How long applying takes: measured from pauses between saves, said only once enough people have sent."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.applications.conftest import begin, fresh, write
from tests.cast import Cast, person
from tests.visiting import Clock, page
from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.rules.effort import ENOUGH, LONGEST_PAUSE, active_seconds, spread

MORNING = datetime(2027, 2, 1, 9, tzinfo=UTC)


def test_a_short_pause_counts_and_a_long_one_does_not() -> None:
    assert active_seconds(MORNING, MORNING + timedelta(seconds=90)) == 90
    assert active_seconds(MORNING, MORNING + LONGEST_PAUSE) == 600
    assert active_seconds(MORNING, MORNING + LONGEST_PAUSE + timedelta(seconds=1)) == 0
    assert active_seconds(MORNING, MORNING - timedelta(seconds=5)) == 0


def test_nothing_is_said_of_few_and_the_middle_half_of_many() -> None:
    assert spread([3600] * (ENOUGH - 1)) is None
    found = spread([minutes * 60 for minutes in range(30, 30 + 4 * ENOUGH)])
    assert found is not None
    assert (found.low, found.middle, found.high, found.count) == (50, 70, 90, 80)


@given(st.lists(st.integers(300, 200_000), min_size=ENOUGH, max_size=60))
def test_the_middle_lies_in_the_middle_half(seconds: list[int]) -> None:
    found = spread(seconds)
    assert found is not None
    assert 5 <= found.low <= found.middle <= found.high <= max(seconds) / 60 + 5


@pytest.mark.django_db
def test_saves_add_up_and_a_night_between_them_does_not(cast: Cast) -> None:
    now = cast.at("call_opens", days=1)
    draft = begin(cast, now=now)
    for pause in (timedelta(minutes=3), timedelta(hours=14), timedelta(minutes=4)):
        now += pause
        write(fresh(draft), now, motivation=f"Words of {now}")
    assert fresh(draft).writing_seconds == 7 * 60


def sent_by(cast: Cast, number: int, minutes: int) -> None:
    now = cast.at("call_opens", days=2)
    Application.objects.create(
        cohort=cast.cohort,
        applicant=person(f"Applicant Number {number}"),
        state=ApplicationState.SUBMITTED,
        submitted_at=now,
        sent=1,
        saved_at=now,
        created_at=now,
        writing_seconds=minutes * 60,
    )


@pytest.mark.django_db
def test_the_call_says_whose_figure_it_shows(cast: Cast, clock: Clock, client: Client) -> None:
    for number in range(ENOUGH - 1):
        sent_by(cast, number, 40 + number)
    sent_by(cast, 98, 1)  # written elsewhere and pasted: says nothing about writing
    assert (
        "about 60 minutes, the organisers’ guess"
        in client.get(page(cast, "programmes:call")).content.decode()
    )
    sent_by(cast, 99, 60)
    clock.at += timedelta(minutes=10)
    text = client.get(page(cast, "programmes:call")).content.decode()
    assert "50 minutes of writing, and for half of the people between 45 and 55." in text
    assert "Measured from 20 applications" in text
    assert (
        "Measured from 20 applications"
        in client.get(page(cast, "programmes:questions-file")).content.decode()
    )
