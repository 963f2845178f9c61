"""Rows of several tables asked in one statement: each set as it would be asked alone."""

from datetime import UTC, datetime

import pytest
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from tremplin.core.gathering import gather, moment
from tremplin.people.models import User
from tremplin.programmes.models import Cohort, Membership
from tremplin.programmes.roles import Role

pytestmark = pytest.mark.django_db


def test_each_set_says_its_facts_in_its_own_order(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    held = Membership.objects.filter(cohort=cast.cohort).select_related("user").order_by("-pk")
    organises = ExpressionWrapper(Q(role=Role.ORGANISER), BooleanField())
    others = Membership.objects.filter(cohort=OuterRef("cohort"), role=OuterRef("role")).exclude(
        pk=OuterRef("pk")
    )
    rows = held.annotate(organises=organises, others=Exists(others))
    facts = {"role": "role", "name": "user__name", "at": "created_at"}
    facts |= {"organises": "organises", "others": "others"}
    gather(User.objects.all(), {"held": (rows, facts)})  # Django asks once a process whether JSON is known
    with django_assert_num_queries(1):
        found = gather(
            User.objects.filter(pk=cast.organiser.pk),
            {"held": (rows, facts), "none": (rows.none(), facts), "cohorts": (Cohort.objects.all(), {})},
        )
    assert [row["key"] for row in found["held"]] == sorted(held.values_list("pk", flat=True))
    olive, *_rest = found["held"]
    assert (olive["role"], olive["name"], bool(olive["organises"]), bool(olive["others"])) == (
        "organiser",
        "Olive Organiser",
        True,
        True,
    )
    assert moment(olive["at"]) == held.get(user=cast.organiser).created_at
    assert found["none"] == []
    assert [row["key"] for row in found["cohorts"]] == list(
        Cohort.objects.order_by("pk").values_list("pk", flat=True)
    )


def test_about_nobody_nothing_is_said(cast: Cast) -> None:
    nobody = User.objects.filter(pk=0)
    assert gather(nobody, {"held": (Membership.objects.all(), {})}) == {"held": []}
    assert gather(nobody, {}) == {}


def test_a_moment_without_a_zone_is_utc() -> None:
    at = datetime(2027, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert moment("2027-03-04 05:06:07") == at == moment("2027-03-04T06:06:07+01:00")
