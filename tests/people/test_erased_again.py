"""What was erased leaves a line that names nobody; a database that does not know of it erases again."""

import json
from pathlib import Path

import pytest
from django.core import serializers
from django.db.models import Model
from pytest_django import Settings

from tests.accommodations import world as confided
from tests.applications.conftest import begin
from tests.cast import Cast, person
from tests.privacy.world import LONG_AFTER, MARK, ask, everything_stored, full_scholar
from tremplin.accommodations.models import Recording, Request
from tremplin.accommodations.services import asking, speaking
from tremplin.applications import services as applications
from tremplin.applications.models import Application
from tremplin.core import erasures, sealed
from tremplin.core.errors import UserError
from tremplin.core.models import Erased
from tremplin.people.models import ErasureAnswer, ErasurePart, User
from tremplin.people.services import erasure
from tremplin.privacy import services as privacy
from tremplin.programmes.roles import roles_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def journal(settings: Settings, tmp_path: Path) -> Path:
    settings.ERASURES = tmp_path / "erasures.jsonl"
    return tmp_path / "erasures.jsonl"


def forgotten() -> set[erasures.Entry]:
    """The lines, and a database that does not know them any more: as after a restore."""
    found = erasures.rows()
    Erased.objects.all().delete()
    return found


def brought_back(rows: list[Model]) -> None:
    """Rows as a backup holds them."""
    for row in serializers.deserialize("json", serializers.serialize("json", rows)):
        row.save()


def test_lines_stand_in_the_file_once_the_deed_has_held_and_name_nobody(cast: Cast, journal: Path) -> None:
    user = person("Lena Leaving")
    ref, email = user.ref, user.email
    erasure.erase(user=user, now=cast.at("call_opens"))
    assert not journal.exists()
    assert erasures.flush() == 1
    assert erasures.flush() == 0
    text = journal.read_text()
    assert ref not in text
    assert email not in text
    assert "Lena" not in text
    line = json.loads(text)
    assert (line["deed"], line["scope"], len(line["who"])) == ("people.account", "", 64)
    assert erasures.read(journal) == erasures.rows()
    assert journal.stat().st_mode & 0o077 == 0


def test_an_account_that_a_backup_brings_back_goes_again(cast: Cast) -> None:
    user = person("Lena Leaving")
    copy: list[Model] = [User.objects.get(pk=user.pk)]
    erasure.erase(user=user, now=cast.at("call_opens"))
    brought_back(copy)
    lines = forgotten()
    twice = {erasures.Entry("2020-01-01T00:00:00+00:00", line.deed, line.scope, line.who) for line in lines}
    assert erasures.repeat(lines | twice) == 1
    assert not User.objects.filter(email=user.email).exists()
    assert erasures.rows() == lines | twice
    assert erasures.repeat(lines) == 0


def test_what_a_cohort_erased_goes_again_and_the_rest_later(cast: Cast) -> None:
    scholar = full_scholar(cast)
    user = scholar.user
    done = cast.at("training_ends", **LONG_AFTER)
    (part,) = ask(user, done)
    answered = privacy.carry_out(part=part, actor=cast.organiser, now=done)
    lines = forgotten()
    # Another scholar's database: what the backup holds is the state before anybody asked.
    ErasurePart.objects.all().delete()
    user.erasure_requests.all().delete()
    Application.objects.filter(applicant=user).update(answers={"motivation": MARK})
    assert MARK in everything_stored()
    assert erasures.repeat(lines) >= 1
    assert MARK not in everything_stored()
    again = ErasurePart.objects.get(scope=cast.cohort.scope)
    assert again.answer == ErasureAnswer.DONE
    assert again.again_at == answered.again_at
    user.refresh_from_db()
    assert erasures.repeat(lines) == 0


def test_an_account_that_was_closed_is_closed_again(cast: Cast) -> None:
    user = full_scholar(cast).user
    name, address = user.name, user.email
    now = cast.at("training_ends", **LONG_AFTER)
    erasure.close_account(user, now=now)
    lines = forgotten()
    User.objects.filter(pk=user.pk).update(name=name, email=address, erased_at=None, is_active=True)
    assert erasures.repeat(lines) == 1
    user.refresh_from_db()
    assert (user.is_active, user.erased_at is None, name in user.name) == (False, False, False)
    assert MARK not in everything_stored()


def test_drafts_recordings_and_what_was_asked_in_confidence_go_again(cast: Cast) -> None:
    recording = confided.spoken(cast)
    request = recording.request
    now = confided.now_of(cast)
    draft = confided.draft(cast)
    speaking.remove_recording(application=draft, question=recording.question, actor=cast.applicant, now=now)
    asking.take_back(application=draft, actor=cast.applicant, now=now)
    applications.discard(application=draft, actor=cast.applicant, now=now)
    lines = forgotten()
    assert {line.deed for line in lines} == {
        "accommodations.recording",
        "accommodations.request",
        "applications.draft",
    }
    begin(cast)
    own = Application.objects.get(applicant=cast.applicant)
    Application.objects.filter(pk=own.pk).update(ref=draft.ref)
    back = confided.spoken(cast)
    Request.objects.filter(pk=back.request_id).update(ref=request.ref)
    assert erasures.repeat(lines) == 2  # the recording went with another reference
    assert not Application.objects.filter(applicant=cast.applicant).exists()
    assert not Recording.objects.exists()
    assert not roles_of(cast.applicant, cast.cohort)


def test_lines_written_under_another_key_of_the_installation_are_understood(cast: Cast) -> None:
    user = person("Lena Leaving")
    entry = erasures.Entry("2027-01-01T00:00:00+00:00", erasure.ACCOUNT, "", "")
    old = b"k" * 32
    hashed = erasures.Entry(entry.at, entry.deed, "", erasures.hash_of(old, entry.deed, user.ref))
    assert erasures.repeat({hashed}, keys=[old]) == 1
    assert not User.objects.filter(pk=user.pk).exists()
    assert old != sealed.keys()[0]


def test_whom_a_backup_does_not_hold_stays_a_line_for_the_next_one(cast: Cast, journal: Path) -> None:
    stranger = erasures.Entry("2027-01-01T00:00:00+00:00", erasure.ACCOUNT, "", "0" * 64)
    assert erasures.repeat({stranger}) == 0
    assert erasures.rows() == erasures.read(journal) == {stranger}


def test_a_line_that_was_cut_off_is_none_and_another_file_is_refused(journal: Path) -> None:
    whole = '{"at": "2027-01-01T00:00:00+00:00", "deed": "people.account", "scope": "", "who": "00"}\n'
    journal.write_text(whole + whole[:40])
    assert len(erasures.read(journal)) == 1
    journal.write_text("name,address\n" + whole)
    with pytest.raises(UserError, match="line 1 cannot be read"):
        erasures.read(journal)


def test_a_deed_that_nobody_could_repeat_is_no_deed(cast: Cast) -> None:
    with pytest.raises(ValueError, match="Nobody could repeat"):
        erasures.note("people.sneezed", "abc", now=cast.at("call_opens"))
