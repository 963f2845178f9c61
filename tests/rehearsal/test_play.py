"""A whole cohort, played through the services on the small plan: it runs to its end, and the same seed is the same."""

import json
from datetime import UTC, datetime

import pytest

from tests.cast import PLANS
from tremplin.core import audit
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.jobs.models import Job
from tremplin.core.outbox.models import MessageState, OutboxMessage
from tremplin.impact.models import ImpactReport
from tremplin.programmes.models import Cohort
from tremplin.rehearsal import scenarios, words
from tremplin.rehearsal.models import Rehearsal
from tremplin.rehearsal.services import Wish, rehearse
from tremplin.selection.models import Scholar

OPENS = datetime(2026, 1, 12, 9, tzinfo=UTC)
TEXT = (PLANS / "small.toml").read_text("utf-8")


def play(cohort: str, moment: str, *, applicants: int = 16, seed: int = 3) -> Rehearsal:
    wish = Wish(
        text=TEXT, institution=f"lab-{cohort}", cohort=cohort, opens=OPENS, applicants=applicants, seed=seed
    )
    return rehearse(wish, until=lambda opened: scenarios.moment_of(moment, opened.dates))


@pytest.mark.django_db(transaction=True)
def test_a_cohort_is_played_from_the_first_click_to_a_year_later() -> None:
    found = play("whole", "one-year-later")
    report = found.report
    assert report["call"]["submitted"] == 16
    assert report["reading"]["unread"] == 0
    assert report["selection"]["scholars"] >= 1
    assert report["money"]["paid"] == report["money"]["promised"] > 0
    assert report["training"]["labs_passed"] + report["training"]["lab_submissions"] > 0
    assert (
        Scholar.objects.filter(cohort=found.cohort, state="completed").count()
        == report["selection"]["scholars"]
    )
    assert ImpactReport.objects.filter(cohort=found.cohort).exists()
    assert audit.first_break(found.cohort.scope) is None


@pytest.mark.django_db(transaction=True)
def test_no_mail_of_a_rehearsal_leaves() -> None:
    play("mail", "decided")
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {MessageState.SENT}
    assert not Job.objects.filter(task__contains="outbox").exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_seed_gives_the_same_figures() -> None:
    first, second = play("one", "decided").report, play("two", "decided").report
    assert json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_stopped_under_review_stands_there() -> None:
    found = play("review", "under-review")
    assert found.report["selection"]["scholars"] == 0
    assert Cohort.objects.get(pk=found.cohort_id).rehearsal


@pytest.mark.django_db(transaction=True)
def test_a_name_that_is_taken_is_refused() -> None:
    play("again", "call-open")
    with pytest.raises(Conflict):
        play("again", "call-open")


def test_an_unknown_moment_names_the_known_ones() -> None:
    with pytest.raises(Invalid, match="week-3"):
        scenarios.moment_of("week-4", {})


@pytest.mark.django_db(transaction=True)
def test_the_report_reads_as_text() -> None:
    text = "\n".join(words.lines(play("text", "decided").report))
    assert "Applications sent" in text
    assert "16" in text
