"""Who a program is: the owner of its token, now; and what it is told when it may not."""

import logging
from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import Cast
from tests.web.api.conftest import at, program
from tests.web.matrix import token_of
from tremplin.core import clock
from tremplin.core.limits import Rate
from tremplin.core.models import AuditEvent
from tremplin.people.models import ApiToken
from tremplin.people.services import tokens
from tremplin.programmes.http import cohort_url
from tremplin.programmes.roles import Role

pytestmark = pytest.mark.django_db


def test_a_session_of_a_browser_opens_nothing_here(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.organiser)
    answer = client.get(at(cast.cohort, "/applications"))
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_token_opens_no_page(cast: Cast) -> None:
    header = {"Authorization": f"Bearer {token_of(cast.organiser)}"}
    page = Client().get(cohort_url(cast.cohort, "applications:board"), headers=header)
    assert page.status_code == 302
    assert "/sign-in/" in page["Location"]


def test_a_token_in_an_address_is_no_token(cast: Cast) -> None:
    secret = token_of(cast.organiser)
    assert Client().get(f"/api/v1/me?token={secret}&access_token={secret}").status_code == 401


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer tremplin_wrong", "Bearer \u00e9"]
)
def test_what_is_no_token_is_told_so(cast: Cast, header: str) -> None:
    assert Client().get("/api/v1/me", headers={"Authorization": header}).status_code == 401


def test_a_role_that_is_taken_away_is_taken_from_the_token_at_once(cast: Cast) -> None:
    asking = program(cast.reviewer)
    assert asking.get(at(cast.cohort, "/reading")).status_code == 200
    assert asking.get(at(cast.cohort, "/applications")).status_code == 403
    cast.reviewer.memberships.filter(role=Role.REVIEWER).delete()
    assert asking.get(at(cast.cohort, "/reading")).status_code == 404


def test_a_closed_account_is_nobody(cast: Cast) -> None:
    asking = program(cast.organiser)
    cast.organiser.is_active = False
    cast.organiser.save()
    assert asking.get("/api/v1/me").status_code == 401


def test_a_token_ends(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asking = program(cast.organiser)
    ends = ApiToken.objects.get().expires_at
    monkeypatch.setattr(clock, "now", lambda: ends - timedelta(seconds=1))
    assert asking.get("/api/v1/me").status_code == 200
    monkeypatch.setattr(clock, "now", lambda: ends)
    assert asking.get("/api/v1/me").status_code == 401


def test_a_token_for_one_cohort_knows_no_other(cast: Cast) -> None:
    cast.organiser.memberships.create(cohort=cast.rival_cohort, role=Role.ORGANISER, created_at=clock.now())
    wide, narrow = program(cast.organiser), None
    assert [row["cohort"] for row in wide.get("/api/v1/cohorts").json()["items"]] == ["2027", "2027"]
    assert wide.get(at(cast.rival_cohort)).status_code == 200
    narrow = program(cast.organiser, scope=cast.cohort.scope)
    assert [row["institution"] for row in narrow.get("/api/v1/cohorts").json()["items"]] == ["home-lab"]
    assert narrow.get(at(cast.cohort)).status_code == 200
    assert narrow.get(at(cast.rival_cohort)).status_code == 404


def test_too_many_requests_are_told_when_to_come_back(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "REQUESTS_OF_A_TOKEN", Rate("tests", burst=2, refill=timedelta(minutes=2)))
    asking, other = program(cast.organiser), program(cast.reviewer)
    answers = [asking.get("/api/v1/me") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 50 <= int(answers[2]["Retry-After"]) <= 61
    assert other.get("/api/v1/me").status_code == 200


def test_the_last_use_is_kept(cast: Cast) -> None:
    asking = program(cast.organiser)
    assert ApiToken.objects.get().last_used_at is None
    asking.get("/api/v1/me")
    assert ApiToken.objects.get().last_used_at is not None


def test_reading_about_people_stands_in_the_log_once_a_day(cast: Cast) -> None:
    asking = program(cast.organiser)
    for _ in range(2):
        asking.get(at(cast.cohort, "/applications"))
        asking.get(at(cast.cohort, "/counts"))
    [event] = AuditEvent.objects.filter(verb="programmes.read-by-program")
    assert (event.scope, event.actor) == (cast.cohort.scope, cast.organiser.ref)
    assert event.data["what"] == "applications"


def test_neither_log_nor_event_nor_database_knows_the_secret(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    asking = program(cast.organiser)
    with caplog.at_level(logging.DEBUG):
        asking.get(at(cast.cohort, "/applications"))
        asking.get("/api/v1/nothing")
    assert asking.secret not in caplog.text
    assert not any(asking.secret in str(event.data) for event in AuditEvent.objects.all())
    assert asking.secret not in str(list(ApiToken.objects.values()))


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/v1/nothing", 404), ("/api/v1/me", 401), ("/api/v1/cohorts/a/b/c/projects", 404)],
)
@pytest.mark.parametrize(("language", "word"), [("en", "token"), ("fr-CA,fr;q=0.9", "jeton")])
def test_problems_are_told_in_the_language_asked_for(
    cast: Cast, path: str, status: int, language: str, word: str
) -> None:
    answer = program(None).get(path, Accept_Language=language)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["title"]
    if status == 401:
        assert word in body["title"]


def test_a_wrong_parameter_is_named(cast: Cast) -> None:
    asking = program(cast.organiser)
    body = asking.get(at(cast.cohort, "/applications?limit=0&state=lost")).json()
    assert {error["parameter"] for error in body["errors"]} == {"limit", "state"}
    french = asking.get(at(cast.cohort, "/applications?limit=x"), Accept_Language="fr").json()
    assert french["errors"] == [{"parameter": "limit", "detail": "Ce doit être un nombre entier."}]


def test_a_parameter_that_does_not_exist_is_not_silently_dropped(cast: Cast) -> None:
    answer = program(cast.organiser).get(at(cast.cohort, "/applications?stat=draft"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "stat"


def test_no_nul_comes_through_to_the_database(cast: Cast) -> None:
    answer = program(cast.organiser).get(at(cast.cohort, "/applications?text=a%00b"))
    assert [error["parameter"] for error in answer.json()["errors"]] == ["text"]


def test_only_what_is_public_may_be_read_from_other_sites(cast: Cast) -> None:
    public = program(None).get("/api/v1/calls", Origin="https://elsewhere.example")
    own = program(cast.organiser).get("/api/v1/me", Origin="https://elsewhere.example")
    assert public["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in public
    assert not own.has_header("Access-Control-Allow-Origin")
    assert "private" in own["Cache-Control"]


def test_what_has_not_changed_is_not_sent_again(cast: Cast) -> None:
    asking = program(cast.organiser)
    first = asking.get(at(cast.cohort))
    again = asking.get(at(cast.cohort), If_None_Match=first["ETag"])
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_heads_are_told_without_a_body(cast: Cast) -> None:
    answer = Client().head("/api/v1/calls")
    assert answer.status_code == 200
    assert answer["ETag"]


def test_a_bug_is_told_as_a_problem_without_its_words(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_rest: object) -> None:
        raise RuntimeError("Zyx")

    monkeypatch.setattr("tremplin.programmes.queries.open_calls", broken)
    answer = Client(raise_request_exception=False).get("/api/v1/calls")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert b"Zyx" not in answer.content
