"""Commands where the machine lacks something or speaks nonsense: they go on, or say in a sentence what to do."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.installation import TREMPLIN, Installation

from tests.cli.conftest import REAL
from tests.cli.test_running import told

NONSENSE = [
    {"LANG": "nonsense", "LC_ALL": "xx_YY.nonsense", "LANGUAGE": "xx:yy"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"PYTHONIOENCODING": "latin-1"},
]
by_locale = pytest.mark.parametrize("odd", NONSENSE, ids=["unknown", "ascii", "latin-1"])
TEMPLATE = "ecole-ete-francophone"


@pytest.fixture
def whole(tmp_path: Path, house: Installation) -> Iterator[Installation]:
    made = Installation(tmp_path, settings=REAL, like=house)
    yield made
    made.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path, settings=REAL)
    yield made
    made.close()


@by_locale
def test_help_and_faults_are_read_whatever_the_locale_says(empty: Installation, odd: dict[str, str]) -> None:
    environment = {**empty.environment, **odd}
    done = empty.run("--help", env=environment)
    assert done.returncode == 0, done.stderr
    assert "“tremplin doctor”" in done.stdout
    told(empty.run("programme", "new", "zzz", env=environment), "There is no template “zzz”.")


@pytest.fixture(scope="session")
def plain(house: Installation) -> str:
    """The template as it comes out where nothing is odd."""
    text = house.run("programme", "new", TEMPLATE).stdout
    assert "É" in text or "é" in text
    return text


@by_locale
def test_a_programme_file_comes_out_letter_for_letter(
    empty: Installation, odd: dict[str, str], plain: str
) -> None:
    environment = {**empty.environment, **odd}
    assert empty.run("programme", "new", TEMPLATE, env=environment).stdout == plain


@pytest.mark.parametrize("odd", [NONSENSE[0], NONSENSE[2]], ids=["unknown", "latin-1"])
def test_names_from_the_command_line_arrive_as_typed(whole: Installation, odd: dict[str, str]) -> None:
    words = ["user", "add", "zoe@example.org", "--name", "Zoé Ångström"]
    done = whole.run(*words, env={**whole.environment, **odd})
    assert done.returncode == 0, done.stderr
    assert "Zoé Ångström" in done.stdout
    assert whole.rows("SELECT name FROM people_user WHERE email = 'zoe@example.org'") == [("Zoé Ångström",)]


def test_a_language_that_tremplin_does_not_speak_is_told_with_its_line(
    empty: Installation, plain: str
) -> None:
    line = next(line for line in plain.splitlines() if line.startswith("languages"))
    (empty.folder / "plan.toml").write_text(plain.replace(line, 'languages = ["fr", "xx"]'), "utf-8")
    done = empty.run("programme", "check", "plan.toml")
    assert done.returncode == 1
    assert "programme.languages[2]: use one of en, fr" in done.stderr
    assert "Traceback" not in done.stderr


def hide_driver(folder: Path) -> str:
    """A folder that makes `import psycopg` fail as where it was never installed."""
    (folder / "psycopg.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'psycopg'\", name='psycopg')"
    )
    shutil.copy(folder / "psycopg.py", folder / "psycopg2.py")
    return str(folder)


@pytest.mark.parametrize("command", [["migrate"], ["serve"], ["worker"], ["user", "list"]])
def test_a_postgresql_without_its_driver_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.delenv("TREMPLIN_DATABASE_URL", raising=False)
    site = Installation(tmp_path)
    (tmp_path / "hidden").mkdir()
    path = os.pathsep.join([hide_driver(tmp_path / "hidden"), site.environment["PYTHONPATH"]])
    url = "postgresql://tremplin@127.0.0.1:1/tremplin"
    done = site.run(*command, env={**site.environment, "PYTHONPATH": path, "TREMPLIN_DATABASE_URL": url})
    told(done, "driver is not installed", "tremplin[postgres]")


def bare_path(folder: Path) -> str:
    """A PATH with Python alone: no bubblewrap, no gettext, no Chromium, no PostgreSQL."""
    folder.mkdir()
    (folder / "python3").symlink_to(sys.executable)
    return str(folder)


def test_without_any_other_program_the_doctor_says_what_grading_lacks(site: Installation) -> None:
    environment = {**site.environment, "PATH": bare_path(site.folder / "bin")}
    done = site.run("doctor", env=environment)
    assert "warn  Grader: bubblewrap" in done.stdout
    assert "bwrap is not installed." in done.stdout
    assert "apt install bubblewrap" in done.stdout


def test_without_any_other_program_pages_are_served(site: Installation) -> None:
    site.environment["PATH"] = bare_path(site.folder / "bin")
    assert Path(TREMPLIN[0]).is_absolute()
    with site.serving():
        pass
    assert "Traceback" not in site.log()
