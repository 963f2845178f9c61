from datetime import UTC, datetime, timedelta

import pytest

from tremplin.selection import scholar_rules
from tremplin.selection.models import ScholarState as S
from tremplin.selection.own_time import OwnTime

START = datetime(2027, 3, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def pause(began: float, ended: float) -> tuple[datetime, datetime]:
    return day(began), day(ended)


def test_without_anything_a_date_stays() -> None:
    assert OwnTime(midpoint=day(50)).moved(day(60), now=day(70)) == day(60)


def test_an_extension_moves_what_comes_after_the_midpoint() -> None:
    own = OwnTime(midpoint=day(50), extension=timedelta(weeks=1))
    assert [own.moved(day(number), now=START) for number in (50, 51)] == [day(50), day(58)]


def test_a_pause_moves_what_came_after_its_beginning() -> None:
    own = OwnTime(midpoint=day(50), pauses=(pause(10, 14),))
    assert [own.moved(day(number), now=day(20)) for number in (10, 11, 40)] == [day(10), day(15), day(44)]


def test_pauses_add_up_in_the_scholar_s_own_time() -> None:
    own = OwnTime(midpoint=day(50), pauses=(pause(10, 14), pause(20, 25)))
    assert own.moved(day(17), now=day(30)) == day(26)  # day 17 became day 21, which the second pause moved
    assert own.moved(day(15), now=day(30)) == day(19)


def test_while_a_pause_lasts_nothing_comes_due() -> None:
    own = OwnTime(midpoint=day(50), paused_at=day(10))
    for now in (10, 15, 90):
        assert own.moved(day(12), now=day(now)) == day(now + 2)
    assert own.moved(day(9), now=day(90)) == day(9)
    assert own.waits(own.moved(day(12), now=day(30)))
    assert not own.waits(own.moved(day(9), now=day(30)))


@pytest.mark.parametrize(("now", "worked"), [(5, 5), (10, 10), (12, 10), (14, 10), (20, 16), (40, 26)])
def test_weeks_are_counted_without_the_time_away(now: int, worked: int) -> None:
    own = OwnTime(midpoint=day(50), pauses=(pause(10, 14),), paused_at=day(30))
    assert own.worked(day(now)) == day(worked)


def test_leaving_is_the_end_and_completing_can_be_undone() -> None:
    assert scholar_rules.steps_from(S.LEFT) == []
    assert scholar_rules.steps_from(S.COMPLETED) == [S.ENROLLED]
    assert scholar_rules.steps_from(S.PAUSED) == [S.ENROLLED, S.LEFT]
    assert scholar_rules.steps_from(S.ENROLLED) == [S.PAUSED, S.COMPLETED, S.LEFT]
    assert not scholar_rules.may_follow(S.PAUSED, S.COMPLETED)


@pytest.mark.parametrize(
    ("since", "fault"), [(20, ""), (14, ""), (13, "earlier pause"), (21, "today"), (-1, "accepted")]
)
def test_a_pause_begins_between_the_last_one_and_today(since: int, fault: str) -> None:
    found = scholar_rules.pause_fault(
        day(since),
        now=day(20),
        agreed_at=START,
        pauses=[[day(10).isoformat(), day(14).isoformat()]],
    )
    assert fault in str(found)
    assert bool(found) is bool(fault)
