"""Whoever holds every report cannot subtract one from another and be left with fewer people than the smallest cell."""

import json
import random
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.cast import Cast
from tests.training.world import ended, survey_day
from tests.visiting import Clock, page, signed_in
from tremplin.core.models import AuditEvent
from tremplin.impact import figures, rounds, services
from tremplin.impact.models import ImpactReport, OutcomeRelease, SurveyResponse
from tremplin.impact.purposes import FOLLOW_UP
from tremplin.impact.releasing import least_of, release_outcomes
from tremplin.people.models import User
from tremplin.people.services import consents
from tremplin.privacy.services import purge
from tremplin.programmes.releases import exact_of
from tremplin.programmes.retention import goes_on

pytestmark = pytest.mark.django_db
SURVEY = "after-6-months"


def say(cast: Cast, answer: str, count: int) -> list[User]:
    """So many people more who answered."""
    first, at = User.objects.count(), cast.at("training_ends")
    numbers = range(first, first + count)
    found = User.objects.bulk_create(
        User(email=f"says{n}@example.org", password="!", created_at=at) for n in numbers
    )
    SurveyResponse.objects.bulk_create(
        SurveyResponse(
            cohort=cast.cohort,
            user=user,
            survey=SURVEY,
            answers={"works_in_ai": answer},
            sent_at=at,
            created_at=at,
        )
        for user in found
    )
    return found


def take_back(cast: Cast, answer: str, count: int) -> None:
    rows = SurveyResponse.objects.filter(cohort=cast.cohort, answers__works_in_ai=answer)
    SurveyResponse.objects.filter(pk__in=list(rows.values_list("pk", flat=True)[:count])).delete()


def publish(cast: Cast, *, weeks: int = 0) -> dict[str, Any]:
    """What a report says of the first survey, as everybody can read it."""
    now = ended(cast) + timedelta(weeks=weeks)
    row = services.publish_report(cohort=cast.cohort, actor=cast.organiser, now=now)
    read = json.loads(Client().get(page(cast, "impact:report-json", number=row.number)).content)
    block: dict[str, Any] = next(block for block in read["outcomes"] if block["survey"] == SURVEY)
    return block


def truth(cast: Cast) -> Counter[str]:
    rows = SurveyResponse.objects.filter(cohort=cast.cohort, sent_at__isnull=False)
    given = Counter(str(answers["works_in_ai"]) for answers in rows.values_list("answers", flat=True))
    return given + Counter({"answered": given.total()})


def test_of_forty_of_fifty_and_forty_one_of_fifty_one_the_second_report_shows_the_first(
    cast: Cast, clock: Clock
) -> None:
    say(cast, "yes", 40)
    say(cast, "no", 10)
    first = publish(cast)
    assert first["coverage"] == 50
    assert first["questions"][0]["answers"] == {"yes": 40, "no": 10}
    say(cast, "yes", 3)  # rounded, 43 would be 45: whoever holds both reports would know of a handful
    second = publish(cast, weeks=4)
    assert second == first
    assert datetime.fromisoformat(second["counted"]) == ended(cast)
    text = Client().get(page(cast, "impact:report", number=2)).text
    assert f"{ended(cast):%Y-%m-%d}" in text.split("These answers were counted on")[1][:120]


def test_newer_figures_are_shown_once_every_difference_is_a_group(cast: Cast) -> None:
    say(cast, "yes", 40)
    say(cast, "no", 10)
    first = publish(cast)
    say(cast, "yes", 20)
    say(cast, "no", 2)
    assert publish(cast, weeks=1) == first  # two people said no
    say(cast, "no", 8)
    third = publish(cast, weeks=2)
    assert third["questions"][0]["answers"] == {"yes": 60, "no": 20}
    assert third["counted"] > first["counted"]
    take_back(cast, "yes", 19)
    take_back(cast, "no", 10)
    assert publish(cast, weeks=3) == third  # one person more than in the first report


def test_who_takes_an_answer_back_is_not_told_by_the_next_report(cast: Cast) -> None:
    people = [*say(cast, "yes", 13), *say(cast, "no", 15)]
    consents.give(user=people[0], purpose=FOLLOW_UP, about=cast.cohort.ref, now=ended(cast))
    first = publish(cast)
    assert first["questions"][0]["answers"]["yes"] == 15
    services.set_consent(cohort=cast.cohort, actor=people[0], given=False, now=ended(cast))
    assert truth(cast)["yes"] == 12  # it would be shown as 10
    assert publish(cast, weeks=1) == first


@pytest.mark.parametrize("seed", range(4))
def test_an_attacker_who_has_all_reports_finds_no_small_group_in_any_difference(
    cast: Cast, seed: int
) -> None:
    """The attacker knows more than was shown: the exact counts behind each figure, not its rounding alone."""
    plan = cast.cohort.plan.impact
    assert plan is not None
    least = least_of(cast.cohort, plan)
    chance, behind = random.Random(seed), dict[str, Counter[str]]()
    say(cast, "yes", 40)
    say(cast, "no", 40)
    shown = []
    for week in range(20):
        block = publish(cast, weeks=week)
        shown.append(block)
        behind.setdefault(block["counted"], truth(cast))
        for answer in ("yes", "no"):
            change = chance.choice([-14, -1, 0, 0, 0, 1, 3, 10, 14])
            say(cast, answer, change) if change > 0 else take_back(cast, answer, -change)
    for block in shown:  # what stands under one date never changes
        assert block == next(other for other in shown if other["counted"] == block["counted"])
    counts = list(behind.values())
    assert len(counts) > 1
    for one in counts:
        for other in counts:
            for name in {*one, *other}:
                assert abs(one[name] - other[name]) not in range(1, least), name


def test_how_many_were_asked_is_held_back_in_the_same_way(cast: Cast) -> None:
    people = say(cast, "yes", 12)
    for user in people:
        consents.give(user=user, purpose=FOLLOW_UP, about=cast.cohort.ref, now=ended(cast))
    first = publish(cast)
    assert first["questions"][0]["asked"] == 10
    late = say(cast, "no", 1)[0]
    consents.give(user=late, purpose=FOLLOW_UP, about=cast.cohort.ref, now=ended(cast))
    assert publish(cast, weeks=1)["questions"][0]["asked"] == 10


def test_nothing_of_an_open_survey_is_told_to_anybody(cast: Cast, clock: Clock) -> None:
    """Else staff could look every day and see one answer arrive."""
    say(cast, "yes", 30)
    clock.at = survey_day(cast) + timedelta(days=50)
    rounds.surveys(cohort=cast.cohort, now=clock.at)
    block = figures.outcomes(cast.cohort, now=clock.at)[0]
    assert (block["coverage"], block["counted"], block["questions"]) == (None, None, [])
    for client in (signed_in(cast.organiser), signed_in(cast.observer)):
        assert "when the survey has ended" in client.get(page(cast, "impact:today")).text
    assert not OutcomeRelease.objects.exists()


def test_a_survey_is_counted_once_by_the_clock_and_looking_counts_nothing(cast: Cast, clock: Clock) -> None:
    say(cast, "yes", 30)
    clock.at = ended(cast)
    signed_in(cast.organiser).get(page(cast, "impact:today"))
    assert not OutcomeRelease.objects.exists()
    rounds.surveys(cohort=cast.cohort, now=clock.at)
    lines = list(OutcomeRelease.objects.order_by("kind").values_list("kind", "number"))
    assert lines == [("asked", 1), (f"survey/{SURVEY}", 1)]
    assert "about 30" in signed_in(cast.observer).get(page(cast, "impact:today")).text.lower()
    say(cast, "yes", 30)
    rounds.surveys(cohort=cast.cohort, now=clock.at)
    assert OutcomeRelease.objects.count() == 2
    events = AuditEvent.objects.filter(verb="impact.outcomes-counted")
    assert [set(event.data) for event in events] == [{"digest"}, {"digest"}]


def test_exact_counts_are_sealed_and_go_with_the_answers_and_the_last_count_is_held_against_them(
    cast: Cast,
) -> None:
    say(cast, "yes", 33)
    say(cast, "no", 17)
    first = publish(cast)
    row = OutcomeRelease.objects.get(kind=f"survey/{SURVEY}")
    assert exact_of(row) == {"answered": 50, "works_in_ai=yes": 33, "works_in_ai=no": 17}
    with connection.cursor() as cursor:
        cursor.execute("SELECT basis, figures FROM impact_outcomerelease")
        for basis, shown in cursor.fetchall():
            assert b"works_in_ai" not in bytes(basis)
            assert "33" not in str(shown)
    say(cast, "no", 1)
    purge(cohort=cast.cohort, now=goes_on(cast.cohort, "outcome_days"))
    assert not SurveyResponse.objects.exists()
    row.refresh_from_db()
    assert exact_of(row) is None
    kept = figures.outcomes(cast.cohort, now=goes_on(cast.cohort, "outcome_days"))
    assert kept[0] == first
    release_outcomes(cohort=cast.cohort, now=goes_on(cast.cohort, "outcome_days"), again=True)
    assert figures.outcomes(cast.cohort, now=goes_on(cast.cohort, "outcome_days"))[0] == first


def test_nothing_is_told_of_fewer_people_than_the_law_says_whatever_the_programme_does(cast: Cast) -> None:
    plan = cast.cohort.plan.impact
    assert plan is not None
    assert plan.smallest_cell < cast.cohort.profile.smallest_cell
    say(cast, "yes", cast.cohort.profile.smallest_cell - 1)
    assert publish(cast)["coverage"] is None


def test_answers_that_go_while_their_survey_is_open_are_counted_first(cast: Cast) -> None:
    say(cast, "yes", 30)
    release_outcomes(cohort=cast.cohort, now=survey_day(cast), going=True)
    assert figures.outcomes(cast.cohort, now=survey_day(cast))[0]["coverage"] == 30


def test_reports_are_numbered_and_each_keeps_its_own_words(cast: Cast) -> None:
    say(cast, "yes", 30)
    blocks = [publish(cast, weeks=week) for week in range(3)]
    assert all(one == other for one, other in pairwise(blocks))
    assert list(ImpactReport.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_a_question_that_few_answered_says_why_nothing_of_it_is_shown(cast: Cast) -> None:
    say(cast, "yes", 2)
    say(cast, "", 10)
    block = publish(cast)
    assert block["coverage"] == 10
    report = page(cast, "impact:report", number=1)
    text = Client().get(report).text
    assert "About 10 people answered" in text
    assert "So few people answered this question that none of its answers can be shown." in text
    assert "Si peu de personnes ont répondu à cette question" in Client().get(f"{report}?lang=fr").text
