"""A reviewer falls ill: others read on, with the fewest changes, nothing written is lost, and everybody is told."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.review.world import apply, fill, give_out, queries_people, read_of, reviewers
from tests.visiting import Clock, hidden, page, signed_in, text_of
from tremplin.core.errors import Invalid, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.people.models import User
from tremplin.review import queries, services
from tremplin.review.models import Assignment, News, Review, ReviewerProfile
from tremplin.review.services import LoadChange


def under_way(cast: Cast, applications: int = 6, more: int = 1) -> datetime:
    """Reads are given out to the two reviewers and as many more; the first has submitted one and begun another."""
    reviewers(cast, more)
    apply(cast.cohort, applications, now=cast.at("call_opens", days=2))
    give_out(cast)
    now = cast.at("call_closes", days=2)
    fill(read_of(cast, cast.reviewer), now)
    fill(read_of(cast, cast.reviewer), now, submit=False, comment="Half a thought")
    return now


def plan(cast: Cast, now: datetime, change: LoadChange) -> services.HandoverPreview:
    return services.plan_handover(
        cohort=cast.cohort, reviewer=cast.reviewer, actor=cast.organiser, now=now, change=change
    )


def change_it(cast: Cast, now: datetime, change: LoadChange) -> services.HandoverPreview:
    return services.hand_over(
        cohort=cast.cohort,
        reviewer=cast.reviewer,
        actor=cast.organiser,
        now=now,
        change=change,
        expected=plan(cast, now, change).fingerprint,
    )


def live(user: User) -> int:
    return Assignment.objects.filter(reviewer=user, state__in=("assigned", "submitted")).count()


def test_looking_changes_nothing(cast: Cast) -> None:
    now = under_way(cast)
    before = set(Assignment.objects.values_list("pk", "state"))
    seen = plan(cast, now, LoadChange("leave"))
    assert (seen.done, len(seen.reads), seen.handed_on) == (1, 3, 3)
    assert set(Assignment.objects.values_list("pk", "state")) == before
    assert not ReviewerProfile.objects.exists()


def test_when_somebody_leaves_everything_open_goes_and_what_they_submitted_stays(cast: Cast) -> None:
    now = under_way(cast)
    change_it(cast, now, LoadChange("leave"))
    assert live(cast.reviewer) == 1
    assert queries.reads(cast.cohort).without_reader == 0
    event = AuditEvent.objects.get(verb="review.handed-over")
    assert (event.data["change"], event.data["handed_on"], event.data["uncovered"]) == ("leave", 3, 0)
    apply(cast.cohort, 3, now=now, prefix="late")
    give_out(cast, now)
    assert live(cast.reviewer) == 1


def test_no_draft_is_thrown_away_when_a_read_goes(cast: Cast) -> None:
    now = under_way(cast)
    change_it(cast, now, LoadChange("leave"))
    assert Review.objects.get(submitted_at=None).comment == "Half a thought"


def test_others_who_get_reads_are_told_once_a_day_and_the_reviewer_that_nothing_waits(cast: Cast) -> None:
    now = under_way(cast)
    before = OutboxMessage.objects.count()
    change_it(cast, now, LoadChange("leave"))
    takers = News.objects.filter(kind="handed", many__gt=0)
    assert takers
    assert not takers.filter(reviewer=cast.reviewer).exists()
    assert OutboxMessage.objects.count() == before + 1, "their morning will do"
    assert OutboxMessage.objects.get(kind="review-taken-back").to == cast.reviewer.email


def test_reads_nobody_else_can_take_are_named_with_the_reason(cast: Cast) -> None:
    now = under_way(cast, more=0)  # the other reviewer reads each of them already
    seen = plan(cast, now, LoadChange("leave"))
    assert (seen.handed_on, len(seen.uncovered)) == (0, 5)
    assert {row.reason for row in seen.uncovered} == {"conflicts"}
    change_it(cast, now, LoadChange("leave"))
    assert queries.reads(cast.cohort).without_reader == 5


def test_others_make_room_only_where_that_alone_covers_a_read(cast: Cast) -> None:
    french, english = reviewers(cast, 2)
    now = cast.at("call_opens", days=2)
    for user, languages, most in ((french, ["fr", "en"], 1), (english, ["en"], 9)):
        services.set_profile(
            cohort=cast.cohort, reviewer=user, actor=user, now=now, languages=languages, capacity=most
        )
    first = apply(cast.cohort, 1, now=now)[0]
    second = apply(cast.cohort, 1, now=now, language="fr", prefix="auteur")[0]
    Assignment.objects.bulk_create(
        Assignment(cohort=cast.cohort, application=paper, reviewer=user, created_at=now)
        for paper, user in (
            (first, french),
            (first, cast.second_reviewer),
            (second, cast.reviewer),
            (second, cast.second_reviewer),
        )
    )
    seen = plan(cast, now, LoadChange("leave"))
    assert {(row.application_ref, row.giver, row.taker) for row in seen.reads} == {
        (second.ref, cast.reviewer, french),
        (first.ref, french, english),
    }
    change_it(cast, now, LoadChange("leave"))
    assert (live(french), live(english)) == (1, 1)


def test_who_pauses_keeps_what_they_can_still_read_afterwards(cast: Cast) -> None:
    now = under_way(cast, 8)
    ends = cast.at("reading_ends").date()
    until = now.date() + (ends - now.date()) / 2
    seen = plan(cast, now, LoadChange("pause", until=until))
    assert seen.begun == 1
    assert 0 < len(seen.reads) < 5
    gone = plan(cast, now, LoadChange("pause", until=ends + timedelta(days=1)))
    assert (gone.begun, gone.fresh) == (1, 0)
    assert not any(row.begun for row in gone.reads)
    all_of_it = plan(cast, now, LoadChange("pause", until=ends, begun=True))
    assert all_of_it.begun == 0
    change_it(cast, now, LoadChange("pause", until=until))
    apply(cast.cohort, 4, now=now, prefix="late")
    had = live(cast.reviewer)
    give_out(cast, now)
    assert live(cast.reviewer) == had
    later = datetime.combine(until + timedelta(days=1), now.timetz())
    apply(cast.cohort, 6, now=later, prefix="later")
    give_out(cast, later)
    assert live(cast.reviewer) > had


def test_who_reads_less_keeps_what_they_began(cast: Cast) -> None:
    now = under_way(cast)
    seen = change_it(cast, now, LoadChange("less", most=2))
    assert (seen.done, seen.begun, seen.fresh) == (1, 1, 0)
    assert ReviewerProfile.objects.get(reviewer=cast.reviewer).capacity == 2


def test_a_day_and_a_number_are_asked_for_where_they_are_needed(cast: Cast) -> None:
    now = under_way(cast)
    for change, field in (
        (LoadChange("pause"), "until"),
        (LoadChange("pause", until=date(2020, 1, 1)), "until"),
        (LoadChange("less"), "most"),
    ):
        with pytest.raises(Invalid) as fault:
            plan(cast, now, change)
        assert list(fault.value.errors) == [field]


def test_another_plan_than_the_one_that_was_seen_is_not_carried_out(cast: Cast) -> None:
    now = under_way(cast)
    seen = plan(cast, now, LoadChange("leave"))
    fill(read_of(cast, cast.reviewer), now)
    with pytest.raises(Stale):
        services.hand_over(
            cohort=cast.cohort,
            reviewer=cast.reviewer,
            actor=cast.organiser,
            now=now,
            change=LoadChange("leave"),
            expected=seen.fingerprint,
        )
    assert not ReviewerProfile.objects.exists()


def test_only_organisers_hand_reads_over_and_only_those_of_reviewers(cast: Cast) -> None:
    now = under_way(cast)
    for user in (cast.reviewer, cast.observer, cast.stranger):
        with pytest.raises(NotAllowed):
            services.plan_handover(
                cohort=cast.cohort, reviewer=cast.reviewer, actor=user, now=now, change=LoadChange("leave")
            )
        with pytest.raises(NotAllowed):
            services.come_back(cohort=cast.cohort, reviewer=cast.reviewer, actor=user, now=now)
    with pytest.raises(NotAllowed):
        services.plan_handover(
            cohort=cast.cohort,
            reviewer=cast.mentor,
            actor=cast.organiser,
            now=now,
            change=LoadChange("leave"),
        )


def test_who_comes_back_finds_what_they_began_unless_somebody_else_reads_it(cast: Cast) -> None:
    now = under_way(cast)
    change_it(cast, now, LoadChange("leave"))
    assert (
        services.come_back(cohort=cast.cohort, reviewer=cast.reviewer, actor=cast.organiser, now=now) == 0
    )  # others have taken it over
    profile = ReviewerProfile.objects.get(reviewer=cast.reviewer)
    assert profile.left_at is None


def test_it_is_looked_at_and_done_on_one_page(cast: Cast, clock: Clock) -> None:
    clock.at = now = under_way(cast)
    client, here = signed_in(cast.organiser), page(cast, "review:handover", ref=cast.reviewer.ref)
    assert "What would change" not in text_of(client, here)
    text = text_of(client, here, kind="leave")
    assert "Nothing stays without a reviewer." in text
    assert text.count('<td data-label="To"><strong>') == 3
    sent = {**hidden(text), "kind": "leave"}
    assert client.post(here, {**sent, "fingerprint": "another"}).status_code == 409
    assert client.post(here, sent).status_code == 302
    assert live(cast.reviewer) == 1
    there = page(cast, "review:reviewer", ref=cast.reviewer.ref)
    assert "They read no more in this cohort." in text_of(client, there)
    assert client.post(page(cast, "review:back", ref=cast.reviewer.ref)).status_code == 302
    assert "They read no more in this cohort." not in text_of(client, there)
    assert client.get(here, {"kind": "pause"}).status_code == 422
    assert now


def test_reads_that_are_passed_on_wait_to_be_told_together(cast: Cast) -> None:
    now = under_way(cast)
    before = OutboxMessage.objects.count()
    for _turn in range(3):
        services.declare_conflict(assignment=read_of(cast, cast.reviewer), actor=cast.reviewer, now=now)
    assert OutboxMessage.objects.count() == before
    assert sum(News.objects.values_list("many", flat=True)) == 3


def test_looking_asks_the_database_alike_however_many_reads_change_hands(cast: Cast, clock: Clock) -> None:
    client, here = signed_in(cast.organiser), page(cast, "review:handover", ref=cast.reviewer.ref)
    reviewers(cast, 2)
    counts = []
    for more in (2, 30):
        apply(cast.cohort, more, now=cast.at("call_opens", days=2), prefix=f"w{more}")
        give_out(cast)
        clock.at = cast.at("call_closes", days=2)
        with CaptureQueriesContext(connection) as asked:
            assert "What would change" in text_of(client, here, kind="leave")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 18, counts


def test_who_carries_more_than_time_allows_by_now_keeps_what_they_have_when_a_read_comes_free(
    cast: Cast,
) -> None:
    """Late in the season hours allow less than was given: a conflict must be declared all the same."""
    under_way(cast)
    late = cast.at("reading_ends", days=-1)
    ReviewerProfile.objects.filter(cohort=cast.cohort).delete()
    for user in queries_people(cast):
        ReviewerProfile.objects.create(
            cohort=cast.cohort, reviewer=user, languages=["en", "fr"], hours=1, created_at=late
        )
    before = {user.pk: live(user) for user in queries_people(cast)}
    services.declare_conflict(assignment=read_of(cast, cast.reviewer), actor=cast.reviewer, now=late)
    after = {user.pk: live(user) for user in queries_people(cast)}
    assert after == {**before, cast.reviewer.pk: before[cast.reviewer.pk] - 1}
