"""Extra reads: after the planned ones, where they matter, within what the file fixed, and not a read more."""

from datetime import datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.cast import PLANS, Cast, gather
from tests.review.world import apply, fill, give_out, queries_people, read_all, reviewers
from tests.selection.world import by_number, propose, read_cohort
from tests.visiting import hold, page, signed_in, text_of
from tremplin.applications.models import Application
from tremplin.core.errors import Conflict, NotAllowed
from tremplin.core.outbox.models import OutboxMessage
from tremplin.methods.calibration import Criterion, Judgement, calibrate_rubric
from tremplin.review import queries as review_queries
from tremplin.review import services as review_services
from tremplin.review.models import Assignment, AssignmentState
from tremplin.selection import queries, services
from tremplin.selection.extra.models import ExtraHeldUp, ExtraRound
from tremplin.selection.extra.rules import Facts, next_round, standing
from tremplin.selection.rounds import selection_round


def planned(extra: int) -> Cast:
    """A cohort whose file plans so many extra reads, with seven reviewers."""
    text = (PLANS / "small.toml").read_text("utf-8")
    cast = gather(text=text.replace('method = "draw"', f'method = "draw"\nextra_reads = {extra}'))
    reviewers(cast, 5)
    return cast


@pytest.fixture
def cast(db: None) -> Cast:
    return planned(6)


def evening(cast: Cast, days: int = 3) -> datetime:
    return cast.at("call_closes", days=days)


def around(assignment: Assignment) -> dict[str, str]:
    """As `by_number`, and readers differ by a level."""
    scores = by_number(assignment)
    scores["making"] = str(1 + 2 * ((assignment.application_id + assignment.reviewer_id) % 3))
    return scores


def extra_of(cast: Cast) -> list[Assignment]:
    refs = [ref for row in ExtraRound.objects.filter(cohort=cast.cohort) for ref in row.sent]
    return list(Assignment.objects.filter(ref__in=refs).order_by("pk"))


def test_the_clock_sends_a_third_where_they_matter_once_all_planned_reads_are_in(cast: Cast) -> None:
    rows = read_cohort(cast, 12, around)
    selection_round(cohort=cast.cohort, now=evening(cast))
    made = ExtraRound.objects.get()
    assert (made.number, made.asked, len(made.sent), made.by) == (1, 2, 2, None)
    reads = extra_of(cast)
    assert [row.state for row in reads] == ["assigned", "assigned"]
    assert len({row.application_id for row in reads}) == 2
    assert {row.pk for row in rows[6:]}.isdisjoint(row.application_id for row in reads), "far below the line"
    for row in reads:
        others = Assignment.objects.filter(application=row.application_id).exclude(pk=row.pk)
        assert row.reviewer_id not in others.values_list("reviewer", flat=True)
    for _ref, (_application, chance, before, after) in made.sent.items():
        assert 0 < chance < 1
        assert 0 < after < before


def test_a_round_waits_for_the_call_for_planned_reads_and_for_its_own_reads(cast: Cast) -> None:
    apply(cast.cohort, 12, now=cast.at("call_opens", days=2))
    give_out(cast)
    selection_round(cohort=cast.cohort, now=evening(cast))
    assert queries.extra_standing(cast.cohort, evening(cast)).code == "unread"
    read_all(cast, around)
    assert queries.extra_standing(cast.cohort, cast.at("call_closes", days=-1)).code == "closing"
    assert not ExtraRound.objects.exists()
    selection_round(cohort=cast.cohort, now=evening(cast))
    selection_round(cohort=cast.cohort, now=evening(cast, 4))
    assert ExtraRound.objects.count() == 1
    assert queries.extra_standing(cast.cohort, evening(cast, 4)).code == "waits"


def test_rounds_go_on_to_the_number_that_the_file_fixed_or_until_a_round_changes_no_band(cast: Cast) -> None:
    read_cohort(cast, 12, around)
    for day in range(3, 12):
        selection_round(cohort=cast.cohort, now=evening(cast, day))
        read_all(cast, around, now=evening(cast, day))
    rounds = list(ExtraRound.objects.order_by("number"))
    stands = queries.extra_standing(cast.cohort, evening(cast, 12))
    assert stands.code in {"spent", "settled"}
    assert stands.used == sum(len(row.sent) for row in rounds) <= 6
    if stands.code == "settled":
        assert rounds[-1].settled
        assert rounds[-1].bands == rounds[-2].bands
        assert not rounds[-1].sent


def test_reads_that_change_no_band_end_it_and_the_rest_stays_unspent(cast: Cast) -> None:
    read_cohort(cast, 12, by_number)
    services.send_extra_reads(cohort=cast.cohort, actor=None, now=evening(cast))
    ExtraRound.objects.update(bands=_bands_now(cast))
    for assignment in extra_of(cast):
        assignment.cohort = cast.cohort
        Assignment.objects.filter(pk=assignment.pk).update(state="released", closed_at=evening(cast))
    made = services.send_extra_reads(cohort=cast.cohort, actor=None, now=evening(cast, 4))
    assert made is not None
    assert made.settled
    assert services.send_extra_reads(cohort=cast.cohort, actor=None, now=evening(cast, 5)) is None
    assert ExtraRound.objects.count() == 2
    with pytest.raises(Conflict, match="changed nothing"):
        services.send_extra_reads(cohort=cast.cohort, actor=cast.organiser, now=evening(cast, 5))


def _bands_now(cast: Cast) -> str:
    return ExtraRound.objects.get().bands


def test_a_read_that_was_handed_back_can_be_sent_again_and_the_number_holds(db: None) -> None:
    cast = planned(1)
    read_cohort(cast, 12, around)
    services.send_extra_reads(cohort=cast.cohort, actor=cast.organiser, now=evening(cast))
    first = extra_of(cast)[0]
    first.cohort = cast.cohort
    review_services.declare_conflict(
        assignment=first, actor=first.reviewer, now=evening(cast), reason="I know them."
    )
    assert queries.extra_standing(cast.cohort, evening(cast)).left == 1
    services.send_extra_reads(cohort=cast.cohort, actor=cast.organiser, now=evening(cast, 4))
    live = [row for row in extra_of(cast) if row.state != AssignmentState.CONFLICT]
    assert len(live) == 1
    assert (live[0].application_id, live[0].reviewer_id) != (first.application_id, first.reviewer_id)
    with pytest.raises(Conflict, match="have been sent"):
        services.send_extra_reads(cohort=cast.cohort, actor=cast.organiser, now=evening(cast, 5))


def test_reviewers_are_told_once_and_never_asked_for_more_than_they_can_carry(cast: Cast) -> None:
    read_cohort(cast, 12, around)
    full = queries_people(cast)[:-1]
    for reviewer in full:
        review_services.set_profile(
            cohort=cast.cohort,
            reviewer=reviewer,
            actor=cast.organiser,
            languages=["en", "fr"],
            capacity=review_queries.mine(cast.cohort, reviewer).count(),
            now=evening(cast, 2),
        )
    before = OutboxMessage.objects.filter(kind="review-assigned").count()
    services.send_extra_reads(cohort=cast.cohort, actor=None, now=evening(cast))
    assert {row.reviewer_id for row in extra_of(cast)} == {queries_people(cast)[-1].pk}
    assert OutboxMessage.objects.filter(kind="review-assigned").count() == before + 1


def test_without_room_nothing_is_kept_and_an_organiser_hears_why(cast: Cast) -> None:
    read_cohort(cast, 12, around)
    for reviewer in queries_people(cast):
        review_services.set_profile(
            cohort=cast.cohort,
            reviewer=reviewer,
            actor=cast.organiser,
            languages=["en", "fr"],
            capacity=review_queries.mine(cast.cohort, reviewer).count(),
            now=evening(cast, 2),
        )
    assert services.send_extra_reads(cohort=cast.cohort, actor=None, now=evening(cast)) is None
    with pytest.raises(Conflict, match="No reviewer has room"):
        services.send_extra_reads(cohort=cast.cohort, actor=cast.organiser, now=evening(cast))
    assert not ExtraRound.objects.exists()


def test_a_desk_says_that_nobody_has_room_until_somebody_has(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_cohort(cast, 12, around)
    people = queries_people(cast)

    def room(more: int) -> None:
        for reviewer in people:
            review_services.set_profile(
                cohort=cast.cohort,
                reviewer=reviewer,
                actor=cast.organiser,
                languages=["en", "fr"],
                capacity=review_queries.mine(cast.cohort, reviewer).count() + more,
                now=evening(cast, 2),
            )

    hold(monkeypatch, evening(cast))
    words, desk = "No reviewer has room for an extra read", page(cast, "desk")
    room(0)
    selection_round(cohort=cast.cohort, now=evening(cast))
    assert ExtraHeldUp.objects.get().asked == 2
    assert words in text_of(signed_in(cast.organiser), desk)
    assert words not in text_of(signed_in(cast.reviewer), desk)
    room(3)
    selection_round(cohort=cast.cohort, now=evening(cast))
    assert ExtraRound.objects.count() == 1
    assert words not in text_of(signed_in(cast.organiser), desk)


def test_a_plan_of_the_reading_counts_the_extra_reads_that_are_still_to_come(cast: Cast) -> None:
    known, _own = review_queries.standing(cast.cohort, now=cast.at("call_opens", days=-3))
    assert known.extra == (2, 2, 2)
    read_cohort(cast, 12, around)
    selection_round(cohort=cast.cohort, now=evening(cast))
    known, _own = review_queries.standing(cast.cohort, now=evening(cast))
    assert known.extra == (2, 2, 2), "two are out, four are left for two rounds"
    ExtraRound.objects.create(cohort=cast.cohort, number=2, settled=True, created_at=evening(cast))
    known, _own = review_queries.standing(cast.cohort, now=evening(cast))
    assert known.extra == (), "it is settled: no more come"


def test_where_nobody_could_judge_anything_the_clock_goes_on_and_an_organiser_hears_why(cast: Cast) -> None:
    read_cohort(cast, 12, lambda _assignment: {"drive": "cannot_judge", "making": "cannot_judge"})
    assert services.send_extra_reads(cohort=cast.cohort, actor=None, now=evening(cast)) is None
    with pytest.raises(Conflict, match="No reader could judge anything"):
        services.send_extra_reads(cohort=cast.cohort, actor=cast.organiser, now=evening(cast))


def test_two_rounds_at_once_are_one(cast: Cast) -> None:
    read_cohort(cast, 12, around)
    first, second = (
        services.send_extra_reads(cohort=cast.cohort, actor=None, now=evening(cast)) for _turn in range(2)
    )
    assert first is not None
    assert second is None


def test_a_cohort_without_extra_reads_costs_the_clock_nothing(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cast = planned(0)
    assert cast.cohort.plan.selection is not None  # the file is read once
    with django_assert_num_queries(2):  # the savepoint, no question
        assert services.send_extra_reads(cohort=cast.cohort, actor=None, now=evening(cast)) is None
    told = text_of(signed_in(cast.organiser), page(cast, "selection:evidence"))
    assert "plans no extra reads" in told


def test_nothing_on_a_reviewers_page_tells_that_a_read_is_an_extra_one(cast: Cast) -> None:
    read_cohort(cast, 12, around)
    services.send_extra_reads(cohort=cast.cohort, actor=None, now=evening(cast))
    row = extra_of(cast)[0]
    client = signed_in(row.reviewer)
    told = text_of(client, page(cast, "review:queue")) + text_of(
        client, page(cast, "review:read", ref=row.ref)
    )
    assert "xtra" not in told
    assert client.get(page(cast, "selection:evidence")).status_code == 403


def test_after_decisions_are_proposed_no_extra_read_goes_out(cast: Cast) -> None:
    read_cohort(cast, 12, around)
    propose(cast)
    selection_round(cohort=cast.cohort, now=evening(cast))
    assert not ExtraRound.objects.exists()
    with pytest.raises(Conflict, match="Decisions have been proposed"):
        services.send_extra_reads(cohort=cast.cohort, actor=cast.organiser, now=evening(cast))


def test_only_organisers_send_a_round_by_hand(cast: Cast) -> None:
    read_cohort(cast, 12, around)
    for person in (cast.observer, cast.reviewer, cast.stranger):
        with pytest.raises(NotAllowed):
            services.send_extra_reads(cohort=cast.cohort, actor=person, now=evening(cast))


def test_an_organiser_sends_a_round_on_the_page_and_reads_what_each_is_for(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_cohort(cast, 12, around)
    hold(monkeypatch, evening(cast))
    client = signed_in(cast.organiser)
    assert "Send the next round now" in text_of(client, page(cast, "selection:evidence"))
    client.post(page(cast, "selection:send-extra"))
    told = text_of(client, page(cast, "selection:evidence"))
    for ref in (row.application.ref for row in extra_of(cast)):
        assert ref.upper() in told
    assert "2 extra reads were sent." in told
    seen = text_of(signed_in(cast.observer), page(cast, "selection:evidence"))
    assert "Round 1" in seen
    assert "Send the next round now" not in seen
    for reader in queries_people(cast):
        assert reader.get_full_name() not in seen


def test_the_score_counts_an_extra_read_like_any_other(cast: Cast) -> None:
    read_cohort(cast, 12, around)
    services.send_extra_reads(cohort=cast.cohort, actor=None, now=evening(cast))
    row = extra_of(cast)[0]
    row.cohort = cast.cohort
    fill(row, evening(cast))
    reads = [read.application for read in review_queries.scored_reads(cast.cohort)]
    assert reads.count(row.application_id) == 3
    assert Application.objects.filter(cohort=cast.cohort).count() == 12


FACTS: dict[str, int | bool] = {
    "budget": 6, "used": 0, "out": 0, "rounds": 0, "settled": False, "decided": False, "closed": True,
    "unread": 0, "missing": 0, "over": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, "ready"),
        ({"budget": 0}, "none"),
        ({"decided": True, "unread": 3}, "decided"),
        ({"used": 6}, "spent"),
        ({"used": 6, "out": 2}, "waits"),
        ({"settled": True, "missing": 1}, "settled"),
        ({"closed": False, "missing": 9}, "closing"),
        ({"unread": 1, "missing": 9}, "unread"),
        ({"missing": 9, "over": True}, "planned"),
        ({"over": True}, "late"),
    ],
)
def test_what_stops_it_for_good_is_said_before_what_it_waits_for(changed: dict[str, int], code: str) -> None:
    assert standing(Facts(**{**FACTS, **changed})).code == code  # type: ignore[arg-type]


def test_what_is_left_is_spread_over_the_rounds_that_are_left() -> None:
    rows = [
        Judgement(f"a{n:02}", f"r{(n + k) % 5}", {"c": float((7 * n + 3 * k) % 9)})
        for n in range(30)
        for k in range(2)
    ]
    found = calibrate_rubric(rows, [Criterion("c")])
    sizes = [len(next_round(found, places=5, left=10, rounds=done)) for done in (0, 1, 2, 5)]
    assert sizes == [4, 5, 10, 10]
    worth = [row.value for row in next_round(found, places=5, left=10, rounds=2)]
    assert worth == sorted(worth, reverse=True)
    assert next_round(found, places=30, left=10, rounds=0) == ()
    assert next_round(found, places=0, left=10, rounds=0) == ()
