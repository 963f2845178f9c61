"""`tremplin user`: people and roles from the command line, with faults that say what to do."""

import io

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from tremplin.cli.main import main
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.people.models import User
from tremplin.programmes.roles import GIVEN_BY_HAND, Role, roles_of

pytestmark = pytest.mark.django_db
Out = pytest.CaptureFixture[str]


def test_somebody_is_added_and_told_how_they_sign_in(capsys: Out) -> None:
    assert main(["user", "add", "Nora@Example.org", "--name", "Nora New", "--language", "fr"]) == 0
    person = User.objects.get()
    assert (person.email, person.name, person.language) == ("nora@example.org", "Nora New", "fr")
    assert not person.has_usable_password()
    assert not person.is_staff
    said = capsys.readouterr().out
    assert "Added Nora New <nora@example.org>" in said
    assert person.ref.upper() in said
    assert "/sign-in/" in said


def test_adding_again_changes_only_what_is_given(capsys: Out) -> None:
    main(["user", "add", "nora@example.org", "--name", "Nora New", "--language", "fr"])
    assert main(["user", "add", "nora@example.org", "--administrator"]) == 0
    person = User.objects.get()
    assert (person.name, person.language, person.is_staff) == ("Nora New", "fr", True)
    assert "Changed Nora New" in capsys.readouterr().out
    assert [event.verb for event in AuditEvent.objects.all()] == ["people.added", "people.changed"]


def test_a_password_comes_by_the_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("four words come to mind\n"))
    assert main(["user", "add", "nora@example.org", "--password-stdin"]) == 0
    assert User.objects.get().check_password("four words come to mind")
    said = capsys.readouterr()
    assert "four words" not in said.out + said.err


@pytest.mark.parametrize(
    ("typed", "fault"),
    [("short\n", "at least 10 characters"), ("", "No password came"), ("\n", "No password came")],
)
def test_a_bad_password_adds_nobody(
    monkeypatch: pytest.MonkeyPatch, capsys: Out, typed: str, fault: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert main(["user", "add", "nora@example.org", "--password-stdin"]) == 1
    assert fault in capsys.readouterr().err
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["nora@"], "is not a mail address"),
        (["nora@example.org", "--language", "de"], "Choose one of: en, fr"),
    ],
)
def test_what_cannot_be_is_refused_in_words(capsys: Out, words: list[str], fault: str) -> None:
    assert main(["user", "add", *words]) == 1
    assert fault in capsys.readouterr().err
    assert not User.objects.exists()


def test_a_role_is_given_and_taken(cast: Cast, capsys: Out) -> None:
    words = ["user", "role", cast.stranger.email, cast.cohort.scope, "reviewer"]
    assert main(words) == 0
    assert roles_of(cast.stranger, cast.cohort) == {Role.REVIEWER}
    assert main([*words, "--remove"]) == 0
    assert roles_of(cast.stranger, cast.cohort) == set()
    assert "is not reviewer of" in capsys.readouterr().out


def test_the_last_organiser_stays(cast: Cast, capsys: Out) -> None:
    words = ["user", "role", cast.stranger.email, cast.rival_cohort.scope, "organiser", "--remove"]
    assert main(words) == 1
    assert "A cohort needs an organiser" in capsys.readouterr().err


def test_an_unknown_role_lists_the_roles(cast: Cast, capsys: Out) -> None:
    assert main(["user", "role", cast.stranger.email, cast.cohort.scope, "king"]) == 1
    said = capsys.readouterr().err
    for role in GIVEN_BY_HAND:
        assert role in said


@pytest.mark.parametrize("role", ["scholar", "applicant"])
def test_a_role_that_comes_from_a_place_is_not_given_by_hand(cast: Cast, capsys: Out, role: str) -> None:
    assert main(["user", "role", cast.stranger.email, cast.cohort.scope, role]) == 1
    assert "by accepting the place" in capsys.readouterr().err
    assert roles_of(cast.stranger, cast.cohort) == set()


def test_an_unknown_cohort_lists_near_ones(cast: Cast, capsys: Out) -> None:
    wrong = cast.cohort.scope.replace("2027", "2026")
    assert main(["user", "role", cast.stranger.email, wrong, "mentor"]) == 1
    assert cast.cohort.scope in capsys.readouterr().err


def test_an_unknown_person_is_perhaps_a_known_one(cast: Cast, capsys: Out) -> None:
    assert main(["user", "role", "rita.revewer@example.org", cast.cohort.scope, "mentor"]) == 1
    assert "Did you mean rita.reviewer@example.org" in capsys.readouterr().err
    assert main(["user", "role", "zzz@elsewhere.example", cast.cohort.scope, "mentor"]) == 1
    assert "tremplin user add zzz@elsewhere.example" in capsys.readouterr().err


def test_without_any_cohort_the_way_to_one_is_shown(capsys: Out) -> None:
    main(["user", "add", "nora@example.org"])
    assert main(["user", "role", "nora@example.org", "a/b/c", "mentor"]) == 1
    assert "tremplin programme" in capsys.readouterr().err


def test_people_are_listed_with_what_they_are(cast: Cast, capsys: Out) -> None:
    cast.stranger.is_staff = True
    cast.stranger.save()
    cast.mentor.is_active = False
    cast.mentor.save()
    assert main(["user", "list"]) == 0
    said = capsys.readouterr()
    lines = {line.split("\t")[0]: line for line in said.out.splitlines()}
    assert f"reviewer of {cast.cohort.scope}" in lines[cast.reviewer.email]
    assert "administrator" in lines[cast.stranger.email]
    assert "closed" in lines[cast.mentor.email]
    assert f"{len(lines)} people." in said.err


def test_the_list_is_searched_without_accents_or_capitals(cast: Cast, capsys: Out) -> None:
    main(["user", "list", "REMI"])
    assert capsys.readouterr().out.startswith(cast.second_reviewer.email)


def test_the_list_costs_no_query_a_person(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(8):
        main(["user", "list"])


def test_someone_who_lost_the_phone_is_let_in_and_told(cast: Cast, capsys: Out) -> None:
    cast.mentor.authenticator_set.create(type="totp", data={"secret": "x"})
    cast.mentor.authenticator_set.create(type="webauthn", data={"name": "Phone"})
    assert main(["user", "rescue", cast.mentor.email]) == 0
    assert [way.type for way in cast.mentor.authenticator_set.all()] == ["webauthn"]
    assert OutboxMessage.objects.get(to=cast.mentor.email, kind="second-step-off")
    assert main(["user", "rescue", cast.mentor.email]) == 1
    assert "has no second step" in capsys.readouterr().err


@pytest.mark.parametrize("path", ["home-lab/small", "small", "/", "a/b/c/d", "home-lab/small/2072"])
def test_a_cohort_that_is_not_there_is_told_with_one_that_is(cast: Cast, capsys: Out, path: str) -> None:
    assert main(["user", "role", cast.stranger.email, path, "reviewer"]) == 1
    said = capsys.readouterr().err
    assert f"There is no cohort “{path}”." in said
    assert "home-lab/small/2027" in said
