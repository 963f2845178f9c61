"""Who has time for more takes over what others have not begun; people whom nobody has read come first."""

import pytest

from tests.cast import Cast
from tests.review.world import apply, fill, give_out, read_of, reviewers
from tests.visiting import Clock, page, signed_in
from tremplin.core.errors import Conflict, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.people.models import User
from tremplin.review import queries, services
from tremplin.review.models import Assignment, AssignmentState


def spread(cast: Cast, people: int = 12) -> User:
    """Reads given out to two, then a third reviewer joins who has nothing. The third."""
    apply(cast.cohort, people, now=cast.at("call_opens", days=2))
    give_out(cast)
    [third] = reviewers(cast, 1)
    return third


def test_people_whom_nobody_has_read_are_read_first(cast: Cast) -> None:
    rows = apply(cast.cohort, 6, now=cast.at("call_opens", days=2))
    give_out(cast)
    now = cast.at("call_closes", days=2)
    others = Assignment.objects.exclude(reviewer=cast.reviewer).filter(application__in=rows)
    mine = set(queries.mine(cast.cohort, cast.reviewer).values_list("application", flat=True))
    read = [row for row in others if row.application_id in mine][:2]
    for row in read:
        row.cohort = cast.cohort
        fill(row, now)
    met = []
    while found := queries.next_for(cast.cohort, cast.reviewer):
        met.append(found.application_id)
        fill(read_of(cast, cast.reviewer, found.application), now)
    assert set(met) == mine
    assert set(met[-len(read) :]) == {row.application_id for row in read}


def test_going_on_passes_by_what_is_on_screen_and_comes_round_again(cast: Cast) -> None:
    apply(cast.cohort, 4, now=cast.at("call_opens", days=2))
    give_out(cast)
    refs = list(queries.mine(cast.cohort, cast.reviewer).values_list("ref", flat=True))
    seen = [refs[0]]
    for _step in refs[1:]:
        found = queries.next_for(cast.cohort, cast.reviewer, after=seen[-1])
        assert found is not None
        seen.append(found.ref)
    assert seen == refs
    again = queries.next_for(cast.cohort, cast.reviewer, after=refs[-1])
    assert again is not None
    assert again.ref == refs[0]


def test_ten_reads_go_to_whoever_asks_and_each_application_keeps_as_many_readers(cast: Cast) -> None:
    third = spread(cast)
    live = Assignment.objects.filter(state=AssignmentState.ASSIGNED)
    before = live.count()
    now = cast.at("call_closes", days=3)
    assert services.take_more(cohort=cast.cohort, actor=third, now=now) == 10
    assert live.count() == before
    mine = live.filter(reviewer=third)
    assert mine.count() == mine.values("application").distinct().count() == 10
    event = AuditEvent.objects.get(verb="review.taken-over")
    assert event.data == {"reads": 10}
    with pytest.raises(NotAllowed):
        services.take_more(cohort=cast.cohort, actor=cast.organiser, now=now)


def test_what_was_begun_or_passed_on_or_is_tied_stays_where_it_is(cast: Cast) -> None:
    third = spread(cast, 3)
    now = cast.at("call_closes", days=3)
    begun = read_of(cast, cast.reviewer)
    fill(begun, now, submit=False)
    services.take_more(cohort=cast.cohort, actor=third, now=now)
    begun.refresh_from_db()
    assert begun.state == AssignmentState.ASSIGNED
    for row in queries.mine(cast.cohort, third):
        row.cohort = cast.cohort
        services.declare_conflict(assignment=row, actor=third, now=now, reason="")
    with pytest.raises(Conflict, match="nothing for you to take over"):
        services.take_more(cohort=cast.cohort, actor=third, now=now)


def test_unread_people_come_before_those_who_were_read(cast: Cast) -> None:
    third = spread(cast, 8)
    now = cast.at("call_closes", days=3)
    read = [row.application_id for row in queries.mine(cast.cohort, cast.reviewer)[:4]]
    for key in read:
        fill(read_of(cast, cast.reviewer, Assignment.objects.filter(application=key)[0].application), now)
    found = queries.offers(cast.cohort, third)
    assert [one.read for one in found] == sorted(one.read for one in found)
    assert {one.application for one in found if one.read} <= set(read)


def test_the_page_says_what_waits_and_one_press_takes_it(cast: Cast, clock: Clock) -> None:
    third = spread(cast)
    clock.at = cast.at("call_closes", days=3)
    client, url = signed_in(third), page(cast, "review:more")
    text = client.get(url).content.decode()
    assert "12 people whom nobody has read yet wait with other reviewers" in text
    assert client.post(url).status_code == 302
    assert queries.queue_for(cast.cohort, third).total == 10
    assert client.post(url).status_code == 302
    answer = client.post(url)
    assert answer.status_code == 409
    assert "There is nothing for you to take over just now." in answer.content.decode()


@pytest.mark.parametrize(("language", "words"), [("en", "Nothing to take over"), ("fr", "Rien à reprendre")])
def test_where_nothing_waits_the_page_says_so(cast: Cast, clock: Clock, language: str, words: str) -> None:
    clock.at = cast.at("call_closes", days=3)
    text = signed_in(cast.reviewer).get(page(cast, "review:more"), {"lang": language}).content.decode()
    assert words in text
