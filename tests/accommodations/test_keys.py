"""What was said in confidence opens with a key of the person's own, which goes with it: no copy opens afterwards."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.accommodations import world
from tests.cast import Cast
from tests.visiting import Clock, page, signed_in, text_of
from tremplin.accommodations import vault
from tremplin.accommodations.models import Part, Recording, Request, Word
from tremplin.accommodations.services import asking
from tremplin.core import personal_keys, sealed_files
from tremplin.core.models import StoredFile
from tremplin.core.personal_keys import LOST, Lock
from tremplin.people import personal_data
from tremplin.people.export import document
from tremplin.privacy.services import purge
from tremplin.privacy.tasks import tidy_keys
from tremplin.programmes.retention import goes_on

pytestmark = pytest.mark.django_db
Callbacks = DjangoCaptureOnCommitCallbacks


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.PERSONAL_KEYS = tmp_path / "personal-keys"
    return tmp_path / "personal-keys"


def keys() -> list[str]:
    return sorted(path.name for path in personal_keys.folder().rglob("*") if path.is_file())


class Copy:
    """Everything that hangs on a request, as a backup holds it: rows and files, without the key."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.rows = [*Word.objects.all(), *Part.objects.all(), *Recording.objects.all()]
        self.files = {file.path: self._content(file) for file in StoredFile.objects.all()}

    def _content(self, file: StoredFile) -> bytes:
        with default_storage.open(file.path) as held:
            return bytes(held.read())

    def opened(self) -> Iterator[str]:
        """Each thing as it opens now, put back where it was."""
        for row in self.rows:
            row.request = self.request
            if isinstance(row, Word):
                yield vault.word_of(row)
            elif isinstance(row, Part):
                yield vault.reason_of(row)
            else:
                yield vault.transcript_of(row)
        for path, content in self.files.items():
            if not default_storage.exists(path):
                default_storage.save(path, ContentFile(content))
            try:
                with sealed_files.opened(path) as held:
                    yield held.read().decode("latin-1")
            except sealed_files.Lost:
                yield str(LOST)


def copied(cast: Cast) -> Copy:
    """A backup of everything said, which opens as long as the key is there."""
    recording = world.written(cast)
    copy = Copy(recording.request)
    found = " ".join(copy.opened())
    assert all(marker in found for marker in world.MARKERS)
    assert not [marker for marker in world.MARKERS for each in copy.files.values() if marker.encode() in each]
    return copy


def closed(copy: Copy) -> bool:
    """Whether nothing of it opens: all that was written or spoken is said to be lost."""
    return {text for text in copy.opened() if text} == {str(LOST)}


def test_erasing_a_person_closes_every_backup(
    cast: Cast, django_capture_on_commit_callbacks: Callbacks
) -> None:
    copy = copied(cast)
    with django_capture_on_commit_callbacks(execute=True):
        personal_data.erase(cast.applicant, cast.cohort.scope, now=world.now_of(cast))
        assert keys()  # not before it is certain
    assert keys() == []
    assert not Request.objects.exists()
    assert closed(copy)


def test_taking_it_back_closes_every_backup_and_asking_again_opens_nothing_old(
    cast: Cast, django_capture_on_commit_callbacks: Callbacks
) -> None:
    copy = copied(cast)
    with django_capture_on_commit_callbacks(execute=True):
        asking.take_back(application=world.draft(cast), actor=cast.applicant, now=world.now_of(cast))
    assert closed(copy)
    again = asking.ask(
        application=world.draft(cast),
        kinds=("other",),
        words="Something else",
        actor=cast.applicant,
        once="again",
        now=world.now_of(cast),
    )
    assert [vault.word_of(word) for word in again.words.all()] == ["Something else"]
    assert closed(copy)


def test_the_end_of_its_time_closes_every_backup(
    cast: Cast, django_capture_on_commit_callbacks: Callbacks
) -> None:
    copy = copied(cast)
    with django_capture_on_commit_callbacks(execute=True):
        assert purge(cohort=cast.cohort, now=goes_on(cast.cohort, "explain_days"))["accommodations.requests"]
    assert keys() == []
    assert closed(copy)


def test_a_deed_that_did_not_hold_destroys_nothing(cast: Cast) -> None:
    copy = copied(cast)
    Request.objects.all().delete()  # the transaction of this test never ends
    assert keys()
    assert not closed(copy)


def test_each_has_a_key_of_their_own(
    cast: Cast, django_capture_on_commit_callbacks: Callbacks, clock: Clock
) -> None:
    mine = copied(cast)
    other = world.stored(cast, Recording.objects.get()).request
    second = Request(cohort=cast.cohort, application=other.application, created_at=clock.at)
    word = Word(request=second, by_officer=False, created_at=clock.at)
    vault.seal_word(word, "of somebody else")
    assert len(keys()) == 2
    with django_capture_on_commit_callbacks(execute=True):
        personal_data.erase(cast.applicant, cast.cohort.scope, now=clock.at)
    assert closed(mine)
    assert vault.word_of(word) == "of somebody else"


def test_a_later_recording_leaves_the_day_on_which_somebody_first_asked(cast: Cast, folder: Path) -> None:
    world.granted(cast)
    recording = world.spoken(cast, now=world.now_of(cast) + timedelta(days=3))
    (key,) = (path for path in folder.rglob("*") if path.is_file())
    asked = recording.request.created_at
    assert asked < recording.created_at - timedelta(days=2)
    assert key.stat().st_mtime == asked.replace(hour=0, minute=0, second=0).timestamp()


def test_keys_say_nothing_of_the_hour_or_of_the_answer(cast: Cast, folder: Path) -> None:
    request = world.granted(cast)
    (key,) = (path for path in folder.rglob("*") if path.is_file())
    assert key.name == request.ref
    assert key.stat().st_mtime == request.created_at.replace(hour=0, minute=0, second=0).timestamp()


def test_a_key_that_nothing_needs_is_swept_and_one_that_is_missing_is_counted(
    cast: Cast, clock: Clock
) -> None:
    request = world.granted(cast)
    clock.at = request.created_at + timedelta(days=9)
    tidy_keys.func()
    assert keys() == [request.ref]
    assert personal_keys.missing() == 0
    personal_keys.destroy("accommodations", [request.ref])
    assert personal_keys.missing() == 1
    Word.objects.all().delete()
    Part.objects.update(reason=b"")
    assert personal_keys.missing() == 0  # a request that is ticked and not written needs none
    vault.seal_reason(request.parts.first() or Part(), "why")
    Request.objects.filter(pk=request.pk).delete()
    tidy_keys.func()
    assert keys() == []


@pytest.mark.parametrize("shelf", ["accommodations", "payees"])
def test_a_database_that_is_still_empty_takes_no_key_away(shelf: str) -> None:
    """Whoever moves to another database serves it before the backup is restored into it; the keys are in no backup."""
    personal_keys.key_for(Lock(shelf, "0ldr0w"), now=datetime(2026, 1, 5, tzinfo=UTC))
    tidy_keys.func()
    assert keys() == ["0ldr0w"]


def test_where_the_keys_were_lost_with_a_machine_every_page_says_so(cast: Cast, clock: Clock) -> None:
    """After a restore without the mirror of the keys: nothing opens, and everything can go on."""
    recording = world.written(cast)
    request = recording.request
    clock.at = world.now_of(cast) + timedelta(hours=1)
    personal_keys.destroy("accommodations", keys())
    applicant, officer = signed_in(cast.applicant), signed_in(cast.officer)
    for client, address in (
        (applicant, page(cast, "accommodations:mine")),
        (officer, page(cast, "accommodations:request", ref=request.ref)),
    ):
        text = text_of(client, address)
        assert str(LOST) in text
        assert not [marker for marker in world.MARKERS if marker in text]
    assert officer.get(page(cast, "accommodations:transcript", ref=recording.ref)).status_code == 200
    assert applicant.get(page(cast, "accommodations:recording", question="motivation")).status_code == 200
    played = officer.get(page(cast, "accommodations:file", ref=recording.file.ref))
    assert played.status_code == 410
    assert str(LOST) in played.content.decode()
    # A player asks for a part, and is told before the first byte as well: what has begun cannot be taken back.
    part = officer.get(
        page(cast, "accommodations:file", ref=recording.file.ref), headers={"Range": "bytes=0-"}
    )
    assert part.status_code == 410
    assert str(LOST) in str(document(cast.applicant, now=clock.at)["accommodations"])
    added = applicant.post(page(cast, "accommodations:word"), {"words": "Written again", "once": "again"})
    assert added.status_code == 302
    assert "Written again" in text_of(officer, page(cast, "accommodations:request", ref=request.ref))
