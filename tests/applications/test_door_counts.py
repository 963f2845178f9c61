"""Who comes to the doors and whom they turn away is counted by the day, and nobody is kept."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.applications.conftest import ELIGIBLE, begin
from tests.cast import Cast, person
from tests.visiting import Clock, page, signed_in, text_of
from tremplin.applications import queries, services
from tremplin.applications.models import DoorCount
from tremplin.applications.views.organise.figures import _turned_away
from tremplin.programmes.schema import EligibilityQuestion

pytestmark = pytest.mark.django_db


def tries(client: Client, cast: Cast, **answers: str) -> str:
    answer = client.post(page(cast, "applications:eligibility"), answers)
    assert answer.status_code in {200, 302, 422}
    return str(answer.content.decode())


def test_passing_is_counted_once_however_often_the_same_browser_passes(cast: Cast, clock: Clock) -> None:
    client = Client()
    tries(client, cast, **ELIGIBLE)
    tries(client, cast, **ELIGIBLE)
    assert queries.doors(cast.cohort) == queries.Doors(came=1, passed=1)
    tries(Client(), cast, **ELIGIBLE)
    assert queries.doors(cast.cohort) == queries.Doors(came=2, passed=2)


def test_each_door_that_closes_counts_and_mending_a_slip_makes_nobody_two_people(
    cast: Cast, clock: Clock
) -> None:
    client = Client()
    text = tries(client, cast, adult="no", hours="3")
    assert 'name="counted" value="came adult hours"' in text
    tries(client, cast, adult="no", hours="35", counted="came adult hours")
    found = queries.doors(cast.cohort)
    assert (found.came, found.passed) == (1, 0)
    assert {door.code: door.many for door in found.closed} == {"adult": 1, "hours": 1}
    tries(client, cast, **ELIGIBLE, counted="came adult hours")
    assert queries.doors(cast.cohort).came == 1
    assert queries.doors(cast.cohort).passed == 1


def test_what_is_not_answered_in_full_is_not_counted(cast: Cast, clock: Clock) -> None:
    tries(Client(), cast, adult="no")
    assert not DoorCount.objects.exists()


def test_no_trace_of_whom_a_door_turned_away_is_kept(cast: Cast, clock: Clock) -> None:
    client = Client()
    tries(client, cast, adult="no", hours="3")
    assert not Session.objects.exists()
    assert "sessionid" not in client.cookies
    fields = {field.name for field in DoorCount._meta.get_fields()}
    assert fields == {"id", "cohort", "day", "outcome", "door", "answer", "many"}
    # Of a figure not even the answer: 3 hours a week may be one person's.
    assert set(DoorCount.objects.filter(door="hours").values_list("answer", flat=True)) == {""}
    assert set(DoorCount.objects.filter(door="adult").values_list("answer", flat=True)) == {"no"}


def test_those_who_could_not_begin_anyway_are_not_counted(cast: Cast, clock: Clock) -> None:
    begin(cast)
    for user in (cast.applicant, cast.organiser, cast.reviewer):
        tries(signed_in(user), cast, **ELIGIBLE)
    clock.at = cast.at("call_closes", days=2)
    tries(Client(), cast, **ELIGIBLE)
    clock.at = cast.at("call_opens", days=-2)
    tries(Client(), cast, adult="no", hours="3")
    assert not DoorCount.objects.exists()


def test_days_are_those_of_the_cohort_and_add_up(cast: Cast) -> None:
    for hour in (1, 2, 30):
        now = cast.at("call_opens", hours=hour)
        services.try_doors(cohort=cast.cohort, answers=ELIGIBLE, now=now)
    assert DoorCount.objects.filter(outcome="came").count() == 2
    assert queries.doors(cast.cohort).came == 3


def test_an_answer_is_named_from_five_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    [door] = [door for door in cast.cohort.plan.eligibility if door.code == "adult"]
    country = EligibilityQuestion(
        code="lives",
        kind="country",
        label={"en": "Where do you live?", "fr": "Où vivez-vous ?"},
        refuses=["FR", "BE"],
        refusal={"en": "Not from there.", "fr": "Pas de là."},
    )
    monkeypatch.setitem(cast.cohort.plan.__dict__, "eligibility", [door, country])
    now = cast.at("call_opens", days=1)
    for code, many in (("FR", 5), ("BE", 4)):
        for _number in range(many):
            services.try_doors(cohort=cast.cohort, answers={"adult": "yes", "lives": code}, now=now)
    [closed] = queries.doors(cast.cohort).closed
    assert (closed.many, closed.answers) == (9, (("FR", 5),))
    [bar] = _turned_away(cast.cohort, queries.doors(cast.cohort))
    assert (bar.label, bar.text) == ("Where do you live?", "9 (France: 5)")


def test_the_funnel_begins_at_the_doors_and_says_which_turned_people_away(
    cast: Cast, organiser: Client
) -> None:
    now = cast.at("call_opens", days=1)
    for answers in (ELIGIBLE, ELIGIBLE, {"adult": "yes", "hours": "2"}):
        services.try_doors(cohort=cast.cohort, answers=answers, now=now)
    begin(cast)
    text = text_of(organiser, page(cast, "applications:figures"))
    steps = ("Came to the doors", "Passed the doors", "Begun", "Sent at least once")
    assert sorted(steps, key=text.index) == list(steps)
    [door] = [door for door in cast.cohort.plan.eligibility if door.code == "hours"]
    assert text.index("Turned away at the doors") < text.index(door.label["en"])


def test_a_call_whose_doors_were_not_counted_from_the_start_begins_its_funnel_with_begun(
    cast: Cast, organiser: Client
) -> None:
    begin(cast)
    begin(cast, person("Second"))
    services.try_doors(cohort=cast.cohort, answers=ELIGIBLE, now=cast.at("call_opens", days=1))
    text = text_of(organiser, page(cast, "applications:figures"))
    assert "Passed the doors" not in text
    assert "Begun" in text


def test_before_anybody_has_begun_the_figures_tell_whom_the_doors_turned_away(
    cast: Cast, organiser: Client
) -> None:
    now = cast.at("call_opens", days=1)
    services.try_doors(cohort=cast.cohort, answers={"adult": "no", "hours": "2"}, now=now)
    text = text_of(organiser, page(cast, "applications:figures"))
    assert "Came to the doors" in text
    assert "Nothing to draw yet" not in text


def test_the_side_box_speaks_to_organisers(cast: Cast, organiser: Client, clock: Clock) -> None:
    begin(cast)
    for name in ("applications:figures", "applications:at-risk"):
        text = text_of(organiser, page(cast, name))
        assert "The call closes" in text
        assert "you are in time" not in text
    clock.at = cast.at("call_closes", days=2)
    assert "The call closed" in text_of(organiser, page(cast, "applications:figures"))


def test_the_days_stand_in_one_table_that_opens(cast: Cast, organiser: Client) -> None:
    begin(cast)
    text = text_of(organiser, page(cast, "applications:figures"))
    assert text.count("<details><summary>Each day in figures</summary>") == 1
    assert text.count('class="bar-row"') <= 6


def test_turning_somebody_away_costs_a_handful_of_queries(
    cast: Cast, clock: Clock, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = Client()
    tries(client, cast, adult="no", hours="3")
    with django_assert_max_num_queries(15):
        tries(client, cast, adult="no", hours="3")
