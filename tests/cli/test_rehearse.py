"""`tremplin rehearse`: a plan is played before it opens, watched or not, again and again."""

import io
import json
import sqlite3
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from bench.installation import Installation, free_port

from tests.cast import PLANS
from tests.cli.conftest import REAL
from tremplin.cli import rehearsed
from tremplin.cli.deeds import rehearsing
from tremplin.cli.main import main
from tremplin.cli.progress import Bar
from tremplin.core import clock
from tremplin.programmes.rules import planned_dates
from tremplin.rehearsal.scenarios import moment_of

SMALL = PLANS / "small.toml"
Out = pytest.CaptureFixture[str]
SOON = ("--applicants", "4", "--until", "call-open")
Played = tuple[Installation, str]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """An installation with somebody real in it, beside whom one plan was played twice; and what was said."""
    site = Installation(tmp_path_factory.mktemp("played"), settings=REAL)
    assert site.run("migrate").returncode == 0
    assert site.run("user", "add", "real@example.org", "--name", "Rae Real").returncode == 0
    figures = site.folder / "figures.json"
    asked = ["--opens", "2027-01-11", "--organiser", "Olive@example.org", "--json", str(figures)]
    before = site.digests()
    done = site.run("rehearse", str(SMALL), *SOON, "--seed", "5", *asked)
    assert done.returncode == 0, done.stderr
    assert site.run("rehearse", str(SMALL), *SOON, "--seed", "5").returncode == 0
    assert site.digests() == before, "a rehearsal has touched the real database"
    yield site, done.stdout
    site.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Installation]:
    """Nothing yet, not even a data folder."""
    site = Installation(tmp_path, settings=REAL)
    yield site
    site.close()


def rehearsals(site: Installation) -> Path:
    return site.data / rehearsed.FOLDER


def rows(folder: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "tremplin.db")) as database:
        return database.execute(statement).fetchall()


def test_a_plan_is_played_in_a_database_of_its_own_and_its_report_told_and_kept(played: Played) -> None:
    site, said = played
    folder = rehearsals(site) / "small-seed-5"
    assert "What the rehearsal found" in said
    assert "Seed: 5." in said
    assert "tremplin rehearse --clean small-seed-5" in said
    assert json.loads((site.folder / "figures.json").read_text("utf-8"))["call"]
    assert rows(folder, "SELECT slug, rehearsal FROM programmes_cohort") == [("seed-5", 1)]
    [(opens,)] = rows(folder, "SELECT at FROM programmes_cohortdate WHERE code = 'call_opens'")
    assert opens.startswith("2027-01-11 08:00")  # nine in Paris
    held = (
        "SELECT role FROM programmes_membership m JOIN people_user u ON u.id = m.user_id WHERE email = '{}'"
    )
    assert rows(folder, held.format("olive@example.org")) == [("organiser",)]


def test_no_rehearsed_person_is_among_the_real_ones_unless_asked_for(played: Played) -> None:
    site, _said = played
    real = site.run("user", "list")
    assert [line.split("\t")[0] for line in real.stdout.splitlines()] == ["real@example.org"]
    asked = site.run("user", "list", "--rehearsal", "small-seed-5")
    assert asked.returncode == 0, asked.stderr
    assert "organiser of rehearsals/small/seed-5" in asked.stdout
    assert "real@example.org" not in asked.stdout
    assert site.rows("SELECT count(*) FROM programmes_cohort") == [(0,)]


def test_the_same_rehearsal_again_gets_a_folder_of_its_own_and_all_are_listed(played: Played) -> None:
    site, _said = played
    assert {path.name for path in rehearsals(site).iterdir()} == {"small-seed-5", "small-seed-5-2"}
    listed = site.run("rehearse", "--list").stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["small-seed-5", "small-seed-5-2"]
    assert "4 applicants" in listed[0]


def test_a_rehearsal_keeps_to_its_own_database_whatever_the_settings_say(played: Played) -> None:
    site, _said = played
    folder = rehearsals(site) / "small-seed-5"
    before = dict(site.environment)
    site.environment.update(TREMPLIN_DATA_DIR=str(folder), TREMPLIN_DATABASE_URL="postgresql:///real")
    code = "from django.conf import settings; print(settings.DATABASES['default']['NAME'])"
    named = site.run("manage", "shell", "-v", "0", "-c", code).stdout.strip()
    site.environment.clear()
    site.environment.update(before)
    assert named == str(folder / "tremplin.db")


def test_a_rehearsal_never_sends_mail_whatever_the_settings_say(played: Played) -> None:
    site, _said = played
    folder = rehearsals(site) / "small-seed-5"
    assert rows(folder, "SELECT count(*) FROM outbox_outboxmessage WHERE state = 'queued'") == [(0,)]
    code = "from django.conf import settings; print(settings.EMAIL_BACKEND, settings.REHEARSAL)"
    before = dict(site.environment)
    site.environment.update(TREMPLIN_MAIL="smtp", TREMPLIN_SMTP_URL="smtp://mail.example.org")
    real = site.run("manage", "shell", "-v", "0", "-c", code).stdout.split()
    site.environment["TREMPLIN_DATA_DIR"] = str(folder)
    invented = site.run("manage", "shell", "-v", "0", "-c", code).stdout.split()
    site.environment.clear()
    site.environment.update(before)
    assert real == ["django.core.mail.backends.smtp.EmailBackend", "False"]
    assert invented == ["tremplin.core.outbox.mailbox.EmailBackend", "True"]


def test_a_rehearsal_can_be_looked_at_and_every_page_says_what_it_is(played: Played) -> None:
    site, _said = played
    port = free_port()
    log = site.folder / "served"
    process = site.start("rehearse", "--serve", "small-seed-5", "--port", str(port), log=log)
    try:
        for address in ("/", "/sign-in/", "/mailbox/"):
            page = fetched(f"http://127.0.0.1:{port}{address}")
            assert "Rehearsal: everyone here is invented, and nothing leaves this machine." in page
        assert "rehearsals/small/seed-5/rehearsal/" in log.read_text("utf-8")
        refused = site.run("rehearse", "--clean", "--yes", "small-seed-5")
        assert refused.returncode == 1
        assert "being played or served" in refused.stderr
    finally:
        process.terminate()
        process.wait(30)


def fetched(url: str) -> str:
    """The page at `url`, as soon as somebody answers."""
    for _try in range(300):
        try:
            with urllib.request.urlopen(url, timeout=20) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"Nobody answered at {url}.")


@pytest.mark.parametrize("moment", ["call-open", "under-review", "one-year-later"])
def test_unless_told_otherwise_a_call_opened_on_a_monday_from_which_the_moment_is_reached_by_today(
    monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    plan = rehearsing.file.read(SMALL.read_text("utf-8"))
    for day in range(20, 29):
        monkeypatch.setattr(clock, "now", lambda day=day: datetime(2026, 11, day, 12, tzinfo=UTC))
        opens = rehearsing._opening("", plan, moment)
        local = opens.astimezone(ZoneInfo(plan.cohort.time_zone))
        assert (local.weekday(), local.hour) == (0, 9)
        reached = moment_of(moment, planned_dates(plan, opens))
        assert timedelta(0) <= clock.now() - reached <= timedelta(days=9)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--opens", "next week"], "“next week” is no date: write it as 2027-01-11."),
        (["--until", "week-4"], "There is no moment “week-4”. Known are: call-open"),
    ],
)
def test_a_wish_that_cannot_be_is_told_and_nothing_is_made(
    fresh: Installation, words: list[str], told: str
) -> None:
    done = fresh.run("rehearse", str(SMALL), *SOON, *words)
    assert done.returncode == 1
    assert told in done.stderr
    assert not fresh.data.exists()


def test_a_programme_that_is_neither_a_file_nor_a_template_is_told(fresh: Installation) -> None:
    done = fresh.run("rehearse", "openai-scholars-2091")
    assert done.returncode == 1
    assert "neither a file nor a template. Templates are: " in done.stderr
    assert not fresh.data.exists()
    assert rehearsing.programme_text("openai-scholars-2019").startswith("#")


@pytest.mark.parametrize("words", [[], ["one.toml", "two.toml"], ["--serve"]])
def test_without_a_name_or_with_two_it_is_wrong_usage(capsys: Out, words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["rehearse", *words])
    assert ended.value.code == 2
    assert "Name one" in capsys.readouterr().err


@pytest.mark.parametrize("count", ["0", "20001", "many"])
def test_a_number_of_people_that_cannot_be_is_wrong_usage(capsys: Out, count: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["rehearse", str(SMALL), "--applicants", count])
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
