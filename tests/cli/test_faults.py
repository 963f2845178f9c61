"""Faults of machine and settings, in words."""

import errno
import sqlite3

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import IntegrityError, OperationalError, ProgrammingError
from pydantic import ValidationError

from tremplin.cli import faults
from tremplin.core.errors import Invalid
from tremplin.web.config import Config


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("database is locked", faults.LOCKED),
        ("database table is locked: people_user", faults.LOCKED),
        ("attempt to write a readonly database", faults.READ_ONLY),
        ("cannot execute INSERT in a read-only transaction", faults.READ_ONLY),
        ("database or disk is full", faults.DISK_FULL),
        ("could not extend file: No space left on device", faults.DISK_FULL),
        ("no such table: people_user", faults.NOT_MIGRATED),
        ('relation "people_user" does not exist', faults.NOT_MIGRATED),
        ("unable to open database file", faults.NO_DATABASE_FILE),
        ("database disk image is malformed", faults.DAMAGED),
        ("file is not a database", faults.DAMAGED),
        ('connection to server at "db" failed: Connection refused', faults.NO_SERVER),
        ('FATAL: password authentication failed for user "x"', faults.NO_SERVER),
        ('database "tremplin" does not exist', faults.NO_SERVER),
    ],
)
@pytest.mark.parametrize("kind", [OperationalError, ProgrammingError, sqlite3.OperationalError])
def test_what_databases_say_is_translated(words: str, fault: faults.Fault, kind: type[Exception]) -> None:
    assert faults.explain(kind(words)) is fault


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left"), "disk is full"),
        (OSError(errno.EFBIG, "File too large"), "disk is full"),
        (OSError(errno.EROFS, "Read-only", "/data/x"), "read-only (/data/x)"),
        (OSError(errno.EADDRINUSE, "in use"), "port is taken"),
        (PermissionError(errno.EACCES, "denied", "/data/x"), "may not read or write"),
        (FileNotFoundError(errno.ENOENT, "none", "/data/x"), "missing (/data/x)"),
        (IsADirectoryError(errno.EISDIR, "Is a directory", "/data/secret-key"), "it is a folder, not a file"),
        (NotADirectoryError(errno.ENOTDIR, "Not a directory", "/data/x"), "a part of this path is a file"),
        (FileExistsError(errno.EEXIST, "File exists", "/data"), "a file where a folder should be"),
        (Invalid({"email": ["This is not an address."]}), "This is not an address."),
        (ImproperlyConfigured("Error loading psycopg2 or psycopg module"), "driver is not installed"),
        (ImproperlyConfigured("LANGUAGES is odd"), "LANGUAGES is odd"),
        (CommandError("Unknown command"), "Unknown command"),
    ],
)
def test_other_faults_are_told_in_a_sentence(error: Exception, words: str) -> None:
    fault = faults.explain(error)
    assert fault is not None
    assert words in fault.message


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("UPLOAD_LIMIT_MB", "lots", "TREMPLIN_UPLOAD_LIMIT_MB (“lots”) is not a whole number."),
        ("UPLOAD_LIMIT_MB", "0", "(“0”) is less than 1, which is as far as it goes."),
        ("MAIL_UNDO_MINUTES", "9999", "(“9999”) is more than 1440, which is as far as it goes."),
        ("DEMO", "maybe", "TREMPLIN_DEMO (“maybe”) is neither yes nor no: write 1 or 0."),
        ("MAIL", "pigeon", "TREMPLIN_MAIL (“pigeon”) must be one of: console, file or smtp."),
        ("BASE_URL", "scholars.example.org", "is no address of a site: it looks like https://"),
        ("BASE_URL", "https://example.org/scholars", "must end with the host"),
        ("BASE_URL", "https://example.org:99999", "a port is a number from 1 to 65535"),
        ("BASE_URL", "http://[::1", "has a host or a port that cannot be"),
        ("DATABASE_URL", "sqlite:///x.db", "must begin with postgresql://, or be empty for SQLite"),
        ("DATABASE_URL", "postgresql://host", "names no database"),
        ("SMTP_URL", "mail.example.org", "is no mail server: it looks like smtp://"),
        ("SMTP_URL", "smtp://mail example.org", "holds a space"),
        ("MAIL_FROM", "Scholars", "is no sender: it looks like Scholars <scholars@example.org>"),
    ],
)
def test_a_wrong_setting_is_told_with_its_value_and_what_it_would_have_to_be(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(f"TREMPLIN_{name}", value)
    fault = fault_of_settings()
    assert f"TREMPLIN_{name} (“{value}”)" in fault.message
    assert words in fault.message
    assert "tremplin.env" in fault.remedy


def fault_of_settings() -> faults.Fault:
    with pytest.raises(ValidationError) as caught:
        Config()
    fault = faults.explain(caught.value)
    assert fault is not None
    assert fault.status == 1
    return fault


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("DATABASE_URL", "mysql://ada:topsecret@db.example.org/x", "mysql://ada:…@db.example.org/x"),
        ("DATABASE_URL", "postgres:ada:topsecret@db", "…"),
        ("DATABASE_URL", "mysql://db/x?password=topsecret", "…"),
        ("SMTP_URL", "smtp://ada:topsecret@mail:99999", "smtp://ada:…@mail:99999"),
        ("SMTP_URL", "http://ada:topsecret@[mail", "…"),
    ],
)
def test_a_password_in_a_wrong_setting_is_never_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, shown: str
) -> None:
    monkeypatch.setenv(f"TREMPLIN_{name}", value)
    fault = fault_of_settings()
    assert "topsecret" not in fault.message + fault.remedy
    assert f"(“{shown}”)" in fault.message


def test_several_wrong_settings_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TREMPLIN_UPLOAD_LIMIT_MB", "lots")
    monkeypatch.setenv("TREMPLIN_DEMO", "maybe")
    message = fault_of_settings().message
    assert "TREMPLIN_UPLOAD_LIMIT_MB" in message
    assert "TREMPLIN_DEMO" in message


def test_a_value_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TREMPLIN_UPLOAD_LIMIT_MB", "x" * 5000)
    assert len(fault_of_settings().message) < 300


def test_words_are_taken_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TREMPLIN_LOG_LEVEL", "WARNING")
    monkeypatch.setenv("TREMPLIN_MAIL", "File")
    assert (Config().log_level, Config().mail) == ("warning", "file")


def test_the_cause_behind_an_error_is_found() -> None:
    error = RuntimeError("while doing something")
    error.__cause__ = sqlite3.OperationalError("database is locked")
    assert faults.explain(error) is faults.LOCKED


def test_errors_that_name_each_other_as_cause_end() -> None:
    error = RuntimeError("one")
    error.__cause__ = ValueError("two")
    error.__cause__.__cause__ = error
    assert faults.explain(error) is None


@pytest.mark.parametrize(
    "bug",
    [ValueError("x"), IntegrityError("UNIQUE constraint failed"), KeyError("k"), ConnectionResetError()],
)
def test_a_bug_is_nobodys_fault_to_mend(bug: Exception) -> None:
    assert faults.explain(bug) is None
    with pytest.raises(type(bug)):
        faults.tell(bug)


def test_every_remedy_tells_what_to_do() -> None:
    told = [value for value in vars(faults).values() if isinstance(value, faults.Fault)]
    assert len(told) >= 8
    assert all(fault.remedy.endswith((".", "”")) and fault.message.endswith(".") for fault in told)
