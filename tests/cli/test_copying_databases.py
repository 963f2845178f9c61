"""Backups and restores at their edges: what is missing, what is damaged, what appears in between."""

import argparse
import errno
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tremplin import __version__
from tremplin.cli.deeds import archive, backup, databases, readiness, restore
from tremplin.core.errors import UserError

pytestmark = pytest.mark.django_db
ON_SQLITE = pytest.mark.skipif(bool(os.environ.get("TREMPLIN_DATABASE_URL")), reason="about SQLite")
ON_POSTGRES = pytest.mark.skipif(not os.environ.get("TREMPLIN_DATABASE_URL"), reason="about PostgreSQL")


def program(folder: Path, name: str, does: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{does}\n")
    (folder / name).chmod(0o755)


# PostgreSQL's own programs -------------------------------------------------------------------------------


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> None:
    place = {"HOST": "db", "PORT": "", "USER": "tremplin", "PASSWORD": "s3cret word", "NAME": "scholars"}
    monkeypatch.setattr(databases, "connection", argparse.Namespace(settings_dict=place, vendor="postgresql"))


def test_a_dump_is_asked_for_without_the_password_on_the_command_line(
    tmp_path: Path, server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", "pg_dump", f'echo "$@" >{tmp_path}/words; env >{tmp_path}/environment')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    databases.snapshot(tmp_path / "copy")
    words = (tmp_path / "words").read_text()
    assert f"--file={tmp_path / 'copy'}" in words
    assert "s3cret" not in words
    environment = (tmp_path / "environment").read_text().splitlines()
    assert "PGPASSWORD=s3cret word" in environment
    assert "PGDATABASE=scholars" in environment
    assert not [line for line in environment if line.startswith("PGPORT=")]


def test_a_dump_is_read_back_all_or_nothing(
    tmp_path: Path, server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", "pg_restore", f'echo "$@" >{tmp_path}/words')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    databases.load_dump(tmp_path / "dump")
    words = (tmp_path / "words").read_text()
    assert "--single-transaction" in words
    assert "--dbname=scholars" in words


@pytest.mark.parametrize(
    ("does", "told"),
    [
        (
            "echo warning >&2; echo 'server version mismatch' >&2; exit 1",
            "pg_dump failed: server version mismatch",
        ),
        ("exit 3", "pg_dump failed: no reason given"),
    ],
)
def test_a_program_that_fails_is_quoted(
    tmp_path: Path, server: None, monkeypatch: pytest.MonkeyPatch, does: str, told: str
) -> None:
    program(tmp_path / "bin", "pg_dump", does)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    with pytest.raises(UserError) as caught:
        databases.snapshot(tmp_path / "copy")
    assert caught.value.message == told


def test_a_program_that_is_missing_is_told_with_its_package(
    tmp_path: Path, server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(databases, "_newest", lambda _name: None)
    with pytest.raises(UserError) as caught:
        databases.snapshot(tmp_path / "copy")
    assert caught.value.message.startswith("The program pg_dump is missing")
    assert "postgresql-client" in caught.value.remedy


def test_a_program_off_the_search_path_is_found_where_debian_keeps_it() -> None:
    assert databases._newest("no-such-program") is None
    found = databases._newest("pg_dump")
    assert found is None or found.endswith("/bin/pg_dump")


# backup ---------------------------------------------------------------------------------------------------


@ON_SQLITE
def test_a_copy_that_is_not_sound_is_no_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Damaged:
        def execute(self, _statement: str) -> "Damaged":
            return self

        def fetchone(self) -> tuple[str]:
            return ("row 3 missing from index",)

        def close(self) -> None:
            pass

    class Cursor:
        def __enter__(self) -> "Cursor":
            return self

        def __exit__(self, *_error: Any) -> None:
            pass

        def execute(self, *_words: Any) -> None:
            pass

    monkeypatch.setattr(databases, "connection", argparse.Namespace(vendor="sqlite", cursor=Cursor))
    monkeypatch.setattr(sqlite3, "connect", lambda _path: Damaged())
    with pytest.raises(UserError, match="The database is damaged, so this backup would be too"):
        databases.snapshot(tmp_path / "copy")


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("check_folder", "check_database"):
        monkeypatch.setattr(readiness, name, lambda: None)


def written(part: Path) -> archive.Manifest:
    """Stands for a backup that was written."""
    part.write_bytes(b"backup")
    return archive.Manifest("0.1", "2027-01-01T00:00:00+00:00", "sqlite", [], {"a": archive.Member(1, "x")})


def test_a_backup_that_reads_otherwise_than_it_was_written_does_not_stay(
    tmp_path: Path, sound: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = archive.Manifest("0.1", "2027-01-01T00:00:00+00:00", "sqlite", [])
    monkeypatch.setattr(backup, "write", written)
    monkeypatch.setattr(archive, "verify", lambda _path: other)
    with pytest.raises(UserError, match="reads otherwise than it was written"):
        backup.run(argparse.Namespace(path=tmp_path / "b.tremplin.tar.gz"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    with pytest.raises(UserError, match="cannot be written by this account"):
        backup._target(tmp_path / "b.tremplin.tar.gz")


def test_a_file_that_appeared_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    part, target = tmp_path / "part", tmp_path / "target"
    part.write_text("new")
    target.write_text("theirs")
    with pytest.raises(UserError, match="appeared meanwhile"):
        backup._name(part, target)
    assert target.read_text() == "theirs"


def without_links(_part: Path, _target: Path) -> None:
    raise OSError(errno.EPERM, "Operation not permitted")


def test_a_file_system_without_hard_links_takes_backups_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", without_links)
    part, target = tmp_path / "part", tmp_path / "target"
    part.write_text("new")
    backup._name(part, target)
    assert target.read_text() == "new"
    part.write_text("another")
    with pytest.raises(OSError, match="not permitted"):
        backup._name(part, target)
    assert target.read_text() == "new"


def test_a_file_that_is_erased_while_the_backup_is_made_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody erased their account a moment ago: their file is gone, and the backup is whole."""
    (tmp_path / "stays").write_text("here")
    there = [("stays", tmp_path / "stays"), ("gone", tmp_path / "gone")]
    monkeypatch.setattr(backup, "contents", lambda _home: iter(there))
    monkeypatch.setattr(databases, "snapshot", lambda path: path.write_bytes(b"rows"))
    manifest = backup.write(tmp_path / "part")
    assert {name for name in manifest.members if name.startswith("data/")} == {"data/stays"}
    assert archive.verify(tmp_path / "part").members == manifest.members


def test_a_backup_without_its_database_is_refused(tmp_path: Path) -> None:
    manifest = archive.Manifest(__version__, "2027-01-01T00:00:00+00:00", "sqlite", [])
    (tmp_path / "essay").write_text("x")
    with (tmp_path / "b").open("wb") as stream:
        writer = archive.Writer(stream, manifest)
        writer.add("data/essay", tmp_path / "essay")
        writer.close()
    with pytest.raises(UserError, match="the database is missing"):
        archive.verify(tmp_path / "b")


# restore --------------------------------------------------------------------------------------------------


@ON_SQLITE
def test_a_backup_of_a_server_does_not_fit_into_a_file() -> None:
    manifest = archive.Manifest(__version__, "2027-01-01T00:00:00+00:00", "postgresql", [])
    with pytest.raises(UserError) as caught:
        restore.check(manifest)
    assert "this installation uses SQLite" in caught.value.message
    assert "TREMPLIN_DATABASE_URL" in caught.value.remedy


# readiness ------------------------------------------------------------------------------------------------


def test_a_disk_without_room_is_told_before_anything_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = argparse.Namespace(free=readiness.LEAST_FREE - 1)
    monkeypatch.setattr(readiness, "home", lambda: tmp_path)
    monkeypatch.setattr(readiness.shutil, "disk_usage", lambda _path: full)
    with pytest.raises(UserError, match="is full: less than 64 MB are free"):
        readiness.check_folder()


@ON_POSTGRES
@pytest.mark.django_db(transaction=True)
def test_a_server_that_takes_no_writes_is_told() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        with pytest.raises(UserError, match="accepts no writes"):
            readiness.check_access()
    finally:
        connection.close()
