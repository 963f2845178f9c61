"""Taking one's data along, and leaving."""

import io
import json
import zipfile
from html import unescape
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase

from tests.applications.conftest import begin, write
from tests.cast import Cast, enrol
from tests.people.conftest import PASSWORD, Post, by_password, person_in, switch_on
from tests.selection.world import decide, read_cohort
from tremplin.core import audit, files
from tremplin.core.models import AuditEvent, StoredFile
from tremplin.core.outbox.models import OutboxMessage
from tremplin.core.text import say
from tremplin.people import personal_data
from tremplin.people.models import ErasureRequest, MailedKey, SignIn, User

pytestmark = pytest.mark.django_db
ERASE = "/account/erase/"


def download(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(archive(client).read("data.json"))
    return found


def archive(client: Client) -> zipfile.ZipFile:
    answer: Any = client.get("/account/data/")
    assert answer["Content-Disposition"].startswith("attachment")
    return zipfile.ZipFile(io.BytesIO(answer.getvalue()))


def all_text(client: Client) -> str:
    taken = archive(client)
    return "".join(taken.read(name).decode() for name in taken.namelist())


def test_the_archive_has_a_page_to_read_and_the_files_themselves(
    inside: Client, ada: User, cast: Cast
) -> None:
    kept = files.store(
        SimpleUploadedFile("../../cv.txt", b"I am Ada."),
        owner_ref=ada.ref,
        kinds={"txt"},
        max_bytes=100,
        now=cast.at("call_opens"),
    )
    ada.name = "<b>Ada</b>"
    ada.save()
    taken = archive(inside)
    name = f"files/{kept.ref}.txt"
    assert set(taken.namelist()) == {"data.json", "read-me.html", name}
    assert taken.read(name) == b"I am Ada."
    said = taken.read("read-me.html").decode()
    assert f'<a href="{name}">' in said
    assert "&lt;b&gt;Ada&lt;/b&gt;" in said
    assert "<b>Ada" not in said


def test_answers_stand_beside_their_questions(cast: Cast) -> None:
    application = begin(cast)
    write(application, cast.at("call_opens", days=2), motivation="One line\nand another")
    said = archive(came_in(cast.applicant)).read("read-me.html").decode()
    [question] = [each for each in cast.cohort.plan.application.questions() if each.code == "motivation"]
    assert f"<dt>{say(question.label, 'en')}</dt>" in unescape(said)
    assert "One line\nand another" in said


def came_in(user: User) -> Client:
    user.set_password(PASSWORD)
    user.save()
    client = Client()
    by_password(client, user)
    return client


def test_the_export_holds_what_is_kept_and_names_what_is_not_shown(cast: Cast) -> None:
    enrol(cast)
    data = download(came_in(cast.scholar))
    assert data["format"] == "tremplin-person/1"
    assert data["account"]["email"] == cast.scholar.email
    assert data["account"]["time_zone"] == "UTC"
    assert data["signed_in"][0]["way"] == "password"
    assert {row["role"] for row in data["programmes"]} == {"applicant", "scholar"}
    shown = set(data) - {"also_held"}
    assert all(label.split(".")[0] in shown or count for label, count in data["also_held"].items())


def test_the_export_holds_no_secret(inside: Client, ada: User) -> None:
    secret = switch_on(inside)
    text = all_text(inside)
    ada.refresh_from_db()
    assert secret not in text
    assert ada.password not in text
    assert '"totp"' in text
    assert str(inside.session.session_key) not in text


def test_the_export_is_of_one_person_alone(cast: Cast) -> None:
    text = all_text(came_in(cast.reviewer))
    assert cast.reviewer.email in text
    for other in (cast.second_reviewer, cast.organiser, cast.applicant):
        assert other.email not in text


def test_an_account_on_which_nothing_hangs_goes_at_once(
    inside: Client, ada: User, post: Post, cast: Cast
) -> None:
    switch_on(inside)
    inside.post("/sign-in/", {"address": ada.email})
    kept = files.store(
        SimpleUploadedFile("cv.txt", b"I am Ada."),
        owner_ref=ada.ref,
        kinds={"txt"},
        max_bytes=100,
        now=cast.at("call_opens"),
    )
    assert inside.post(ERASE).status_code == 200
    assert person_in(inside) == ada
    with TestCase.captureOnCommitCallbacks(execute=True):
        page = inside.post(ERASE, {"sure": "on"})
    assert "Your account is erased" in page.content.decode()
    assert person_in(inside) is None
    assert not User.objects.filter(pk=ada.pk).exists()
    for model in (Authenticator, SignIn, MailedKey, StoredFile):
        assert not model.objects.exists(), model
    assert not default_storage.exists(kept.path)
    assert not OutboxMessage.objects.filter(to=ada.email).exists()
    assert "Ada" not in str(OutboxMessage.objects.values_list("subject", "body", "to"))
    assert AuditEvent.objects.filter(verb="people.erased", actor=ada.ref).exists()
    assert audit.first_break("people") is None


def test_someone_with_records_is_told_what_keeps_them_and_those_who_decide_are_asked(
    cast: Cast, post: Post
) -> None:
    cast.cohort.institution.contact_email = "office@home-lab.example.org"
    cast.cohort.institution.save()
    enrol(cast)
    cast.scholar.language = "en"
    client = came_in(cast.scholar)
    page = client.get(ERASE).content.decode()
    assert cast.cohort.institution.name in page
    assert 'name="sure"' not in page
    client.post(ERASE, {"sure": "on"})
    assert User.objects.filter(pk=cast.scholar.pk).exists()
    request = ErasureRequest.objects.get()
    assert any(cast.cohort.institution.name in reason for reason in request.reasons)
    mail = post.newest("office@home-lab.example.org")
    assert cast.scholar.ref.upper() in mail.body
    client.post(ERASE)
    assert ErasureRequest.objects.count() == 1
    assert len(post.all("office@home-lab.example.org")) == 1
    told = client.get(ERASE).content.decode()
    assert "at the latest on" in told
    assert "waits for an answer" in told
    assert "You asked to be erased" in client.get("/account/").content.decode()


def test_what_a_stage_has_not_declared_is_neither_shown_nor_lost(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personal_data, "_keepings", {})
    client = came_in(cast.reviewer)
    assert download(client)["also_held"] == {"programmes.membership": 1}
    page = client.get(ERASE).content.decode()
    assert "1 record of" in page
    client.post(ERASE, {"sure": "on"})
    assert User.objects.filter(pk=cast.reviewer.pk).exists()


def test_the_last_administrator_stays(inside: Client, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_staff=True)
    assert "only administrator" in inside.get(ERASE).content.decode()
    inside.post(ERASE, {"sure": "on"})
    assert User.objects.filter(pk=ada.pk).exists()


def test_every_row_that_names_a_person_is_counted() -> None:
    """A model that points at people is found by itself: nobody must remember to add it."""
    user = User.objects.create_user("bob@example.org")
    assert personal_data.rows_naming(user) == {}
    pointing = {relation.related_model for relation in personal_data.pointing_here()}
    for label in ("programmes.Membership", "impact.SurveyResponse", "selection.Proposal", "selection.Draw"):
        assert apps.get_model(label) in pointing, label


def test_whoever_signed_decisions_does_not_go_at_once(cast: Cast) -> None:
    """The database would not let them go: they are told so instead of meeting a broken page."""
    read_cohort(cast, 3)
    decide(cast)
    cast.colleague.memberships.all().delete()
    client = came_in(cast.colleague)
    assert "You answered for decisions in Small Scholars." in client.get(ERASE).content.decode()
    client.post(ERASE, {"sure": "on"})
    assert User.objects.filter(pk=cast.colleague.pk).exists()


def test_every_room_that_names_people_has_declared_what_it_keeps() -> None:
    rooms = {relation.related_model._meta.app_label for relation in personal_data.pointing_here()}
    through = {"training", "projects", "showcase", "stipends"}
    missing = (rooms | through) - personal_data.OF_THE_ACCOUNT - {row.app for row in personal_data.keepings()}
    assert not missing
