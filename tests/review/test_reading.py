"""Reading: drafts that are kept, reviews of what was on screen, conflicts, others only afterwards."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.review.world import apply, fill, give_out, read_of, reviewers, send_again
from tremplin.applications.models import Application
from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.review import queries, rules, services
from tremplin.review.models import Assignment, DeclaredConflict, Review


@pytest.fixture
def one(cast: Cast) -> Application:
    """One application, given to both reviewers."""
    application = apply(cast.cohort, 1, now=cast.at("call_opens", days=2))[0]
    give_out(cast)
    return application


def test_a_draft_is_kept_unfinished_and_submitted_later(cast: Cast, one: Application) -> None:
    now = cast.at("call_closes", days=2)
    draft = fill(read_of(cast, cast.reviewer), now, submit=False, scores={"drive": "2"})
    assert (draft.scores, draft.submitted_at, draft.version) == ({"drive": 2}, None, 1)
    done = fill(read_of(cast, cast.reviewer), now, scores={"drive": "2", "making": "cannot_judge"})
    assert (done.scores, done.version) == ({"drive": 2, "making": "cannot_judge"}, 2)
    assert done.submitted_at == now
    assert done.minutes == 10
    assert Assignment.objects.get(pk=done.assignment_id).state == "submitted"


def test_an_unanswered_criterion_keeps_a_review_from_being_submitted(cast: Cast, one: Application) -> None:
    with pytest.raises(Invalid) as fault:
        fill(
            read_of(cast, cast.reviewer), cast.at("call_closes", days=2), scores={"drive": "2", "making": ""}
        )
    assert list(fault.value.errors) == ["making"]
    assert Review.objects.count() == 0


@pytest.mark.parametrize(
    "scores", [{"drive": "6"}, {"making": "2"}, {"drive": "-1"}, {"charm": "1"}, {"drive": "3.5"}]
)
def test_a_score_that_the_rubric_does_not_have_is_refused(
    cast: Cast, one: Application, scores: dict[str, str]
) -> None:
    with pytest.raises(Invalid):
        fill(read_of(cast, cast.reviewer), cast.at("call_closes", days=2), submit=False, scores=scores)


def test_scores_never_go_to_a_text_that_was_not_on_screen(cast: Cast, one: Application) -> None:
    now, assignment = cast.at("call_closes", days=2), read_of(cast, cast.reviewer)
    shown = queries.page_of(assignment).shown
    send_again(one, {"motivation": "Another text."}, now)
    with pytest.raises(Stale):
        fill(read_of(cast, cast.reviewer), now, shown=shown)
    with pytest.raises(Stale):
        fill(read_of(cast, cast.reviewer), now, shown="")
    assert Review.objects.count() == 0


def test_a_second_window_does_not_overwrite_the_first(cast: Cast, one: Application) -> None:
    now = cast.at("call_closes", days=2)
    fill(read_of(cast, cast.reviewer), now, submit=False, comment="first")
    with pytest.raises(Stale) as fault:
        fill(read_of(cast, cast.reviewer), now, submit=False, comment="second", expected_version=0)
    assert isinstance(fault.value.current, Review)
    assert Review.objects.get().comment == "first"


def test_submitting_twice_changes_nothing_and_logs_once(cast: Cast, one: Application) -> None:
    now, assignment = cast.at("call_closes", days=2), read_of(cast, cast.reviewer)
    page = queries.page_of(assignment)
    first = fill(assignment, now)
    again = fill(assignment, now + timedelta(seconds=1), shown=page.shown, expected_version=page.version)
    assert (again.pk, again.version) == (first.pk, first.version)
    event = AuditEvent.objects.get(verb="review.submitted")
    assert event.data == {"minutes": 5, "recognised": False}


def test_nobody_reads_for_another_or_after_it_was_submitted(cast: Cast, one: Application) -> None:
    now, assignment = cast.at("call_closes", days=2), read_of(cast, cast.reviewer)
    page = queries.page_of(assignment)
    for person in (cast.second_reviewer, cast.organiser, cast.stranger):
        with pytest.raises(NotAllowed):
            services.save_review(
                assignment=assignment, actor=person, now=now, shown=page.shown, expected_version=0, scores={}
            )
    fill(assignment, now)
    with pytest.raises(Conflict):
        fill(assignment, now, submit=False, scores={"drive": "1"}, expected_version=1)


def test_a_withdrawn_application_is_read_no_more(cast: Cast, one: Application) -> None:
    assignment, page = read_of(cast, cast.reviewer), queries.page_of(read_of(cast, cast.reviewer))
    one.state, one.withdrawn_at = "withdrawn", cast.at("call_closes", days=1)
    one.save()
    assert queries.queue_for(cast.cohort, cast.reviewer).total == 0
    with pytest.raises(Conflict):
        services.save_review(
            assignment=assignment,
            actor=cast.reviewer,
            now=cast.at("call_closes", days=2),
            shown=page.shown,
            expected_version=0,
            scores={},
        )


def test_too_long_a_comment_is_named_at_its_field(cast: Cast, one: Application) -> None:
    with pytest.raises(Invalid) as fault:
        fill(read_of(cast, cast.reviewer), cast.at("call_closes", days=2), comment="x" * 5001)
    assert list(fault.value.errors) == ["comment"]


def test_a_conflict_hands_the_read_to_somebody_else_for_good(cast: Cast, one: Application) -> None:
    now, third = cast.at("call_closes", days=2), reviewers(cast, 1)[0]
    assignment = read_of(cast, cast.reviewer)
    fill(assignment, now, submit=False)
    found = services.declare_conflict(
        assignment=assignment, actor=cast.reviewer, now=now, reason="My cousin."
    )
    assert found is not None
    assert found.reviewer_id == third.pk
    assert Review.objects.count() == 0
    assert queries.queue_for(cast.cohort, cast.reviewer).total == 0
    give_out(cast)
    assert not Assignment.objects.filter(reviewer=cast.reviewer, state="assigned").exists()
    event = AuditEvent.objects.get(verb="review.conflict-declared")
    assert "cousin" not in str(event.data)
    assert DeclaredConflict.objects.get().reason == "My cousin."


def test_a_conflict_that_nobody_can_take_over_shows_among_those_without_reviewer(
    cast: Cast, one: Application
) -> None:
    now, assignment = cast.at("call_closes", days=2), read_of(cast, cast.reviewer)
    assert services.declare_conflict(assignment=assignment, actor=cast.reviewer, now=now) is None
    assert queries.progress(cast.cohort).without_reader == 1
    assert list(queries.applications_by_reads(cast.cohort, cast.organiser, only="without")) == [one]
    assert services.declare_conflict(assignment=assignment, actor=cast.reviewer, now=now) is None
    assert DeclaredConflict.objects.count() == 1


def test_an_organiser_may_declare_a_conflict_and_a_finished_read_stays(cast: Cast, one: Application) -> None:
    now, assignment = cast.at("call_closes", days=2), read_of(cast, cast.reviewer)
    with pytest.raises(NotAllowed):
        services.declare_conflict(assignment=assignment, actor=cast.second_reviewer, now=now)
    fill(assignment, now)
    with pytest.raises(Conflict):
        services.declare_conflict(assignment=assignment, actor=cast.organiser, now=now)
    services.declare_conflict(assignment=read_of(cast, cast.second_reviewer), actor=cast.organiser, now=now)
    assert Assignment.objects.get(reviewer=cast.second_reviewer).state == "conflict"


def test_others_are_seen_only_after_ones_own_read_is_in(cast: Cast, one: Application) -> None:
    now = cast.at("call_closes", days=2)
    mine, theirs = read_of(cast, cast.reviewer), read_of(cast, cast.second_reviewer)
    fill(theirs, now, comment="Brave.", scores={"drive": "5", "making": "1"}, private_note="secret")
    assert queries.others_of(mine) == []
    fill(mine, now)
    [other] = queries.others_of(read_of(cast, cast.reviewer, one))
    assert (other.scores, other.comment) == ({"drive": 5, "making": 1}, "Brave.")
    assert not hasattr(other, "reviewer")


def test_a_reviewer_may_change_a_read_only_while_nobody_else_could_sway_them(
    cast: Cast, one: Application
) -> None:
    now, mine = cast.at("call_closes", days=2), read_of(cast, cast.reviewer)
    fill(mine, now)
    services.reopen(assignment=mine, actor=cast.reviewer, now=now)
    assert queries.scored_reads(cast.cohort) == []
    fill(read_of(cast, cast.reviewer), now, scores={"drive": "1", "making": "1"})
    fill(read_of(cast, cast.second_reviewer), now)
    with pytest.raises(NotAllowed):
        services.reopen(assignment=mine, actor=cast.reviewer, now=now)
    with pytest.raises(Invalid):
        services.reopen(assignment=mine, actor=cast.organiser, now=now)
    services.reopen(assignment=mine, actor=cast.organiser, now=now, reason="Wrong button")
    with pytest.raises(Conflict):
        services.reopen(assignment=mine, actor=cast.organiser, now=now, reason="Again")


def test_the_queue_says_how_much_is_left_at_ones_own_pace(cast: Cast) -> None:
    apply(cast.cohort, 8, now=cast.at("call_opens", days=2))
    give_out(cast)
    now = cast.at("call_closes", days=2)
    before = queries.queue_for(cast.cohort, cast.reviewer)
    assert (before.done, before.total, before.minutes_left) == (0, 8, 64)
    assert {row.minutes for row in before.rows} == {8}
    for seconds in (600, 600, 20):
        fill(read_of(cast, cast.reviewer), now, seconds=seconds)
    after = queries.queue_for(cast.cohort, cast.reviewer)
    assert (after.done, after.left, after.minutes_left, after.effort) == (3, 5, 50, "about 50 minutes")
    taken = sorted(row.minutes for row in after.rows if row.state == "submitted")
    assert taken == [1, 10, 10]
    assert {row.minutes for row in after.rows if row.state != "submitted"} == {10}


def test_the_next_read_follows_the_one_on_screen_and_comes_round_again(cast: Cast) -> None:
    apply(cast.cohort, 3, now=cast.at("call_opens", days=2))
    give_out(cast)
    order = [row.ref for row in queries.queue_for(cast.cohort, cast.reviewer).rows]
    following = [queries.next_for(cast.cohort, cast.reviewer, after=ref) for ref in order]
    assert [row.ref for row in following if row] == [order[1], order[2], order[0]]
    first = queries.next_for(cast.cohort, cast.reviewer)
    assert first is not None
    assert first.ref == order[0]


def test_what_was_begun_is_offered_before_what_was_not(cast: Cast) -> None:
    apply(cast.cohort, 3, now=cast.at("call_opens", days=2))
    give_out(cast)
    last = queries.queue_for(cast.cohort, cast.reviewer).rows[-1]
    assignment = queries.mine(cast.cohort, cast.reviewer).get(ref=last.ref)
    assignment.cohort = cast.cohort
    fill(assignment, cast.at("call_closes", days=2), submit=False)
    queue = queries.queue_for(cast.cohort, cast.reviewer)
    assert (queue.open, queue.begun, queue.rows[0].ref) == (3, 1, last.ref)
    following = queries.next_for(cast.cohort, cast.reviewer)
    assert following is not None
    assert following.ref == last.ref


def test_a_list_of_any_length_is_asked_for_a_page_at_a_time(cast: Cast) -> None:
    apply(cast.cohort, 7, now=cast.at("call_opens", days=2))
    give_out(cast)
    now = cast.at("call_closes", days=2)
    done = fill(read_of(cast, cast.reviewer), now)
    with CaptureQueriesContext(connection) as asked:
        rows = queries.queue_for(cast.cohort, cast.reviewer).rows
        page = rows[2:4]
    assert (len(rows), len(page), len(asked)) == (7, 2, 3)
    assert "LIMIT 2" in asked[-1]["sql"]
    assert list(rows)[2:4] == page
    assert [row.state for row in rows][-1] == "submitted", done
    assert rows[9:] == []


def test_a_long_absence_is_not_counted_as_reading() -> None:
    from datetime import UTC, datetime

    now = datetime(2027, 3, 1, 12, tzinfo=UTC)
    assert rules.sitting(shown_at=now - timedelta(minutes=7), now=now) == 420
    assert rules.sitting(shown_at=now - timedelta(hours=9), now=now) == 20 * 60
    assert rules.sitting(shown_at=None, now=now) == 0
    assert rules.sitting(shown_at=now + timedelta(hours=1), now=now) == 0


def test_values_weigh_criteria_and_do_not_reward_what_was_not_judged(cast: Cast) -> None:
    plan = cast.cohort.plan.review
    assert plan is not None
    assert rules.values(plan, [{"drive": 5, "making": 5}, {"drive": 1, "making": 1}]) == [100, 0]
    # drive 3 of 1–5 is half, weight 2; making 5 is whole, weight 1.
    assert rules.values(plan, [{"drive": 3, "making": 5}]) == [pytest.approx(100 * 2 / 3)]
    # "making" is scored low by everybody: leaving it out gives no more than judging it at its mean would.
    low = [{"drive": 4, "making": 1}, {"drive": 4, "making": 1}, {"drive": 4, "making": "cannot_judge"}]
    found = rules.values(plan, low)
    assert found[2] == pytest.approx(found[0])
    assert rules.values(plan, [{"drive": "cannot_judge", "making": "cannot_judge"}]) == [None]
    assert rules.step(plan) == pytest.approx(100 / 3 / 2)


def test_agreement_is_said_only_when_enough_reads_stand_behind_it(cast: Cast) -> None:
    apply(cast.cohort, 12, now=cast.at("call_opens", days=2))
    give_out(cast)
    few = queries.agreement(cast.cohort, cast.organiser)
    assert (few.icc, few.close, few.recognised) == (None, None, None)
    for reviewer in (cast.reviewer, cast.second_reviewer):
        for number in range(12):
            level = str(1 + (number + (reviewer is cast.reviewer)) % 5)
            application = Application.objects.order_by("pk")[number]
            fill(
                read_of(cast, reviewer, application),
                cast.at("call_closes", days=2),
                scores={"drive": level, "making": "3"},
                recognised=number == 0,
            )
    found = queries.agreement(cast.cohort, cast.observer)
    assert found.pairs == 12
    assert found.close == pytest.approx(10 / 12)
    assert found.recognised == pytest.approx(2 / 24)
    assert found.icc is not None
    assert found.of_all is not None
    assert 0 < found.icc < found.of_all < 1
