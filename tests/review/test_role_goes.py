"""Somebody loses the role of reviewer: who reads on is said beforehand, and done in the same act."""

from datetime import datetime
from html import unescape

import pytest

from tests.cast import Cast
from tests.review.world import apply, fill, give_out, read_of, reviewers
from tests.visiting import Clock, page, signed_in
from tremplin.core.errors import Stale
from tremplin.core.models import AuditEvent
from tremplin.programmes import parting
from tremplin.programmes.models import Membership
from tremplin.programmes.roles import Role, roles_of
from tremplin.programmes.services import revoke
from tremplin.review.models import Assignment, AssignmentState, Review


@pytest.fixture
def now(cast: Cast, clock: Clock) -> datetime:
    clock.at = cast.at("call_closes", days=2)
    return clock.at


def prepared(cast: Cast, now: datetime) -> None:
    """Two reads of each of four, one done and one begun by the reviewer; a third has room for the others."""
    apply(cast.cohort, 4, now=cast.at("call_opens", days=2))
    give_out(cast)
    fill(read_of(cast, cast.reviewer), now)
    fill(read_of(cast, cast.reviewer), now, submit=False)
    reviewers(cast, 1)


def follows(cast: Cast, now: datetime) -> parting.Parting | None:
    return parting.told(
        cohort=cast.cohort, user=cast.reviewer, role=Role.REVIEWER, actor=cast.organiser, now=now
    )


def states(cast: Cast) -> list[str]:
    rows = Assignment.objects.filter(reviewer=cast.reviewer)
    return sorted(rows.values_list("state", flat=True))


def test_the_page_says_who_reads_on_and_taking_the_role_does_it(cast: Cast, now: datetime) -> None:
    prepared(cast, now)
    held = Membership.objects.get(user=cast.reviewer, cohort=cast.cohort, role=Role.REVIEWER)
    client, url = signed_in(cast.organiser), page(cast, "programmes:revoke", ref=held.ref)
    text = unescape(client.get(url).content.decode())
    assert "3 applications that they were given are still to be read." in text
    assert "Others read on at once" in text
    told = follows(cast, now)
    assert told is not None
    assert client.post(url, {"follows": told.name}).status_code == 302
    assert Role.REVIEWER not in roles_of(cast.reviewer, cast.cohort)
    assert states(cast) == ["released", "released", "released", "submitted"]
    assert Review.objects.filter(assignment__reviewer=cast.reviewer).count() == 2, "the draft is kept"
    for row in Assignment.objects.filter(state=AssignmentState.RELEASED):
        live = Assignment.objects.filter(application=row.application, state__in=("assigned", "submitted"))
        assert live.count() == 2
    event = AuditEvent.objects.get(verb="review.handed-over")
    assert event.data == {"change": "role", "handed_on": 3, "uncovered": 0}


def test_what_follows_is_looked_at_again_when_it_has_changed(cast: Cast, now: datetime) -> None:
    prepared(cast, now)
    before = follows(cast, now)
    assert before is not None
    fill(read_of(cast, cast.reviewer), now)
    with pytest.raises(Stale):
        revoke(
            user=cast.reviewer, cohort=cast.cohort, role=Role.REVIEWER, actor=cast.organiser, now=now,
            expected=before.name,
        )  # fmt: skip
    assert Role.REVIEWER in roles_of(cast.reviewer, cast.cohort)
    assert "assigned" in states(cast)
    held = Membership.objects.get(user=cast.reviewer, cohort=cast.cohort, role=Role.REVIEWER)
    url = page(cast, "programmes:revoke", ref=held.ref)
    answer = signed_in(cast.organiser).post(url, {"follows": before.name})
    assert answer.status_code == 409
    assert "has changed since you looked" in unescape(answer.content.decode())


def test_what_nobody_can_take_is_said_and_goes_all_the_same(cast: Cast, now: datetime) -> None:
    apply(cast.cohort, 2, now=cast.at("call_opens", days=2))
    give_out(cast)  # both reviewers have both: nobody is left
    told = follows(cast, now)
    assert told is not None
    assert told.grave
    assert any("can be taken by nobody" in str(line) for line in told.lines)
    revoke(user=cast.reviewer, cohort=cast.cohort, role=Role.REVIEWER, actor=None, now=now)
    assert states(cast) == ["released", "released"]


def test_who_may_not_see_the_reading_is_told_nothing_of_it(cast: Cast, now: datetime) -> None:
    prepared(cast, now)
    for actor in (cast.observer, cast.mentor, cast.reviewer):
        assert parting.told(
            cohort=cast.cohort, user=cast.reviewer, role=Role.REVIEWER, actor=actor, now=now
        ) is None  # fmt: skip


def test_without_open_reads_nothing_follows_and_other_roles_move_no_read(cast: Cast, now: datetime) -> None:
    assert follows(cast, now) is None
    prepared(cast, now)
    revoke(user=cast.mentor, cohort=cast.cohort, role=Role.MENTOR, actor=cast.organiser, now=now)
    assert "released" not in states(cast)
    revoke(user=cast.reviewer, cohort=cast.cohort, role=Role.REVIEWER, actor=cast.organiser, now=now)
    revoke(user=cast.reviewer, cohort=cast.cohort, role=Role.REVIEWER, actor=cast.organiser, now=now)
    assert AuditEvent.objects.filter(verb="review.handed-over").count() == 1
