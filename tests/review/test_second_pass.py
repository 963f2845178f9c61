"""A second pass: who is in it, who reads, what happens when it is undone, looked at twice, or opened by others."""

from collections import Counter

import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast, gather
from tests.review.second import first_read, open_second, read_second, second_cast, second_reads
from tests.review.world import ANSWERS, apply, fill, give_out, read_of
from tests.visiting import cards_of
from tremplin.core.errors import Conflict, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.programmes.schema import SecondPassPlan
from tremplin.review import desk, queries, rounds, rules, services
from tremplin.review.models import Assignment, AssignmentState, ReviewerProfile, SecondPass, SharingOut
from tremplin.selection import queries as selection_queries
from tremplin.selection import services as selection


@pytest.fixture
def cast(db: None) -> Cast:
    return second_cast()


def plan(**words: object) -> SecondPassPlan:
    return SecondPassPlan.model_validate({"opens": ["country"], **words})


MERITS = {"a": 90.0, "b": 80.0, "c": 60.0, "d": 58.0, "e": 30.0, "f": 10.0}


def test_the_best_are_read_again_as_many_as_the_file_says() -> None:
    assert rules.read_again(plan(per_place=1.5), MERITS, places=2) == ["a", "b", "c"]
    assert rules.read_again(plan(share=0.5), MERITS, places=2) == ["a", "b", "c"]
    assert rules.read_again(plan(share=0.01), MERITS, places=2) == ["a"]
    assert len(rules.read_again(plan(per_place=50), MERITS, places=2)) == len(MERITS)
    assert rules.read_again(plan(per_place=2), {}, places=2) == []


def test_or_those_nearest_to_the_line_on_both_sides_of_it() -> None:
    assert rules.read_again(plan(per_place=1.5, who="nearest"), MERITS, places=2) == ["b", "c", "d"]
    assert rules.read_again(plan(share=0.2, who="nearest"), MERITS, places=9) == ["f", "e"][:2]


def test_whoever_ties_with_the_last_is_read_too() -> None:
    merits = {"a": 90.0, "b": 60.0, "c": 60.0, "d": 60.0, "e": 10.0}
    assert rules.read_again(plan(per_place=2), merits, places=1) == ["a", "b", "c", "d"]


def test_it_gives_reads_of_the_best_to_people_who_have_not_read_them(cast: Cast) -> None:
    rows = first_read(cast)
    met = set(Assignment.objects.filter(pass_number=1).values_list("application", "reviewer"))
    preview = open_second(cast)
    given = second_reads(cast)
    assert {row.application_id for row in given} == {row.pk for row in rows[:4]}
    assert not met & {(row.application_id, row.reviewer_id) for row in given}
    assert (preview.people, preview.of, preview.reads.new, preview.again) == (4, 8, 4, ())
    assert set(preview.minutes) == {row.reviewer_id for row in given}
    sharing = SharingOut.objects.get(pass_number=2)
    assert sum(load.reads for load in sharing.loads.all()) == 4
    event = AuditEvent.objects.get(verb="review.second-pass-opened")
    assert (event.data["people"], event.data["new"]) == (4, 4)
    told = OutboxMessage.objects.filter(key__contains="review-assigned:").values_list("to_ref", flat=True)
    assert Counter(told)[given[0].reviewer.ref] == 2  # once for each pass


def test_what_reviewers_call_somebody_in_it_tells_nothing_of_the_first_pass(cast: Cast) -> None:
    first_read(cast)
    first = {row.application_id: queries.page_of(row).name for row in reads_of(cast, 1)}
    open_second(cast)
    for row in reads_of(cast, 2):
        page = queries.page_of(row)
        assert page.second
        assert page.name != first[row.application_id]
        assert page.name not in first.values()
        [line] = [line for line in queries.queue_for(cast.cohort, row.reviewer).rows if line.ref == row.ref]
        assert (line.name, line.second) == (page.name, True)


def reads_of(cast: Cast, number: int) -> list[Assignment]:
    rows = Assignment.objects.filter(cohort=cast.cohort, pass_number=number)
    found = list(rows.select_related("application__applicant", "reviewer"))
    for row in found:
        row.cohort = cast.cohort
    return found


def test_nobody_but_organisers_who_judge_opens_it(cast: Cast) -> None:
    first_read(cast)
    seen = services.plan_second_pass(
        cohort=cast.cohort, actor=cast.organiser, now=cast.at("reading_ends", hours=1)
    )
    for user in (cast.reviewer, cast.observer, cast.applicant, cast.stranger):
        with pytest.raises(NotAllowed):
            services.plan_second_pass(cohort=cast.cohort, actor=user, now=cast.at("reading_ends"))
        with pytest.raises(NotAllowed):
            open_second(cast, actor=user, expected=seen.fingerprint)
    assert not SecondPass.objects.exists()


def test_a_plan_that_has_changed_since_it_was_looked_at_is_not_carried_out(cast: Cast) -> None:
    first_read(cast)
    now = cast.at("reading_ends", hours=1)
    seen = services.plan_second_pass(cohort=cast.cohort, actor=cast.organiser, now=now)
    reads = Assignment.objects.filter(application=Assignment.objects.earliest("pk").application_id)
    for row in reads.select_related("application", "reviewer"):
        row.cohort = cast.cohort
        services.reopen(assignment=row, actor=cast.organiser, now=now, reason="A slip.")
        fill(row, now, scores={"drive": "1", "making": "1"})
    with pytest.raises(Stale):
        open_second(cast, expected=seen.fingerprint)
    assert not SharingOut.objects.filter(pass_number=2).exists()


def test_a_second_tab_opens_nothing_twice(cast: Cast) -> None:
    first_read(cast)
    seen = open_second(cast)
    with pytest.raises((Stale, Conflict)):
        open_second(cast, expected=seen.fingerprint)
    assert SecondPass.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondPass.objects.create(cohort=cast.cohort, by=cast.organiser, created_at=cast.at("reading_ends"))


def test_it_waits_for_the_end_of_the_call_and_until_everybody_was_read(cast: Cast) -> None:
    apply(cast.cohort, 3, now=cast.at("call_opens", days=2))
    give_out(cast, cast.at("call_opens", days=3))
    assert queries.second_standing(cast.cohort, cast.at("call_closes")).code == "closing"
    with pytest.raises(Conflict, match="once the call has closed"):
        open_second(cast, now=cast.at("call_opens", days=4))
    assert queries.second_standing(cast.cohort, cast.at("call_closes", days=1)).code == "unread"
    with pytest.raises(Conflict, match="their read comes first"):
        open_second(cast)


def test_it_may_begin_before_the_last_read_of_the_first_pass_is_in_and_the_preview_says_so(
    cast: Cast,
) -> None:
    first_read(cast)
    late = reads_of(cast, 1)[0]
    services.reopen(assignment=late, actor=cast.organiser, now=cast.at("reading_ends"), reason="A slip.")
    preview = open_second(cast)
    assert preview.missing == 1
    assert len(second_reads(cast)) == 4


def test_taken_back_whole_it_is_as_if_it_had_not_been_opened(cast: Cast) -> None:
    first_read(cast)
    open_second(cast)
    undo(cast)
    assert queries.second_reads(cast.cohort) is None
    assert queries.second_standing(cast.cohort, cast.at("reading_ends", hours=2)).code == "ready"
    assert not second_reads(cast)
    assert Assignment.objects.filter(pass_number=1, state=AssignmentState.SUBMITTED).count() == 16
    open_second(cast, now=cast.at("reading_ends", hours=3))
    assert len(second_reads(cast)) == 4
    assert SecondPass.objects.filter(undone_at=None).count() == 1


def undo(cast: Cast) -> services.UndoPreview:
    sharing = SharingOut.objects.filter(pass_number=2).latest("pk")
    sharing.cohort = cast.cohort
    seen = services.plan_undo(sharing=sharing, actor=cast.organiser)
    now = cast.at("reading_ends", hours=2)
    return services.undo(sharing=sharing, actor=cast.organiser, now=now, expected=seen.fingerprint)


def test_once_somebody_saw_what_it_opens_it_stays_and_what_it_lacks_can_be_given_out_again(
    cast: Cast,
) -> None:
    first_read(cast)
    open_second(cast)
    begun = second_reads(cast)[0]
    fill(begun, cast.at("reading_ends", hours=1), submit=False)
    assert (undo(cast).back, len(second_reads(cast))) == (3, 1)
    found = queries.second_reads(cast.cohort)
    assert found is not None
    assert (found.people, found.without_reader) == (4, 3)
    preview = open_second(cast, now=cast.at("reading_ends", hours=3))
    assert (preview.opened, preview.reads.new) == (True, 3)
    assert AuditEvent.objects.filter(verb="review.second-pass-shared").count() == 1
    with pytest.raises(Conflict, match="no read to give out"):
        open_second(cast, now=cast.at("reading_ends", hours=4))


def test_somebody_reads_the_same_person_again_only_where_nobody_else_can(cast: Cast) -> None:
    first_read(cast)
    readers = [row.reviewer for row in reads_of(cast, 1)]
    stays = readers[0]
    for reader in {*readers} - {stays}:
        ReviewerProfile.objects.create(
            cohort=cast.cohort,
            reviewer=reader,
            languages=["fr"],
            created_at=cast.at("call_opens"),
        )
    preview = open_second(cast)
    assert {row.reviewer for row in second_reads(cast)} == {stays}
    twice = {row.application.ref for row in reads_of(cast, 1) if row.reviewer == stays}
    again = {row.application_ref for row in preview.again}
    assert again == twice & {row.application.ref for row in second_reads(cast)}
    assert again
    read_second(cast)
    proposal = selection.propose(
        cohort=cast.cohort, actor=cast.organiser, now=cast.at("reading_ends", days=2)
    )
    found = proposal.decisions.get(application__ref=min(again))
    assert found.reads == 3, "a reader of each pass"
    assert found.feedback["reads"] == 2, "and one person"


def test_a_file_may_let_the_same_people_read_again(db: None) -> None:
    cast = second_cast("per_place = 2", "same_reviewers = true")
    first_read(cast)
    preview = open_second(cast)
    assert preview.again == ()  # nothing to tell: it is as planned


def test_a_conflict_in_it_finds_somebody_who_has_not_read_the_person(cast: Cast) -> None:
    first_read(cast)
    open_second(cast)
    row = second_reads(cast)[0]
    met = {read.reviewer_id for read in reads_of(cast, 1) if read.application_id == row.application_id}
    services.declare_conflict(assignment=row, actor=row.reviewer, now=cast.at("reading_ends", days=1))
    [other] = [one for one in second_reads(cast) if one.application_id == row.application_id]
    assert other.reviewer_id not in met | {row.reviewer_id}


def test_whoever_leaves_hands_on_the_reads_of_both_passes(cast: Cast) -> None:
    first_read(cast)
    open_second(cast)
    leaver = second_reads(cast)[0].reviewer
    change = services.LoadChange("leave")
    words = {"cohort": cast.cohort, "reviewer": leaver, "actor": cast.organiser, "change": change}
    now = cast.at("reading_ends", days=1)
    seen = services.plan_handover(**words, now=now)
    services.hand_over(**words, now=now, expected=seen.fingerprint)
    assert leaver not in {row.reviewer for row in second_reads(cast)}
    assert len(second_reads(cast)) + len(seen.uncovered) == 4


def test_who_reads_in_it_sees_nothing_of_what_the_first_pass_found(cast: Cast) -> None:
    first_read(cast)
    open_second(cast)
    row = second_reads(cast)[0]
    fill(row, cast.at("reading_ends", days=1), comment="Of the second pass.")
    row = read_of(cast, row.reviewer, row.application)
    assert row.pass_number == 2
    assert queries.others_of(row) == []


def test_those_who_wait_are_reminded_when_it_ends_and_not_with_the_first(cast: Cast) -> None:
    first_read(cast)
    open_second(cast, now=cast.at("reading_ends", days=-1))
    assert rounds.remind_reviewers(cohort=cast.cohort, now=cast.at("reading_ends", hours=-2)) == 0
    people = {row.reviewer_id for row in second_reads(cast)}
    now = cast.at("reading_ends", days=3)
    assert rounds.remind_reviewers(cohort=cast.cohort, now=now) == len(people)
    due = queries.queue_for(cast.cohort, second_reads(cast)[0].reviewer).due
    assert due == cast.at("reading_ends", days=5)


def test_nothing_is_decided_before_the_second_pass_is_read(cast: Cast) -> None:
    first_read(cast)
    now = cast.at("reading_ends", days=2)
    words = {"cohort": cast.cohort, "actor": cast.organiser, "now": now}
    with pytest.raises(Conflict, match="has not been opened"):
        selection.propose(**words)
    open_second(cast)
    with pytest.raises(Conflict, match="4 people have not been read by anybody in the second pass"):
        selection.propose(**words)
    read_second(cast)
    assert selection.propose(**words).decisions.count() == 8


def test_what_the_second_pass_finds_counts_and_being_read_in_it_is_no_gain(cast: Cast) -> None:
    rows = first_read(cast)
    open_second(cast)
    before = {read.application for read in queries.scored_reads(cast.cohort)}
    for row in second_reads(cast):
        best = row.application_id == rows[3].pk
        level = "5" if best else "2"
        fill(row, cast.at("reading_ends", days=1), scores={"drive": level, "making": level if best else "3"})
    proposal = selection.propose(
        cohort=cast.cohort, actor=cast.organiser, now=cast.at("reading_ends", days=2)
    )
    ranks = dict(proposal.decisions.values_list("application", "rank"))
    assert before == set(ranks)
    assert ranks[rows[3].pk] < ranks[rows[2].pk], "what it found changed nothing"
    assert {row.reads for row in proposal.decisions.all()} == {2, 3}
    found = selection_queries.trust(cast.cohort, cast.organiser)
    assert set(found.habits) == {row.reviewer_id for row in reads_of(cast, 1)}


def test_extra_reads_are_sent_before_it_and_not_after(db: None) -> None:
    cast = second_cast()
    first_read(cast)
    open_second(cast)
    cast.cohort.plan.selection.__dict__["extra_reads"] = 5
    assert selection_queries.extra_standing(cast.cohort, cast.at("reading_ends")).code == "second"


def test_the_organisers_desk_says_when_it_can_be_opened_what_it_lacks_and_how_far_it_is(cast: Cast) -> None:
    first_read(cast)

    def titles(**offset: int) -> list[str]:
        return [one.title for one in cards_of(desk, cast, cast.organiser, cast.at("reading_ends", **offset))]

    assert titles() == ["The second pass can be opened"]
    open_second(cast)
    assert titles(hours=2) == ["The second pass goes on"]
    assert titles(days=6) == ["The second pass is late"]
    Assignment.objects.filter(pk=second_reads(cast)[0].pk).update(
        state="released", closed_at=cast.at("reading_ends")
    )
    assert titles(hours=2) == ["1 person in the second pass lacks a reviewer"]


def test_a_programme_that_plans_none_knows_of_none(db: None) -> None:
    cast = gather()
    apply(cast.cohort, 2, now=cast.at("call_opens", days=2), answers=ANSWERS)
    assert queries.second_standing(cast.cohort, cast.at("reading_ends")).code == "none"
    with pytest.raises(Conflict, match="plans no second pass"):
        services.plan_second_pass(cohort=cast.cohort, actor=cast.organiser, now=cast.at("reading_ends"))
