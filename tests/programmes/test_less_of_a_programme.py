"""Programmes that have less: no doors, no reading, no stipends; and rounds that one fault does not stop."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.cast import PLANS, Cast, gather
from tests.plans import without
from tests.programmes.texts import mended
from tests.visiting import page
from tremplin.core import clock
from tremplin.core.jobs.models import Job, JobState
from tremplin.core.jobs.runner import Runner
from tremplin.programmes import answer_form, answers, facts, file, rounds
from tremplin.programmes.schema.training import FormQuestion

SAID = {"en": "How many hours?", "fr": "Combien d’heures ?"}


@pytest.fixture
def plain(db: None) -> Cast:
    """A programme that asks, and neither reads nor chooses nor pays."""
    text = (PLANS / "small.toml").read_text("utf-8").split("\n[review]")[0]
    lines = ["stages = []" if line.startswith("stages") else line for line in text.splitlines()]
    start, end = lines.index("[[eligibility]]"), lines.index("[application]")
    return gather(text="\n".join([*lines[:start], *lines[end:]]) + "\n")


def test_a_call_says_nothing_of_what_the_programme_does_not_do(plain: Cast, client: Client) -> None:
    assert facts.choosing(plain.cohort) == []
    assert facts.payments(plain.cohort) == []
    assert facts.doors(plain.cohort.plan) == []
    assert client.get(page(plain, "programmes:call")).status_code == 200


def test_the_questions_for_reading_offline_begin_without_doors(plain: Cast, client: Client) -> None:
    text = b"".join(client.get(page(plain, "programmes:questions-file"))).decode()
    assert "MAY I APPLY?" not in text
    assert "WHAT REVIEWERS LOOK FOR" in text


def test_a_calendar_has_the_dates_that_there_are(plain: Cast, client: Client) -> None:
    text = b"".join(client.get(page(plain, "programmes:calendar"))).decode()
    assert text.count("BEGIN:VEVENT") < 10
    assert f"{plain.cohort.ref}-call_closes@tremplin" in text


def test_without_stipends_no_payment_is_promised(db: None) -> None:
    assert facts.payments(gather(text=without("stipends")).cohort) == []


@pytest.mark.parametrize(("waitlist", "told"), [(1, True), (0, False)])
def test_a_waitlist_is_promised_where_there_is_one(db: None, waitlist: int, told: bool) -> None:
    cohort = gather(text=mended(("waitlist = 1", f"waitlist = {waitlist}"))).cohort
    assert any("There is a waitlist" in line for line in facts.choosing(cohort)) is told


@pytest.mark.parametrize(("value", "known"), [("12", True), ("-3", True), ("a dozen", False), ("1.5", False)])
def test_a_number_is_asked_for_and_checked_as_one(value: str, known: bool) -> None:
    question = FormQuestion(code="hours", kind="number", label=SAID)
    form = answer_form.AnswersForm([question])
    assert form.fields["hours"].widget.attrs["inputmode"] == "numeric"
    assert answers.offered(question, value) is known


def test_each_cohort_has_a_round_of_its_own_so_that_one_fault_stops_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = cast.at("call_opens", days=1)
    monkeypatch.setattr(clock, "now", lambda: at)
    went: list[Any] = []

    def go(*, cohort: Any, now: Any) -> None:
        if cohort.pk == cast.cohort.pk:
            raise ZeroDivisionError
        went.append((cohort.pk, now))

    monkeypatch.setattr(rounds, "go_round", go)
    rounds.go_all_rounds.call()
    rounds.go_all_rounds.call()  # while the first still waits: nothing comes twice
    assert Job.objects.filter(task__endswith="one_round").count() == 2
    Runner(["default"]).drain()
    assert went == [(cast.rival_cohort.pk, at)]
    assert Job.objects.filter(task__endswith="one_round", state=JobState.WAITING).count() == 1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('due = "training_ends+26w"', "due = 26", 'write a time such as "5w"'),
        (
            'time_zone = "Europe/Paris"',
            'time_zone = "Europe/Paris"\nopens = "soon"',
            "write a day such as 2027-01-11",
        ),
        (
            'time_zone = "Europe/Paris"',
            'time_zone = "Europe/Paris"\nopens = 2027-01-11T09:00:00Z',
            "leave out the zone",
        ),
    ],
)
def test_a_value_of_the_wrong_kind_says_how_to_write_it(old: str, new: str, told: str) -> None:
    with pytest.raises(file.BrokenFile, match=told):
        file.read(mended((old, new)))


def test_a_file_that_the_disk_does_not_give_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: Path, _mode: str) -> Any:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", broken)
    with pytest.raises(file.BrokenFile, match="it cannot be read"):
        file.load(tmp_path / "plan.toml")
