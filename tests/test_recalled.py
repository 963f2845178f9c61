"""A cast that is recalled is the cast that was gathered, to the last row."""

import pytest
from django.db import models, transaction

from tests import recalled
from tests.cast import Cast, person
from tremplin.core import audit
from tremplin.people.models import User
from tremplin.programmes.models import Membership


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalled, "_gathered", [])


def everything() -> dict[type[models.Model], recalled.Rows]:
    return {model: sorted(recalled.rows_of(model), key=repr) for model in recalled._models()}


def undone() -> Cast:
    """Gathered or recalled, and gone from the database again."""
    with transaction.atomic():
        cast = recalled.recalled()
        transaction.set_rollback(True)
    return cast


@pytest.mark.django_db
def test_the_second_time_the_same_rows_are_there_without_gathering(monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction.atomic():
        first = recalled.recalled()
        rows = everything()
        transaction.set_rollback(True)
    monkeypatch.setattr(recalled, "gather", None)
    second = recalled.recalled()
    assert everything() == rows
    assert second == first
    assert second.organiser is not first.organiser
    assert second.cohort.plan == first.cohort.plan
    assert User.objects.count() == 12
    assert audit.first_break(second.cohort.scope) is None


@pytest.mark.django_db
def test_what_comes_next_has_keys_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    undone()
    monkeypatch.setattr(recalled, "gather", None)
    cast = recalled.recalled()
    assert person("Nina Newcomer").pk > max(cast.applicant.pk, cast.stranger.pk)
    assert not Membership.objects.filter(user=cast.applicant).exists()


@pytest.mark.django_db
def test_where_somebody_is_already_everybody_is_gathered_beside_them() -> None:
    undone()
    person("Early Bird")
    recalled.recalled()
    assert User.objects.count() == 13


@pytest.mark.django_db
def test_what_others_left_is_not_kept() -> None:
    person("Early Bird")
    recalled.recalled()
    assert recalled._gathered == []
