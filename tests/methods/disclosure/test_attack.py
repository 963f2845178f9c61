"""What the attacker finds is what trying every world finds: by flows, by programmes, and through rounding."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.disclosure.brute import worlds
from tremplin.methods.disclosure import (
    Figure,
    Ledger,
    Publication,
    attack,
    linked,
    percentage,
    ranges,
    rounded,
    rounding_interval,
    steps,
    table,
)
from tremplin.methods.disclosure.attack import between
from tremplin.methods.disclosure.network import network

little = st.lists(st.lists(st.integers(0, 5), min_size=2, max_size=2), min_size=2, max_size=3)


def by_hand(publication: Publication, hidden: set[int]) -> dict[int, tuple[int, int]]:
    found = list(worlds(publication, hidden))
    return {
        cell: (min(world[cell] for world in found), max(world[cell] for world in found)) for cell in hidden
    }


@settings(max_examples=40, deadline=None)
@given(little, st.data())
def test_flows_and_programmes_find_what_trying_everything_finds(
    counts: list[list[int]], data: st.DataObject
) -> None:
    publication = table(counts, totals="always")
    cells = len(counts) * 2
    hidden = data.draw(st.sets(st.integers(0, cells - 1), min_size=1, max_size=4))
    expected = by_hand(publication, hidden)
    assert ranges(publication, hidden, hidden) == expected
    bounds: list[tuple[int, int | None]] = [
        (0, None) if cell in hidden else (value, value) for cell, value in enumerate(publication.values)
    ]
    assert between(publication, bounds, hidden) == expected


@pytest.mark.parametrize("seed", range(5))
def test_linked_tables_too(seed: int) -> None:
    chance = random.Random(seed)
    one = [[chance.randrange(5) for _column in range(2)] for _row in range(2)]
    other = [[part := chance.randrange(sum(row) + 1), sum(row) - part] for row in one]
    publication = linked([(one, "ab", "cd"), (other, "ab", "ef")], totals="always")
    hidden = {cell for cell, code in enumerate(publication.codes) if len(code) == 3 and chance.random() < 0.6}
    assert network(publication) is None
    assert ranges(publication, hidden, hidden) == by_hand(publication, hidden)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=2), min_size=2, max_size=2), st.data())
def test_steps_are_a_network_and_what_stopped_is_attacked_as_well(
    rows: list[list[int]], data: st.DataObject
) -> None:
    publication = steps([sorted(row, reverse=True) for row in rows])
    came = [cell for cell, code in enumerate(publication.codes) if code[:4] == "came" and code[5] != "|"]
    hidden = data.draw(st.sets(st.sampled_from(came), max_size=2)) if came else set()
    assert network(publication) is not None
    gone = hidden | publication.never
    assert ranges(publication, hidden, gone) == by_hand(publication, gone)


def test_a_cell_that_no_sum_holds_has_no_end() -> None:
    publication = Publication(("a", "b"), (3, 4))
    assert ranges(publication, {0}, [0, 1]) == {0: (0, None), 1: (4, 4)}


def test_rounding_leaves_the_attacker_with_intervals() -> None:
    publication = table([[3, 30], [40, 20]], totals="always")
    assert ranges(publication, {0}, [0]) == {0: (3, 3)}
    found = attack(publication, {0}, base=5)
    low, high = found.ranges[0]
    assert low < 3 < (high or 0)
    assert attack(publication, {0}, base=5, exact=range(1, len(publication))).recovered == (0,)
    assert attack(publication, {0}).share_recovered([0]) == 1


@given(st.integers(0, 500), st.integers(1, 12))
def test_a_rounded_count_stands_for_exactly_the_counts_that_are_rounded_to_it(count: int, base: int) -> None:
    low, high = rounding_interval(rounded(count, base), base)
    shown = rounded(count, base)
    assert [
        value for value in range(low - 3, high + 4) if value >= 0 and rounded(value, base) == shown
    ] == list(range(low, high + 1))


@pytest.mark.parametrize(
    ("count", "expected"), [(0, 0), (2, 0), (3, 5), (7, 5), (8, 10), (12, 10), (13, 15), (22, 20), (23, 25)]
)
def test_counts_are_rounded_to_five_as_hesa_does(count: int, expected: int) -> None:
    assert rounded(count) == expected


def test_no_percentage_of_fewer_than_twenty_two_and_a_half_people() -> None:
    assert percentage(11, 22) is None
    assert percentage(12, 23) == pytest.approx(52.1739, abs=1e-3)
    assert percentage(0, 0) is None


PEOPLE = {"w-FR": 30, "w-SN": 2, "m-FR": 25, "m-SN": 40, "w-FR-later": 3}


def test_women_and_women_of_one_country_leave_two() -> None:
    ledger = Ledger((Figure("women", frozenset({"w-FR", "w-SN"}), 1),))
    women_here = Figure("women of France", frozenset({"w-FR"}), 1)
    (leak,) = ledger.leaks([women_here], PEOPLE)
    assert (leak.larger, leak.smaller, leak.low, leak.high) == ("women", "women of France", 2, 2)
    men_here = Figure("men of France", frozenset({"m-FR"}), 1)
    assert ledger.leaks([men_here], PEOPLE) == ()


def test_rounding_can_leave_enough_doubt_and_then_nothing_is_held_back() -> None:
    people = {"a": 36, "b": 2}
    whole, part = Figure("all", frozenset("ab")), Figure("most", frozenset("a"))
    assert rounded(38), rounded(36) == (40, 35)
    assert Ledger((whole,)).leaks([part], people) == ()  # 38 to 42 less 33 to 37: anything from 1 to 9
    people = {"a": 38, "b": 2}
    (leak,) = Ledger((whole,)).leaks([part], people)  # 40 and 40: at most four
    assert (leak.low, leak.high) == (0, 4)


def test_a_later_count_of_the_same_group_leaves_those_who_came_since() -> None:
    ledger = Ledger((Figure("women, March", frozenset({"w-FR", "w-SN"}), 1),))
    later = Figure("women, May", frozenset({"w-FR", "w-SN", "w-FR-later"}), 1)
    (leak,) = ledger.leaks([later], PEOPLE)
    assert leak.code == "w-FR-later"
    grown = PEOPLE | {"w-FR-later": 8}
    assert ledger.leaks([later], grown) == ()
    again = ledger.extended([later])
    assert again.leaks([later], grown) == ()  # the same once more says nothing new


def test_what_two_patterns_hide_apart_they_must_not_show_together() -> None:
    """March hides a and b, May hides a and c; together only a is unknown, and follows from the total."""
    people = {"a": 3, "b": 20, "c": 30}
    whole = Figure("all", frozenset("abc"), 1)
    march = (whole, Figure("c", frozenset("c"), 1))
    may = (whole, Figure("b", frozenset("b"), 1))
    watched = {"a": frozenset("a")}
    assert Ledger().leaks(march, people, watched=watched) == ()
    assert Ledger().leaks(may, people, watched=watched) == ()
    (leak,) = Ledger(march).leaks(may, people, watched=watched)
    assert (leak.code, leak.low, leak.high) == ("a", 3, 3)


def test_a_part_without_a_count_is_refused() -> None:
    with pytest.raises(ValueError, match="No count is given of x"):
        Ledger().leaks([Figure("f", frozenset({"x"}))], {})
