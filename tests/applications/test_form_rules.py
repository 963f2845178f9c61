"""Decisions about the whole form and its doors."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import PLANS
from tremplin.applications.rules import deadline
from tremplin.applications.rules import form as rules
from tremplin.applications.rules.eligibility import judge
from tremplin.programmes import file
from tremplin.programmes.schema import EligibilityQuestion

PLAN = file.read((PLANS / "small.toml").read_text("utf-8"))
FORM = PLAN.application
YOU = FORM.sections[0]
FULL = {"full_name": "Ada", "country": "SN", "coded_before": "no", "motivation": "Why.", "project": "What."}


def test_a_conditional_question_is_asked_only_once_the_answer_before_opens_it() -> None:
    assert "code_where" not in rules.shown(FORM, {})
    assert "code_where" not in rules.shown(FORM, {"coded_before": "no"})
    assert "code_where" in rules.shown(FORM, {"coded_before": "yes"})


def test_a_section_says_how_far_it_is() -> None:
    def status(answers: dict[str, str], touched: tuple[str, ...] = (), aside: tuple[str, ...] = ()) -> str:
        questions = {section.code: asked for section, asked in rules.asked(FORM, answers)}["you"]
        return rules.section_status(questions, answers, touched, aside)

    assert status({}) == "todo"
    assert status({"full_name": "Ada"}) == "todo"  # we filled that in ourselves
    assert status({"full_name": "Ada"}, ("full_name",)) == "started"
    assert status(FULL) == "done"
    assert status({**FULL, "country": "Atlantis"}) == "error"
    assert status(FULL, aside=("country",)) == "error"


def test_progress_counts_only_what_could_be_sent() -> None:
    assert rules.progress(FORM, {}) == 0
    assert rules.progress(FORM, FULL) == 100
    assert rules.progress(FORM, {**FULL, "motivation": "x" * 1001}) == 80


def test_a_snapshot_keeps_what_was_asked_and_answered() -> None:
    assert rules.frozen(FORM, {**FULL, "code_where": "hidden", "gone_question": "x", "sample": ""}) == FULL
    assert rules.frozen(FORM, {**FULL, "coded_before": "yes", "code_where": "seen"})["code_where"] == "seen"


def test_a_checksum_does_not_depend_on_the_order_of_keys_and_depends_on_every_letter() -> None:
    assert rules.checksum({"a": 1, "b": "é"}) == rules.checksum({"b": "é", "a": 1})
    assert rules.checksum({"a": 1, "b": "é"}) != rules.checksum({"a": 1, "b": "e"})


@given(st.sampled_from(["r1", "r2"]), st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=10, max_size=10))
def test_a_pseudonym_is_stable_in_its_round_and_says_nothing_of_the_key(round_code: str, key: str) -> None:
    name = rules.pseudonym(key, round_code)
    assert name == rules.pseudonym(key, round_code)
    assert len(name) == 9
    assert name[4] == "-"
    assert rules.pseudonym(key, "r1") != rules.pseudonym(key, "r2")


def test_pseudonyms_of_ten_thousand_applications_differ() -> None:
    assert len({rules.pseudonym(f"{n:010d}", "r1") for n in range(10_000)}) == 10_000


def test_open_doors_let_pass_and_closed_ones_say_so() -> None:
    passed = judge(PLAN.eligibility, {"adult": "yes", "hours": " 1 000 ", "unasked": "x"})
    assert passed.eligible
    assert passed.answers == {"adult": "yes", "hours": "1000"}
    refused = judge(PLAN.eligibility, {"adult": "no", "hours": "29"})
    assert refused.complete
    assert not refused.eligible
    assert [door.code for door in refused.closed] == ["adult", "hours"]


@pytest.mark.parametrize(
    "answers", [{}, {"adult": "maybe", "hours": "35"}, {"adult": "yes", "hours": "many"}]
)
def test_a_door_that_was_not_tried_is_neither_open_nor_closed(answers: dict[str, str]) -> None:
    verdict = judge(PLAN.eligibility, answers)
    assert not verdict.complete
    assert not verdict.eligible


def test_a_country_door_refuses_only_the_countries_it_names() -> None:
    door = EligibilityQuestion(
        code="where", kind="country", label={"en": "Where?"}, refuses=["FR"], refusal={"en": "Not there."}
    )
    assert judge([door], {"where": "SN"}).eligible
    assert not judge([door], {"where": "FR"}).eligible
    assert not judge([door], {"where": "Atlantis"}).complete


OPENS = datetime(2027, 1, 1, tzinfo=UTC)
CLOSES = datetime(2027, 2, 1, tzinfo=UTC)
DATES = {"call_opens": OPENS, "call_closes": CLOSES, "decisions_out": datetime(2027, 3, 1, tzinfo=UTC)}


@given(st.integers(-200_000, 4_000_000), st.integers(0, 1440))
def test_whoever_may_start_may_write_and_nobody_writes_outside_the_call(seconds: int, minutes: int) -> None:
    now, grace = OPENS + timedelta(seconds=seconds), timedelta(minutes=minutes)
    at = deadline.phase(DATES, grace, now)
    if deadline.may_start(DATES, now):
        assert at == "open"
    assert (at == "open") == (OPENS <= now <= CLOSES + grace)


def test_one_may_step_back_until_decisions_are_out() -> None:
    assert deadline.may_withdraw(DATES, CLOSES)
    assert not deadline.may_withdraw(DATES, DATES["decisions_out"])
    assert deadline.may_withdraw({"call_opens": OPENS, "call_closes": CLOSES}, DATES["decisions_out"])
