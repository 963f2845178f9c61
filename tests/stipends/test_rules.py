from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from tremplin.stipends import rules
from tremplin.stipends.models import InstalmentState as S

DUE = datetime(2027, 3, 22, tzinfo=UTC)


def facts(
    *,
    gate_open: bool = True,
    has_payee_form: bool = True,
    stopped: Literal["", "paused", "left"] = "",
    stopped_at: datetime | None = None,
) -> rules.Facts:
    return rules.Facts(gate_open, has_payee_form, DUE, stopped, stopped_at)


def test_paid_is_the_end_and_no_step_calls_money_back() -> None:
    assert rules.STEPS[S.PAID] == frozenset()
    assert not any(S.PAID in rules.STEPS[before] for before in S if before != S.ORDERED)
    assert [before for before in S if rules.may_come_back(before)] == [S.ORDERED, S.PAID]


def test_every_state_has_its_steps() -> None:
    assert set(rules.STEPS) == set(S)


@pytest.mark.parametrize(
    ("known", "waits"),
    [
        (facts(), ""),
        (facts(has_payee_form=False, gate_open=False), "payee-form"),
        (facts(gate_open=False), "gate"),
        (facts(stopped="paused", stopped_at=DUE - timedelta(days=1)), "paused"),
        (facts(stopped="left", stopped_at=DUE - timedelta(days=1)), "left"),
        (facts(stopped="left", stopped_at=DUE), ""),
        (facts(stopped="paused", stopped_at=DUE + timedelta(days=1)), ""),
        (facts(stopped="left"), "left"),
    ],
)
def test_what_a_payment_waits_for_on_its_day(known: rules.Facts, waits: str) -> None:
    assert rules.waits_for(known, now=DUE) == waits


def test_a_payment_can_be_prepared_ten_days_before() -> None:
    assert rules.waits_for(facts(), now=DUE - timedelta(days=10)) == ""
    assert rules.waits_for(facts(), now=DUE - timedelta(days=10, seconds=1)) == "date"


@pytest.mark.parametrize(
    ("state", "known", "days", "late"),
    [
        (S.PLANNED, facts(), 5, False),
        (S.PLANNED, facts(), 6, True),
        (S.ORDERED, facts(), 6, True),
        (S.PAID, facts(), 60, False),
        (S.HELD, facts(), 60, False),
        (S.CANCELLED, facts(), 60, False),
        (S.PLANNED, facts(stopped="left", stopped_at=DUE - timedelta(days=9)), 60, False),
        (S.PLANNED, facts(stopped="left", stopped_at=DUE), 60, True),
    ],
)
def test_late_is_what_is_owed_and_has_not_arrived_in_five_days(
    state: S, known: rules.Facts, days: int, late: bool
) -> None:
    assert rules.is_late(state=state, facts=known, now=DUE + timedelta(days=days)) is late


@pytest.mark.parametrize(
    ("typed", "iban", "holds"),
    [
        ("FR76 3000 6000 0112 3456 7890 189", True, True),
        ("fr76-3000-6000-0112-3456-7890-189", True, True),
        ("FR76 3000 6000 0112 3456 7890 198", True, False),
        ("DE75512108001245126199", True, True),
        ("DE75512108001245126190", True, False),
        ("GB33BUKB20201555555555", True, True),
        ("12345678", False, False),
        ("001-234-567", False, False),
    ],
)
def test_a_slip_in_an_iban_is_found(typed: str, iban: bool, holds: bool) -> None:
    assert rules.looks_like_iban(typed) is iban
    if iban:
        assert rules.iban_holds(typed) is holds


def test_any_single_mistyped_digit_of_an_iban_is_found() -> None:
    good = "FR7630006000011234567890189"
    for place in range(2, len(good)):
        for digit in "0123456789":
            typed = good[:place] + digit + good[place + 1 :]
            assert rules.iban_holds(typed) is (typed == good)
