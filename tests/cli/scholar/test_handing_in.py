"""Labs handed in from a scholar's own machine to a real server: once, in order, also after days without a line."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from tests.training.world import WRONG_CODE, scholar_of
from tests.visiting import Clock
from tests.web.matrix import token_of
from tremplin.cli.main import main
from tremplin.cli.scholar import server, submitting, waiting
from tremplin.cli.scholar.server import Connection, Unreachable
from tremplin.cli.scholar.words import Tongue
from tremplin.core.jobs.runner import Runner
from tremplin.curriculum import loader
from tremplin.people.models import ApiToken
from tremplin.training.models import LabSubmission

SOLUTION = loader.lab("softmax").solution
ENGLISH = Tongue("en")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(cast: Cast, clock: Clock, live_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A scholar in their folder, and the programme’s server."""
    scholar_of(cast)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TREMPLIN_LABS_DIR", str(tmp_path / ".kept"))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.setattr(submitting, "PATIENCE", 0.0)
    umask = os.umask(0o022)
    yield live_server
    os.umask(umask)


def labs(*given: str) -> int:
    return main(["labs", *given])


def connect(desk: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch, *, submits: bool = True) -> int:
    monkeypatch.setenv("TREMPLIN_TOKEN", token_of(cast.scholar))
    ApiToken.objects.update(submits=submits)
    return labs("connect", desk.url)


def write(code: str, name: str = "softmax.py") -> str:
    Path(name).write_text(code)
    return name


def asked(monkeypatch: pytest.MonkeyPatch, answers: Any) -> list[str]:
    """Each request of the client goes through `answers(real, method, path, body)`; what was asked."""
    real, seen = Connection._ask, []

    def ask(self: Connection, method: str, path: str, body: bytes | None, tongue: Tongue) -> Any:
        seen.append(f"{method} {path.removeprefix(self.here)}")
        return answers(lambda: real(self, method, path, body, tongue))

    monkeypatch.setattr(Connection, "_ask", ask)
    return seen


def cut(_real: Any) -> Any:
    raise Unreachable("no network")


def test_from_connecting_to_the_verdict(
    desk: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert connect(desk, cast, monkeypatch) == 0
    assert cast.cohort.scope in capsys.readouterr().out
    kept = server.folder() / "connection.json"
    assert kept.stat().st_mode & 0o077 == 0
    monkeypatch.setattr(submitting, "PATIENCE", 5.0)
    args = type(
        "Args", (), {"lang": "en", "file": write(WRONG_CODE), "lab": "", "no_wait": False, "json": False}
    )
    assert submitting.submit(args(), sleep=lambda _s: Runner(["grading"]).drain()) == 1
    shown = capsys.readouterr().out
    assert "In the queue: number 1." in shown
    assert "✗ " in shown
    assert "A hint opens after 2 more tries." in shown
    assert labs("status") == 0
    assert "labs passed" in capsys.readouterr().out


def test_without_a_network_it_is_kept_and_goes_later_in_order_and_once(
    desk: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    connect(desk, cast, monkeypatch)
    with monkeypatch.context() as offline:
        asked(offline, cut)
        for number in range(2):
            assert labs("submit", write(f"x = {number}\n")) == 0
        assert "is kept here" in capsys.readouterr().out
        assert labs("status") == 0
    write("x = 'written since'\n")
    assert [entry.code for entry in waiting.entries(ENGLISH)] == ["x = 0\n", "x = 1\n"]
    assert labs("status") == 0
    assert waiting.entries(ENGLISH) == []
    codes = LabSubmission.objects.order_by("pk").values_list("code", flat=True)
    assert list(codes) == ["x = 0\n", "x = 1\n"]


def test_a_line_that_breaks_before_the_answer_hands_in_once(
    desk: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(desk, cast, monkeypatch)

    def lost(real: Any) -> Any:
        real()
        raise Unreachable("no network")

    with monkeypatch.context() as breaking:
        asked(breaking, lost)
        assert labs("submit", write(WRONG_CODE)) == 0
    assert (len(waiting.entries(ENGLISH)), LabSubmission.objects.count()) == (1, 1)
    assert labs("status") == 0
    assert (len(waiting.entries(ENGLISH)), LabSubmission.objects.count()) == (0, 1)


def test_a_fourth_waits_here_until_the_first_are_graded(
    desk: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    connect(desk, cast, monkeypatch)
    for number in range(4):
        assert labs("submit", "--no-wait", write(f"x = {number}\n")) == 0
    assert "1 of yours wait here" in capsys.readouterr().out
    assert LabSubmission.objects.count() == 3
    Runner(["grading"]).drain()
    assert labs("status") == 0
    assert LabSubmission.objects.count() == 4


def test_what_the_programme_refuses_is_put_aside_and_holds_up_nothing(
    desk: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    connect(desk, cast, monkeypatch)
    connection = server.needed(ENGLISH)
    waiting.add("attention", "y = 1\n", connection)
    assert labs("submit", "--no-wait", write("x = 1\n")) == 0
    assert "attention was refused" in capsys.readouterr().out
    assert [entry.code for entry in waiting.refused(ENGLISH)] == ["y = 1\n"]
    assert list(LabSubmission.objects.values_list("code", flat=True)) == ["x = 1\n"]


def test_a_token_that_only_reads_or_has_ended_loses_nothing(
    desk: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert connect(desk, cast, monkeypatch, submits=False) == 0
    assert "This token may read, but not hand in" in capsys.readouterr().out
    assert labs("submit", write(WRONG_CODE)) == 1
    ApiToken.objects.all().delete()
    assert labs("submit", write(WRONG_CODE)) == 1
    assert "does not know this token any more" in capsys.readouterr().err
    assert len(waiting.entries(ENGLISH)) == 2


def test_a_notebook_is_handed_in_as_the_code_it_holds(
    desk: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    connect(desk, cast, monkeypatch)
    cells = [{"cell_type": "code", "source": "%matplotlib inline\nx = 1"}]
    write(json.dumps({"nbformat": 4, "cells": cells}), "softmax.ipynb")
    assert labs("submit", "--json", "softmax.ipynb") == 0
    told = json.loads(capsys.readouterr().out.partition("{\n")[2].join(["{\n", ""]))
    assert (told["lab"], told["submission"]["state"]) == ("softmax", "queued")
    assert LabSubmission.objects.get().code == "# %% cell 1\npass  # %matplotlib inline\nx = 1\n"


def test_who_is_no_scholar_there_is_told_so(
    desk: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TREMPLIN_TOKEN", token_of(cast.mentor))
    assert labs("connect", desk.url) == 1
    assert "scholar of no cohort" in capsys.readouterr().err
    monkeypatch.setenv("TREMPLIN_TOKEN", "tremplin_wrong")
    assert labs("connect", desk.url) == 1
    assert "does not know this token" in capsys.readouterr().err


def test_handing_in_before_connecting_says_how(desk: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert labs("submit", write(WRONG_CODE)) == 1
    assert "tremplin labs connect" in capsys.readouterr().err


@pytest.mark.parametrize(
    "site",
    ["http://scholars.example.org", "ftp://x.org", "https://", "https://me:secret@x.org", "https://x:y"],
)
def test_a_token_never_goes_where_it_could_be_read(
    desk: Any, site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert labs("connect", site) == 1
    assert "is not an address" in capsys.readouterr().err


def test_a_site_that_is_not_there_is_said_so(
    desk: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TREMPLIN_TOKEN", "tremplin_x")
    assert labs("connect", "http://127.0.0.1:9") == 1
    assert "cannot be reached" in capsys.readouterr().err
