"""Backup and restore: everything, unchanged, checked, and nothing that was there is destroyed."""

import os
import resource
import shutil
import tarfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
from bench.installation import Installation

from tests.cli.conftest import FILL
from tests.cli.test_running import ON_SQLITE, told
from tremplin.cli import rehearsed
from tremplin.cli.deeds import archive

# Restoring applies what is missing and makes the cache table, so these may differ in when, not in what.
OWN = ("django_migrations", "cache")


@pytest.fixture(scope="session")
def night(filled: Installation) -> Path:
    """A backup of what every `site` here begins as; to copy, not to change."""
    path = filled.folder / "night.tremplin.tar.gz"
    done = filled.run("backup", str(path))
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture
def backup(site: Installation, night: Path) -> Path:
    shutil.copy2(keys_beside(night), site.folder)
    return Path(shutil.copy2(night, site.folder))


def keys_beside(backup: Path) -> Path:
    """The file of keys that was written with it."""
    (found,) = backup.parent.glob("keys-*.tremplin")
    return found


@pytest.fixture
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Another machine."""
    return Installation(tmp_path_factory.mktemp("fresh"))


def files(site: Installation) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (site.data / "files").rglob("*") if path.is_file()}


def test_what_was_backed_up_comes_back_on_another_machine(
    site: Installation, backup: Path, fresh: Installation
) -> None:
    done = fresh.run("restore", str(backup))
    assert done.returncode == 0, done.stderr
    assert fresh.digests(leave_out=OWN) == site.digests(leave_out=OWN)
    assert files(fresh) == files(site) == {"essay.pdf": b"%PDF-1.7 essay", "empty.txt": b""}
    assert fresh.run("migrate", "--check").returncode == 0
    fresh.close()


def test_a_migrated_installation_without_work_counts_as_empty(backup: Path, fresh: Installation) -> None:
    assert fresh.run("migrate").returncode == 0
    assert fresh.run("restore", str(backup)).returncode == 0
    assert fresh.count("SELECT count(*) FROM bench_site_submission") == 3
    fresh.close()


def test_a_restored_installation_goes_on_counting(backup: Path, fresh: Installation) -> None:
    """New rows do not collide with restored ones."""
    assert fresh.run("restore", str(backup)).returncode == 0
    assert fresh.run("manage", "shell", "-v", "0", "-c", FILL).returncode == 0
    assert fresh.count("SELECT count(*) FROM bench_site_submission") == 6
    fresh.close()


def test_work_is_never_replaced_unasked_and_kept_aside_when_asked(site: Installation, backup: Path) -> None:
    assert site.run("manage", "shell", "-v", "0", "-c", FILL).returncode == 0
    before = site.digests()
    told(site.run("restore", str(backup)), "people's work", "--replace")
    assert site.digests() == before
    done = site.run("restore", str(backup), "--replace")
    assert done.returncode == 0, done.stderr
    assert site.count("SELECT count(*) FROM bench_site_submission") == 3
    kept = next(site.data.glob("replaced-*"))
    assert str(kept) in done.stdout
    assert (kept / "files" / "2027" / "01" / "essay.pdf").exists()
    if not site.server_url:
        assert (kept / "tremplin.db").exists()


def test_a_backup_does_not_contain_what_was_kept_aside(site: Installation, backup: Path) -> None:
    assert site.run("restore", str(backup), "--replace").returncode == 0
    again = site.folder / "again.tremplin.tar.gz"
    assert site.run("backup", str(again)).returncode == 0
    assert _names(again) == _names(backup)


def _names(path: Path) -> list[str]:
    with tarfile.open(path) as tar:
        return tar.getnames()


def test_a_backup_is_its_owners_alone_and_holds_no_rubbish(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    names = _names(backup)
    assert names[-1] == "manifest.json"
    assert "data/files/2027/01/essay.pdf" in names
    assert not [name for name in names if "static" in name or "lock" in name or "-wal" in name]
    assert [path.name for path in backup.parent.iterdir() if path.name.startswith(".")] == []


def test_into_a_folder_the_backup_gets_a_name_with_its_moment(site: Installation) -> None:
    folder = site.folder / "backups"
    folder.mkdir()
    assert site.run("backup", str(folder)).returncode == 0
    keys, archive_ = sorted(path.name for path in folder.iterdir())
    assert keys.startswith("keys-")
    assert archive_.endswith(".tremplin.tar.gz")


def test_a_backup_never_overwrites(site: Installation, backup: Path) -> None:
    before = backup.read_bytes()
    told(site.run("backup", str(backup)), "exists already", "never overwrites")
    assert backup.read_bytes() == before


@pytest.mark.parametrize("place", ["data/inside.tremplin.tar.gz", "no/such/folder.tremplin.tar.gz"])
def test_a_backup_goes_where_it_can_survive(site: Installation, place: str) -> None:
    told(site.run("backup", str(site.folder / place)))


def test_a_backup_while_people_write_is_whole(site: Installation, fresh: Installation) -> None:
    over = site.folder / "over"
    code = f"from pathlib import Path\nwhile not Path({str(over)!r}).exists():\n exec({FILL!r})"
    rows = "SELECT count(*) FROM bench_site_submission"
    writer = site.start("manage", "shell", "-v", "0", "-c", code)
    wait_for_more(site, rows, than=3)
    path = site.folder / "busy.tremplin.tar.gz"
    done = site.run("backup", str(path))
    assert done.returncode == 0, done.stderr
    wait_for_more(site, rows, than=site.count(rows))
    over.touch()
    assert writer.wait(60) == 0, site.log()
    assert fresh.run("restore", str(path)).returncode == 0
    assert 3 < fresh.count(rows) < site.count(rows)
    fresh.close()


def wait_for_more(site: Installation, rows: str, *, than: int) -> None:
    """Until somebody who writes all the while has written again."""
    ends = time.monotonic() + 60
    while site.count(rows) <= than:
        assert time.monotonic() < ends, site.log()
        time.sleep(0.05)


def small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))


@ON_SQLITE
def test_without_room_no_half_backup_stays(site: Installation) -> None:
    path = site.folder / "full.tremplin.tar.gz"
    done = site.run("backup", str(path), preexec_fn=small_files, env=site.unmeasured())
    told(done, "disk is full")
    assert [entry.name for entry in site.folder.iterdir()] == ["data"]


def test_while_tremplin_runs_nothing_is_restored(site: Installation, backup: Path) -> None:
    with site.serving("--no-jobs"):
        told(site.run("restore", str(backup), "--replace"), "is running", "Stop")
        assert site.run("backup", str(site.folder / "while-running.tremplin.tar.gz")).returncode == 0


def test_an_archive_that_is_none_changes_nothing(site: Installation, backup: Path) -> None:
    before = site.digests()
    backup.write_bytes(backup.read_bytes()[:-2000])
    told(site.run("restore", str(backup), "--replace"), "not a whole Tremplin backup", "Nothing was changed")
    assert site.digests() == before
    assert list(site.data.glob("replaced-*")) == list(site.data.glob(".restoring-*")) == []
    told(site.run("restore", str(site.folder / "nothing"), "--replace"), "no file")


def test_after_a_restore_it_is_said_which_folder_was_filled_and_what_comes_next(
    backup: Path, fresh: Installation
) -> None:
    done = fresh.run("restore", str(backup))
    assert f"Filled: {fresh.data}\n" in done.stdout
    for command in ("migrate", "doctor", "serve"):
        assert f"tremplin {command}" in done.stdout
    assert "“tremplin migrate” has been done" in done.stdout
    assert fresh.run("migrate", "--check").returncode == 0
    fresh.close()


def test_a_damaged_backup_leaves_no_folder_where_there_was_none(backup: Path, fresh: Installation) -> None:
    backup.write_bytes(backup.read_bytes()[:-2000])
    shutil.rmtree(fresh.data, ignore_errors=True)
    told(fresh.run("restore", str(backup)), "not a whole Tremplin backup", "Nothing was changed")
    assert not fresh.data.exists()
    fresh.data.mkdir()
    told(fresh.run("restore", str(backup)), "not a whole Tremplin backup")
    assert list(fresh.data.iterdir()) == []
    fresh.close()


def test_what_a_killed_restore_had_unpacked_goes_with_the_next_one(
    site: Installation, backup: Path, fresh: Installation
) -> None:
    half = fresh.data / ".restoring-half" / "data"
    half.mkdir(parents=True)
    (half / "essay.pdf").write_bytes(b"%PDF")
    assert fresh.run("restore", str(backup)).returncode == 0
    assert list(fresh.data.glob(".restoring-*")) == []
    assert files(fresh) == files(site)
    fresh.close()


def test_a_database_that_was_damaged_before_it_was_backed_up_replaces_nothing(
    site: Installation, backup: Path, tmp_path: Path
) -> None:
    """Each digest is right; what was taken up was broken already."""
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    manifest = archive.extract(backup, unpacked)
    database = unpacked / archive.DATABASE
    content = bytearray(database.read_bytes())
    content[4096:20000] = b"\xff" * (20000 - 4096)
    database.write_bytes(content)
    odd = tmp_path / "odd.tremplin.tar.gz"
    with odd.open("wb") as stream:
        writer = archive.Writer(stream, replace(manifest, members={}))
        for name in manifest.members:
            writer.add(name, unpacked / name)
        writer.close()
    before = site.digests()
    told(site.run("restore", str(odd), "--replace"), "its database", "Nothing was changed")
    assert site.digests() == before
    assert list(site.data.glob("replaced-*")) == []


@pytest.mark.skipif(not os.environ.get("TREMPLIN_DATABASE_URL"), reason="moves from SQLite to PostgreSQL")
def test_an_installation_moves_from_sqlite_to_postgresql_and_back_without_loss(
    tmp_path: Path, fresh: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TREMPLIN_DATABASE_URL")
    small = Installation(tmp_path)
    assert small.run("migrate").returncode == 0
    for code in (FILL, FILL.replace("range(3)", "range(3, 1100)")):  # more than goes over at once
        assert small.run("manage", "shell", "-v", "0", "-c", code).returncode == 0
    path = tmp_path / "moving.tremplin.tar.gz"
    assert small.run("backup", str(path)).returncode == 0
    done = fresh.run("restore", str(path))
    assert done.returncode == 0, done.stderr
    wanted = "SELECT id, key, text FROM bench_site_submission ORDER BY id"
    assert fresh.rows(wanted) == small.rows(wanted)
    assert fresh.run("manage", "shell", "-v", "0", "-c", FILL).returncode == 0
    assert fresh.count("SELECT count(*) FROM bench_site_submission") == 1103
    back = tmp_path / "back.tremplin.tar.gz"
    assert fresh.run("backup", str(back)).returncode == 0
    done = small.run("restore", str(back), "--replace")
    assert done.returncode == 0, done.stderr
    assert small.rows(wanted) == fresh.rows(wanted)
    fresh.close()


def test_keys_of_single_people_are_in_no_backup_and_stay_where_they_are(site: Installation) -> None:
    """Destroying one reaches into every backup, so a restore brings none back and sets none aside."""
    key = site.data / "personal-keys" / "COHORT" / "aa" / ("a" * 64)
    key.parent.mkdir(parents=True)
    key.write_text("a key\n")
    path = site.folder / "keys.tremplin.tar.gz"
    assert site.run("backup", str(path)).returncode == 0
    assert not [name for name in _names(path) if "personal-keys" in name]
    gone = key.with_name("b" * 64)
    gone.write_text("destroyed since\n")
    gone.unlink()
    rehearsal = site.data / rehearsed.FOLDER / "small-seed-1" / "tremplin.db"
    rehearsal.parent.mkdir(parents=True)
    rehearsal.write_text("a rehearsal\n")
    assert site.run("restore", str(path), "--replace").returncode == 0
    assert rehearsal.read_text() == "a rehearsal\n"
    assert key.read_text() == "a key\n"
    assert not gone.exists()
