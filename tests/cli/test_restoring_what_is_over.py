"""A backup that is older than the end of its data: what should have gone meanwhile goes when it is restored."""

import tarfile
from pathlib import Path

from bench.installation import Installation

OLD = """
from datetime import UTC, datetime
from tests.cast import cohort_of, person
from tests.review.world import apply
organiser = person("Olive Organiser")
opens = datetime(2020, 1, 13, 9, tzinfo=UTC)
cohort = cohort_of("old-lab", organiser, opens=opens)
apply(cohort, 3, now=opens, prefix="oldwords", answers={"motivation": "Oldwords"})
new = cohort_of("new-lab", organiser, opens=datetime(2090, 1, 13, 9, tzinfo=UTC))
apply(new, 2, now=opens, prefix="newwords", answers={"motivation": "Newwords"})
"""
NAMED = "SELECT count(*) FROM applications_application WHERE name LIKE '{}%'"
SNAPSHOTS = "SELECT count(*) FROM applications_snapshot WHERE answers LIKE '%{}%'"


def test_what_was_over_meanwhile_goes_again_and_nothing_else(
    whole: tuple[Installation, Installation],
) -> None:
    site, empty = whole
    done = site.run("manage", "shell", "-v", "0", "-c", OLD)
    assert done.returncode == 0, done.stderr
    kept = site.folder / "old.tremplin.tar.gz"
    assert site.run("backup", str(kept)).returncode == 0
    assert site.count(NAMED.format("Oldwords")) == 3
    done = empty.run("restore", str(kept))
    assert done.returncode == 0, done.stderr
    assert "3 records were over by now" in done.stdout
    assert empty.count(NAMED.format("Oldwords")) == 0
    assert empty.count("SELECT count(*) FROM applications_application") == 5
    assert empty.count(NAMED.format("Newwords")) == 2
    if not empty.server_url:
        assert empty.count(SNAPSHOTS.format("Oldwords")) == 0
        assert empty.count(SNAPSHOTS.format("Newwords")) == 2


STAY_AND_LEAVE = """
from datetime import UTC, datetime
from tests.cast import cohort_of, person
from tests.review.world import apply
cohort = cohort_of("lab", person("Olive Organiser"), opens=datetime(2090, 1, 13, 9, tzinfo=UTC))
apply(cohort, 2, now=datetime(2090, 1, 13, 9, tzinfo=UTC), prefix="kept")
person("Lena Leaving")
"""
LEAVE = """
from tremplin.core import clock
from tremplin.people.models import User
from tremplin.people.services import erasure
user = User.objects.get(name="Lena Leaving")
erasure.erase(user=user, now=clock.now())
"""
LENA = "SELECT count(*) FROM people_user WHERE name = 'Lena Leaving'"


def test_whoever_was_erased_after_the_backup_is_erased_again(
    whole: tuple[Installation, Installation],
) -> None:
    site, elsewhere = whole
    assert site.run("migrate").returncode == 0
    done = site.run("manage", "shell", "-v", "0", "-c", STAY_AND_LEAVE)
    assert done.returncode == 0, done.stderr
    kept = site.folder / "before.tremplin.tar.gz"
    assert site.run("backup", str(kept)).returncode == 0
    done = site.run("manage", "shell", "-v", "0", "-c", LEAVE)
    assert done.returncode == 0, done.stderr
    journal = site.data / "erasures.jsonl"
    assert "people.account" in journal.read_text()
    listed = site.folder / "kept-elsewhere.jsonl"
    listed.write_bytes(journal.read_bytes())

    # On another machine, with the list that was kept beside the backups.
    done = elsewhere.run("restore", str(kept), "--erasures", str(listed))
    assert done.returncode == 0, done.stderr
    assert "Erased again, since the backup is older: 1." in done.stdout
    assert elsewhere.count(LENA) == 0
    assert elsewhere.count("SELECT count(*) FROM applications_application") == 2

    # In the place of the installation itself: its own list, and its database even without the list.
    for lost in (False, True):
        if lost:
            journal.unlink()
        done = site.run("restore", str(kept), "--replace")
        assert done.returncode == 0, done.stderr
        assert "Erased again, since the backup is older: 1." in done.stdout
        assert site.count(LENA) == 0
        assert "people.account" in journal.read_text()


def test_a_list_that_is_none_changes_nothing(whole: tuple[Installation, Installation]) -> None:
    site, empty = whole
    assert site.run("migrate").returncode == 0
    kept = site.folder / "before.tremplin.tar.gz"
    assert site.run("backup", str(kept)).returncode == 0
    wrong = site.folder / "people.csv"
    wrong.write_text("name,address\n")
    for path in (wrong, site.folder / "nothing.jsonl"):
        done = empty.run("restore", str(kept), "--erasures", str(path))
        assert done.returncode == 1
        assert "Nothing was changed" in done.stderr
    assert not (empty.data / "seal-keys").exists()


KEPT_APART = """
from pathlib import Path
from tremplin.core import clock, personal_keys
(handle,) = personal_keys.handles("person-1", context="trial")
value = personal_keys.seal("a confidence", shelf="trial", handle=handle, now=clock.now())
assert personal_keys.unseal(value, shelf="trial", handle=handle) == "a confidence"
Path({path!r}).write_bytes(value)
"""
DESTROYED = """
from tremplin.core import personal_keys
personal_keys.destroy("trial", personal_keys.handles("person-1", context="trial"))
"""
OPENED = """
from pathlib import Path
from tremplin.core import personal_keys
(handle,) = personal_keys.handles("person-1", context="trial")
print(personal_keys.unseal(Path({path!r}).read_bytes(), shelf="trial", handle=handle))
"""


def test_what_was_sealed_for_one_person_stays_closed_in_a_backup_from_before_their_erasure(
    whole: tuple[Installation, Installation],
) -> None:
    site, elsewhere = whole
    assert site.run("migrate").returncode == 0
    sealed = str(site.folder / "sealed")  # as any row of the database that the backup holds
    kept = site.folder / "before.tremplin.tar.gz"
    for script in (KEPT_APART.format(path=sealed), ""):
        done = (
            site.run("manage", "shell", "-v", "0", "-c", script) if script else site.run("backup", str(kept))
        )
        assert done.returncode == 0, done.stderr
    assert "a confidence" in site.run("manage", "shell", "-v", "0", "-c", OPENED.format(path=sealed)).stdout
    assert site.run("manage", "shell", "-v", "0", "-c", DESTROYED).returncode == 0
    assert (
        site.run("backup", str(site.folder / "after.tremplin.tar.gz")).returncode == 0
    )  # writes the keys over
    assert site.run("restore", str(kept), "--replace").returncode == 0
    assert elsewhere.run("restore", str(kept)).returncode == 0
    for installation in (site, elsewhere):
        done = installation.run("manage", "shell", "-v", "0", "-c", OPENED.format(path=sealed))
        assert done.returncode == 0, done.stderr
        assert "confidence" not in done.stdout
        assert "None" in done.stdout


PLANTED = """
from dataclasses import replace
from tests.accommodations import world
from tests.cast import enrol, gather, person
from tests.stipends.world import with_details
cast = gather()
world.written(cast)
world.written(replace(cast, applicant=person("Stella Staying")))
with_details(cast, enrol(cast))
with_details(cast, enrol(cast, person("Silas Staying")), account="DE75512108001245126199")
"""
ERASED = """
from django.db import transaction
from tremplin.core import clock
from tremplin.people import personal_data
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
scope = Cohort.objects.get(slug="2027", programme__institution__slug="home-lab").scope
for name in ("Ada Applicant", "Sami Scholar"):
    with transaction.atomic():
        personal_data.erase(User.objects.get(name=name), scope, now=clock.now())
"""
EVERYTHING = """
from tremplin.accommodations import queries, vault
from tremplin.accommodations.models import Recording, Request
from tremplin.core import sealed_files
from tremplin.stipends import vault as payees
from tremplin.stipends.models import PayeeForm
for row in Request.objects.select_related("application__applicant"):
    said = [word.text for word in queries.said(row)] + [part.reason for part in queries.parts_of(row)]
    for recording in Recording.objects.filter(request=row).select_related("file"):
        said.append(vault.transcript_of(recording))
        try:
            with sealed_files.opened(recording.file.path) as file:
                said.append(file.read().decode("latin-1"))
        except sealed_files.Lost:
            said.append("lost")
    print(row.application.applicant.name, ascii(said))
for form in PayeeForm.objects.select_related("scholar__user"):
    print(form.scholar.user.name, payees.unseal(form))
"""
SECRETS = ("Heliotropewords", "Vermilionanswer", "Ceruleanreason", "Saffronvoice", "Turquoisetranscript")
ACCOUNT = "FR7630006000011234567890189"


def shell(site: Installation, script: str) -> dict[str, str]:
    """What a script says of whom."""
    done = site.run("manage", "shell", "-v", "0", "-c", script)
    assert done.returncode == 0, done.stderr
    lines = [line.split(" ", 2) for line in done.stdout.splitlines() if line.count(" ") > 1]
    return {f"{first} {last}": said for first, last, said in lines}


def test_confidences_and_accounts_of_somebody_erased_open_in_no_backup(
    whole: tuple[Installation, Installation], tmp_path: Path
) -> None:
    """Rows, recordings and the installation's keys lie in the backup; beside it the keys of the newest one."""
    site, elsewhere = whole
    assert site.run("migrate").returncode == 0
    shell(site, PLANTED)
    before = shell(site, EVERYTHING)
    assert [secret for secret in SECRETS if secret not in before["Ada Applicant"]] == []
    assert ACCOUNT in before["Sami Scholar"]
    kept = site.folder / "before.tremplin.tar.gz"
    assert site.run("backup", str(kept)).returncode == 0
    assert "None is missing" in site.run("doctor").stdout
    shell(site, ERASED)
    assert sorted(shell(site, EVERYTHING)) == ["Silas Staying", "Stella Staying"]

    assert site.run("backup", str(site.folder / "after.tremplin.tar.gz")).returncode == 0
    done = elsewhere.run("restore", str(kept))
    assert done.returncode == 0, done.stderr
    assert "Keys of people that are missing: 2" in done.stdout
    assert "2 of them are missing" in elsewhere.run("doctor").stdout
    found = shell(elsewhere, EVERYTHING)
    assert [secret for secret in SECRETS if secret in found["Ada Applicant"]] == []
    assert found["Ada Applicant"].count("its key is gone") == 4
    assert "lost" in found["Ada Applicant"]
    assert found["Sami Scholar"] == "None"
    assert found["Stella Staying"] == before["Stella Staying"]
    assert found["Silas Staying"] == before["Silas Staying"]

    unpacked = tmp_path / "unpacked"
    with tarfile.open(kept) as archive:
        archive.extractall(unpacked, filter="data")
    for path in (path for path in unpacked.rglob("*") if path.is_file()):
        content = path.read_bytes()
        assert [word for word in (*SECRETS, ACCOUNT) if word.encode() in content] == [], path
