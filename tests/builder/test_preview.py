"""The preview: real templates and rules, and nothing left behind."""

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.builder.conftest import Visitor, fields, later
from tests.cast import Cast
from tests.samples import a_pdf
from tests.visiting import Clock
from tremplin.applications.models import Application
from tremplin.core.models import AuditEvent, StoredFile
from tremplin.core.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db
YOU = {"full_name": "Zoé Zimmer", "country": "SN", "coded_before": "no"}
ESSAYS = {"motivation": "I am Zoé Zimmer, write to zoe@example.org.", "project": "A weather station."}


def go(olive: Visitor) -> None:
    olive.fill("preview-section", YOU, section="you")
    olive.fill("preview-section", ESSAYS, section="essays")


def test_the_whole_way_as_an_applicant_leaves_nothing_behind(olive: Visitor, cast: Cast) -> None:
    before = AuditEvent.objects.count()
    assert "Preview." in olive.get("preview").content.decode()
    done = olive.fill("preview-section", YOU, section="you")
    assert done.url.endswith("/preview/section/essays/")
    done = olive.fill("preview-section", ESSAYS, section="essays")
    assert done.url.endswith("/preview/check/")
    check = olive.get("preview-check").content.decode()
    assert "A weather station." in check
    for page in (check, olive.get("preview").content.decode()):
        assert "Send it before 8 February 2027" in page or "Send it before 9 February 2027" in page
    assert "/programme/form/preview/section/you/?return=check" in check
    assert olive.fill("preview-check", {}).url.endswith("/preview/sent/")
    page = olive.get("preview-sent").content.decode()
    reviewer, kept = page.split("What would be kept")
    assert "Zoé" not in reviewer.split("What a reviewer would read")[1]
    assert "[own name]" in reviewer
    assert "[address 1]" in reviewer
    assert "Zoé Zimmer" in kept
    assert not Application.objects.exists()
    assert not OutboxMessage.objects.exists()
    assert not StoredFile.objects.exists()
    assert AuditEvent.objects.count() == before
    board = olive.client.get("/home-lab/small/2027/applications/").content.decode()
    assert "Zimmer" not in board


def test_it_is_checked_like_a_real_one(olive: Visitor) -> None:
    olive.fill("preview-section", {**YOU, "full_name": ""}, section="you")
    wrong = olive.fill("preview-section", {"project": "word " * 300}, section="essays")
    assert wrong.url.endswith("?problems=wrong")
    assert "words too long" in olive.client.get(wrong.url).content.decode()
    refused = olive.post("preview-check", {})
    assert refused.status_code == 422
    assert "This is still empty: “Your full name”." in refused.content.decode()
    assert olive.get("preview-sent").status_code == 302


def test_conditions_hold_in_the_preview(olive: Visitor) -> None:
    opened = olive.fill("preview-section", {**YOU, "coded_before": "yes"}, section="you")
    assert opened.url.endswith("#id_code_where")
    assert "What did you write?" in olive.get("preview-section", section="you").content.decode()


def test_it_shows_the_working_copy_in_both_languages(olive: Visitor, cast: Cast) -> None:
    olive.fill(
        "item", {"label_en": "Why now?", "label_fr": "Pourquoi là ?"}, kind="question", code="motivation"
    )
    assert "Why now?" in olive.get("preview-section", section="essays").content.decode()
    french = olive.get("preview-section", "?in=fr", section="essays").content.decode()
    assert "Pourquoi là ?" in french
    assert '<html lang="fr"' in french
    assert "Votre histoire" in olive.get("preview").content.decode()
    assert "Your story" in olive.get("preview", "?in=en").content.decode()


def test_files_are_looked_at_and_let_go(olive: Visitor) -> None:
    bad = olive.fill(
        "preview-section",
        {**ESSAYS, "sample": SimpleUploadedFile("x.pdf", b"\x00\x01nothing")},
        section="essays",
    )
    assert bad.status_code == 422
    good = olive.fill(
        "preview-section", {**ESSAYS, "sample": SimpleUploadedFile("work.pdf", a_pdf())}, section="essays"
    )
    assert good.status_code == 302
    assert "Checked and let go again: work.pdf." in olive.get("preview").content.decode()
    assert "work.pdf" in olive.get("preview-check").content.decode()
    assert not StoredFile.objects.exists()


def test_doors_are_tried(olive: Visitor) -> None:
    shut = olive.post("preview-doors", {"adult": "no", "hours": "35"}).content.decode()
    assert "We can only pay adults." in shut
    assert "open every door" in olive.post("preview-doors", {"adult": "yes", "hours": "35"}).content.decode()
    assert olive.post("preview-doors", {}).status_code == 422
    assert "May I apply?" in olive.get("preview-doors").content.decode()


def test_beginning_again_and_a_day_later_it_is_empty(olive: Visitor, clock: Clock) -> None:
    go(olive)
    assert "A weather station." in olive.get("preview-check").content.decode()
    olive.post("preview-again", {})
    assert "A weather station." not in olive.get("preview-check").content.decode()
    go(olive)
    later(clock, days=2)
    assert "A weather station." not in olive.get("preview-check").content.decode()


def test_saving_for_later_leads_to_the_sections(olive: Visitor) -> None:
    done = olive.fill("preview-section", {**YOU, "_then": "later"}, section="you")
    assert done.url.endswith("/programme/form/preview/")
    back = olive.fill("preview-section", {**YOU, "_return": "check"}, section="you")
    assert back.url.endswith("/preview/check/")


def test_nobody_else_sees_it(cast: Cast, olive: Visitor, colin: Visitor) -> None:
    go(olive)
    assert "A weather station." not in colin.get("preview-check").content.decode()
    assert Visitor(cast, cast.observer).get("preview").status_code == 403
    assert olive.get("preview-section", section="nowhere").status_code == 404


def test_what_is_kept_in_the_session_is_bounded(olive: Visitor) -> None:
    olive.fill("preview-section", {**ESSAYS, "project": "x" * 400_000}, section="essays")
    assert all(len(row.session_data) < 400_000 for row in Session.objects.all())
    assert "project" in fields(olive.get("preview-section", section="essays"))
