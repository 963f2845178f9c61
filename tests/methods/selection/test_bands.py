import dataclasses
from fractions import Fraction
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tremplin.methods.selection.bands import BoundedLine, FundingLine, Top
from tremplin.methods.selection.outcome import BadEvidence, Rule, Scored

HALF = Fraction(1, 2)


def people(*estimates: float, width: float = 0.4) -> list[Scored]:
    return [Scored(f"a{n:02}", value, value - width, value + width) for n, value in enumerate(estimates)]


def test_the_clear_top_is_sure_the_middle_drawn_the_rest_not() -> None:
    found = BoundedLine().select(people(9, 8, 5.2, 5.1, 5.0, 4.9, 2, 1), places=4)
    assert found.sure == ("a00", "a01")
    assert found.lottery == ("a02", "a03", "a04", "a05")
    assert found.members("not") == ("a06", "a07")
    assert (found.line, found.drawn) == ((pytest.approx(5.05), pytest.approx(5.05)), 2)
    assert found.chances == (1, 1, HALF, HALF, HALF, HALF, 0, 0)
    assert [found.why(f"a0{n}").cause for n in (0, 2, 6)] == [
        "above the line", "across the line", "below the line"
    ]  # fmt: skip


def test_wide_intervals_admit_nobody_without_a_draw() -> None:
    found = BoundedLine().select(people(9, 8, 5.2, 5.1, 5.0, 4.9, 2, 1, width=5), places=4)
    assert found.sure == ()
    assert len(found.lottery) == 8


def test_the_lottery_leaves_out_those_whose_interval_does_not_reach_the_line() -> None:
    found = BoundedLine(band_factor=5).select(people(9, 5.1, 5.0, 4.9, 2, 1), places=2)
    assert found.lottery == ("a01", "a02", "a03")


def test_all_who_are_tied_at_an_edge_fare_alike() -> None:
    rule = BoundedLine(admit_share=0.4, band_factor=1)
    found = rule.select(people(9, 9, 5, 5, 5, 5, 5, 1), places=3)
    assert found.sure == ()
    assert found.lottery == ("a00", "a01", "a02", "a03", "a04", "a05", "a06")
    assert [row.rank for row in found.placed] == [1, 1, 3, 3, 3, 3, 3, 8]
    assert found.why("a00").cause == "sure places taken"


def test_places_left_for_all_at_the_line_need_no_lottery() -> None:
    found = BoundedLine().select(people(9, 8, 7, 6, 2, 1), places=4)
    assert (found.sure, found.lottery) == (("a00", "a01", "a02", "a03"), ())
    assert found.why("a03").cause == "places left for all"


def test_who_reaches_the_line_behind_one_who_does_not_is_told_so() -> None:
    rows = [*people(9, 5.1, 4.9, 4.6, width=0.2), Scored("wide", 4.5, 3, 9)]
    found = BoundedLine().select(rows, places=2)
    assert found.chances[-1] == 0
    assert found.why("wide").cause == "behind"
    full = BoundedLine(band_factor=1.5).select(people(6, 6.1, 6.2, 6.3, width=1), places=2)
    assert full.why("a00").cause == "lottery full"


def test_by_score_alone_only_a_tie_for_the_last_place_is_drawn() -> None:
    clear = Top().select(people(5, 4, 3, 2), places=2)
    assert (clear.sure, clear.lottery, clear.drawn) == (("a00", "a01"), (), 0)
    tied = Top().select(people(5, 4, 4, 4, 2), places=2)
    assert (tied.sure, tied.lottery) == (("a00",), ("a01", "a02", "a03"))
    assert tied.drawn == 1
    assert [tied.why(code).cause for code in ("a00", "a02")] == ["by estimate", "tied at the last place"]


def test_the_funding_line_draws_among_all_whose_interval_holds_it_however_low_their_estimate() -> None:
    rows = [Scored("a", 9, 8, 10), Scored("b", 6, 5, 7), Scored("c", 5, 4.5, 5.5), Scored("d", 3, 1, 8)]
    found = FundingLine().select(rows, places=2)
    assert found.line == (6, 6)
    assert found.chances == (1, HALF, 0, HALF)
    assert [found.why(code).cause for code in "abcd"] == [
        "above the line", "across the line", "below the line", "across the line"
    ]  # fmt: skip


def test_a_reason_counts_who_is_clearly_above_and_below_and_alike() -> None:
    reason = FundingLine().select(people(9, 5, 5, 5, 1), places=2).why("a02")
    assert (reason.clearly_above, reason.clearly_below, reason.alike, reason.rank) == (1, 1, 2, 2)
    assert (reason.band, reason.chance, reason.low, reason.high) == ("lottery", Fraction(1, 3), 4.6, 5.4)
    with pytest.raises(KeyError):
        FundingLine().select(people(1), places=1).why("nobody")


@pytest.mark.parametrize("rule", [Top(), FundingLine(), BoundedLine()])
def test_places_for_all_are_given_to_all_and_no_places_to_nobody(rule: Rule) -> None:
    everyone = rule.select(people(3, 2), places=5)
    assert (everyone.sure, everyone.line) == (("a00", "a01"), (-inf, -inf))
    assert rule.select(people(3, 2), places=0).members("not") == ("a00", "a01")
    assert rule.select([], places=2).placed == ()


@given(
    values=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4)), min_size=1, max_size=30),
    places=st.integers(0, 32),
    share=st.floats(0, 1),
    factor=st.floats(1, 4),
    rule=st.sampled_from(["top", "funding", "bounded"]),
    shuffle=st.randoms(use_true_random=False),
)
def test_chances_add_up_rise_with_the_evidence_and_do_not_depend_on_the_order(
    values: list[tuple[int, int]], places: int, share: float, factor: float, rule: str, shuffle: Any
) -> None:
    rows = [Scored(f"a{n:02}", v, v - w / 2, v + w / 2) for n, (v, w) in enumerate(values)]
    rules: dict[str, Rule] = {"top": Top(), "funding": FundingLine(), "bounded": BoundedLine(share, factor)}
    found = rules[rule].select(rows, places=places)
    assert sum(found.chances) == min(places, len(rows))
    by_code = {row.code: row for row in rows}
    for first in found.placed:
        for second in found.placed:
            one, two = by_code[first.code], by_code[second.code]
            if (one.low, one.estimate, one.high) >= (two.low, two.estimate, two.high) and one.low > two.high:
                assert first.chance >= second.chance
            if rule != "funding" and one.estimate >= two.estimate:
                assert first.chance >= second.chance
            if dataclasses.replace(one, code="") == dataclasses.replace(two, code=""):
                assert first.chance == second.chance
    assert all(0 <= chance <= 1 for chance in found.chances)
    mixed = list(rows)
    shuffle.shuffle(mixed)
    assert rules[rule].select(mixed, places=places).placed == found.placed


@pytest.mark.parametrize("rule", [Top(), FundingLine(), BoundedLine()])
@pytest.mark.parametrize(
    ("rows", "places", "words"),
    [
        ([*people(1), *people(1)], 1, "'a00' stands twice"),
        (people(1), -1, "whole number"),
        (people(1), True, "whole number"),
        (people(1), 1.5, "whole number"),
        ([Scored("a", 5, 6, 7)], 1, "does not hold"),
        ([Scored("a", nan, 6, 7)], 1, "not finite"),
        ([Scored("a", 5, -inf, 7)], 1, "not finite"),
    ],
)
def test_faulty_input_is_named(rule: Rule, rows: list[Scored], places: Any, words: str) -> None:
    with pytest.raises(BadEvidence, match=words):
        rule.select(rows, places=places)


@pytest.mark.parametrize("figures", [{"admit_share": 1.5}, {"band_factor": 0.5}, {"band_factor": nan}])
def test_a_bounded_line_refuses_figures_that_mean_nothing(figures: dict[str, float]) -> None:
    with pytest.raises(BadEvidence):
        BoundedLine(**figures)
