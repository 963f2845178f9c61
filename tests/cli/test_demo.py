"""`tremplin demo`: made once, kept apart from everything real, made anew when it was broken off."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cast import person
from tremplin.cli.deeds import demonstrating, running
from tremplin.cli.main import main
from tremplin.grader.doctor import Finding
from tremplin.people.models import Institution
from tremplin.rehearsal import demo
from tremplin.rehearsal.editions import Edition, editions
from tremplin.web import server

pytestmark = pytest.mark.django_db(transaction=True)
Out = pytest.CaptureFixture[str]

SHOWN = ("organiser", "organiser-2", "applicant", "scholar", "finance", "finance-2")


class Maker:
    """Makes no cohorts, which takes a minute, but what tells that they were made."""

    def __init__(self) -> None:
        self.made = 0
        self.breaks = False

    def __call__(
        self, *, text: str, applicants: int, now: datetime, progress: Callable[[Edition], Any]
    ) -> list[Any]:
        self.made += 1
        Institution.objects.get_or_create(slug=demo.INSTITUTION, defaults={"name": "x", "created_at": now})
        for edition in editions(now):
            progress(edition)(now)
        if self.breaks:
            raise KeyboardInterrupt
        for role in SHOWN:
            one = person(f"Somebody {role}")
            one.email = f"{role}@{demo.DOMAIN}"
            one.save()
        return []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "demo"
    for name in ("DATA_DIR", "DEMO", "MAIL", "DATABASE_URL", "BASE_URL"):
        monkeypatch.setenv(f"TREMPLIN_{name}", "")  # the command sets them; the test takes them back
    monkeypatch.setenv("TREMPLIN_DEMO_DIR", str(path))
    return path


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> Maker:
    made = Maker()
    monkeypatch.setattr(demo, "build", made)
    monkeypatch.setattr(demonstrating, "examine_grader", list)
    return made


def make(*words: str) -> int:
    return main(["demo", "--no-serve", *words])


def test_it_is_made_once_and_says_where_to_go_and_as_whom(folder: Path, maker: Maker, capsys: Out) -> None:
    assert make() == 0
    said = capsys.readouterr().out
    assert said.count("Rehearsing four editions") == 1
    assert "http://127.0.0.1:8000   password of all: springboard-demo" in said
    for role in SHOWN:
        assert f"{role}@demo.example.org" in said
    assert (folder / demonstrating.MARK).exists()
    assert make() == 0
    assert maker.made == 1
    assert "Rehearsing" not in capsys.readouterr().out


def test_what_was_broken_off_is_made_anew(folder: Path, maker: Maker, capsys: Out) -> None:
    maker.breaks = True
    assert make() == 130
    maker.breaks = False
    (folder / "half").mkdir()
    (folder / "half" / "written").touch()
    assert make() == 0
    assert "beginning anew" in capsys.readouterr().out
    assert maker.made == 2
    assert not (folder / "half").exists()


def test_asked_to_it_forgets_everything_but_the_key_of_this_process(folder: Path, maker: Maker) -> None:
    make()
    for name in ("secret-key", "tremplin.db"):
        (folder / name).write_text("x")
    assert make("--reset") == 0
    assert {path.name for path in folder.iterdir()} >= {"secret-key", demonstrating.MARK}
    assert not (folder / "tremplin.db").exists()


def test_a_folder_of_somebody_else_is_neither_used_nor_emptied(
    folder: Path, maker: Maker, capsys: Out
) -> None:
    folder.mkdir()
    (folder / "thesis.tex").write_text("years of work")
    assert make() == 1
    assert "holds something else than a demonstration" in capsys.readouterr().err
    assert make("--reset") == 1
    assert "nothing was removed" in capsys.readouterr().err
    assert (folder / "thesis.tex").read_text() == "years of work"
    assert maker.made == 0


def test_a_demonstration_that_is_not_there_can_be_forgotten(folder: Path, maker: Maker) -> None:
    assert make("--reset") == 0
    assert maker.made == 1


def test_it_never_touches_a_real_installation(
    folder: Path, maker: Maker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TREMPLIN_DATA_DIR", str(tmp_path / "real"))
    monkeypatch.setenv("TREMPLIN_DATABASE_URL", "postgresql://real@db.example.org/scholars")
    monkeypatch.setenv("TREMPLIN_MAIL", "smtp")
    assert make() == 0
    kept = {name: os.environ[f"TREMPLIN_{name}"] for name in ("DATA_DIR", "DATABASE_URL", "MAIL", "DEMO")}
    assert kept == {"DATA_DIR": str(folder), "DATABASE_URL": "", "MAIL": "file", "DEMO": "1"}
    assert not (tmp_path / "real").exists()


def test_where_nothing_can_be_graded_it_says_what_to_install(
    folder: Path, maker: Maker, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    lacking = Finding(
        "bubblewrap", False, {"en": "bwrap is not installed."}, {"en": "Install bubblewrap 0.8 or later."}
    )
    held = Finding("system calls", True, {"en": "76 refused."})
    monkeypatch.setattr(demonstrating, "examine_grader", lambda: [lacking, held])
    assert make() == 0
    said = capsys.readouterr().out
    assert "not graded here. bwrap is not installed. Install bubblewrap 0.8 or later." in said
    assert "76 refused" not in said


def test_it_is_served_on_the_port_asked_for(
    folder: Path, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[Any] = []
    monkeypatch.setattr(server, "check_port", lambda host, port: served.append(port))
    monkeypatch.setattr(running, "serve", lambda args: served.append(args) or 0)
    assert main(["demo", "--port", "8123"]) == 0
    port, args = served
    assert (port, args.port, args.host, args.no_jobs) == (8123, 8123, "127.0.0.1", False)
