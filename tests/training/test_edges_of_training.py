"""Training at its edges: programmes without it, what stands on the desk, forms that come twice or too late."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import Cast, gather
from tests.plans import without
from tests.training.test_plans_and_journal import entry_form
from tests.training.world import WRONG_CODE, hand_in, plan, post, scholar_of
from tests.visiting import Clock, hidden, page, signed_in
from tremplin.core import once
from tremplin.core.errors import Conflict, Invalid
from tremplin.curriculum import loader
from tremplin.programmes.desk import Card
from tremplin.programmes.roles import Role
from tremplin.training import desk, forms, grading, services, tasks
from tremplin.training.models import Audience, Fault, JournalEntry, LabSubmission, SubmissionState

LAB = loader.lab("softmax")


def cards(cast: Cast, *, days: int = 3) -> list[Card]:
    now = cast.at("training_starts", days=days)
    return desk.cards(cohort=cast.cohort, actor=cast.scholar, roles=frozenset({Role.SCHOLAR}), now=now)


def test_without_training_there_is_nothing_on_the_desk_and_nothing_to_do(db: None) -> None:
    cast = gather(text=without("training"))
    assert cards(cast) == []
    with pytest.raises(Conflict, match="no training"):
        services.plan_of(cast.cohort)


def test_the_desk_leads_from_the_plan_to_the_week_and_its_journal(cast: Cast) -> None:
    scholar = scholar_of(cast)
    assert [card.title for card in cards(cast)] == ["Write your plan"]
    plan(scholar, "Vectors", "Matrices")
    assert [card.title for card in cards(cast)] == ["Week 1 of 13", "Journal of the week"]
    post(scholar, audience=Audience.DRAFT)
    assert [card.title for card in cards(cast)] == ["Week 1 of 13", "Journal of the week"]
    services.share_entry(
        entry=JournalEntry.objects.get(),
        audience=Audience.COHORT,
        actor=cast.scholar,
        now=cast.at("training_starts"),
    )
    assert [card.title for card in cards(cast)] == ["Week 1 of 13"]


def test_before_the_first_week_no_journal_is_asked_for(cast: Cast) -> None:
    plan(scholar_of(cast), "Vectors")
    assert [card.title for card in cards(cast, days=-2)] == ["Week 0 of 13"]


@pytest.mark.parametrize("week", [0, 14, -1])
def test_a_journal_has_the_weeks_of_the_training_alone(cast: Cast, week: int) -> None:
    with pytest.raises(Invalid, match="weeks 1 to 13"):
        post(scholar_of(cast), week)


def test_reading_lists_forgive_empty_lines_and_keep_what_is_optional() -> None:
    assert forms.parse_resources("\n  \n+\nLinear algebra https://example.org\n+ Extra\nhttps://e.org") == [
        {"title": "Linear algebra", "url": "https://example.org", "required": True},
        {"title": "Extra", "url": "", "required": False},
        {"title": "https://e.org", "url": "https://e.org", "required": True},
    ]


def test_a_programme_without_labs_asks_for_none() -> None:
    assert "labs" not in forms.WeekForm([]).fields
    assert "labs" in forms.WeekForm([LAB]).fields


def test_a_key_that_was_seen_for_a_lab_that_is_gone_hands_the_code_in(cast: Cast) -> None:
    scholar, now = scholar_of(cast), cast.at("training_starts")
    assert once.first(f"lab:{scholar.ref}:again", now=now)
    assert hand_in(scholar, key="again").state == SubmissionState.QUEUED


def test_a_submission_that_was_graded_meanwhile_is_not_failed(cast: Cast) -> None:
    row = hand_in(scholar_of(cast))
    LabSubmission.objects.update(state=SubmissionState.GRADED, score=1.0, graded_at=row.created_at)
    assert not grading.fail(submission=row, fault=Fault.LOST, note="", now=row.created_at)
    tasks.grade_submission.func(row.pk)  # a second worker, late
    row.refresh_from_db()
    assert (row.state, row.score, row.fault) == (SubmissionState.GRADED, 1.0, "")


def test_code_comes_as_a_file_too(cast: Cast, clock: Clock) -> None:
    scholar_of(cast)
    upload = SimpleUploadedFile("mine.py", WRONG_CODE.encode())
    answer = signed_in(cast.scholar).post(page(cast, "training:lab", code="softmax"), {"file": upload})
    row = LabSubmission.objects.get()
    assert answer.headers["Location"] == page(cast, "training:submission", ref=row.ref)
    assert row.code == WRONG_CODE


@pytest.mark.parametrize("content", [b"", b"\x7fELF\x02\x01", b"%PDF-1.7"])
def test_a_file_that_is_no_code_is_refused_beside_its_field(cast: Cast, clock: Clock, content: bytes) -> None:
    scholar_of(cast)
    upload = SimpleUploadedFile("mine.py", content)
    path = page(cast, "training:lab", code="softmax")
    answer = signed_in(cast.scholar).post(path, {"file": upload}, query_params={"lang": "en"})
    assert answer.status_code == 422
    assert not LabSubmission.objects.exists()


def test_too_many_at_once_are_told_and_the_code_stays_on_the_page(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    for number in range(services.MAX_QUEUED):
        hand_in(scholar, key=str(number))
    path = page(cast, "training:lab", code="softmax")
    answer = signed_in(cast.scholar).post(path, {"code": "my_only_copy = 1"}, query_params={"lang": "en"})
    assert answer.status_code == 422
    assert "still being graded" in answer.text
    assert "my_only_copy = 1" in answer.text


def test_a_post_that_cannot_be_shared_is_kept_and_says_why(cast: Cast, clock: Clock) -> None:
    """Public words need a title and a text: the draft is saved all the same."""
    scholar_of(cast)
    client, path = signed_in(cast.scholar), page(cast, "training:write", number=1)
    answer = client.post(path + "?lang=en", entry_form(body="", share="cohort"))
    assert answer.status_code == 422
    kept = JournalEntry.objects.get()
    assert (kept.audience, kept.title) == (Audience.DRAFT, "Week one")
    again = client.post(path, {**entry_form(body="Words", share="cohort"), **_version(answer.text)})
    assert again.status_code == 302
    assert JournalEntry.objects.get().audience == Audience.COHORT


def _version(html: str) -> dict[str, str]:
    return {"version": hidden(html)["version"]}


def test_a_week_that_the_service_refuses_is_told_beside_its_fields(
    cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_values: object) -> None:
        raise Invalid({"goal": ["This goal cannot be."]})

    scholar_of(cast)
    monkeypatch.setattr(services, "save_syllabus", refuse)
    path = page(cast, "training:week", number=1)
    answer = signed_in(cast.scholar).post(path, {"goal": "Everything", "hours": "10", "version": "0"})
    assert answer.status_code == 422
    assert "This goal cannot be." in answer.text
    assert "Everything" in answer.text
