"""How far people came, for rooms that may not know the selection; and when nothing of it moves any more."""

import pytest

from tests.cast import Cast
from tests.selection.world import accept, decide, offers_of, propose, read_cohort, sign
from tremplin.programmes import funnel
from tremplin.selection import services

pytestmark = pytest.mark.django_db


def people(cast: Cast, code: str) -> set[str]:
    step = next(step for step in funnel.steps() if step.code == code)
    return set(step.people(cast.cohort))


def test_steps_stand_in_the_order_of_the_journey() -> None:
    assert [step.code for step in funnel.steps()] == ["applied", "shortlisted", "offered", "accepted"]


def test_each_step_holds_those_of_the_next(cast: Cast) -> None:
    applications = read_cohort(cast, 8)
    assert people(cast, "applied") == {row.applicant.ref for row in applications}
    assert people(cast, "shortlisted") == set()
    decide(cast)
    first, second = offers_of(cast.cohort)
    accept(first, cast.at("decisions_out", days=1))
    offered = {offer.application.applicant.ref for offer in (first, second)}
    assert people(cast, "offered") == offered
    assert people(cast, "accepted") == {first.application.applicant.ref}
    assert people(cast, "accepted") <= offered <= people(cast, "shortlisted") <= people(cast, "applied")
    assert funnel.holds("applied", cast.cohort, applications[0].applicant)
    assert not funnel.holds("applied", cast.cohort, cast.reviewer)
    assert funnel.holds("accepted", cast.cohort, first.application.applicant)
    assert not funnel.holds("accepted", cast.cohort, second.application.applicant)
    assert not funnel.holds("unheard", cast.cohort, second.application.applicant)


def test_decisions_are_made_when_two_people_have_confirmed_them(cast: Cast) -> None:
    read_cohort(cast, 8)
    assert not funnel.decided(cast.cohort)
    proposal = propose(cast)
    sign(cast, proposal)
    assert not funnel.decided(cast.cohort)
    services.confirm(
        cohort=cast.cohort, actor=cast.colleague, version=proposal.version, now=cast.at("decisions_out")
    )
    assert funnel.decided(cast.cohort)
    assert not funnel.settled(cast.cohort)


def test_nothing_moves_any_more_when_all_offers_are_answered_and_nobody_waits(cast: Cast) -> None:
    read_cohort(cast, 8)
    decide(cast)
    for offer in offers_of(cast.cohort):
        accept(offer, cast.at("decisions_out", days=1))
    assert not funnel.settled(cast.cohort)  # somebody waits for a place
    services.close_waitlist(cohort=cast.cohort, actor=cast.organiser, now=cast.at("decisions_out", days=2))
    assert funnel.settled(cast.cohort)


def test_without_a_waitlist_answered_offers_are_enough(cast: Cast) -> None:
    read_cohort(cast, 2)
    decide(cast)
    assert not funnel.settled(cast.cohort)
    for offer in offers_of(cast.cohort):
        accept(offer, cast.at("decisions_out", days=1))
    assert funnel.settled(cast.cohort)
