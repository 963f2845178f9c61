"""A scholar's labs through the interface: read, handed in once, told with the verdict."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.training.world import WRONG_CODE, hand_in, scholar_of
from tests.visiting import Clock
from tests.web.api.conftest import at
from tests.web.matrix import token_of
from tremplin.core.jobs.runner import Runner
from tremplin.curriculum import loader
from tremplin.people.models import ApiToken, User
from tremplin.programmes.models import Cohort
from tremplin.training.models import LabSubmission

KEY = "0123456789abcdef"


class Scholars:
    """A program of a scholar's, with a token that may hand in unless it is said otherwise."""

    def __init__(self, user: User, cohort: Cohort, *, submits: bool = True) -> None:
        self.headers = {"Authorization": f"Bearer {token_of(user)}"}
        self.cohort = cohort
        ApiToken.objects.filter(user=user).update(submits=submits)

    def get(self, rest: str) -> Any:
        return Client().get(at(self.cohort, rest), headers=self.headers)

    def submit(self, **given: Any) -> Any:
        body = {"lab": "softmax", "code": WRONG_CODE, "key": KEY} | given
        return self.post(json.dumps(body))

    def post(self, body: str) -> Any:
        client = Client(enforce_csrf_checks=True)
        return client.post(
            at(self.cohort, "/labs/submit"), body, content_type="application/json", headers=self.headers
        )


@pytest.fixture
def scholars(cast: Cast, clock: Clock) -> Scholars:
    scholar_of(cast)
    return Scholars(cast.scholar, cast.cohort)


@pytest.mark.django_db(transaction=True)
def test_a_lab_is_handed_in_waits_and_comes_back_with_its_verdict(cast: Cast, scholars: Scholars) -> None:
    told = scholars.submit()
    assert told.status_code == 200, told.content
    assert (told.json()["state"], told.json()["position"], told.json()["report"]) == ("queued", 1, None)
    assert scholars.submit(key=KEY[::-1], code=loader.lab("softmax").solution).json()["position"] == 2
    assert Runner(["grading"]).drain() == 2
    found = scholars.get(f"/submissions/{told.json()['ref']}").json()
    assert (found["state"], found["position"], found["code"]) == ("graded", None, WRONG_CODE)
    failed = [check for check in found["report"]["checks"] if not check["passed"] and not check["skipped"]]
    assert failed[0]["message"]["fr"]
    assert "seed" not in json.dumps(found)
    (lab,) = [lab for lab in scholars.get("/labs").json()["items"] if lab["code"] == "softmax"]
    assert (lab["best"], lab["tries"]) == (1.0, 2)


@pytest.mark.django_db(transaction=True)
def test_hints_open_with_the_third_failed_try(cast: Cast, scholars: Scholars) -> None:
    hints = []
    for number in range(3):
        ref = scholars.submit(key=f"{KEY}{number}").json()["ref"]
        Runner(["grading"]).drain()
        checks = scholars.get(f"/submissions/{ref}").json()["report"]["checks"]
        first = next(check for check in checks if not check["passed"] and not check["skipped"])
        hints.append((first["hint"] is not None, first["hint_after"]))
    assert hints == [(False, 2), (False, 1), (True, 0)]


@pytest.mark.django_db
def test_sent_twice_it_is_one_submission(scholars: Scholars) -> None:
    first, other, again = scholars.submit(), scholars.submit(key="another-key-of-mine"), scholars.submit()
    assert (first.json()["ref"], other.status_code) == (again.json()["ref"], 200)
    assert LabSubmission.objects.count() == 2


@pytest.mark.django_db
def test_a_token_that_only_reads_hands_in_nothing(cast: Cast, clock: Clock) -> None:
    scholar_of(cast)
    reading = Scholars(cast.scholar, cast.cohort, submits=False)
    refused = reading.submit()
    assert (refused.status_code, "may only read" in refused.json()["detail"]) == (403, True)
    assert reading.get("/labs").status_code == 200
    assert not LabSubmission.objects.exists()


@pytest.mark.django_db
def test_whoever_has_three_waiting_is_asked_to_come_back(scholars: Scholars) -> None:
    answers = [scholars.submit(key=f"{KEY}{number}") for number in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3]["Retry-After"] == "3"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "status", "parameter"),
    [
        ({"lab": "attention"}, 409, ""),
        ({"lab": "No Lab"}, 422, "lab"),
        ({"code": " \n"}, 422, "code"),
        ({"code": "x" * 200_001}, 422, "code"),
        ({"code": "x = '\0'"}, 422, "code"),
        ({"code": "x = '\ud800'"}, 422, "code"),
        ({"code": None}, 422, "code"),
        ({"key": "short"}, 422, "key"),
        ({"key": "k" * 65}, 422, "key"),
    ],
)
def test_what_cannot_be_taken_is_named(
    scholars: Scholars, given: dict[str, Any], status: int, parameter: str
) -> None:
    answer = scholars.submit(**given)
    assert answer.status_code == status, answer.content
    assert [error["parameter"] for error in answer.json().get("errors", [])] == [parameter][: status // 422]
    assert not LabSubmission.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("body", "status"), [("{", 400), ("[]", 422), ("{}", 422), ('"x"', 422)])
def test_a_body_that_is_none_is_refused(scholars: Scholars, body: str, status: int) -> None:
    answer = scholars.post(body)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


@pytest.mark.django_db
def test_a_scholar_reads_their_own_submissions_and_nobody_else_does(cast: Cast, scholars: Scholars) -> None:
    own = hand_in(scholar_of(cast))
    assert [row["ref"] for row in scholars.get("/submissions?lab=softmax").json()["items"]] == [own.ref]
    assert scholars.get("/submissions?lab=attention").json()["items"] == []
    for who in (cast.mentor, cast.organiser):
        theirs = Scholars(who, cast.cohort)
        for path in ("/labs", "/submissions", f"/submissions/{own.ref}"):
            assert theirs.get(path).status_code == 403, (who, path)
        assert theirs.submit().status_code == 403
    assert Scholars(cast.stranger, cast.cohort).get(f"/submissions/{own.ref}").status_code == 404


@pytest.mark.django_db
def test_parts_of_a_long_history_are_the_whole(cast: Cast, scholars: Scholars) -> None:
    scholar = scholar_of(cast)
    for number in range(5):
        hand_in(scholar, key=f"{KEY}{number}")
        LabSubmission.objects.update(state="graded")
    found, after = [], ""
    while after is not None:
        part = scholars.get(f"/submissions?limit=2&after={after}").json()
        found += [row["ref"] for row in part["items"]]
        after = part["next"]
    assert len(set(found)) == len(found) == 5


@pytest.mark.django_db
def test_a_page_of_the_history_costs_the_same_however_long_it_is(
    cast: Cast, scholars: Scholars, django_assert_max_num_queries: Any
) -> None:
    scholar = scholar_of(cast)
    for number in range(12):
        hand_in(scholar, key=f"{KEY}{number}")
        LabSubmission.objects.update(state="graded")
    with django_assert_max_num_queries(15):
        assert len(scholars.get("/submissions").json()["items"]) == 12
