"""What a programme without mentors leads to, and what slips past a form meets in the services."""

from datetime import timedelta

import pytest

from tests.cast import PLANS, Cast, enrol, gather
from tests.mentoring.world import offer, pair
from tests.visiting import Clock, hidden, hold, page, signed_in
from tremplin.core.errors import Conflict
from tremplin.core.outbox.models import OutboxMessage
from tremplin.mentoring import desk, queries, rounds, rules, services
from tremplin.mentoring.models import MatchWish
from tremplin.people.models import User
from tremplin.programmes.roles import roles_of
from tremplin.selection import services as selection


def unmentored() -> str:
    """The small programme without mentors and the money that waits for their check-ins."""
    text = (PLANS / "small.toml").read_text("utf-8").replace('"mentoring", "stipends", ', "")
    start, end = text.index("[mentoring]"), text.index("[training]")
    return text[:start] + text[end:]


def test_a_programme_without_mentors_refuses_in_a_sentence(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = gather(text=unmentored())
    scholar = enrol(cast)
    now = cast.at("training_starts", weeks=3)
    hold(monkeypatch, now)
    rounds.check_ins(cohort=cast.cohort, now=now)
    assert not OutboxMessage.objects.exists()
    roles = roles_of(cast.mentor, cast.cohort)
    assert desk.cards(cohort=cast.cohort, actor=cast.mentor, roles=roles, now=now) == []
    assert queries.shut_gates([scholar], cast.cohort, now=now) == set()
    with pytest.raises(Conflict, match="no mentoring"):
        services.plan_of(cast.cohort)
    answer = signed_in(cast.mentor).get(page(cast, "mentoring:offer"))
    assert answer.status_code == 409
    assert "no mentoring" in answer.content.decode()


def test_the_round_of_a_cohort_with_mentors_reminds(cast: Cast) -> None:
    pair(cast)
    rounds.check_ins(cohort=cast.cohort, now=cast.at("training_starts", days=11))
    assert OutboxMessage.objects.filter(kind="checkin-due").count() == 2


def test_due_dates_of_the_plan_are_those_of_the_cohort(cast: Cast) -> None:
    due = rules.due_dates(services.plan_of(cast.cohort).checkins, cast.cohort.dates)
    assert due == {
        "week-2": cast.at("training_starts", weeks=2),
        "week-8": cast.at("training_starts", weeks=8),
    }


def test_blanks_around_a_limit_do_not_hide_what_is_too_long(cast: Cast, clock: Clock) -> None:
    enrol(cast)
    client, path = signed_in(cast.scholar), page(cast, "mentoring:wish")
    form = hidden(client.get(path, {"lang": "en"}).content.decode())
    answer = client.post(path, {**form, "note": "n" * 2001})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_note"' in text
    assert "n" * 2001 in text
    assert not MatchWish.objects.exists()


def test_people_far_apart_are_told_no_common_hours(cast: Cast, clock: Clock) -> None:
    pairing = pair(cast)
    User.objects.filter(pk=cast.scholar.pk).update(time_zone="Pacific/Auckland")
    User.objects.filter(pk=cast.mentor.pk).update(time_zone="UTC")
    path = page(cast, "mentoring:pairing", ref=pairing.ref)
    text = signed_in(cast.mentor).get(path).content.decode()
    shared = rules.common_window(
        queries.clock_of(User.objects.get(pk=cast.mentor.pk), clock.at),
        queries.clock_of(User.objects.get(pk=cast.scholar.pk), clock.at),
    )
    assert ("on your clock" in text) is (shared is not None)
    assert rules.common_window(timedelta(), timedelta(hours=12)) is None


def test_who_has_left_wishes_for_nobody(cast: Cast, clock: Clock) -> None:
    scholar = enrol(cast)
    selection.withdraw_scholar(scholar=scholar, actor=cast.scholar, now=clock.at)
    client, path = signed_in(cast.scholar), page(cast, "mentoring:wish")
    form = hidden(client.get(path).content.decode())
    assert client.post(path, {**form, "note": "Wait"}).status_code == 403


def test_ending_twice_from_two_tabs_meets_the_pairing_as_it_is(cast: Cast, clock: Clock) -> None:
    offer(cast)
    pairing = pair(cast)
    first, second = signed_in(cast.organiser), signed_in(cast.colleague)
    path = page(cast, "mentoring:end", ref=pairing.ref)
    assert first.post(path, {"reason": "Moved"}).status_code == 302
    answer = second.post(path, {"reason": "My own words"})
    assert answer.status_code == 409
    assert "My own words" in answer.content.decode()
