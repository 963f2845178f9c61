"""Two people at the same moment: one of them decides, nobody gets a place twice, none is lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.at_once import as_served, together
from tests.cast import Cast, gather
from tests.review.world import apply, fill, give_out, read_of, reviewers
from tests.selection.world import accept, ask_by_hand, decide, offers_of, propose, read_cohort, sign
from tremplin.core.outbox.models import OutboxMessage
from tremplin.review import queries as review_queries
from tremplin.review import services as review_services
from tremplin.review.models import Review
from tremplin.selection import services
from tremplin.selection.models import Offer, Proposal, Scholar


@pytest.fixture
def house(transactional_db: None) -> Cast:
    return gather()


def names(results: list[object]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def test_two_organisers_confirm_at_once_and_offers_are_made_once(house: Cast, tmp_path: Path) -> None:
    read_cohort(house, 6)
    proposal = propose(house)
    sign(house, proposal)
    now = house.at("decisions_out")

    def press() -> object:
        return services.confirm(cohort=house.cohort, actor=house.colleague, version=proposal.version, now=now)

    with as_served(tmp_path):
        results = together([press, press])
        counted = together(
            [lambda: (Offer.objects.count(), OutboxMessage.objects.filter(batch__isnull=False).count())]
        )
    assert names(results) == ["Conflict", "Proposal"]
    assert counted == [(2, 6)]


def test_one_organiser_signs_while_another_changes_the_list(house: Cast, tmp_path: Path) -> None:
    read_cohort(house, 5)
    proposal = propose(house)
    decision = proposal.decisions.select_related("proposal").get(priority=5)

    def change() -> object:
        return ask_by_hand(house, decision, "offer", proposal.version, actor=house.colleague)

    with as_served(tmp_path):
        together([lambda: sign(house, proposal), change])
        [state] = together([lambda: Proposal.objects.values_list("state", "version").get()])
    # Whoever came first: no signature stands under a list that its signer has not read.
    assert state == ("proposed", proposal.version + 1)


def test_a_double_click_on_accept_makes_one_scholar(house: Cast, tmp_path: Path) -> None:
    read_cohort(house, 4)
    decide(house)
    offer, now = offers_of(house.cohort)[0], house.at("decisions_out", days=1)
    with as_served(tmp_path):
        results = together([lambda: accept(offer, now)] * 3)
        counted = together([Scholar.objects.count])
    assert names(results) == ["Scholar"] * 3
    assert counted == [1]


def test_two_people_never_hold_the_last_place(house: Cast, tmp_path: Path) -> None:
    """The offer runs out while its holder accepts at the last moment: one of the two happens, not both."""
    read_cohort(house, 5)
    decide(house, places=1)
    [offer] = offers_of(house.cohort)
    edge = offer.answer_by + timedelta(minutes=30)
    with as_served(tmp_path):
        together(
            [
                lambda: accept(offer, edge),
                lambda: services.expire_offers(cohort=house.cohort, now=edge + timedelta(seconds=1)),
                lambda: services.expire_offers(cohort=house.cohort, now=edge + timedelta(seconds=1)),
            ]
        )
        [held] = together([lambda: Offer.objects.filter(state__in=["open", "accepted"]).count()])
    assert held == 1


def test_two_places_that_come_free_at_once_go_to_one_person_waiting(house: Cast, tmp_path: Path) -> None:
    read_cohort(house, 5)
    decide(house)
    now = house.at("decisions_out", days=1)

    def decline(offer: Offer) -> Callable[[], object]:
        return lambda: services.decline_offer(offer=offer, actor=offer.application.applicant, now=now)

    with as_served(tmp_path):
        results = together([decline(offer) for offer in offers_of(house.cohort)])
        counted = together([lambda: (Offer.objects.count(), Offer.objects.filter(promoted=True).count())])
    assert names(results) == ["Offer", "Offer"]
    assert counted == [(3, 1)]


def test_two_windows_that_save_one_review_at_once_keep_one_of_them(house: Cast, tmp_path: Path) -> None:
    apply(house.cohort, 1, now=house.at("call_opens", days=2))
    give_out(house)
    assignment = read_of(house, house.reviewer)
    page = review_queries.page_of(assignment)
    now: datetime = house.at("call_closes", days=2)

    def save(comment: str) -> Callable[[], object]:
        return lambda: review_services.save_review(
            assignment=assignment,
            actor=house.reviewer,
            now=now,
            shown=page.shown,
            expected_version=0,
            scores={},
            comment=comment,
        )

    with as_served(tmp_path):
        results = together([save("one"), save("two")])
        counted = together([lambda: list(Review.objects.values_list("version", flat=True))])
    assert counted == [[1]]
    assert names(results) == ["Review", "Stale"]


def test_two_organisers_give_out_reads_at_once_and_nobody_reads_twice(house: Cast, tmp_path: Path) -> None:
    apply(house.cohort, 4, now=house.at("call_opens", days=2))
    now = house.at("call_closes", days=1)

    def press() -> object:
        return review_services.assign(cohort=house.cohort, actor=house.organiser, now=now)

    with as_served(tmp_path):
        results = together([press, press])
        counted = together([lambda: review_queries.progress(house.cohort).given])
    assert names(results) == ["AssignmentPreview"] * 2
    assert counted == [8]


def test_a_draft_that_another_window_changed_meanwhile_is_not_overwritten(
    house: Cast, tmp_path: Path
) -> None:
    apply(house.cohort, 1, now=house.at("call_opens", days=2))
    give_out(house)
    assignment, now = read_of(house, house.reviewer), house.at("call_closes", days=2)
    fill(assignment, now, submit=False, comment="before")
    page = review_queries.page_of(assignment)

    def save(comment: str) -> Callable[[], object]:
        return lambda: fill(
            assignment, now, submit=False, comment=comment, expected_version=1, shown=page.shown
        )

    with as_served(tmp_path):
        results = together([save("one"), save("two"), save("three")])
        counted = together([lambda: list(Review.objects.values_list("version", flat=True))])
    assert names(results) == ["Review", "Stale", "Stale"]
    assert counted == [[2]]


def test_two_conflicts_at_once_are_handed_to_the_same_person_without_a_clash(
    house: Cast, tmp_path: Path
) -> None:
    [application] = apply(house.cohort, 1, now=house.at("call_opens", days=2))
    give_out(house)
    pair = [read_of(house, user) for user in (house.reviewer, house.second_reviewer)]
    reviewers(house, 1)
    now = house.at("call_closes", days=2)

    def pass_on(number: int) -> Callable[[], object]:
        assignment = pair[number]
        return lambda: review_services.declare_conflict(
            assignment=assignment, actor=assignment.reviewer, now=now
        )

    with as_served(tmp_path):
        results = together([pass_on(0), pass_on(1)])
        counted = together([lambda: application.assignments.filter(state="assigned").count()])
    assert names(results) == ["Assignment", "Assignment"] or names(results) == ["Assignment", "NoneType"]
    assert counted == [1]
