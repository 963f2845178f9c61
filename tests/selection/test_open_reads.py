"""Reads that are still open when decisions are made are closed, and those who had them are thanked, once."""

import pytest

from tests.cast import Cast
from tests.review.world import fill, give_out, read_of, reviewers
from tests.selection.world import decide, read_cohort
from tests.visiting import Clock, cards_of, page, signed_in, text_of
from tremplin.core.errors import Conflict
from tremplin.core.outbox.models import OutboxMessage
from tremplin.people.models import User
from tremplin.review import desk, queries, services
from tremplin.review.models import Assignment, ReadingClosed, Review


def with_an_open_read(cast: Cast) -> tuple[User, Assignment]:
    """A cohort that was read, and one reviewer more who has begun a read that nobody waits for."""
    rows = read_cohort(cast)
    (user,) = reviewers(cast, 1)
    Assignment.objects.create(
        cohort=cast.cohort, application=rows[0], reviewer=user, created_at=cast.at("call_closes", days=2)
    )
    mine = read_of(cast, user)
    fill(mine, cast.at("call_closes", days=3), submit=False, comment="Half a thought")
    return user, mine


def test_an_open_read_is_closed_with_its_draft_kept_and_the_reviewer_told_once(cast: Cast) -> None:
    user, mine = with_an_open_read(cast)
    decide(cast)
    mine.refresh_from_db()
    assert (mine.state, mine.closed_at) == ("closed", cast.cohort.proposal.confirmed_at)
    assert Review.objects.get(assignment=mine).comment == "Half a thought"
    assert queries.queue_for(cast.cohort, user).total == 0
    again = services.close_reading(
        cohort=cast.cohort, actor=cast.organiser, now=cast.at("decisions_out", days=1)
    )
    assert again == 0
    told = OutboxMessage.objects.filter(kind="review-closed")
    assert list(told.values_list("to", flat=True)) == [user.email]
    assert ReadingClosed.objects.get().reads == 1


def test_nobody_is_told_where_nothing_was_open(cast: Cast) -> None:
    read_cohort(cast)
    decide(cast)
    assert not OutboxMessage.objects.filter(kind="review-closed").exists()
    assert ReadingClosed.objects.get().reads == 0


def test_once_decisions_are_made_no_read_is_given_out_or_taken_back(cast: Cast, clock: Clock) -> None:
    with_an_open_read(cast)
    sharing = cast.cohort.sharings.get()
    sharing.cohort = cast.cohort
    decide(cast)
    clock.at = cast.at("decisions_out", days=1)
    with pytest.raises(Conflict):
        give_out(cast)
    with pytest.raises(Conflict):
        services.undo(sharing=sharing, actor=cast.organiser, now=clock.at, expected="")
    client = signed_in(cast.organiser)
    text = text_of(client, page(cast, "review:progress"))
    assert "1 read that was still open was closed, and its reviewer was told." in text
    assert "Give out reads" not in text
    assert client.get(page(cast, "review:assign")).status_code == 409
    titles = [str(card.title) for card in cards_of(desk, cast, cast.organiser, clock.at)]
    assert "Reading is late" not in titles
