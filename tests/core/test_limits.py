"""Rate limits count over all processes, come back with time, and keep no address."""

from datetime import UTC, datetime, timedelta

import pytest

from tremplin.core import limits
from tremplin.core.errors import TooMany
from tremplin.core.models import TokenBucket

NOW = datetime(2027, 1, 11, 9, tzinfo=UTC)
FIVE = limits.Rate("five", burst=5, refill=timedelta(minutes=30))

pytestmark = pytest.mark.django_db


def test_a_burst_passes_and_the_next_one_must_wait() -> None:
    assert [limits.take(FIVE, "ada", now=NOW) for _ in range(5)] == [timedelta(0)] * 5
    assert limits.take(FIVE, "ada", now=NOW) == timedelta(minutes=6)


def test_a_refusal_costs_nothing() -> None:
    for _ in range(20):
        limits.take(FIVE, "ada", now=NOW)
    assert limits.take(FIVE, "ada", now=NOW + timedelta(minutes=6)) == timedelta(0)
    assert limits.take(FIVE, "ada", now=NOW + timedelta(minutes=6))


def test_a_quiet_time_brings_back_no_more_than_the_burst() -> None:
    limits.take(FIVE, "ada", now=NOW)
    later = NOW + timedelta(days=3)
    assert [bool(limits.take(FIVE, "ada", now=later)) for _ in range(6)] == [False] * 5 + [True]


def test_people_and_purposes_do_not_share_a_bucket() -> None:
    other = limits.Rate("other", burst=5, refill=timedelta(minutes=30))
    for _ in range(5):
        limits.take(FIVE, "ada", now=NOW)
    assert not limits.take(FIVE, "rita", now=NOW)
    assert not limits.take(other, "ada", now=NOW)


def test_a_token_can_be_given_back_but_never_more_than_was_taken() -> None:
    limits.take(FIVE, "ada", now=NOW)
    for _ in range(9):
        limits.give_back(FIVE, "ada", now=NOW)
    assert [bool(limits.take(FIVE, "ada", now=NOW)) for _ in range(6)] == [False] * 5 + [True]


def test_giving_back_what_was_never_taken_changes_nothing() -> None:
    limits.give_back(FIVE, "ada", now=NOW)
    assert not TokenBucket.objects.exists()


def test_the_refusal_says_how_long_to_wait() -> None:
    for _ in range(5):
        limits.require(FIVE, "ada", now=NOW)
    with pytest.raises(TooMany, match="Try again in 6 minutes"):
        limits.require(FIVE, "ada", now=NOW)


@pytest.mark.parametrize(
    ("wait", "text"),
    [
        (timedelta(seconds=1), "Try again in 1 minute."),
        (timedelta(minutes=5, seconds=1), "Try again in 6 minutes."),
        (timedelta(hours=2, minutes=1), "Try again in 3 hours."),
    ],
)
def test_a_wait_is_rounded_up(wait: timedelta, text: str) -> None:
    assert limits.wait_text(wait) == text


def test_the_table_keeps_no_address_and_forgets_full_buckets() -> None:
    limits.take(FIVE, "ada@example.org", now=NOW)
    assert "ada" not in TokenBucket.objects.get().key
    assert limits.forget_full(now=NOW) == 0
    assert limits.forget_full(now=NOW + timedelta(minutes=6)) == 1
