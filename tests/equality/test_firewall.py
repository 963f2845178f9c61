"""Nothing that one person answered is anywhere but under its seal: not in any table, log, mail, page or file."""

import ast
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection
from django.test import Client

from tests.cast import Cast
from tests.equality.world import answered, applied, british, final, key_files, opened, people
from tests.visiting import content_of, hold, page, signed_in, text_of
from tremplin.core import personal_keys
from tremplin.equality import linked
from tremplin.equality.models import LinkedAnswers, Release
from tremplin.people.models import User
from tremplin.programmes import funnel
from tremplin.programmes import services as programmes
from tremplin.programmes.roles import Role

SOURCE = Path(linked.__file__).parents[1]
MARK, WORD = "qzvalueqz", "Qzlabelqz"
STAFF = ("organiser", "colleague", "reviewer", "mentor", "finance", "observer", "officer")
PAGES = {
    "organiser": (
        "desk",
        "applications:board",
        "applications:figures",
        "programmes:log",
        "programmes:outbox",
        "programmes:people",
        "privacy:retention",
        "selection:room",
        "review:progress",
        "equality:results",
        "equality:comparison",
    ),
    "observer": ("desk", "applications:board", "programmes:log", "selection:room", "equality:comparison"),
    "reviewer": ("desk", "review:queue"),
    "officer": ("desk", "accommodations:list"),
}


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch, db: None) -> Cast:
    """A law under which gender may be answered by a word that stands nowhere else."""
    cast = british()
    profile = cast.cohort.profile
    attributes = [
        attribute.model_copy(
            update={
                "options": [
                    attribute.options[0].model_copy(update={"code": MARK, "label": {"en": WORD, "fr": WORD}}),
                    *attribute.options[1:],
                ]
            }
        )
        if attribute.code == "gender"
        else attribute
        for attribute in profile.attributes
    ]
    changed = profile.model_copy(update={"attributes": attributes})
    monkeypatch.setattr("tremplin.programmes.models.load_profile", lambda *_args: changed)
    return cast


def every_table() -> Iterator[tuple[str, str]]:
    """Each table with all that stands in it, bytes as they are."""
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            quoted = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT * FROM {quoted}")
            values = [bytes(v) if isinstance(v, memoryview) else v for row in cursor.fetchall() for v in row]
            yield model._meta.db_table, repr(values)


def holding(*words: str) -> list[str]:
    return [table for table, content in every_table() if any(word in content for word in words)]


def test_a_value_is_in_no_table_log_mail_page_or_file(
    marked: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hold(monkeypatch, marked.at("call_opens", days=3))
    applied(marked)
    own = signed_in(marked.applicant)
    own.post(page(marked, "equality:linked"), {"gender": MARK, "religion": "none"})
    assert WORD in text_of(own, page(marked, "equality:linked"))
    for user in people(30):  # enough that something may be shown
        linked._write(marked.cohort, user, {"gender": [MARK]}, marked.at("call_opens"))
    assert LinkedAnswers.objects.count() == 31
    visit_everything(marked)
    assert holding(MARK, WORD) == []
    assert not any(mark in path.read_text() for path in key_files() for mark in (MARK, WORD))
    assert MARK not in caplog.text
    assert WORD not in caplog.text
    for letter in mail.outbox:
        assert MARK not in letter.message().as_string()


def visit_everything(cast: Cast) -> None:
    for role in STAFF:
        client = signed_in(getattr(cast, role))
        for name in PAGES.get(role, ("desk",)):
            content = content_of(client.get(page(cast, name)))
            assert MARK.encode() not in content, (role, name)
            assert WORD.encode() not in content, (role, name)
        exported = content_of(client.get("/account/download/"))
        assert MARK.encode() not in exported
    organiser = signed_in(cast.organiser)
    application = cast.applicant.applications.get()
    for address in (page(cast, "applications:application", ref=application.ref),):
        content = content_of(organiser.get(address))
        assert MARK.encode() not in content
    for kind in ("csv", "json"):
        content = content_of(organiser.post(page(cast, "applications:export"), {"kind": kind}))
        assert MARK.encode() not in content
    assert MARK.encode() not in content_of(Client().get(page(cast, "privacy:audiences")))


def test_counted_a_group_stands_in_the_ledger_as_a_group_and_nowhere_else(
    marked: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = people(30)
    for user in everybody:
        linked._write(marked.cohort, user, {"gender": [MARK]}, marked.at("call_opens"))
    refs = {user.ref for user in everybody} | {user.ref for user in people(40, start=100)}
    monkeypatch.setattr(funnel, "steps", lambda: [funnel.Step("applied", 1, "Applied", lambda _cohort: refs)])
    final(monkeypatch)
    opened(marked)
    assert holding(MARK) == ["equality_release"]
    (release,) = Release.objects.all()
    assert not any(user.ref in str(release.figures) for user in everybody)


def test_answering_changes_nothing_that_staff_see(uk: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, uk.at("call_opens", days=3))
    applied(uk)

    def seen() -> list[bytes]:
        found = []
        for role, names in PAGES.items():
            client = signed_in(getattr(uk, role))
            found += [main_of(client, page(uk, name)) for name in names if name != "equality:comparison"]
        return found

    before = seen()
    answered(uk)
    assert seen() == before


def main_of(client: Client, address: str) -> bytes:
    html = re.sub(r'<input type="hidden"[^>]*>', "", client.get(address).content.decode())
    return html.split("<main", 1)[-1].split("</main>")[0].encode()


def test_without_the_keys_of_people_a_copy_of_everything_else_opens_nothing(uk: Cast, tmp_path: Path) -> None:
    applied(uk)
    answered(uk)
    assert linked.kept(uk.cohort, uk.applicant) is not None
    personal_keys.folder().rename(tmp_path / "elsewhere")
    assert linked.kept(uk.cohort, uk.applicant) is None


def test_only_this_room_speaks_of_linked_answers() -> None:
    """Whoever reads, chooses, exports or answers programs names neither the store nor its consent."""
    words = {"LinkedAnswers", "equality.linked", "tremplin.equality"}
    allowed = {"equality", "rehearsal", "web"}
    for path in SOURCE.rglob("*.py"):
        room = path.relative_to(SOURCE).parts[0]
        if room in allowed or "migrations" in path.parts:
            continue
        strings = {
            str(node.value)
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        names = {
            alias
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.ImportFrom)
            for alias in [node.module or ""]
        }
        assert not words & strings, path
        assert not any(name.startswith("tremplin.equality") for name in names), path


def test_no_file_of_rows_can_be_had() -> None:
    """No page of the room sends a file."""
    for path in (SOURCE / "equality").rglob("*.py"):
        text = path.read_text("utf-8")
        assert "Content-Disposition" not in text
        assert "csv" not in text.lower()


def test_a_person_without_an_application_leaves_no_key(uk: Cast) -> None:
    user = User.objects.create_user("new@example.org", name="Nell New", now=uk.at("call_opens"))
    programmes.grant(user=user, cohort=uk.cohort, role=Role.APPLICANT, actor=None, now=uk.at("call_opens"))
    with pytest.raises(Exception, match="application is sent"):
        answered(uk, user)
    assert key_files() == []
