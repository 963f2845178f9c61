"""What people wrote stands in backups sealed; erased, it opens in none of them, old ones included."""

import shutil
import tarfile
from pathlib import Path

from bench.installation import Installation

PLANTED = """
from datetime import UTC, datetime
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.cast import cohort_of, person
from tests.review.world import apply
from tremplin.applications.models import AnswerFile, Application
from tremplin.core import files
from tremplin.core.outbox.models import OutboxMessage
opens = datetime(2090, 1, 13, 9, tzinfo=UTC)
cohort = cohort_of("lab", person("Olive Organiser"), opens=opens)
for number, word in enumerate(("Heliotrope", "Saffron")):
    (made,) = apply(cohort, 1, now=opens, prefix=word, answers={"motivation": f"{word}essay"})
    made.applicant.save()  # as every real account is: with its name folded, for searching
    stored = files.store(
        SimpleUploadedFile(f"{word}file.txt", f"{word}content\\n".encode()),
        owner_ref=made.applicant.ref, kinds={"txt"}, max_bytes=9999, now=opens)
    AnswerFile.objects.create(application=made, question="cv", file=stored)
    OutboxMessage.objects.create(
        key=f"mail {number}", kind="trial", to=f"{word}@example.org", to_ref=made.applicant.ref, scope=cohort.scope,
        subject=f"{word}subject", body=f"{word}body", message_id=f"{number}@trial", created_at=opens,
        language="en", state="sent")
"""
ERASED = """
from django.db import transaction
from tremplin.applications.erasing import let_go
from tremplin.applications.models import Application
from tremplin.core import clock
from tremplin.core.outbox.services import erase
from tremplin.people.services.erasure import close_account
for row in Application.objects.filter(name__startswith="Heliotrope"):
    with transaction.atomic():
        erase(to_ref=row.applicant.ref)
        let_go(row, clock.now())
        close_account(row.applicant, now=clock.now())
"""
SAID = """
from tremplin.applications.models import Application, Snapshot, AnswerFile
from tremplin.core.files import default_storage
from tremplin.core.outbox.models import OutboxMessage
from tremplin.people.models import User
for row in Application.objects.order_by("pk"):
    print(ascii([row.name, row.search, row.answers, row.applicant.name, row.applicant.email]))
for row in User.objects.order_by("pk"):
    print(row.name_folded)
for row in Snapshot.objects.order_by("pk"):
    print(ascii(row.answers))
for row in AnswerFile.objects.order_by("pk"):
    print(row.file.given_name, default_storage.open(row.file.path).read())
for row in OutboxMessage.objects.order_by("pk"):
    print(row.to, row.subject, ascii(row.body))
"""
DAYS_LATER = """
from tremplin.cli.deeds import keys
from tremplin.core import keyring
ring = keyring.read(keys.folder())
ring.idle = {place: since - keyring.GRACE - 1 for place, since in ring.idle.items()}
keyring.write(keys.folder(), ring)
"""
WORDS = ("essay", "content", "file", "subject", "body", "@example.org")


def shell(site: Installation, script: str) -> str:
    done = site.run("manage", "shell", "-v", "0", "-c", script)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


def backed_up(site: Installation, name: str) -> Path:
    path = site.folder / f"{name}.tremplin.tar.gz"
    done = site.run("backup", str(path))
    assert done.returncode == 0, done.stderr
    return path


def contents_of(path: Path, folder: Path) -> bytes:
    """Every byte of a backup, unpacked."""
    with tarfile.open(path) as archive:
        archive.extractall(folder, filter="data")
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def test_no_word_of_anybody_stands_in_a_backup_and_all_of_them_come_back(
    whole: tuple[Installation, Installation], tmp_path: Path
) -> None:
    site, elsewhere = whole
    shell(site, PLANTED)
    said = shell(site, SAID)
    assert [word for word in WORDS if f"Saffron{word}" not in said] == []
    kept = backed_up(site, "before")
    content = contents_of(kept, tmp_path / "unpacked").lower()
    for word in (b"saffron", b"heliotrope"):
        at = content.find(word)
        assert at < 0, content[max(0, at - 80) : at + 80]
    assert elsewhere.run("restore", str(kept)).returncode == 0
    assert shell(elsewhere, SAID) == said


def test_what_was_erased_opens_in_no_older_backup_a_week_and_a_backup_later(
    whole: tuple[Installation, Installation],
) -> None:
    """Also where the list of erasures is lost. Whoever stayed loses nothing."""
    site, elsewhere = whole
    shell(site, PLANTED)
    kept = backed_up(site, "before")
    said = [line for line in shell(site, SAID).splitlines() if "Saffron" in line or "saffron" in line]
    shell(site, ERASED)
    backed_up(site, "next-day")
    shell(site, DAYS_LATER)
    backed_up(site, "next-week")
    done = elsewhere.run("restore", str(kept))
    assert done.returncode == 0, done.stderr
    assert "stay empty, since their keys were destroyed" in done.stdout
    found = shell(elsewhere, SAID)
    assert "heliotrope" not in found.lower()
    assert [line for line in said if line not in found] == []
    assert elsewhere.count("SELECT count(*) FROM applications_application") == 2

    # In the place of the installation itself, its own keys count, whatever an old file of keys still holds.
    assert site.run("restore", str(kept), "--replace").returncode == 0
    assert "heliotrope" not in shell(site, SAID).lower()


def test_without_the_keys_nothing_is_restored_unless_one_wants_numbers_alone(
    whole: tuple[Installation, Installation],
) -> None:
    site, elsewhere = whole
    shell(site, PLANTED)
    kept = backed_up(site, "before")
    (keys,) = site.folder.glob("keys-*.tremplin")
    away = keys.rename(site.folder / "away")
    done = elsewhere.run("restore", str(kept))
    assert done.returncode == 1
    assert keys.name in done.stderr
    assert "--keys" in done.stderr
    assert "Nothing was changed" in done.stderr
    assert not (elsewhere.data / "seal-keys").exists()
    assert elsewhere.run("restore", str(kept), "--keys", str(away)).returncode == 0
    assert "Saffronessay" in shell(elsewhere, SAID)
    elsewhere_keys = elsewhere.data / "personal-keys"
    elsewhere_keys.rename(elsewhere.data / "lost")
    done = elsewhere.run("restore", str(kept), "--replace", "--without-keys")
    assert done.returncode == 0, done.stderr
    assert "affron" not in shell(elsewhere, SAID)
    assert elsewhere.count("SELECT count(*) FROM applications_application") == 2


def test_keys_of_another_installation_and_files_that_are_none_are_told(
    whole: tuple[Installation, Installation],
) -> None:
    site, elsewhere = whole
    shell(site, PLANTED)
    kept = backed_up(site, "before")
    assert elsewhere.run("migrate").returncode == 0
    backed_up(elsewhere, "theirs")
    (theirs,) = elsewhere.folder.glob("keys-*.tremplin")
    for wrong, word in ((theirs, "another installation"), (kept, "no whole file of keys")):
        done = elsewhere.run("restore", str(kept), "--replace", "--keys", str(wrong))
        assert done.returncode == 1
        assert word in done.stderr
        assert "Nothing was changed" in done.stderr


def test_the_keys_of_another_installation_are_set_aside_with_it(
    whole: tuple[Installation, Installation],
) -> None:
    site, elsewhere = whole
    shell(site, PLANTED)
    kept = backed_up(site, "before")
    assert elsewhere.run("migrate").returncode == 0
    backed_up(elsewhere, "theirs")
    own = (elsewhere.data / "personal-keys" / "backups.keys").read_bytes()
    done = elsewhere.run("restore", str(kept), "--replace")
    assert done.returncode == 0, done.stderr
    (aside,) = elsewhere.data.glob("replaced-*")
    assert (aside / "personal-keys" / "backups.keys").read_bytes() == own
    assert "Saffronessay" in shell(elsewhere, SAID)
    backed_up(elsewhere, "ours-now")  # goes on with the keys of what was restored


def test_two_backups_in_one_folder_share_the_newest_keys(whole: tuple[Installation, Installation]) -> None:
    site, elsewhere = whole
    shell(site, PLANTED)
    first = backed_up(site, "first")
    backed_up(site, "second")
    (keys,) = site.folder.glob("keys-*.tremplin")
    assert keys.stat().st_mode & 0o777 == 0o600
    assert elsewhere.run("restore", str(first)).returncode == 0
    assert "Saffronessay" in shell(elsewhere, SAID)


def test_a_file_of_keys_that_was_cut_changes_nothing(whole: tuple[Installation, Installation]) -> None:
    site, elsewhere = whole
    shell(site, PLANTED)
    kept = backed_up(site, "before")
    (keys,) = site.folder.glob("keys-*.tremplin")
    content = keys.read_bytes()
    end = content.rindex(b"whole")  # what follows is padding
    for length in (end // 2, end, end + 100):
        keys.write_bytes(content[:length])
        done = elsewhere.run("restore", str(kept))
        assert done.returncode == 1
        assert "no whole file of keys" in done.stderr
        assert not (elsewhere.data / "personal-keys").exists()
    keys.write_bytes(content)
    assert elsewhere.run("restore", str(kept)).returncode == 0
    assert "Saffronessay" in shell(elsewhere, SAID)


def test_an_installation_that_was_set_back_neither_blanks_a_newer_backup_nor_writes_over_newer_keys(
    whole: tuple[Installation, Installation], tmp_path: Path
) -> None:
    site, _elsewhere = whole
    backed_up(site, "empty")
    yesterday = tmp_path / "yesterday"
    shutil.copytree(site.data / "personal-keys", yesterday)
    shell(site, PLANTED)
    newest = backed_up(site, "newest")
    (keys,) = site.folder.glob("keys-*.tremplin")
    before = keys.read_bytes()
    shutil.rmtree(site.data / "personal-keys")
    shutil.copytree(yesterday, site.data / "personal-keys")

    done = site.run("backup", str(site.folder / "again.tremplin.tar.gz"))
    assert done.returncode == 1
    assert "newer than the keys of this installation" in done.stderr
    assert keys.read_bytes() == before
    away = keys.rename(tmp_path / "away")
    done = site.run("restore", str(newest), "--replace")
    assert done.returncode == 1
    assert "older than this backup" in done.stderr
    done = site.run("restore", str(newest), "--replace", "--keys", str(away))
    assert done.returncode == 0, done.stderr
    assert "Saffronessay" in shell(site, SAID)
    backed_up(site, "goes-on")


def test_keys_are_never_written_where_the_next_backup_would_take_them(
    whole: tuple[Installation, Installation],
) -> None:
    site, _elsewhere = whole
    for folder, word in ((site.data, "die with it"), (site.folder / "nowhere", "no folder")):
        done = site.run("backup", str(site.folder / "x.tremplin.tar.gz"), "--keys", str(folder))
        assert done.returncode == 1
        assert word in done.stderr
    (site.data / "keys-1234.tremplin").write_text("put here by hand")
    with tarfile.open(backed_up(site, "x")) as archive:
        assert [name for name in archive.getnames() if "keys-" in name and "seal-keys" not in name] == []


def test_what_a_killed_backup_left_readable_lies_in_the_data_folder_and_goes(
    whole: tuple[Installation, Installation],
) -> None:
    site, _elsewhere = whole
    left = site.data / ".backing-up-killed"
    left.mkdir()
    (left / "copy").write_text("every word of everybody")
    backed_up(site, "next")
    assert not left.exists()


def test_another_database_does_not_destroy_the_keys_of_this_one(
    whole: tuple[Installation, Installation], tmp_path: Path
) -> None:
    site, elsewhere = whole
    shell(site, PLANTED)
    backed_up(site, "before")
    assert elsewhere.run("migrate").returncode == 0
    shutil.copytree(site.data / "personal-keys", elsewhere.data / "personal-keys", dirs_exist_ok=True)
    done = elsewhere.run("backup", str(tmp_path / "wrong.tremplin.tar.gz"))
    assert done.returncode == 1
    assert "TREMPLIN_DATABASE_URL" in done.stderr
