"""What reviewers hear of by mail: gathered, once a day, in their morning, not while they are away."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.cast import Cast
from tests.first_reads.world import opened
from tests.review.world import apply, asked, give_out, reviewers
from tests.visiting import Clock
from tremplin.core.outbox.models import OutboxMessage
from tremplin.programmes.roles import Role
from tremplin.programmes.services import revoke
from tremplin.review import services
from tremplin.review.models import News
from tremplin.review.services import LoadChange


@pytest.fixture
def morning(cast: Cast, clock: Clock) -> datetime:
    """Half past eight where the cohort lives, two days after the call."""
    zone = ZoneInfo(cast.cohort.plan.cohort.time_zone)
    clock.at = cast.at("call_closes", days=2).astimezone(zone).replace(hour=8, minute=30)
    return clock.at


def mails() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind="review-news").order_by("pk"))


def tell(cast: Cast, now: datetime) -> int:
    return services.tell_news(cohort=cast.cohort, now=now)


def answered(cast: Cast, now: datetime) -> None:
    apply(cast.cohort, 2, now=cast.at("call_opens", days=2))
    give_out(cast)
    services.answer(ask=asked(cast), actor=cast.organiser, now=now, words="Read on.")


def test_an_answer_is_told_in_the_morning_once(cast: Cast, morning: datetime) -> None:
    answered(cast, morning - timedelta(hours=12))
    assert tell(cast, morning - timedelta(hours=12)) == 0, "it is night"
    assert tell(cast, morning) == 1
    [mail] = mails()
    assert mail.to == cast.reviewer.email
    assert "- The organisers answered what you asked about a text." in mail.body
    assert "Read on." not in mail.body
    assert tell(cast, morning + timedelta(hours=1)) == 0
    assert tell(cast, morning + timedelta(days=1)) == 0


def test_what_came_since_waits_for_the_next_morning_however_much_it_is(cast: Cast, morning: datetime) -> None:
    answered(cast, morning - timedelta(hours=1))
    assert tell(cast, morning) == 1
    for _time in range(3):
        services.note_news(cast.cohort, {cast.reviewer.pk: 1}, "answered", morning)
    assert tell(cast, morning + timedelta(hours=2)) == 0, "once a day"
    assert tell(cast, morning + timedelta(days=1)) == 1
    assert "what you asked about 3 texts" in mails()[-1].body


def test_the_morning_is_the_reader_s_own(cast: Cast, morning: datetime) -> None:
    answered(cast, morning)
    cast.reviewer.time_zone = "Pacific/Auckland"
    cast.reviewer.save()
    assert tell(cast, morning) == 0
    theirs = morning.astimezone(ZoneInfo("Pacific/Auckland")) + timedelta(days=1)
    assert tell(cast, theirs.replace(hour=7, minute=5)) == 1


def test_who_is_away_hears_of_it_when_they_are_back(cast: Cast, morning: datetime) -> None:
    answered(cast, morning)
    today = morning.date()
    services.set_profile(
        cohort=cast.cohort, reviewer=cast.reviewer, actor=cast.reviewer, now=morning, languages=["en"],
        away_from=today, away_until=today + timedelta(days=2),
    )  # fmt: skip
    for days in range(3):
        assert tell(cast, morning + timedelta(days=days)) == 0
    assert tell(cast, morning + timedelta(days=3)) == 1


def test_who_has_left_or_reads_no_more_is_not_written_to(cast: Cast, morning: datetime) -> None:
    answered(cast, morning)
    revoke(user=cast.reviewer, cohort=cast.cohort, role=Role.REVIEWER, actor=None, now=morning)
    assert tell(cast, morning) == 0
    assert not News.objects.filter(reviewer=cast.reviewer, many__gt=0).exists()


def test_those_who_take_over_hear_of_all_of_it_in_one_mail(cast: Cast, morning: datetime) -> None:
    apply(cast.cohort, 4, now=cast.at("call_opens", days=2))
    give_out(cast)
    [third] = reviewers(cast, 1)
    preview = services.plan_handover(
        cohort=cast.cohort,
        reviewer=cast.reviewer,
        actor=cast.organiser,
        now=morning,
        change=LoadChange("leave"),
    )
    services.hand_over(
        cohort=cast.cohort, reviewer=cast.reviewer, actor=cast.organiser, now=morning, change=LoadChange("leave"),
        expected=preview.fingerprint,
    )  # fmt: skip
    assert tell(cast, morning) == 1
    [mail] = mails()
    assert mail.to == third.email
    assert "- 4 applications came to you that somebody else cannot read." in mail.body


def test_near_the_end_of_reading_nothing_waits_for_a_morning(cast: Cast, clock: Clock) -> None:
    ends = cast.at("reading_ends").astimezone(ZoneInfo(cast.cohort.plan.cohort.time_zone))
    afternoon = (ends - timedelta(hours=20 if ends.hour < 20 else 4)).replace(hour=16)
    clock.at = afternoon
    answered(cast, afternoon)
    assert tell(cast, afternoon - timedelta(days=3)) == 0
    assert tell(cast, afternoon) == 1


def test_first_reads_that_open_are_told_to_every_reviewer_and_not_to_who_has_read_them(
    cast: Cast, morning: datetime
) -> None:
    found = opened(cast)
    assert found.opened_at is not None
    assert tell(cast, morning) == 2
    assert {mail.to for mail in mails()} == {cast.reviewer.email, cast.second_reviewer.email}
    assert "that everybody reads first" in mails()[0].body
