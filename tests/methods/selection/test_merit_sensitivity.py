"""How far one read can move a chance under each rule, what would turn it, and the lottery that is made for that."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.selection.oracles import people
from tremplin.methods.selection.bands import BoundedLine, FundingLine, Top
from tremplin.methods.selection.merit import Merit
from tremplin.methods.selection.outcome import BadEvidence, Rule, Scored, band_of
from tremplin.methods.selection.sensitivity import Turn, moved, sensitivity, ticks, turns
from tremplin.methods.selection.smooth import Linear

scores = st.lists(st.integers(0, 40).map(lambda n: n / 4), min_size=2, max_size=25)


def rows_of(*estimates: float) -> list[Scored]:
    return [Scored(f"a{n:02}", value, value - 1, value + 1) for n, value in enumerate(estimates)]


def chance(rule: Rule, rows: list[Scored], places: int, code: str) -> Fraction:
    found = rule.select(rows, places=places)
    return next(one for one, row in zip(found.chances, rows, strict=True) if row.code == code)


@settings(max_examples=150, deadline=None)
@given(values=scores, slope=st.sampled_from([0.05, 0.3, 1.0, 2.5, 40.0]), data=st.data())
def test_linear_chances_add_up_and_lie_on_one_slope(values: list[float], slope: float, data: Any) -> None:
    places = data.draw(st.integers(1, len(values) - 1))
    found = Linear(slope).select(rows_of(*values), places=places)
    assert sum(found.chances) == places
    start, end = found.line
    assert end - start == pytest.approx(1 / slope)
    for value, one, cause in zip(values, found.chances, found.causes, strict=True):
        assert float(one) == pytest.approx(min(max(slope * (value - start), 0), 1), abs=1e-9)
        assert cause == ("above the line" if one == 1 else "below the line" if one == 0 else "slope")


@settings(max_examples=150, deadline=None)
@given(
    values=scores,
    slope=st.sampled_from([0.05, 0.3, 1.0, 2.5]),
    by=st.integers(-12, 12).map(lambda n: n / 4),
    data=st.data(),
)
def test_one_estimate_moves_its_linear_chance_and_all_chances_no_further_than_promised(
    values: list[float], slope: float, by: float, data: Any
) -> None:
    places = data.draw(st.integers(1, len(values) - 1))
    index = data.draw(st.integers(0, len(values) - 1))
    rows = rows_of(*values)
    code = rows[index].code
    (found,) = sensitivity(Linear(slope), rows, places=places, changes={code: [moved(rows[index], by)]})
    limit = Fraction(slope) * Fraction(abs(by))
    assert found.own <= limit
    assert found.total <= 2 * limit
    assert found.total == 2 * found.own  # the others give way by as much as one gains


def test_a_slope_from_how_far_a_tick_may_move_a_chance() -> None:
    rule = Linear.moving(0.1, tick=0.5)
    assert rule.slope == pytest.approx(0.2)
    rows = rows_of(6, 5, 5, 4, 3)
    for found in sensitivity(rule, rows, places=2, changes=ticks(rows, {row.code: 0.5 for row in rows})):
        assert found.own <= Fraction(1, 10) + Fraction(1, 10**12)


@pytest.mark.parametrize("slope", [0, -1, float("inf"), float("nan")])
def test_a_slope_that_is_none_is_refused(slope: float) -> None:
    with pytest.raises(BadEvidence, match="slope"):
        Linear(slope)


@pytest.mark.parametrize(("at_most", "tick"), [(0, 1), (1, 0), (-1, 1)])
def test_a_bound_or_a_tick_that_is_none_is_refused(at_most: float, tick: float) -> None:
    with pytest.raises(BadEvidence, match="above 0"):
        Linear.moving(at_most, tick)


def test_places_for_all_and_none_and_a_gap_that_no_slope_bridges() -> None:
    assert Linear(1).select(rows_of(3, 2), places=2).chances == (1, 1)
    assert Linear(1).select(rows_of(3, 2), places=0).chances == (0, 0)
    assert Linear(1).select([], places=1).chances == ()
    assert Linear(2).select(rows_of(9, 8, 2, 1), places=2).chances == (1, 1, 0, 0)


def test_sensitivity_is_that_of_asking_again_one_by_one() -> None:
    rows = people((1, 4), (2, 6), (2, 6), (3, 5), (0, 2), (5, 9))
    changes = ticks(rows, {row.code: 1.0 for row in rows})
    for rule in (Merit(), FundingLine(), BoundedLine(), Top()):
        now = rule.select(rows, places=3)
        for found in sensitivity(rule, rows, places=3, changes=changes):
            own, total, others = Fraction(0), Fraction(0), []
            index = [row.code for row in rows].index(found.code)
            for change in changes[found.code]:
                then = rule.select([*rows[:index], change, *rows[index + 1 :]], places=3)
                moves = [abs(b - a) for a, b in zip(now.chances, then.chances, strict=True)]
                own, total = max(own, moves[index]), max(total, sum(moves))
                others += [
                    (move, row.code)
                    for at, (move, row) in enumerate(zip(moves, rows, strict=True))
                    if at != index
                ]
            assert (found.own, found.total) == (own, total)
            assert found.other_by == max(others)[0]
            assert found.other_by == 0 or (found.other_by, found.other) in others
            assert found.chance == now.chances[index]


def test_merit_jumps_where_the_linear_lottery_does_not() -> None:
    rows = people((4, 6), (4, 6), (4, 6), (4, 6))
    changes = {"a0000": ticks(rows, {"a0000": 2.25})["a0000"]}
    (jump,) = sensitivity(Merit(), rows, places=1, changes=changes)
    assert (jump.chance, jump.becomes) == (Fraction(1, 4), 1)
    (smooth,) = sensitivity(Linear(0.1), rows, places=1, changes=changes)
    assert smooth.own <= Fraction(0.1) * Fraction(2.25)


def test_what_would_make_a_person_sure_is_said_to_the_end_and_value_and_holds() -> None:
    rows = people((6, 9), (5, 7), (4, 6), (3, 5), (1, 2))
    found = turns(Merit(), rows, places=2, code="a0002")
    assert {(turn.end, turn.band) for turn in found} == {
        ("low", "sure"), ("high", "not"), ("whole", "sure"), ("whole", "not")
    }  # fmt: skip
    low = next(turn for turn in found if turn.end == "low")
    assert low == Turn("low", 7.0, True, "sure")
    sure = Scored("a0002", 7.01, 7.01, 7.01)
    assert chance(Merit(), [*rows[:2], sure, *rows[3:]], 2, "a0002") == 1
    not_yet = Scored("a0002", 7.0, 7.0, 7.0)
    assert chance(Merit(), [*rows[:2], not_yet, *rows[3:]], 2, "a0002") < 1


@settings(max_examples=25, deadline=None)
@given(
    ends=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4)), min_size=3, max_size=9),
    rule=st.sampled_from([Merit(), FundingLine(), BoundedLine(), Top(), Linear(0.3)]),
    data=st.data(),
)
def test_turns_are_true_on_one_side_and_not_on_the_other(
    ends: list[tuple[int, int]], rule: Rule, data: Any
) -> None:
    rows = people(*((low, low + width) for low, width in ends))
    places = data.draw(st.integers(1, len(rows) - 1))
    index = data.draw(st.integers(0, len(rows) - 1))
    own = rows[index]

    def band(changed: Scored) -> str:
        return band_of(chance(rule, [*rows[:index], changed, *rows[index + 1 :]], places, own.code))

    for turn in turns(rule, rows, places=places, code=own.code):
        if turn.end == "whole":
            assert band(moved(own, turn.value)) == turn.band
            less = abs(turn.value) - 1e-6
            assert less < 0 or band(moved(own, less if turn.value > 0 else -less)) != turn.band
            continue
        sign = 1 if turn.end == "low" else -1
        inside = turn.value + sign * (1e-6 if turn.beyond else 0)
        before = turn.value - sign * (0 if turn.beyond else 1e-6)
        for value, wanted in ((inside, True), (before, False)):
            if turn.end == "low":
                changed = Scored(own.code, max(own.estimate, value), value, max(own.high, value))
            else:
                changed = Scored(own.code, min(own.estimate, value), min(own.low, value), value)
            assert (band(changed) == turn.band) is wanted


def test_nothing_turns_one_who_is_alone_or_where_places_are_for_all() -> None:
    assert turns(Merit(), people((1, 2)), places=1, code="a0000") == ()
    assert turns(Top(), people((1, 2), (3, 4)), places=2, code="a0001") == ()
    with pytest.raises(KeyError):
        turns(Top(), people((1, 2)), places=1, code="nobody")
