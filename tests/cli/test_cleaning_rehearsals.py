"""`tremplin rehearse --clean`: what goes, what never does, and who is asked before."""

import fcntl
import io
from pathlib import Path

import pytest

from tremplin.cli import rehearsed
from tremplin.cli.main import main
from tremplin.web.config import REHEARSAL_MARK

Out = pytest.CaptureFixture[str]
FACTS = {"applicants": 4, "people": 19, "until": "call-open", "made": "2026-11-23"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with real data and three rehearsals."""
    monkeypatch.setenv("TREMPLIN_DATA_DIR", str(tmp_path))
    for name in ("small-seed-1", "small-seed-2", "other-seed-1"):
        folder = tmp_path / rehearsed.FOLDER / name
        rehearsed.mark(folder, **FACTS)
        (folder / "tremplin.db").write_text("invented")
        (folder / "personal-keys").write_text("invented")
    (tmp_path / "tremplin.db").write_text("real")
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "essay.pdf").write_text("real")
    return tmp_path


def left(home: Path) -> set[str]:
    return {path.name for path in (home / rehearsed.FOLDER).iterdir()}


def clean(*words: str) -> int:
    return main(["rehearse", "--clean", *words])


def test_a_dry_run_says_what_would_go_and_removes_nothing(home: Path, capsys: Out) -> None:
    assert clean("--dry-run") == 0
    said = capsys.readouterr().out
    assert "small-seed-1" in said
    assert "19 people" in said
    assert "Nothing was removed" in said
    assert len(left(home)) == 3


def test_a_programme_s_rehearsals_go_and_everything_else_stays(home: Path, capsys: Out) -> None:
    assert clean("--yes", "plans/small.toml") == 0
    assert "Removed 2 rehearsals, with people, files and keys." in capsys.readouterr().out
    assert left(home) == {"other-seed-1"}
    assert (home / "tremplin.db").read_text() == "real"
    assert (home / "files" / "essay.pdf").read_text() == "real"


def test_without_a_name_all_of_them_go(home: Path) -> None:
    assert clean("--yes") == 0
    assert left(home) == set()
    assert clean("--yes") == 0


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "status", "many"), [("yes\n", 0, 2), ("y\n", 1, 3), ("\n", 1, 3)])
def test_somebody_is_asked_first(
    home: Path, monkeypatch: pytest.MonkeyPatch, typed: str, status: int, many: int
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    assert clean("other-seed-1") == status
    assert len(left(home)) == many


@pytest.mark.parametrize("stdin", [io.StringIO(), Terminal()])
def test_where_nobody_answers_nothing_goes(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out, stdin: io.StringIO
) -> None:
    monkeypatch.setattr("sys.stdin", stdin)
    assert clean() == 1
    assert len(left(home)) == 3


def test_an_unknown_name_removes_nothing_and_says_which_there_are(home: Path, capsys: Out) -> None:
    assert clean("--yes", "small-seed-1", "nothing") == 1
    assert "There is no rehearsal “nothing”. Kept are: other-seed-1, small-seed-1" in capsys.readouterr().err
    assert len(left(home)) == 3


@pytest.mark.parametrize("name", ["../files", "..", "/etc", ".", ""])
def test_no_name_leads_out_of_the_folder(home: Path, name: str) -> None:
    assert clean("--yes", name) == 1
    assert (home / "files" / "essay.pdf").exists()
    assert len(left(home)) == 3


def test_a_folder_without_the_mark_and_a_link_are_left_alone(home: Path) -> None:
    place = home / rehearsed.FOLDER
    (place / "somebody-s-notes").mkdir()
    (home / "real").mkdir()
    (home / "real" / REHEARSAL_MARK).write_text("{}")
    (place / "linked-seed-1").symlink_to(home / "real")
    assert clean("--yes") == 0
    assert left(home) == {"somebody-s-notes", "linked-seed-1"}
    assert (home / "real" / REHEARSAL_MARK).exists()


def test_what_is_being_played_or_served_stays(home: Path, capsys: Out) -> None:
    folder = home / rehearsed.FOLDER / "small-seed-1"
    with (folder / rehearsed.IN_USE).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        assert clean("--yes", "small-seed-1") == 1
    assert "being played or served" in capsys.readouterr().err
    assert folder.exists()
    assert clean("--yes", "small-seed-1") == 0


def test_one_that_was_broken_off_is_listed_and_goes_too(home: Path, capsys: Out) -> None:
    rehearsed.mark(home / rehearsed.FOLDER / "late-seed-1")
    (home / rehearsed.FOLDER / "late-seed-2").mkdir()
    (home / rehearsed.FOLDER / "late-seed-2" / REHEARSAL_MARK).write_text("no JSON")
    assert main(["rehearse", "--list"]) == 0
    assert capsys.readouterr().out.count("broken off, 0 people") == 2
    assert clean("--yes", "late") == 0
    assert len(left(home)) == 3


def test_without_any_there_is_nothing_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.setenv("TREMPLIN_DATA_DIR", str(tmp_path / "fresh"))
    assert clean() == 0
    assert "No rehearsal is kept" in capsys.readouterr().out
    assert not (tmp_path / "fresh").exists()


def test_several_that_fit_one_name_are_named(home: Path, capsys: Out) -> None:
    assert main(["rehearse", "--serve", "small"]) == 1
    assert "Several rehearsals fit “small”: small-seed-1, small-seed-2" in capsys.readouterr().err
