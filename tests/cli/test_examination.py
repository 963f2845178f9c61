"""What the doctor finds on machines that this one is not."""

import argparse
import os
import resource
import sqlite3
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from tests.cli.test_doctor import ORDER
from tremplin.cli import doctor, faults
from tremplin.cli.deeds import examination, readiness
from tremplin.cli.finding import Finding
from tremplin.cli.main import main
from tremplin.web.config import Config

pytestmark = pytest.mark.django_db
ON_SQLITE = pytest.mark.skipif(bool(os.environ.get("TREMPLIN_DATABASE_URL")), reason="about SQLite")


def worst(check: Any) -> Finding:
    return max(check(), key=lambda found: ORDER.index(found.state))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tmp_path.chmod(0o700)
    monkeypatch.setattr(readiness, "home", lambda: tmp_path)
    return tmp_path


def test_a_package_that_is_missing_or_too_old_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        if name == "granian":
            raise metadata.PackageNotFoundError(name)
        return "1.2" if name == "nh3" else "999"

    wanted = [
        "nh3>=3",
        "granian>=2.5",
        "django-allauth[mfa]>=65.10",
        "odd",
        "psycopg>=3; extra == 'postgres'",
    ]
    monkeypatch.setattr(examination, "version", version)
    monkeypatch.setattr(examination, "requires", lambda _name: wanted)
    found = worst(examination._packages)
    assert found.state == "fail"
    assert found.detail == "Missing or too old: nh3 1.2 (needs 3), granian."


def test_whoever_runs_it_as_root_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: (1024, resource.RLIM_INFINITY))
    for user, states in ((0, ["warn"]), (1000, [])):
        monkeypatch.setattr(os, "geteuid", lambda user=user: user)
        assert [found.state for found in examination._account()] == states


def test_too_few_open_files_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: (1024, 1024))
    found = worst(examination._account)
    assert (found.name, found.state) == ("Open files", "warn")
    assert "LimitNOFILE" in found.remedy


def test_little_room_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination.shutil, "disk_usage", lambda _path: argparse.Namespace(free=500_000_000))
    found = worst(examination._data_folder)
    assert (found.name, found.state, found.detail) == ("Disk", "warn", "Only 0.5 GB free.")


@ON_SQLITE
def test_a_file_system_on_which_sqlite_cannot_keep_its_promises_is_found() -> None:
    with sqlite3.connect(":memory:") as plain:
        (found,) = examination._sqlite(plain.cursor())
    plain.close()
    assert found.state == "fail"
    assert "local disk" in found.remedy


@pytest.mark.parametrize(("number", "state"), [("140011", "warn"), ("150004", "ok"), ("170000", "ok")])
def test_an_old_server_is_found(monkeypatch: pytest.MonkeyPatch, number: str, state: str) -> None:
    monkeypatch.setattr(readiness, "check_access", lambda: None)
    monkeypatch.setattr(readiness, "pending", list)
    monkeypatch.setattr(examination, "connection", Server(number))
    found = worst(examination._database)
    assert found.state == state
    assert f"PostgreSQL {number[:2]}" in found.detail


class Server:
    """A PostgreSQL server that answers one thing."""

    vendor = "postgresql"

    def __init__(self, answer: str) -> None:
        self.answer = answer

    def cursor(self) -> "Server":
        return self

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_error: Any) -> None:
        pass

    def execute(self, _statement: str) -> None:
        pass

    def fetchone(self) -> tuple[str]:
        return (self.answer,)


def test_a_clock_that_differs_from_the_databases_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "connection", Server("1000000000.0"))
    found = worst(examination._clock)
    assert found.state == "fail"
    assert "NTP" in found.remedy


def test_catalogues_that_were_not_compiled_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = tmp_path / "review" / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.touch()
    monkeypatch.setattr(examination.tremplin, "__file__", str(tmp_path / "__init__.py"))
    found = worst(examination._languages)
    assert found.state == "warn"
    assert found.detail.startswith("1 of 1 message catalogues are not compiled")
    assert "hatch_build.py" in found.remedy
    catalogue.with_suffix(".mo").touch()
    os.utime(catalogue, (0, 0))
    assert worst(examination._languages).state == "ok"


class Taking:
    """A mail server that takes us."""

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("sender", "state"),
    [("Tremplin <tremplin@localhost>", "warn"), ("Scholars <scholars@example.org>", "ok")],
)
def test_a_mail_server_that_takes_us_is_well_and_a_made_up_sender_is_not(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, sender: str, state: str
) -> None:
    settings.CONFIG = Config(mail="smtp", smtp_url="smtp://user:word@mail.example.org")
    settings.DEFAULT_FROM_EMAIL = sender
    monkeypatch.setattr(examination, "get_connection", lambda timeout: Taking())
    found = worst(examination._mail)
    assert found.state == state
    assert "word" not in found.detail


def test_an_old_python_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor._python().state == "ok"
    monkeypatch.setattr(doctor, "OLDEST_PYTHON", (9, 0))
    assert doctor._python().state == "fail"


def test_settings_that_break_in_an_unforeseen_way_are_a_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(doctor, "setup", broken)
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "ZeroDivisionError: oh" in said
    assert "Reinstall Tremplin." in said


def test_a_check_that_meets_a_known_fault_gives_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def _database() -> Any:
        raise sqlite3.OperationalError("database is locked")
        yield

    monkeypatch.setattr(examination, "CHECKS", (_database,))
    (found,) = examination.examine()
    assert (found.detail, found.remedy) == (faults.LOCKED.message, faults.LOCKED.remedy)
