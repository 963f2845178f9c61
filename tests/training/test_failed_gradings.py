"""Gradings that fail for good: they say so, count for nothing, and are graded again once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.cast import Cast, speaks
from tests.mentoring.world import crowd
from tests.training.world import WRONG_CODE, hand_in, scholar_of
from tests.visiting import Clock, page, signed_in
from tremplin.core.errors import NotAllowed, TooMany
from tremplin.core.jobs import leases
from tremplin.core.jobs import services as jobs
from tremplin.core.jobs.models import Job, JobState
from tremplin.core.jobs.runner import Runner
from tremplin.core.models import AuditEvent
from tremplin.grader import Report
from tremplin.programmes.roles import roles_of
from tremplin.training import desk, grading, queries, services, tasks
from tremplin.training.models import Fault, LabSubmission, SubmissionState

SECRET = "what a scholar typed"


def stored(row: LabSubmission) -> LabSubmission:
    return LabSubmission.objects.get(pk=row.pk)


def job_of(row: LabSubmission) -> Job:
    return Job.objects.get(ref=stored(row).job)


def failed(cast: Cast, **changed: Any) -> LabSubmission:
    """A submission whose job was discarded, mended."""
    row = hand_in(scholar_of(cast), **changed)
    Job.objects.filter(ref=row.job).update(state=JobState.DISCARDED)
    grading.mend(now=cast.at("training_starts", days=1))
    return stored(row)


def breaks(*_args: object, **_more: object) -> Report:
    raise RuntimeError(SECRET)


def passed(*_args: object, **_more: object) -> Report:
    return Report("softmax", 7, "passed", ())


def titles(cast: Cast, role: str, clock: Clock) -> list[str]:
    actor = getattr(cast, role)
    cards = desk.cards(cohort=cast.cohort, actor=actor, roles=roles_of(actor, cast.cohort), now=clock.at)
    return [str(card.title) for card in cards]


@pytest.mark.django_db(transaction=True)
def test_only_the_last_try_of_a_job_is_the_end_of_a_grading(
    cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = hand_in(scholar_of(cast))
    Job.objects.update(max_attempts=2)
    monkeypatch.setattr(tasks, "grade", breaks)
    Runner(["grading"]).drain()
    assert (job_of(row).state, stored(row).state) == (JobState.WAITING, SubmissionState.RUNNING)
    assert grading.mend(now=clock.at) == 0
    clock.at += timedelta(hours=1)
    Runner(["grading"]).drain()
    row = stored(row)
    assert (job_of(row).state, row.state, row.score) == (JobState.FAILED, SubmissionState.FAILED, None)
    assert (row.fault, row.graded_at) == (Fault.CRASH, clock.at)
    assert row.note.startswith("RuntimeError")
    assert SECRET not in row.note
    event = AuditEvent.objects.get(verb="training.grading-failed")
    assert event.data == {"fault": "crash"}


@pytest.mark.django_db(transaction=True)
def test_a_grading_whose_workers_were_killed_is_found_and_mended(cast: Cast, clock: Clock) -> None:
    row = hand_in(scholar_of(cast))
    Job.objects.update(max_attempts=2)
    for number in range(2):
        assert leases.claim(["grading"], worker=f"w{number}", now=clock.at) is not None
        LabSubmission.objects.update(state=SubmissionState.RUNNING)
        assert grading.mend(now=clock.at) == 0
        clock.at += timedelta(hours=1)
    assert leases.claim(["grading"], worker="w3", now=clock.at) is None
    tasks.mend_gradings.func()
    assert (stored(row).state, stored(row).fault) == (SubmissionState.FAILED, Fault.WORKER)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda job: job.update(state=JobState.DISCARDED), Fault.DROPPED),
        (lambda job: job.update(state=JobState.DONE), Fault.LOST),
        (lambda job: job.update(state=JobState.FAILED), Fault.CRASH),
        (lambda job: job.delete(), Fault.LOST),
    ],
)
@pytest.mark.parametrize("state", [SubmissionState.QUEUED, SubmissionState.RUNNING])
def test_no_submission_waits_for_a_job_that_is_dead_or_gone(
    cast: Cast, change: Callable[[Any], object], fault: Fault, state: SubmissionState
) -> None:
    row = hand_in(scholar_of(cast))
    LabSubmission.objects.update(state=state)
    change(Job.objects.filter(ref=row.job))
    now = cast.at("training_starts", days=1)
    assert grading.mend(now=now) == 1
    assert (stored(row).state, stored(row).fault) == (SubmissionState.FAILED, fault)
    assert grading.mend(now=now) == 0


@pytest.mark.django_db
def test_a_living_job_is_left_alone(cast: Cast) -> None:
    row = hand_in(scholar_of(cast))
    now = cast.at("training_starts", days=30)
    for living in ({}, {"state": "running", "lease_token": "t", "lease_until": now}):
        Job.objects.update(**living)
        assert grading.mend(now=now) == 0
    assert stored(row).state == SubmissionState.QUEUED


@pytest.mark.django_db
def test_what_failed_does_not_count_towards_three_at_once(cast: Cast) -> None:
    scholar = scholar_of(cast)
    rows = [hand_in(scholar) for _ in range(3)]
    with pytest.raises(TooMany):
        hand_in(scholar)
    Job.objects.filter(ref=rows[0].job).update(state=JobState.FAILED)
    hand_in(scholar)  # nobody waited for the clock's round: handing in again mends by itself
    assert stored(rows[0]).state == SubmissionState.FAILED
    with pytest.raises(TooMany):
        hand_in(scholar)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("report", "fault", "note"),
    [
        (
            Report("softmax", 1, "error", (), detail="Traceback\n  …\nZeroDivisionError: x\n"),
            "grader",
            "Zero",
        ),
        (Report("softmax", 1, "refused", (), detail="no bwrap\n" + "y" * 900), "box", "no bwrap y"),
    ],
)
def test_our_fault_is_nobodys_mark(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, report: Report, fault: str, note: str
) -> None:
    row = hand_in(scholar_of(cast))
    monkeypatch.setattr(tasks, "grade", lambda *_args, **_more: report)
    tasks.grade_submission.func(row.pk)
    row = stored(row)
    assert (row.state, row.score, row.fault) == (SubmissionState.FAILED, None, fault)
    assert row.note.startswith(note)
    assert len(row.note) <= grading.LONGEST_NOTE


@pytest.mark.django_db(transaction=True)
def test_a_job_that_an_administrator_tries_again_mends_its_submission(
    cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = hand_in(scholar_of(cast))
    Job.objects.update(max_attempts=1)
    monkeypatch.setattr(tasks, "grade", breaks)
    Runner(["grading"]).drain()
    assert stored(row).state == SubmissionState.FAILED
    jobs.retry(job=job_of(row), actor="admin", now=clock.at)
    monkeypatch.setattr(tasks, "grade", passed)
    Runner(["grading"]).drain()
    assert (stored(row).state, stored(row).fault, stored(row).note) == (SubmissionState.GRADED, "", "")


@pytest.mark.django_db(transaction=True)
def test_graded_again_once_however_often_it_is_pressed(
    cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = failed(cast)
    assert services.grade_again(submission=row, actor=cast.organiser, now=clock.at)
    assert not services.grade_again(submission=row, actor=cast.colleague, now=clock.at)
    assert (stored(row).state, stored(row).graded_at, stored(row).seed) == ("queued", None, row.seed)
    assert job_of(row).state == JobState.WAITING
    assert Job.objects.filter(state=JobState.WAITING, queue="grading").count() == 1
    event = AuditEvent.objects.get(verb="training.grading-repeated")
    assert event.actor == cast.organiser.ref
    monkeypatch.setattr(tasks, "grade", passed)
    Runner(["grading"]).drain()
    assert stored(row).state == SubmissionState.GRADED
    assert not services.grade_again(submission=row, actor=cast.organiser, now=clock.at)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["scholar", "mentor", "observer", "finance", "reviewer", "stranger"])
def test_only_organisers_have_things_graded_again(cast: Cast, role: str) -> None:
    row, now = failed(cast), cast.at("training_starts", days=2)
    with pytest.raises(NotAllowed):
        services.grade_again(submission=row, actor=getattr(cast, role), now=now)
    with pytest.raises(NotAllowed):
        services.grade_all_again(cohort=cast.cohort, actor=getattr(cast, role), now=now)


@pytest.mark.django_db
def test_what_was_made_up_for_by_a_later_try_needs_nobody(cast: Cast) -> None:
    row = failed(cast)
    later = hand_in(row.scholar, now=cast.at("training_starts", days=2))
    assert list(queries.failed_gradings(cast.organiser, cast.cohort)) == [row]
    tasks.keep_report(later, Report("softmax", 7, "failed", ()).to_json(), 0.5)
    assert not queries.failed_gradings(cast.organiser, cast.cohort).exists()


@pytest.mark.django_db
def test_the_database_itself_wants_a_reason_for_a_failure(cast: Cast) -> None:
    row = failed(cast)
    for broken in ({"fault": ""}, {"state": SubmissionState.GRADED}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LabSubmission.objects.filter(pk=row.pk).update(**broken)


@pytest.mark.django_db
def test_the_scholar_reads_a_plain_word_and_hands_the_same_code_in_with_one_press(
    cast: Cast, clock: Clock
) -> None:
    speaks(cast.scholar, "en")
    row = failed(cast)
    client = signed_in(cast.scholar)
    told = client.get(page(cast, "training:submission", ref=row.ref))
    assert "Refresh" not in told.headers
    assert "It does not count: hand it in again." in told.text
    assert "discarded" not in told.text
    answer = client.post(page(cast, "training:lab", code="softmax"), {"code": WRONG_CODE, "once": "again"})
    assert answer.status_code == 302
    assert LabSubmission.objects.count() == 2
    assert "A lab could not be graded" in titles(cast, "scholar", clock)


@pytest.mark.django_db
def test_organisers_see_which_and_why_and_have_them_graded_again(cast: Cast, clock: Clock) -> None:
    client, path = signed_in(cast.organiser), page(cast, "training:failures")
    assert "Every submission is graded" in client.get(path).text
    assert "Gradings failed" not in titles(cast, "organiser", clock)
    row = failed(cast)
    LabSubmission.objects.update(note="KeyError: <b>loader</b>")
    assert "Gradings failed" in titles(cast, "organiser", clock)
    text = client.get(path).text
    assert "An administrator discarded its job." in text
    assert "KeyError: &lt;b&gt;" in text
    assert "Grade all" not in text
    one = page(cast, "training:submission", ref=row.ref)
    again = page(cast, "training:grade-again", ref=row.ref)
    assert again in client.get(one).text
    watching = signed_in(cast.observer).get(path).text
    assert cast.scholar.name in watching
    assert again not in watching
    second_tab = signed_in(cast.colleague)
    assert "is being graded again" in client.post(again, follow=True).text
    assert "was already being graded" in second_tab.post(again, follow=True).text
    assert Job.objects.filter(state=JobState.WAITING, queue="grading").count() == 1


@pytest.mark.django_db
def test_all_of_them_at_once(cast: Cast, clock: Clock) -> None:
    failed(cast)
    failed(cast)
    client, path = signed_in(cast.organiser), page(cast, "training:failures")
    assert "Grade all of them again" in client.get(path).text
    assert "2 submissions" in client.post(page(cast, "training:grade-all-again"), follow=True).text
    assert not LabSubmission.objects.filter(state=SubmissionState.FAILED).exists()
    assert AuditEvent.objects.filter(verb="training.grading-repeated").count() == 2


@pytest.mark.django_db
def test_the_list_costs_the_same_with_thirty(
    cast: Cast, clock: Clock, queries_of: Callable[[Client, str], int]
) -> None:
    def rows(scholars: list[Any]) -> None:
        LabSubmission.objects.bulk_create(
            LabSubmission(
                scholar=scholar,
                lab="softmax",
                code="x",
                seed=1,
                state="failed",
                fault="lost",
                created_at=clock.at,
            )
            for scholar in scholars
        )

    client, path = signed_in(cast.organiser), page(cast, "training:failures")
    rows(crowd(cast, 2, prefix="two"))
    few = queries_of(client, path)
    rows(crowd(cast, 30))
    assert queries_of(client, path) == few <= 15
