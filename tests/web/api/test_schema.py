"""The whole interface against its own schema, with what schemathesis thinks of, as three kinds of people."""

from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.applications.world import sent_with_file
from tests.cast import Cast
from tests.training import world
from tests.web.api.conftest import at
from tests.web.matrix import token_of
from tremplin.web.access import TABLE, Scope
from tremplin.web.api import site, words
from tremplin.web.api.views import COHORT

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
PLAIN = {"Accept-Encoding": "identity"}
PATHS = sorted(site.schema()["paths"])


def _operations() -> list[dict[str, Any]]:
    """Each address answers one method."""
    return [operation for methods in site.schema()["paths"].values() for operation in methods.values()]


def test_the_schema_tells_of_every_endpoint_and_of_nothing_else() -> None:
    told = {operation["operationId"] for operation in _operations()}
    assert {f"api:{name}" for name in told} == {
        name for name in TABLE if name.startswith("api:") and name != "api:schema"
    }
    assert told == words.SUMMARIES.keys()


def test_the_schema_says_of_each_endpoint_whether_a_token_is_needed_and_whose() -> None:
    for operation in _operations():
        access = TABLE[f"api:{operation['operationId']}"]
        assert bool(operation.get("security")) == (access.scope is not Scope.PUBLIC), operation["operationId"]
        assert operation["x-roles"] == sorted(str(role) for role in access.roles)


@pytest.mark.django_db
def test_the_schema_and_its_page_are_public(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.json()["openapi"].startswith("3.1")
    page = client.get("/api/").content.decode()
    for path in PATHS:
        assert f"{path.replace(COHORT, '…')}</code>" in page
    assert "//cdn" not in page
    assert "<script>" not in page
    assert "Les candidatures" in client.get("/api/?lang=fr").content.decode()


@pytest.fixture
def furnished(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """A little of everything. The site keeps the connection that it lies on, whose transaction is the test's."""
    monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)
    sent_with_file(cast)
    world.public_page(cast)
    world.report(cast)
    return cast


@pytest.mark.parametrize("who", ["organiser", "reviewer", ""])
def test_no_request_breaks_it_and_every_answer_is_as_the_schema_says(furnished: Cast, who: str) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    headers = PLAIN | ({"Authorization": f"Bearer {token_of(getattr(furnished, who))}"} if who else {})
    place = dict(zip(("institution", "programme", "cohort"), furnished.cohort.scope.split("/"), strict=True))
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        assert operation is not None

        @seed(1)
        @settings(
            max_examples=6,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def every_answer_fits(case: Any) -> None:
            nonlocal tried
            for words_of_cohort in (False, True):
                if words_of_cohort and case.path_parameters:
                    case.path_parameters.update(place)
                case.call_and_validate(headers=headers, checks=CHECKS)
                tried += 1

        every_answer_fits()
    assert tried >= len(PATHS)


@pytest.mark.django_db
def test_each_endpoint_answers_its_schema_when_it_has_something_to_tell(furnished: Cast) -> None:
    header = PLAIN | {"Authorization": f"Bearer {token_of(furnished.organiser)}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    for name in ("", "/counts", "/arrivals", "/applications", "/scholars", "/projects", "/reports"):
        path = at(furnished.cohort, name)
        template = path.replace(
            "/".join(furnished.cohort.scope.split("/")), "{institution}/{programme}/{cohort}"
        )
        operation = schema[template]["GET"]
        answer = operation.Case(
            path_parameters=dict(
                zip(("institution", "programme", "cohort"), furnished.cohort.scope.split("/"), strict=True)
            )
        ).call_and_validate(headers=header, checks=CHECKS)
        assert answer.status_code == 200, name
