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
from tremplin.applications.rules.effort import (
    COMPOSED,
    ENOUGH,
    LONGEST_PAUSE,
    Written,
    active_seconds,
    spread,
    typed,
)

MORNING = datetime(2027, 2, 1, 9, tzinfo=UTC)


def test_a_short_pause_counts_and_a_long_one_does_not() -> None:
    assert active_seconds(MORNING, MORNING + timedelta(seconds=90)) == 90
    assert active_seconds(MORNING, MORNING + LONGEST_PAUSE) == 600
    assert active_seconds(MORNING, MORNING + LONGEST_PAUSE + timedelta(seconds=1)) == 0
    assert active_seconds(MORNING, MORNING - timedelta(seconds=5)) == 0


def watched(minutes: float, *, saves: int = 40, characters: int = 1000) -> Written:
    return Written(round(minutes * 60), saves, characters)


def test_nothing_is_said_of_few_and_a_range_of_many() -> None:
    assert spread([watched(60)] * (ENOUGH - 1)) is None
    found = spread([watched(minutes) for minutes in range(30, 30 + 4 * ENOUGH)])
    assert found is not None
    assert (found.low, found.middle, found.high, found.most, found.count) == (50, 70, 90, 100, 80)


@given(st.lists(st.integers(300, 200_000), min_size=ENOUGH, max_size=60), st.integers(0, 1000))
def test_the_range_lies_around_its_middle(seconds: list[int], characters: int) -> None:
    found = spread([Written(each, 40, characters) for each in seconds])
    assert found is not None
    assert 5 <= found.low <= found.middle <= found.high <= found.most <= max(seconds) / 60 + 10
    assert found.low < found.high


@pytest.mark.parametrize(
    "unseen",
    [
        watched(4),  # pasted at once
        watched(10, characters=7000),  # copied: nobody thinks seven hundred characters a minute
        watched(40, saves=3, characters=3500),  # saved once a page: most of the writing was not seen
    ],
)
def test_whoever_wrote_out_of_sight_tells_nothing(unseen: Written) -> None:
    seen = [watched(60 + number) for number in range(ENOUGH)]
    found, without = spread([*seen, *[unseen] * 100]), spread(seen)
    assert found is not None
    assert without is not None
    assert found.count == without.count == ENOUGH
    assert spread([*seen[1:], *[unseen] * 100]) is None


def test_no_figure_lies_below_the_time_in_which_anybody_could_write_as_much() -> None:
    seen = [watched(36, saves=100, characters=7000)] * 40
    found = spread(seen)
    assert found is not None
    assert found.low >= 7000 / COMPOSED - 3
    assert found.most >= found.high > found.low


@pytest.mark.django_db
def test_what_was_taken_over_or_spoken_was_not_typed(cast: Cast) -> None:
    form = cast.cohort.plan.application
    answers = {"full_name": "Ada", "motivation": "é" * 100, "project": "b" * 50, "country": "SN"}
    assert typed(form, answers, set()) == 153
    assert typed(form, answers, {"project"}) == 103


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
        version=30,
        answers={"motivation": "Because. " * 100},
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
    assert "45 to 55 minutes of writing for half of the people, and more than 55 for one in ten." in text
    assert "Measured from 20 applications" in text
    french = client.get(page(cast, "programmes:call"), {"lang": "fr"}).content.decode()
    assert (
        "De 45 à 55 minutes d’écriture pour la moitié des personnes, et plus de 55 pour une sur dix."
        in french
    )
    client.get(page(cast, "programmes:call"), {"lang": "en"})
    assert (
        "Measured from 20 applications"
        in client.get(page(cast, "programmes:questions-file")).content.decode()
    )
