"""What was given out is remembered and can be taken back; what came since is shown with how it would go."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.review.world import apply, fill, give_out, read_of
from tests.visiting import Clock, cards_of, page, signed_in, text_of
from tremplin.core.errors import Conflict, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.review import desk, queries, services
from tremplin.review.models import Assignment, Review, SharingOut


def shared(cast: Cast, count: int = 3) -> SharingOut:
    """One sharing-out of so many applications."""
    apply(cast.cohort, count, now=cast.at("call_opens", days=2))
    give_out(cast)
    return last(cast)


def last(cast: Cast) -> SharingOut:
    found = SharingOut.objects.filter(cohort=cast.cohort).latest("created_at", "pk")
    found.cohort = cast.cohort
    return found


def undo(cast: Cast, sharing: SharingOut) -> services.UndoPreview:
    seen = services.plan_undo(sharing=sharing, actor=cast.organiser)
    return services.undo(
        sharing=sharing,
        actor=cast.organiser,
        now=cast.at("call_closes", days=2),
        expected=seen.fingerprint,
    )


def test_every_sharing_out_is_remembered_with_who_when_and_how_many_to_whom(cast: Cast) -> None:
    found = shared(cast)
    assert (found.by, found.created_at, found.missing) == (
        cast.organiser,
        cast.at("call_closes", days=1),
        0,
    )
    assert {load.reviewer: load.reads for load in found.loads.all()} == {
        cast.reviewer: 3,
        cast.second_reviewer: 3,
    }
    give_out(cast)  # nothing to give out is no sharing-out
    assert SharingOut.objects.count() == 1


def test_taking_back_leaves_what_was_begun_or_submitted_and_says_so(cast: Cast) -> None:
    found, now = shared(cast), cast.at("call_closes", days=2)
    begun = read_of(cast, cast.reviewer)
    fill(begun, now, submit=False)
    done = read_of(cast, cast.second_reviewer)
    fill(done, now)
    seen = undo(cast, found)
    assert (seen.back, seen.stays, seen.elsewhere) == (4, 2, 0)
    live = Assignment.objects.exclude(state="released")
    assert set(live.values_list("pk", "state")) == {(begun.pk, "assigned"), (done.pk, "submitted")}
    assert Review.objects.count() == 2
    event = AuditEvent.objects.get(verb="review.sharing-undone")
    assert event.data == {"taken_back": 4, "kept": 2}


def test_whoever_loses_reads_is_told_and_nobody_else(cast: Cast) -> None:
    found, now = shared(cast, 1), cast.at("call_closes", days=2)
    fill(read_of(cast, cast.reviewer), now)
    undo(cast, found)
    told = OutboxMessage.objects.filter(kind="review-taken-back")
    assert list(told.values_list("to", flat=True)) == [cast.second_reviewer.email]


def test_a_draft_outlives_the_taking_back_and_is_there_when_the_read_comes_back(cast: Cast) -> None:
    found, now = shared(cast, 1), cast.at("call_closes", days=2)
    mine = read_of(cast, cast.reviewer)
    fill(mine, now, submit=False, comment="Half a thought")
    services.hand_over(
        cohort=cast.cohort,
        reviewer=cast.reviewer,
        actor=cast.organiser,
        now=now,
        change=(change := services.LoadChange("leave")),
        expected=services.plan_handover(
            cohort=cast.cohort, reviewer=cast.reviewer, actor=cast.organiser, now=now, change=change
        ).fingerprint,
    )
    assert services.plan_undo(sharing=found, actor=cast.organiser).elsewhere == 1
    assert services.come_back(cohort=cast.cohort, reviewer=cast.reviewer, actor=cast.organiser, now=now) == 1
    again = read_of(cast, cast.reviewer)
    assert again.pk == mine.pk
    assert queries.page_of(again).review.comment == "Half a thought"  # type: ignore[union-attr]


def test_a_sharing_out_is_undone_once_and_only_as_it_was_seen(cast: Cast) -> None:
    found = shared(cast)
    seen = services.plan_undo(sharing=found, actor=cast.organiser)
    fill(read_of(cast, cast.reviewer), cast.at("call_closes", days=2), submit=False)
    now = cast.at("call_closes", days=3)
    with pytest.raises(Stale):
        services.undo(sharing=found, actor=cast.organiser, now=now, expected=seen.fingerprint)
    undo(cast, found)
    with pytest.raises(Conflict):
        undo(cast, found)


def test_only_organisers_take_back(cast: Cast) -> None:
    found = shared(cast)
    for user in (cast.reviewer, cast.observer, cast.stranger):
        with pytest.raises(NotAllowed):
            services.plan_undo(sharing=found, actor=user)
        with pytest.raises(NotAllowed):
            services.undo(sharing=found, actor=user, now=cast.at("call_closes"), expected="")
        with pytest.raises(NotAllowed):
            queries.sharings(cast.cohort, user)


def test_it_is_taken_back_on_its_page_which_then_says_by_whom(cast: Cast, clock: Clock) -> None:
    clock.at = cast.at("call_closes", days=2)
    found, client = shared(cast), signed_in(cast.organiser)
    here = page(cast, "review:sharing", ref=found.ref)
    assert "6 reads that nobody has begun would go" in text_of(client, here)
    seen = services.plan_undo(sharing=found, actor=cast.organiser)
    assert client.post(here, {"fingerprint": "another"}).status_code == 409
    assert client.post(here, {"fingerprint": seen.fingerprint}).status_code == 302
    assert "Taken back" in text_of(client, page(cast, "review:given"))
    assert f"Taken back by {cast.organiser.name}" in text_of(client, here)


def test_what_came_since_is_shown_with_how_it_would_go_and_goes_in_one_press(
    cast: Cast, clock: Clock
) -> None:
    shared(cast)
    clock.at = now = cast.at("call_closes", days=2)
    client, here = signed_in(cast.organiser), page(cast, "review:progress")
    assert "since reads were given out" not in text_of(client, here)
    apply(cast.cohort, 2, now=now, prefix="late")
    text = text_of(client, here)
    assert "2 new applications since reads were given out" in text
    assert "4 reads would go out, to 2 reviewers, at most 2 each." in text
    plan = services.plan_missing(cohort=cast.cohort, actor=cast.organiser, now=now)
    whole = services.plan_assignment(cohort=cast.cohort, actor=cast.organiser, now=now)
    assert plan.fingerprint == whole.fingerprint
    answer = client.post(page(cast, "review:assign"), {"fingerprint": plan.fingerprint})
    assert answer.status_code == 302
    assert queries.reads(cast.cohort).without_reader == 0


def test_before_the_first_sharing_out_and_for_observers_there_is_no_surge(cast: Cast, clock: Clock) -> None:
    clock.at = now = cast.at("call_opens", days=3)
    apply(cast.cohort, 2, now=cast.at("call_opens", days=2))
    assert queries.surge(cast.cohort, cast.organiser) is None
    give_out(cast, now)
    apply(cast.cohort, 1, now=now, prefix="late")
    assert "Give them out" not in text_of(signed_in(cast.observer), page(cast, "review:progress"))


def test_the_desk_says_during_the_call_that_applications_came_since(cast: Cast) -> None:
    now = cast.at("call_opens", days=3)
    apply(cast.cohort, 2, now=cast.at("call_opens", days=2))

    def titles() -> list[str]:
        return [str(card.title) for card in cards_of(desk, cast, cast.organiser, now)]

    assert titles() == ["Reading goes on"]
    give_out(cast, now)
    apply(cast.cohort, 1, now=now, prefix="late")
    assert titles() == ["1 application to give out"]


def test_the_list_asks_alike_however_many_sharings_out_there_are(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.organiser)
    for turn in range(4):
        apply(cast.cohort, 2, now=cast.at("call_opens", days=2), prefix=f"w{turn}")
        give_out(cast)
    with django_assert_max_num_queries(11):
        text_of(client, page(cast, "review:given"))
    with django_assert_max_num_queries(13):
        text_of(client, page(cast, "review:sharing", ref=last(cast).ref))


def test_the_card_of_what_came_asks_the_database_alike_however_many_came(cast: Cast, clock: Clock) -> None:
    shared(cast, 2)
    client, here = signed_in(cast.organiser), page(cast, "review:progress")
    counts = []
    for more in (1, 30):
        clock.at = cast.at("call_closes", days=2)
        apply(cast.cohort, more, now=clock.at, prefix=f"late{more}")
        with CaptureQueriesContext(connection) as asked:
            assert "since reads were given out" in text_of(client, here)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 27, counts
