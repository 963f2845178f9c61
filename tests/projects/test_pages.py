from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.mentoring.world import crowd
from tests.projects.test_services import VALUES
from tests.visiting import Clock, hidden, page, rival_page, signed_in
from tremplin.mentoring import services as mentoring
from tremplin.projects import services
from tremplin.projects.models import ChecklistMark, MilestoneReport, Project
from tremplin.selection import services as selection
from tremplin.selection.models import Scholar

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def stands_at(cast: Cast) -> datetime:
    return cast.at("training_starts", weeks=5)


def milestone(cast: Cast, project: Project, code: str = "proposal") -> str:
    return page(cast, "projects:milestone", ref=project.ref, code=code)


def line(cast: Cast, project: Project, code: str = "licence") -> str:
    return page(cast, "projects:mark", ref=project.ref, code=code)


def test_looking_begins_nothing_and_the_button_does(cast: Cast, scholar: Scholar) -> None:
    client, path = signed_in(cast.scholar), page(cast, "projects:mine")
    text = client.get(path, {"lang": "en"}).content.decode()
    assert "Begin your project page" in text
    assert "Proposal" in text
    assert not Project.objects.exists()
    answer = client.post(path)
    project = Project.objects.get()
    assert answer.headers["Location"] == page(cast, "projects:edit", ref=project.ref)
    where = page(cast, "projects:project", ref=project.ref)
    assert client.get(path).headers["Location"] == where
    assert client.post(path).headers["Location"] == where


def test_who_left_without_a_project_cannot_begin_one(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    selection.withdraw_scholar(scholar=scholar, actor=cast.scholar, now=clock.at)
    client, path = signed_in(cast.scholar), page(cast, "projects:mine")
    assert "No project was begun" in client.get(path, {"lang": "en"}).content.decode()
    assert client.post(path).status_code == 403


def test_a_description_may_be_half_empty_and_an_old_tab_is_kept_beside_the_stored_one(
    cast: Cast, project: Project
) -> None:
    client, path = signed_in(cast.scholar), page(cast, "projects:edit", ref=project.ref)
    old = hidden(client.get(path, {"lang": "en"}).content.decode())
    form = {**old, "language": "en", "title": "Hearing rain"}
    assert client.post(path, form).status_code == 302
    answer = client.post(path, {**form, "title": "Old tab"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="Old tab"' in text
    assert "Hearing rain" in text
    assert Project.objects.get().title == "Hearing rain"
    assert client.post(path, {**form, **hidden(text), "title": "Old tab"}).status_code == 302
    assert Project.objects.get().title == "Old tab"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"repository": "not an address"}, "repository"),
        ({"demo": "javascript:alert(1)"}, "demo"),
        ({"licence": "secret"}, "licence"),
        ({"title": "t" * 201}, "title"),
        ({"summary": "s" * 2001}, "summary"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    cast: Cast, project: Project, changed: dict[str, str], field: str
) -> None:
    client, path = signed_in(cast.scholar), page(cast, "projects:edit", ref=project.ref)
    answer = client.post(path, {**VALUES, "_version": "0", **changed})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in text
    assert "A model that hears rain." in text or "sss" in text
    assert Project.objects.get().version == 0


def test_the_project_page_for_each_reader(cast: Cast, project: Project, scholar: Scholar) -> None:
    services.save_project(
        scholar=scholar,
        values={**VALUES, "title": "<b>Rain</b>", "description": "<script>alert(1)</script> **Data**"},
        expected_version=0,
        actor=cast.scholar,
        now=cast.at("training_starts", weeks=5),
    )
    services.mark(
        project=project,
        code="licence",
        evidence="https://example.org/<i>",
        actor=cast.scholar,
        now=cast.at("training_starts", weeks=5),
    )
    path = page(cast, "projects:project", ref=project.ref)
    texts = {
        role: signed_in(getattr(cast, role)).get(path).content.decode()
        for role in ("scholar", "mentor", "organiser", "observer")
    }
    for text in texts.values():
        assert "&lt;b&gt;Rain" in text
        assert "<b>Rain" not in text
        assert "<script>alert" not in text
        assert "<strong>Data</strong>" in text
        assert "<i>" not in text
    edit, confirm = page(cast, "projects:edit", ref=project.ref), 'name="_seen"'
    assert edit in texts["scholar"]
    assert 'name="evidence"' in texts["scholar"]
    for role in ("mentor", "organiser"):
        assert confirm in texts[role]
        assert 'name="evidence"' not in texts[role]
    assert confirm not in texts["observer"]
    assert edit not in texts["observer"]


def test_a_draft_then_a_report_then_an_answer(cast: Cast, project: Project) -> None:
    scholar, mentor = signed_in(cast.scholar), signed_in(cast.mentor)
    path = milestone(cast, project)
    form = hidden(scholar.get(path).content.decode())
    scholar.post(path, {**form, "body": "Half a report", "save": "1"})
    text = scholar.get(path).content.decode()
    assert "Half a report" in text
    assert "Half a report" not in mentor.get(path).content.decode()
    scholar.post(path, {**hidden(text), "body": "A whole report", "hand-in": "1"})
    text = mentor.get(path).content.decode()
    assert "A whole report" in text
    assert 'value="accept"' in text
    answer = mentor.post(path, {**hidden(text), "feedback": "Cut it.", "answer": "return"})
    assert answer.status_code == 302
    text = scholar.get(path).content.decode()
    assert "Cut it." in text
    assert "Mona Mentor" in text
    assert "A whole report</textarea>" in text


def test_an_old_tab_of_a_report_is_kept_beside_the_stored_draft(cast: Cast, project: Project) -> None:
    client, path = signed_in(cast.scholar), milestone(cast, project)
    client.post(path, {"_version": "0", "body": "First tab", "save": "1"})
    answer = client.post(path, {"_version": "0", "body": "Second tab", "hand-in": "1"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Second tab</textarea>" in text
    assert "First tab" in text
    assert MilestoneReport.objects.get().draft == "First tab"
    assert client.post(path, {**hidden(text), "body": "Second tab", "hand-in": "1"}).status_code == 302


def test_an_answer_without_words_or_without_a_choice_is_asked_for(cast: Cast, project: Project) -> None:
    scholar, mentor, path = signed_in(cast.scholar), signed_in(cast.mentor), milestone(cast, project)
    scholar.post(path, {"_version": "0", "body": "Done", "hand-in": "1"})
    form = hidden(mentor.get(path).content.decode())
    answer = mentor.post(path, {**form, "feedback": " ", "answer": "accept"})
    assert answer.status_code == 422
    assert 'href="#id_feedback"' in answer.content.decode()
    answer = mentor.post(path, {**form, "feedback": "Kept words"})
    assert answer.status_code == 422
    assert "Kept words" in answer.content.decode()
    assert MilestoneReport.objects.get().state == "handed-in"


def test_an_answer_to_what_was_answered_meanwhile_is_shown_for_copying(cast: Cast, project: Project) -> None:
    scholar, path = signed_in(cast.scholar), milestone(cast, project)
    scholar.post(path, {"_version": "0", "body": "Done", "hand-in": "1"})
    mentor, organiser = signed_in(cast.mentor), signed_in(cast.organiser)
    form = hidden(mentor.get(path).content.decode())
    organiser.post(path, {**form, "feedback": "Fine", "answer": "accept"})
    answer = mentor.post(path, {**form, "feedback": "My long answer", "answer": "return"})
    assert answer.status_code == 409
    assert "My long answer" in answer.content.decode()


def test_a_milestone_that_does_not_exist_is_nowhere(cast: Cast, project: Project) -> None:
    client = signed_in(cast.scholar)
    assert client.get(milestone(cast, project, "moon")).status_code == 404
    assert client.post(milestone(cast, project, "moon"), {"body": "x"}).status_code == 404


def test_an_observer_answers_nothing(cast: Cast, project: Project) -> None:
    path = milestone(cast, project)
    signed_in(cast.scholar).post(path, {"_version": "0", "body": "Done", "hand-in": "1"})
    observer = signed_in(cast.observer)
    text = observer.get(path).content.decode()
    assert "Done" in text
    assert 'name="answer"' not in text
    answer = observer.post(path, {"_version": "1", "feedback": "x", "answer": "accept"})
    assert answer.status_code == 403


def test_a_line_is_marked_confirmed_and_never_confirmed_unseen(cast: Cast, project: Project) -> None:
    scholar, mentor, path = signed_in(cast.scholar), signed_in(cast.mentor), line(cast, project)
    assert scholar.post(path, {"_seen": "", "evidence": "LICENSE"}).status_code == 302
    scholar.post(path, {"_seen": "LICENSE", "evidence": "COPYING"})
    answer = mentor.post(path, {"_seen": "LICENSE"})
    assert answer.status_code == 409
    assert "COPYING" in answer.content.decode()
    assert ChecklistMark.objects.get().confirmed_at is None
    assert mentor.post(path, {"_seen": "COPYING"}).status_code == 302
    text = mentor.get(page(cast, "projects:project", ref=project.ref)).content.decode()
    assert "confirmed" in text
    assert "Mona Mentor" in text


def test_a_line_without_words_is_said_there_and_an_old_tab_keeps_its_text(
    cast: Cast, project: Project
) -> None:
    client, path = signed_in(cast.scholar), line(cast, project)
    answer = client.post(path + "?lang=en", {"_seen": "", "evidence": " "})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#evidence-licence"' in text
    assert 'aria-describedby="evidence-licence_error"' in text
    client.post(path, {"_seen": "", "evidence": "LICENSE"})
    answer = client.post(path, {"_seen": "", "evidence": "Other tab"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="Other tab"' in text
    assert "LICENSE" in text
    assert client.get(path).status_code == 302


def test_the_empty_list_and_who_has_not_begun(cast: Cast, scholar: Scholar) -> None:
    path = page(cast, "projects:projects")
    for role in ("organiser", "observer", "mentor"):
        text = signed_in(getattr(cast, role)).get(path).content.decode()
        assert "No project yet" in text
        assert "Sami Scholar" in text


def test_the_list_costs_the_same_with_thirty_projects(
    cast: Cast, scholar: Scholar, clock: Clock, queries_of: Callable[[Client, str], int]
) -> None:
    client, path = signed_in(cast.organiser), page(cast, "projects:projects")
    crowd(cast, 1, prefix="one")
    _begin_all(cast)
    few = queries_of(client, path)
    crowd(cast, 30)
    _begin_all(cast)
    crowd(cast, 3, prefix="late")
    assert queries_of(client, path) == few <= 15
    text = client.get(path).content.decode()
    assert "Crowd 029" in text
    assert "Late 002" in text


def _begin_all(cast: Cast) -> None:
    at = cast.at("training_starts")
    Project.objects.bulk_create(
        Project(scholar=scholar, created_at=at, saved_at=at)
        for scholar in Scholar.objects.filter(cohort=cast.cohort, project__isnull=True)
    )


@pytest.mark.parametrize(
    ("name", "extra", "method", "allowed"),
    [
        ("projects:projects", None, "get", {"organiser", "observer", "mentor"}),
        ("projects:mine", None, "get", {"scholar"}),
        ("projects:project", {}, "get", {"organiser", "observer", "mentor", "scholar"}),
        ("projects:edit", {}, "get", {"scholar"}),
        ("projects:edit", {}, "post", {"scholar"}),
        ("projects:milestone", {"code": "proposal"}, "get", {"organiser", "observer", "mentor", "scholar"}),
        ("projects:milestone", {"code": "proposal"}, "post", {"organiser", "observer", "mentor", "scholar"}),
        ("projects:mark", {"code": "licence"}, "post", {"organiser", "mentor", "scholar"}),
    ],
)
def test_pages_open_to_their_roles_and_to_no_other_project(
    cast: Cast, project: Project, name: str, extra: dict[str, Any] | None, method: str, allowed: set[str]
) -> None:
    (other,) = crowd(cast, 1)
    foreign = services.begin(scholar=other, actor=other.user, now=cast.at("training_starts"))
    words = {} if extra is None else {"ref": project.ref, **extra}
    for role in ("organiser", "observer", "mentor", "scholar", "finance", "reviewer", "stranger"):
        call = getattr(signed_in(getattr(cast, role)), method)
        answer = call(page(cast, name, **words))
        expected = {404} if role == "stranger" else {200, 302, 404, 409, 422} if role in allowed else {403}
        assert answer.status_code in expected, role
        if words and role in {"mentor", "scholar"} and role in allowed:
            assert call(page(cast, name, **{**words, "ref": foreign.ref})).status_code == 404
    if words:
        rival = getattr(signed_in(cast.stranger), method)(rival_page(cast, name, **words))
        assert rival.status_code in {403, 404}


def test_without_a_mentor_the_organisers_answer_and_the_page_says_so(
    cast: Cast, clock: Clock, project: Project
) -> None:
    mentoring.end_pairing(
        pairing=project.scholar.pairings.get(), actor=cast.organiser, reason="x", now=clock.at
    )
    client, path = signed_in(cast.scholar), milestone(cast, project)
    answer = client.post(path + "?lang=en", {"_version": "0", "body": "Done", "hand-in": "1"}, follow=True)
    assert "The organisers answer" in answer.content.decode()


def test_an_answer_to_nothing_is_nowhere_and_too_long_a_draft_is_said(cast: Cast, project: Project) -> None:
    path = milestone(cast, project)
    form = {"_version": "0", "feedback": "x", "answer": "accept"}
    assert signed_in(cast.mentor).post(path, form).status_code == 404
    long = "d" * 60_001
    answer = signed_in(cast.scholar).post(path, {"_version": "0", "body": long, "save": "1"})
    assert answer.status_code == 422
    assert long in answer.content.decode()


def test_confirming_twice_changes_nothing(cast: Cast, project: Project) -> None:
    signed_in(cast.scholar).post(line(cast, project), {"_seen": "", "evidence": "LICENSE"})
    for who in (cast.mentor, cast.organiser):
        signed_in(who).post(line(cast, project), {"_seen": "LICENSE"})
    assert ChecklistMark.objects.get().confirmed_by == cast.mentor.ref
