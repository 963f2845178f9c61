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


def test_a_wrong_setting_is_named_as_one_sets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TREMPLIN_UPLOAD_LIMIT_MB", "lots")
    with pytest.raises(ValidationError) as caught:
        Config()
    fault = faults.explain(caught.value)
    assert fault is not None
    assert "TREMPLIN_UPLOAD_LIMIT_MB" in fault.message


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
