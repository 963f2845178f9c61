"""Many counts in one statement: each as if it were asked alone, and all of a desk once a page."""

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from tests.review.world import apply
from tremplin.applications.models import Application
from tremplin.core import recall
from tremplin.people.models import User
from tremplin.programmes import tallies
from tremplin.programmes.models import Cohort, Membership
from tremplin.programmes.roles import Role

pytestmark = pytest.mark.django_db


def test_each_count_is_what_its_rows_would_say(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    apply(cast.cohort, 3, now=cast.at("call_opens", days=1))
    mine = Application.objects.filter(cohort=cast.cohort).select_related("applicant").order_by("name")
    rows = {
        "applications": mine,
        "none": mine.filter(name="Nobody"),
        "theirs": Application.objects.filter(cohort=cast.rival_cohort),
        "people": User.objects.filter(memberships__cohort=cast.cohort, memberships__role=Role.ORGANISER),
    }
    with django_assert_num_queries(1):
        found = tallies.how_many(cast.cohort, rows)
    assert found == {name: asked.count() for name, asked in rows.items()}
    assert found["applications"] == 3


def test_of_a_cohort_that_is_gone_there_is_nothing(cast: Cast) -> None:
    gone = Cohort(pk=cast.cohort.pk + 1000)
    assert tallies.how_many(gone, {"all": Membership.objects.all()}) == {"all": 0}
    assert tallies.how_many(cast.cohort, {}) == {}


def test_a_desk_asks_for_all_its_counts_once(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tallies, "_of_desks", {})
    both = [
        tallies.register(code, lambda cohort, _actor: cohort.memberships.all()) for code in ("a.b", "c.d")
    ]
    with recall.reading(), django_assert_num_queries(1):
        first = [tallies.on_desk(code, cast.cohort, cast.organiser) for code in both]
        assert first == [tallies.on_desk(code, cast.cohort, cast.organiser) for code in both]
    assert first == [cast.cohort.memberships.count()] * 2
