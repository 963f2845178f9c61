"""The manual names what there is, and its example works."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import Request

import pytest
from django.test import Client

from tests.applications.world import sent_with_file
from tests.cast import Cast
from tests.web.matrix import token_of
from tremplin.people.rules import MOST_TOKENS, REQUESTS_OF_A_TOKEN
from tremplin.web.api import site

TEXT = (Path(__file__).parents[3] / "docs" / "api.md").read_text("utf-8")
COHORT = "/api/v1/cohorts/{institution}/{programme}/{cohort}"


def test_the_manual_lists_every_endpoint_and_no_other() -> None:
    rows = re.findall(r"^\| `([^`]+)` \|", TEXT, re.MULTILINE)
    assert {row.replace("…", COHORT) for row in rows} == set(site.schema()["paths"])


def test_the_manual_names_the_filters_of_the_board() -> None:
    operation = site.schema()["paths"][f"{COHORT}/applications"]["get"]
    asked = {given["name"] for given in operation["parameters"] if given["in"] == "query"}
    line = next(line for line in TEXT.splitlines() if line.startswith("| `…/applications` |"))
    assert asked - {"after", "limit"} == set(re.findall(r"`(\w+)`", line))


def test_the_manual_tells_the_limits_that_hold() -> None:
    assert MOST_TOKENS == 10
    assert (REQUESTS_OF_A_TOKEN.burst, REQUESTS_OF_A_TOKEN.refill.total_seconds()) == (600, 600)


@pytest.mark.django_db
def test_the_example_in_python_works(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = sent_with_file(cast).application
    monkeypatch.setenv("TREMPLIN_TOKEN", token_of(cast.organiser))

    def urlopen(request: Request) -> Any:
        path = request.full_url.removeprefix("https://scholars.example.org")
        answer = Client().get(path, headers=dict(request.header_items()))
        assert answer.status_code == 200, answer.content
        return BytesIO(answer.content)

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    [program] = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(compile(program, "docs/api.md", "exec"), {})
    assert sent.ref in capsys.readouterr().out


@pytest.mark.django_db
def test_the_addresses_given_to_curl_exist(cast: Cast) -> None:
    header = {"Authorization": f"Bearer {token_of(cast.organiser)}"}
    paths = re.findall(r"https://scholars\.example\.org(/api/v1/[^\s\"]+)", TEXT.partition("## All")[0])
    assert len(paths) == 3
    assert [Client().get(path, headers=header).status_code for path in paths] == [200, 200, 200]
