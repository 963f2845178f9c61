"""The page of background work: what an administrator sees of it, and may decide."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tremplin.core import clock
from tremplin.core.errors import Conflict
from tremplin.core.jobs import schedules, services
from tremplin.core.jobs.models import Job, JobState, Schedule
from tremplin.core.models import AuditEvent
from tremplin.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    user = User.objects.create_user("admin@example.org", name="Ann Admin", now=clock.now())
    user.is_staff = True
    user.save()
    return user


@pytest.fixture
def page(administrator: User) -> Client:
    client = Client()
    client.force_login(administrator)
    return client


def job(state: JobState = JobState.FAILED, **values: object) -> Job:
    now = clock.now()
    leased = {"lease_token": "t", "lease_until": now} if state == JobState.RUNNING else {}
    trace = {
        "at": now.isoformat(),
        "exception": "builtins.ValueError",
        "reason": "",
        "frames": ["tremplin/x.py:3 f"],
    }
    given = {"task": "tremplin.training.tasks.remind", "errors": [trace], "attempts": 5, **leased, **values}
    finished = None if state in {JobState.WAITING, JobState.RUNNING} else now
    return Job.objects.create(state=state, run_after=now, created_at=now, finished_at=finished, **given)


def test_failed_jobs_stand_first_with_their_error_and_the_decision(page: Client) -> None:
    failed = job()
    text = page.get(reverse("jobs:list")).content.decode()
    assert "training: remind" in text
    assert failed.ref.upper() in text
    assert "ValueError" in text
    assert "tremplin/x.py:3 f" in text
    assert 'value="retry"' in text


@pytest.mark.parametrize("state", list(JobState))
def test_each_state_has_its_list_and_only_failed_jobs_ask_for_a_decision(
    page: Client, state: JobState
) -> None:
    shown = job(state)
    text = page.get(reverse("jobs:list"), {"state": state.value}).content.decode()
    assert shown.ref.upper() in text
    assert ('value="retry"' in text) == (state == JobState.FAILED)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_failed_and_nobody_working_are_said(page: Client, language: str) -> None:
    text = page.get(reverse("jobs:list"), {"lang": language}).content.decode()
    words = {
        "en": ("No job has failed", "No worker is running"),
        "fr": ("Aucune tâche en échec", "Aucun exécuteur ne tourne"),
    }
    for word in words[language]:
        assert word in text


def test_a_worker_that_lives_and_what_comes_round_are_shown(page: Client) -> None:
    schedules.sign_on("one", ["default"], now=clock.now())
    Schedule.objects.create(name="tremplin.core.jobs.tasks.tidy", next_run_at=clock.now())
    text = page.get(reverse("jobs:list")).content.decode()
    assert "No worker is running" not in text
    assert "tremplin.core.jobs.tasks.tidy" in text


def test_an_unknown_state_shows_the_failed_ones(page: Client) -> None:
    failed = job()
    assert failed.ref.upper() in page.get(reverse("jobs:list"), {"state": "<b>"}).content.decode()


def test_ten_or_a_hundred_jobs_take_the_same_queries(
    page: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for more in (10, 90):
        for _ in range(more):
            job()
        with django_assert_max_num_queries(15) as captured:
            assert page.get(reverse("jobs:list")).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_failed_job_is_tried_again_with_a_full_set_of_attempts(page: Client, administrator: User) -> None:
    failed = job()
    answer = page.post(reverse("jobs:act", args=[failed.ref]), {"deed": "retry"}, follow=True)
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (JobState.WAITING, 0)
    assert "will be tried again" in answer.content.decode()
    event = AuditEvent.objects.get(verb="jobs.retried")
    assert (event.actor, event.subject_ref) == (administrator.ref, failed.ref)


def test_a_failed_job_can_be_discarded(page: Client) -> None:
    failed = job()
    page.post(reverse("jobs:act", args=[failed.ref]), {"deed": "discard"})
    failed.refresh_from_db()
    assert failed.state == JobState.DISCARDED
    assert AuditEvent.objects.filter(verb="jobs.discarded").count() == 1


@pytest.mark.parametrize("deed", ["retry", "discard"])
def test_a_second_tab_changes_nothing(page: Client, deed: str) -> None:
    failed = job()
    page.post(reverse("jobs:act", args=[failed.ref]), {"deed": "discard"})
    answer = page.post(reverse("jobs:act", args=[failed.ref]), {"deed": deed})
    assert answer.status_code == 409
    assert "no longer failed" in answer.content.decode()
    assert AuditEvent.objects.count() == 1


def test_a_job_whose_work_a_newer_one_will_do_cannot_be_tried_again() -> None:
    failed = job(key="digest")
    job(JobState.WAITING, key="digest")
    with pytest.raises(Conflict, match="newer job"):
        services.retry(job=failed, actor="ann", now=clock.now())
    failed.refresh_from_db()
    assert failed.state == JobState.FAILED


def test_nonsense_does_nothing(page: Client) -> None:
    failed = job()
    assert page.post(reverse("jobs:act", args=[failed.ref]), {"deed": "explode"}).status_code == 302
    assert page.post(reverse("jobs:act", args=["0000000000"]), {"deed": "retry"}).status_code == 404
    failed.refresh_from_db()
    assert failed.state == JobState.FAILED


def test_the_page_is_for_administrators_alone() -> None:
    client = Client()
    assert client.get(reverse("jobs:list")).status_code == 302
    client.force_login(User.objects.create_user("olive@example.org", name="Olive", now=clock.now()))
    assert client.get(reverse("jobs:list")).status_code == 404
    assert client.post(reverse("jobs:act", args=[job().ref]), {"deed": "retry"}).status_code == 404


def test_the_oldest_job_that_could_run_says_how_long_it_waits(page: Client) -> None:
    waiting = job(JobState.WAITING)
    Job.objects.filter(pk=waiting.pk).update(run_after=clock.now() - timedelta(hours=3))
    assert "Nothing is due." not in page.get(reverse("jobs:list")).content.decode()
