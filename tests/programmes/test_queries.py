"""Which cohorts and people each question finds."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.cast import OPENS, Cast, cohort_of
from tests.programmes.conftest import At, page
from tests.programmes.texts import mended
from tests.visiting import signed_in
from tremplin.core.recall import reading
from tremplin.programmes import models, queries, services
from tremplin.programmes.models import Cohort, ProgrammeVersion
from tremplin.programmes.roles import Role, require, role_names, roles_of

DAY = timedelta(days=1)


def rehearsed(cast: Cast) -> Cohort:
    return services.open_cohort(
        version=cast.cohort.version,
        slug="trial",
        opens=OPENS,
        organiser=cast.organiser,
        now=OPENS,
        rehearsal=True,
    )


def test_open_calls_are_those_that_somebody_can_answer_now_soonest_first(cast: Cast) -> None:
    later = services.open_cohort(
        version=cast.cohort.version, slug="2028", opens=OPENS + 7 * DAY, organiser=cast.organiser, now=OPENS
    )
    rehearsed(cast)
    assert set(queries.open_calls(OPENS + DAY)) == {cast.cohort, cast.rival_cohort}
    assert list(queries.open_calls(OPENS + 8 * DAY))[-1] == later
    assert list(queries.open_calls(cast.at("call_closes", days=2))) == [later]
    assert not queries.open_calls(OPENS - DAY)


def test_cohorts_of_a_person_are_those_in_which_they_have_a_role(cast: Cast) -> None:
    assert list(queries.cohorts_of(cast.reviewer)) == [cast.cohort]
    assert not queries.cohorts_of(cast.applicant)


def test_cohorts_in_progress_have_begun_and_not_ended(cast: Cast) -> None:
    rehearsed(cast)
    assert set(queries.cohorts_in_progress(OPENS)) == {cast.cohort, cast.rival_cohort}
    assert not queries.cohorts_in_progress(OPENS - DAY)
    assert not queries.cohorts_in_progress(cast.at("follow_up_ends", days=1))


def test_people_with_a_role_are_listed_by_name(cast: Cast) -> None:
    assert list(queries.people_with(cast.cohort, Role.REVIEWER)) == [cast.second_reviewer, cast.reviewer]


def test_a_cohort_is_found_by_its_address_alone(cast: Cast) -> None:
    assert queries.cohort_at("home-lab", "small", "2027") == cast.cohort
    assert queries.cohort_at("rival-lab", "small", "2027") == cast.rival_cohort
    assert queries.cohort_at("home-lab", "small", "2028") is None


def test_a_cohort_costs_one_query_and_none_for_a_plan_that_is_at_hand(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    dates = cast.cohort.dates
    assert cast.cohort.plan
    with django_assert_num_queries(1):
        found = queries.cohort_at("home-lab", "small", "2027")
        assert found is not None
        assert found.plan.programme.code == "small"
        assert found.dates == dates
        assert found.institution.slug == "home-lab"


def test_whoever_has_a_role_gets_it_with_the_cohort_in_one_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    dates = cast.cohort.dates
    assert cast.cohort.plan
    services.grant(user=cast.reviewer, cohort=cast.cohort, role=Role.MENTOR, actor=None, now=OPENS)
    with django_assert_num_queries(1):
        found, roles = queries.cohort_and_roles(cast.reviewer, "home-lab", "small", "2027")
        assert found is not None
        assert found.plan.programme.code == "small"
        assert found.dates == dates
        assert found.institution.slug == "home-lab"
    assert roles == {Role.REVIEWER, Role.MENTOR}


def test_others_find_the_cohort_and_have_no_role_in_it(cast: Cast) -> None:
    for user in (None, cast.stranger):
        assert queries.cohort_and_roles(user, "home-lab", "small", "2027") == (cast.cohort, frozenset())
    assert queries.cohort_and_roles(cast.organiser, "home-lab", "small", "2028") == (None, frozenset())
    cast.reviewer.is_active = False
    assert queries.cohort_and_roles(cast.reviewer, "home-lab", "small", "2027")[1] == frozenset()


def test_roles_are_asked_once_a_page_and_anew_when_they_change(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with reading():
        with django_assert_num_queries(1):
            for _time in range(3):
                assert roles_of(cast.reviewer, cast.cohort) == {Role.REVIEWER}
        services.grant(user=cast.reviewer, cohort=cast.cohort, role=Role.MENTOR, actor=None, now=OPENS)
        assert roles_of(cast.reviewer, cast.cohort) == {Role.REVIEWER, Role.MENTOR}
        services.revoke(user=cast.reviewer, cohort=cast.cohort, role=Role.REVIEWER, actor=None, now=OPENS)
        assert roles_of(cast.reviewer, cast.cohort) == {Role.MENTOR}


def test_a_plan_that_is_not_at_hand_is_read_from_its_text(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "_PLANS", {str(number): cast.cohort.plan for number in range(64)})
    found = queries.cohort_at("home-lab", "small", "2027")
    assert found is not None
    assert found.plan == cast.cohort.plan
    assert len(models._PLANS) == 1


def test_a_cohort_without_a_date_says_which(cast: Cast) -> None:
    cohort = cohort_of("brief-lab", cast.stranger, text=mended(('midpoint = "17w"\n', "")))
    with pytest.raises(KeyError, match="midpoint"):
        cohort.date("midpoint")


def test_programmes_are_listed_for_an_administrator_in_few_queries(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(4):
        listed = [
            (row.institution.slug, row.slug, [cohort.slug for cohort in row.cohorts.all()])
            for row in queries.all_programmes()
        ]
    assert listed == [("home-lab", "small", ["2027"]), ("rival-lab", "small", ["2027"])]


def test_the_newest_file_is_found(cast: Cast) -> None:
    version = queries.latest_version("home-lab", "small")
    assert isinstance(version, ProgrammeVersion)
    assert version == cast.cohort.version
    assert queries.latest_version("home-lab", "nothing") is None


def test_a_closed_account_has_no_roles(cast: Cast) -> None:
    cast.reviewer.is_active = False
    assert roles_of(cast.reviewer, cast.cohort) == frozenset()
    assert roles_of(None, cast.cohort) == frozenset()


def test_a_refusal_names_the_roles_that_would_do(cast: Cast) -> None:
    with pytest.raises(Exception, match="organiser, finance"):
        require(cast.reviewer, cast.cohort, Role.ORGANISER, Role.FINANCE)


def test_roles_have_a_name_in_each_language() -> None:
    assert role_names(Role.MENTOR) == {"en": "mentor", "fr": "mentorat"}


@pytest.mark.parametrize("name", ["call", "questions-file", "calendar"])
def test_a_rehearsal_is_open_to_those_who_run_it_alone(cast: Cast, client: Client, at: At, name: str) -> None:
    rehearsed(cast)
    address = page(cast, name).replace("/2027/", "/trial/")
    assert client.get(address).status_code == 404
    assert signed_in(cast.reviewer).get(address).status_code == 404
    assert signed_in(cast.organiser).get(address).status_code == 200
