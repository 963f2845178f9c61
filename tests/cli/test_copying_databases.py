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
from tremplin.cli.deeds import archive, backup, databases, readiness
from tremplin.core.errors import UserError
from tremplin.core.keyring import Keyring

pytestmark = pytest.mark.django_db
ON_SQLITE = pytest.mark.skipif(bool(os.environ.get("TREMPLIN_DATABASE_URL")), reason="about SQLite")
ON_POSTGRES = pytest.mark.skipif(not os.environ.get("TREMPLIN_DATABASE_URL"), reason="about PostgreSQL")


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


def written(part: Path, ring: Keyring) -> tuple[archive.Manifest, set[bytes]]:
    """Stands for a backup that was written."""
    part.write_bytes(b"backup")
    members = {"a": archive.Member(1, "x")}
    return archive.Manifest("0.1", "2027-01-01T00:00:00+00:00", ring.name, 1, [], members), set()


def test_a_backup_that_reads_otherwise_than_it_was_written_does_not_stay(
    tmp_path: Path, sound: None, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.PERSONAL_KEYS = tmp_path / "keys"
    place = tmp_path / "backups"
    place.mkdir()
    other = archive.Manifest("0.1", "2027-01-01T00:00:00+00:00", "ab", 1, [])
    monkeypatch.setattr(backup, "write", written)
    monkeypatch.setattr(archive, "verify", lambda _path: other)
    with pytest.raises(UserError, match="reads otherwise than it was written"):
        backup.run(argparse.Namespace(path=place / "b.tremplin.tar.gz", keys=None))
    assert list(place.iterdir()) == []


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
    monkeypatch.setattr(databases, "snapshot", lambda path: sqlite3.connect(path).close())
    manifest, _needed = backup.write(tmp_path / "part", Keyring())
    assert {name for name in manifest.members if name.startswith("data/")} == {"data/stays"}
    assert archive.verify(tmp_path / "part").members == manifest.members


def test_a_backup_without_its_database_is_refused(tmp_path: Path) -> None:
    manifest = archive.Manifest(__version__, "2027-01-01T00:00:00+00:00", "ab", 1, [])
    (tmp_path / "essay").write_text("x")
    with (tmp_path / "b").open("wb") as stream:
        writer = archive.Writer(stream, manifest)
        writer.add("data/essay", tmp_path / "essay")
        writer.close()
    with pytest.raises(UserError, match="the database is missing"):
        archive.verify(tmp_path / "b")


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
