"""`tremplin rehearse`: a plan is played before it opens, watched or not, again and again."""

import io
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cast import PLANS
from tremplin.cli.deeds import rehearsing
from tremplin.cli.main import main
from tremplin.cli.progress import Bar
from tremplin.core import clock
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, roles_of

SMALL = PLANS / "small.toml"
Out = pytest.CaptureFixture[str]


def rehearse(*words: str) -> int:
    return main(["rehearse", str(SMALL), "--applicants", "4", "--until", "call-open", *words])


@pytest.mark.django_db(transaction=True)
def test_a_plan_is_played_and_its_report_told_shown_and_kept(capsys: Out, tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    asked = (
        "--opens",
        "2027-01-11",
        "--organiser",
        "Olive@example.org",
        "--json",
        str(figures),
        "--seed",
        "5",
    )
    assert rehearse(*asked) == 0
    said = capsys.readouterr().out
    cohort = Cohort.objects.get()
    assert cohort.rehearsal
    assert cohort.date("call_opens") == datetime(2027, 1, 11, 8, tzinfo=UTC)  # nine in Paris
    assert "What the rehearsal found" in said
    assert "Seed: 5." in said
    assert "/rehearsals/small/seed-5/" in said
    assert json.loads(figures.read_text("utf-8"))["call"]
    assert Role.ORGANISER in roles_of(User.objects.get(email="olive@example.org"), cohort)


@pytest.mark.django_db(transaction=True)
def test_the_same_rehearsal_again_gets_a_name_of_its_own() -> None:
    assert [rehearse(), rehearse(), rehearse()] == [0, 0, 0]
    assert set(Cohort.objects.values_list("slug", flat=True)) == {"seed-1", "seed-1-2", "seed-1-3"}


def test_unless_told_otherwise_a_call_opens_on_the_next_monday_at_nine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = rehearsing.file.read(SMALL.read_text("utf-8"))
    for day in range(20, 29):
        monkeypatch.setattr(clock, "now", lambda day=day: datetime(2026, 11, day, 12, tzinfo=UTC))
        opens = rehearsing._opening("", plan)
        assert (opens.weekday(), opens.hour) == (0, 8)
        assert timedelta(0) < opens - clock.now() <= timedelta(days=7)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--opens", "next week"], "“next week” is no date: write it as 2027-01-11."),
        (["--until", "week-4"], "There is no moment “week-4”. Known are: call-open"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_a_wish_that_cannot_be_is_told_and_nothing_is_made(capsys: Out, words: list[str], told: str) -> None:
    assert rehearse(*words) == 1
    assert told in capsys.readouterr().err
    assert not Cohort.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_programme_that_is_neither_a_file_nor_a_template_is_told(capsys: Out) -> None:
    assert main(["rehearse", "openai-scholars-2091"]) == 1
    assert "neither a file nor a template. Templates are: " in capsys.readouterr().err
    assert rehearsing.programme_text("openai-scholars-2019").startswith("#")


@pytest.mark.parametrize("count", ["0", "20001", "many"])
def test_a_number_of_people_that_cannot_be_is_wrong_usage(capsys: Out, count: str) -> None:
    with pytest.raises(SystemExit) as ended:
        rehearse("--applicants", count)
    assert ended.value.code == 2
    assert f"“{count}” is not a whole number from 1 to 20000" in capsys.readouterr().err


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


BEGINS, ENDS = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 1, 11, tzinfo=UTC)


def test_on_a_terminal_a_bar_shows_how_far_the_simulated_days_are(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([0.0, 1.0, 1.05, 2.0, 3.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(seconds))
    screen = Screen()
    bar = Bar("small", BEGINS, ENDS, screen)
    bar(BEGINS + timedelta(days=5))
    bar(BEGINS + timedelta(days=6))  # a twentieth of a second later: not drawn
    bar(ENDS + timedelta(days=1))
    bar.done()
    drawn = screen.getvalue().split("\r")
    assert " 50%  06 Jan 2027" in drawn[1]
    assert drawn[1].count("#") == drawn[1].count(".") == 14
    assert "100%" in drawn[2]
    assert drawn[-1].endswith("3 s\n")
    assert "07 Jan" not in screen.getvalue()


def test_without_a_terminal_there_are_two_plain_lines() -> None:
    screen = io.StringIO()
    bar = Bar("small", BEGINS, ENDS, screen)
    bar(ENDS)
    bar.done()
    assert screen.getvalue().splitlines() == ["small …", "small: 0 s"]


def test_a_rehearsal_of_no_length_is_drawn_all_the_same() -> None:
    screen = Screen()
    bar = Bar("small", BEGINS, BEGINS, screen)
    bar.done()
    assert "  0%" in screen.getvalue()


def test_to_watch_it_the_days_are_slowed_down(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)
    monkeypatch.setattr(time, "sleep", waited.append)
    bar: Any = Bar("small", BEGINS, ENDS, io.StringIO())
    assert rehearsing._paced(bar, 0) is bar
    step = rehearsing._paced(bar, 4.0)
    step(BEGINS + timedelta(days=2))
    step(BEGINS)
    step(ENDS)  # never more than a second at once
    assert waited == [0.5, 1.0]
