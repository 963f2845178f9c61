"""The demonstration: four editions, oldest first, and one person of each role whose door the visitor can open."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from tests.applications.conftest import begin
from tests.cast import Cast, gather
from tests.mentoring.world import pair
from tests.review.world import apply, give_out
from tremplin.people.models import User
from tremplin.programmes.roles import Role, roles_of
from tremplin.rehearsal import demo, scenarios

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_each_edition_is_rehearsed_up_to_its_own_moment_with_enough_people(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    def build(moment: str, **wish: Any) -> SimpleNamespace:
        asked.append((moment, wish))
        wish["progress"](NOW)
        return SimpleNamespace(cohort=wish["cohort"])

    shown: list[str] = []
    monkeypatch.setattr(scenarios, "build", build)
    monkeypatch.setattr(demo, "hand_over", lambda cohorts: shown.append("handed over"))
    cohorts = demo.build(
        text="", applicants=40, now=NOW, progress=lambda edition: lambda _at: shown.append(edition.slug)
    )
    assert cohorts == ["2025", "2026", "2026-autumn", "2027"]
    assert shown == [*cohorts, "handed over"]
    assert [moment for moment, _wish in asked] == ["one-year-later", "week-3", "under-review", "call-open"]
    assert [wish["applicants"] for _moment, wish in asked] == [40, 14, 12, 12]
    assert {wish["now"] for _moment, wish in asked} == {NOW}


def test_the_visitor_gets_one_account_of_each_role(cast: Cast) -> None:
    pairing = pair(cast)
    reading = gather(house="Reading")
    apply(reading.cohort, 2, now=reading.at("call_opens", days=1))
    give_out(reading)
    calling = gather(house="Calling")
    draft = begin(calling)
    given = demo.hand_over([cast.cohort, cast.cohort, reading.cohort, calling.cohort])
    assert set(given) == set(Role)
    assert given[Role.SCHOLAR] == pairing.scholar.user
    assert given[Role.MENTOR] == pairing.mentor.user
    assert given[Role.APPLICANT] == draft.applicant
    assert Role.REVIEWER in roles_of(given[Role.REVIEWER], reading.cohort)
    for role, user in given.items():
        kept = User.objects.get(pk=user.pk)
        assert (kept.email, kept.language) == (f"{role}@{demo.DOMAIN}", "en")
        assert kept.check_password(demo.PASSWORD)
    assert demo.is_built()
    assert not demo.begun()


def test_the_visitor_can_play_both_who_sign(cast: Cast) -> None:
    given = demo.hand_over([cast.cohort] * 4)
    for role in demo.TWO_SIGN:
        second = User.objects.get(email=f"{role}-2@{demo.DOMAIN}")
        assert second != given[role]
        assert role in roles_of(second, cast.cohort)
        assert second.check_password(demo.PASSWORD)


def test_a_role_that_nobody_has_yet_is_left_out(cast: Cast) -> None:
    """Nobody enrolled, nobody paired, nothing to read, nobody writing."""
    given = demo.hand_over([cast.cohort] * 4)
    assert {Role.SCHOLAR, Role.APPLICANT}.isdisjoint(given)
    assert given[Role.MENTOR] == cast.mentor
    assert given[Role.REVIEWER] in {cast.reviewer, cast.second_reviewer}
