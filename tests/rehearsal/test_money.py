"""What finance and organisers of a rehearsal do about money that waits: remind, open with a reason, cancel."""

from datetime import timedelta

import pytest

from tests.cast import Cast, enrol
from tests.stipends.world import check_in, instalment, through, with_details, with_mentor
from tremplin.rehearsal.acts import money
from tremplin.rehearsal.population.people import Cast as Company
from tremplin.rehearsal.population.population import Population
from tremplin.rehearsal.stage import Play
from tremplin.selection.models import Scholar
from tremplin.stipends import services
from tremplin.stipends.models import InstalmentState, LedgerEntry
from tremplin.training import services as training
from tremplin.training.models import Audience

NOBODY = Population(1, (), (), (), (), (), (), ())


@pytest.fixture
def scholar(cast: Cast) -> Scholar:
    """Whose first payment has left, and whose second waits for a check-in."""
    scholar = enrol(cast)
    services.plan_instalments(cohort=cast.cohort, now=cast.at("training_starts", days=-10))
    with_details(cast, scholar)
    through(cast, instalment(scholar))
    return scholar


@pytest.fixture
def play(cast: Cast, scholar: Scholar) -> Play:
    play = Play(cast.cohort, seed=1, population=NOBODY)
    play.know(Company(5, languages=("fr",), french_share=1.0).invent("applicant", 0), scholar.user)
    return play


def pay_day(play: Play, cast: Cast, *, weeks: int) -> None:
    at = cast.at("training_starts", weeks=weeks)
    play.plan(at, money._pay_day(play))
    play.run(until=at + timedelta(days=3))


def second(scholar: Scholar) -> str:
    return instalment(scholar, "second").state


def test_what_waits_for_a_check_in_is_opened_two_weeks_late_and_then_paid(
    cast: Cast, scholar: Scholar, play: Play
) -> None:
    with_mentor(cast, scholar)
    pay_day(play, cast, weeks=4)
    assert second(scholar) == InstalmentState.PLANNED
    assert not LedgerEntry.objects.filter(before="planned", after="planned").exists()
    pay_day(play, cast, weeks=5)
    opened = LedgerEntry.objects.get(before="planned", after="planned")
    assert opened.note == money._SPOKE["fr"]
    assert opened.actor_name in {"Olive Organiser", "Colin Colleague"}
    assert [mishap.what for mishap in play.mishaps] == ["payment_late", "payment_opened"]
    assert play.tally["payments-opened"] == 1
    pay_day(play, cast, weeks=6)
    assert second(scholar) == InstalmentState.PAID


def test_the_reason_speaks_of_the_journal_only_where_there_is_one(
    cast: Cast, scholar: Scholar, play: Play
) -> None:
    with_mentor(cast, scholar)
    at = cast.at("training_starts", weeks=4)
    entry = training.save_entry(
        scholar=scholar, week=4, title="Semaine 4", body="J’ai gelé le jeu de test.", language="fr",
        expected_version=0, actor=scholar.user, now=at,
    )  # fmt: skip
    assert not money._writes(scholar, at)
    training.share_entry(entry=entry, audience=Audience.COHORT, actor=scholar.user, now=at)
    pay_day(play, cast, weeks=5)
    assert LedgerEntry.objects.get(before="planned", after="planned").note == money._KEEPS_WRITING["fr"]


def test_a_check_in_that_came_needs_nobody_to_open_anything(cast: Cast, scholar: Scholar, play: Play) -> None:
    check_in(cast, scholar)
    pay_day(play, cast, weeks=5)
    assert second(scholar) == InstalmentState.PAID
    assert not play.mishaps


def test_what_somebody_who_left_has_not_earned_is_cancelled_with_a_word_to_them(
    cast: Cast, scholar: Scholar, play: Play
) -> None:
    scholar.state, scholar.stopped_at = "left", cast.at("training_starts", weeks=1)
    scholar.save()
    pay_day(play, cast, weeks=3)
    row = instalment(scholar, "second")
    assert (row.state, row.reason) == (InstalmentState.CANCELLED, money._LEFT["fr"])
