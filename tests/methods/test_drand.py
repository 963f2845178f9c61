"""Rounds of drand: which comes when, and what was copied from their page."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tremplin.methods.lottery import Reveal, dumps, equal, faults, run, seal
from tremplin.methods.lottery.drand import QUICKNET, NotTheRound, number_of, signature_in

SIGNATURE = "a1" * 48
RANDOMNESS = hashlib.sha256(bytes.fromhex(SIGNATURE)).hexdigest()


def shown(**changes: object) -> str:
    return json.dumps({"round": 7, "randomness": RANDOMNESS, "signature": SIGNATURE, **changes})


def test_the_first_round_of_quicknet_came_with_its_beginning() -> None:
    assert QUICKNET.comes_at(1) == datetime(2023, 8, 23, 15, 9, 27, tzinfo=UTC)
    assert QUICKNET.comes_at(2) - QUICKNET.comes_at(1) == timedelta(seconds=3)
    assert QUICKNET.number_at(datetime(2020, 1, 1, tzinfo=UTC)) == 1


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),
    st.integers(min_value=-12, max_value=14),
)
def test_a_moment_has_the_first_round_that_is_not_before_it_in_every_zone(
    moment: datetime, hours: int
) -> None:
    number = QUICKNET.number_at(moment.astimezone(timezone(timedelta(hours=hours))))
    assert QUICKNET.comes_at(number - 1) < moment <= QUICKNET.comes_at(number)


def test_a_round_that_comes_at_the_moment_itself_is_the_one() -> None:
    assert QUICKNET.number_at(QUICKNET.comes_at(5_000_000)) == 5_000_000


def test_the_source_of_a_round_can_be_promised_drawn_with_and_checked() -> None:
    source = QUICKNET.source(7)
    assert number_of(source) == 7
    assert QUICKNET.address(7).endswith(f"{QUICKNET.hash}/public/7")
    promise = seal("s", [source])
    made = run(equal(["aaaa", "bbbb"], places=1), promise=promise, reveal=Reveal("s", (SIGNATURE,)))
    assert faults(dumps(made), published=promise.commitment) == ()


@pytest.mark.parametrize(
    "text",
    [
        shown(),
        shown(randomness=""),
        f"  {shown(signature=SIGNATURE.upper())}\n",
        f"7 {SIGNATURE}",
        f"7: {SIGNATURE}",
        f"7\n{SIGNATURE.upper()}\n",
    ],
)
def test_what_was_copied_is_read_however_it_was_copied(text: str) -> None:
    assert signature_in(text, number=7) == SIGNATURE


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "unreadable"),
        ("soon", "unreadable"),
        (SIGNATURE, "unreadable"),
        ("{", "unreadable"),
        ('{"round": "7", "signature": "a"}', "unreadable"),
        ('{"round": 7}', "unreadable"),
        ("{" * 100_000, "unreadable"),
        (shown(round=8), "number"),
        (f"8 {SIGNATURE}", "number"),
        (shown(signature=SIGNATURE[:-2]), "signature"),
        (f"7 {SIGNATURE[:-1]}", "signature"),
        (shown(signature="b" + SIGNATURE[1:]), "randomness"),
        (shown(randomness="0" * 64), "randomness"),
    ],
)
def test_what_is_not_the_round_is_named(text: str, code: str) -> None:
    with pytest.raises(NotTheRound) as refusal:
        signature_in(text, number=7)
    assert refusal.value.code == code
