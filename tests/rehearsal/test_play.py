"""A whole cohort, played through the services on the small plan: it runs to its end, and the same seed is the same."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import PLANS
from tremplin.applications.effort import writing_time
from tremplin.applications.models import Application, ApplicationState
from tremplin.core import audit
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.jobs.models import Job
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import MessageState, OutboxMessage
from tremplin.impact.models import ImpactReport
from tremplin.methods import lottery
from tremplin.privacy.services import catch_up, purge
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import people_with
from tremplin.programmes.retention import classes
from tremplin.programmes.roles import Role
from tremplin.projects.models import Project
from tremplin.rehearsal import scenarios, words
from tremplin.rehearsal.models import Rehearsal
from tremplin.rehearsal.services import Wish, rehearse
from tremplin.review.models import Review
from tremplin.selection.models import Draw, Scholar
from tremplin.training.models import LabSubmission

OPENS = datetime(2026, 1, 12, 9, tzinfo=UTC)
TEXT = (PLANS / "small.toml").read_text("utf-8")


def play(
    cohort: str,
    moment: str,
    *,
    applicants: int = 16,
    seed: int = 3,
    hidden: bool = True,
    text: str = TEXT,
) -> Rehearsal:
    wish = Wish(
        text=text,
        institution=f"lab-{cohort}",
        cohort=cohort,
        opens=OPENS,
        applicants=applicants,
        seed=seed,
        hidden=hidden,
        graders=1,  # threads cannot share a database in memory
    )
    return rehearse(wish, until=lambda opened: scenarios.moment_of(moment, opened.dates))


def assert_few_queries(cohort: Cohort, role: Role, page: str, *, most: int) -> None:
    client = Client()
    client.force_login(people_with(cohort, role)[0])
    with CaptureQueriesContext(connection) as asked:
        assert client.get(cohort_url(cohort, page)).status_code == 200
    assert len(asked) <= most, f"{page} for {role}: {len(asked)} queries"


def emptied() -> None:
    """A database in which nothing has ever been: keys begin at one again."""
    call_command("flush", interactive=False, reset_sequences=True, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_a_draw_with_a_public_round_is_played_with_an_invented_one() -> None:
    text = TEXT.replace('method = "draw"', 'method = "merit"\npublic_source = "drand"')
    assert play("round", "decided", applicants=10, text=text).report["selection"]["decisions"] == 10
    draw = Draw.objects.get()
    assert draw.source
    assert lottery.verify(draw.file, published=draw.commitment, listed=draw.listed)
    assert lottery.loads(draw.file).reveal.values == (draw.value,)


@pytest.mark.django_db(transaction=True)
def test_a_cohort_is_played_from_the_first_click_to_a_year_later() -> None:
    found = play("whole", "one-year-later", applicants=10)
    report = found.report
    assert report["call"]["submitted"] == 10
    assert report["reading"]["unread"] == 0
    assert report["selection"]["scholars"] >= 1
    assert report["money"]["paid"] == report["money"]["promised"] > 0
    assert report["money"]["open"] == 0
    assert report["training"]["lab_submissions"] >= report["training"]["labs_passed"] > 0
    assert not LabSubmission.objects.exclude(state="graded").exists()
    assert (
        Scholar.objects.filter(cohort=found.cohort, state="completed").count()
        == report["selection"]["scholars"]
    )
    assert ImpactReport.objects.filter(cohort=found.cohort).exists()
    assert not AuditEvent.objects.filter(scope=found.cohort.scope, at__gt=found.until).exists()
    for project in Project.objects.filter(scholar__cohort=found.cohort):
        assert "## Results" in project.description or "## Résultats" in project.description
        assert "None yet" not in project.description
    for comment in Review.objects.exclude(comment="").select_related("snapshot"):
        french = bool(re.search(r"\b(?:vous|votre|vos)\b", comment.comment, re.IGNORECASE))
        assert french == (comment.snapshot.language == "fr"), comment.comment
    assert audit.first_break(found.cohort.scope) is None
    for role in (Role.ORGANISER, Role.FINANCE, Role.SCHOLAR, Role.MENTOR):
        assert_few_queries(found.cohort, role, "desk", most=15)


@pytest.mark.django_db(transaction=True)
def test_the_same_seed_gives_the_same_figures_which_read_as_text_and_no_mail_leaves() -> None:
    emptied()
    first = play("one", "decided").report
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {MessageState.SENT}
    assert not Job.objects.filter(task__contains="outbox").exists()
    assert "Applications sent 16" in " ".join(" ".join(words.lines(first)).split())
    emptied()
    second = play("one", "decided").report
    assert json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_stopped_under_review_stands_there_and_its_name_is_taken() -> None:
    found = play("review", "under-review")
    assert found.report["selection"]["scholars"] == 0
    assert Cohort.objects.get(pk=found.cohort_id).rehearsal
    assert_few_queries(found.cohort, Role.ORGANISER, "desk", most=15)
    assert_few_queries(found.cohort, Role.APPLICANT, "applications:hub", most=5)
    with pytest.raises(Conflict):
        play("review", "call-open")


def test_an_unknown_moment_names_the_known_ones() -> None:
    with pytest.raises(Invalid, match="week-3"):
        scenarios.moment_of("week-4", {})


@pytest.mark.django_db(transaction=True)
def test_invented_people_write_for_some_minutes_so_that_the_call_says_how_long_it_takes() -> None:
    cohort = play("paced", "under-review", applicants=80).cohort
    sent = Application.objects.filter(cohort=cohort, state=ApplicationState.SUBMITTED)
    minutes = [row.writing_seconds / 60 for row in sent]
    assert max(minutes) < 90
    assert len({round(spent) for spent in minutes}) > 4
    assert all(row.submitted_at and row.saved_at <= row.submitted_at for row in sent)
    found = writing_time(cohort)
    assert found is not None
    assert found.low <= found.middle <= found.high <= found.most


@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_rehearsed_cohort_goes_by_itself_even_when_it_is_shown() -> None:
    cohort = play("kept", "decided", applicants=8, hidden=False).cohort
    cohort = Cohort.objects.select_related("programme__institution", "version").get(pk=cohort.pk)
    assert not cohort.rehearsal
    years_later = cohort.date("decisions_out") + timedelta(days=3650)
    assert any(day <= years_later for kept in classes() if (day := kept.first_day(cohort)))
    assert purge(cohort=cohort, now=years_later) == {}
    assert catch_up(now=years_later) == 0
    assert Application.objects.filter(cohort=cohort).exclude(answers={}).exists()
    client = Client()
    client.force_login(people_with(cohort, Role.ORGANISER)[0])
    page = client.get(cohort_url(cohort, "privacy:retention")).content.decode()
    assert any(said in page for said in ("its people are invented", "personnes sont inventées"))
