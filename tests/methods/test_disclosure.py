"""No hidden count follows from what is shown: known examples, and an attacker who tries every table there can be."""

import random
from itertools import pairwise, product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tremplin.methods import disclosure
from tremplin.methods.disclosure import (
    LEAST,
    Cell,
    hide,
    hide_row,
    percentage,
    reach,
    rounded,
    show,
    small,
    tell_apart,
)

Rows = list[list[int]]


@pytest.mark.parametrize(
    ("count", "expected"), [(0, 0), (2, 0), (3, 5), (7, 5), (8, 10), (12, 10), (13, 15), (22, 20), (23, 25)]
)
def test_counts_are_rounded_to_five_as_hesa_does(count: int, expected: int) -> None:
    assert rounded(count) == expected


def test_no_percentage_of_fewer_than_twenty_two_and_a_half_people() -> None:
    assert percentage(11, 22) is None
    assert percentage(12, 23) == pytest.approx(52.1739, abs=1e-3)
    assert percentage(0, 0) is None


def test_a_lone_small_count_in_a_row_takes_another_with_it() -> None:
    assert hide_row([30, 3, 12, 20]) == {1, 2}


def test_two_empty_cells_protect_each_other_from_nobody() -> None:
    """Both would follow: the shown ones make up the whole total."""
    gone = hide_row([20, 0, 0, 15])
    assert {1, 2} < gone
    assert len(gone) == 3


def test_a_count_that_is_nearly_everybody_is_hidden() -> None:
    assert (0, 0) in small([[38, 1, 1]])
    assert (0, 0) not in small([[38, 6, 6]])
    assert hide_row([38, 1, 1]) == {0, 1, 2}


def test_two_small_counts_of_a_row_hide_each_other() -> None:
    assert hide_row([40, 30, 4, 0]) == {2, 3}


def test_a_small_cell_of_a_table_is_guarded_against_its_row_and_its_column() -> None:
    """The textbook case: one small cell needs three others, so that a rectangle is left to guess."""
    table = [[20, 50, 10], [8, 3, 22], [17, 32, 12]]
    assert reach(table, {(1, 1)}, (1, 1)) == (3, 3)
    gone = hide(table)
    assert (1, 1) in gone
    assert len(gone) == 4
    low, high = reach(table, gone, (1, 1))
    assert low < 3
    assert high >= LEAST


def test_a_table_that_cannot_be_guarded_is_not_shown() -> None:
    assert hide([[3], [40]]) == {(0, 0), (1, 0)}
    found = show([[3, 30], [40, 9]])
    assert found.cells == ((None, None), (None, None))
    assert found.rows == (None, None)
    assert found.total == 80


def test_what_is_shown_is_rounded_with_its_totals() -> None:
    found = show([[21, 33], [40, 9]])
    assert found.cells == ((20, 35), (40, 10))
    assert (found.rows, found.columns, found.total) == ((55, 50), (60, 40), 105)


def test_nothing_is_shown_of_too_few_people() -> None:
    assert show([[2, 2], [2, 3]]).total is None


def possible(table: Rows, hidden: frozenset[Cell] | set[Cell]) -> list[Rows]:
    """Every table of whole numbers with the same totals and the same shown cells: the slow and certain attack."""
    places = sorted(hidden)
    across = [sum(row) for row in table]
    downs = [sum(column) for column in zip(*table, strict=True)]
    found = []
    for guess in product(*(range(min(across[i], downs[j]) + 1) for i, j in places)):
        rows = [list(row) for row in table]
        for (i, j), count in zip(places, guess, strict=True):
            rows[i][j] = count
        if [sum(row) for row in rows] == across and [sum(c) for c in zip(*rows, strict=True)] == downs:
            found.append(rows)
    return found


little = st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=2), min_size=2, max_size=3)


@settings(max_examples=60)
@given(little, st.data())
def test_the_attack_by_flows_finds_what_trying_everything_finds(table: Rows, data: st.DataObject) -> None:
    cells = [(i, j) for i, row in enumerate(table) for j in range(len(row))]
    hidden = data.draw(st.sets(st.sampled_from(cells), min_size=1, max_size=5))
    worlds = possible(table, hidden)
    for i, j in hidden:
        values = [world[i][j] for world in worlds]
        assert reach(table, hidden, (i, j)) == (min(values), max(values))


tables = st.tuples(st.integers(2, 4), st.integers(2, 5)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(0, 30), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)


@settings(max_examples=150)
@given(tables)
@example([[0, 0], [0, 30]])
@example([[1, 30, 30], [30, 1, 30], [30, 30, 1]])
@example([[0, 9, 9], [9, 0, 9], [9, 9, 0]])
def test_no_small_count_can_be_solved_from_a_table_with_all_its_totals(table: Rows) -> None:
    gone = hide(table)
    assert small(table) <= gone
    if len(gone) == len(table) * len(table[0]):
        return  # `show` shows no totals then
    for i, j in small(table):
        low, high = reach(table, gone, (i, j))
        if table[i][j] < LEAST:
            assert low < high
            assert high >= LEAST
        else:
            assert low < table[i][j]


@settings(max_examples=40)
@given(tables)
def test_no_small_count_is_left_in_what_is_shown(table: Rows) -> None:
    found = show(table)
    for row, counts in zip(found.cells, table, strict=True):
        for cell, count in zip(row, counts, strict=True):
            assert cell is None or (count >= LEAST and cell % 5 == 0 and abs(cell - count) <= 2)
    if found.rows[0] is None:
        assert all(cell is None for row in found.cells for cell in row)


@settings(max_examples=100)
@given(st.lists(st.integers(0, 60), min_size=2, max_size=7))
def test_no_small_count_can_be_solved_from_a_row_with_its_total(counts: list[int]) -> None:
    gone = hide_row(counts)
    spread = sum(counts[position] for position in gone)
    for position in gone:
        if counts[position] < LEAST and len(gone) < len(counts):
            assert len(gone) > 1
            assert spread > 0


def test_what_naive_hiding_gives_away_is_not_given_away_here() -> None:
    """Tables of 120 people, four by eight with all totals, as in the measurement that this room was built on."""
    given_away = 0
    for seed in range(20):
        chance = random.Random(seed)
        table = [[0] * 8 for _row in range(4)]
        for _person in range(120):
            table[min(3, int(chance.expovariate(0.9)))][min(7, int(chance.expovariate(0.5)))] += 1
        naive = {(i, j) for i, row in enumerate(table) for j, count in enumerate(row) if count < LEAST}
        given_away += sum(len(set(reach(table, naive, cell))) == 1 for cell in naive)
        gone = hide(table)
        if len(gone) < 32:
            assert all(reach(table, gone, cell)[1] >= LEAST for cell in naive)
    assert given_away > 0


def test_two_releases_that_differ_by_one_person_are_told() -> None:
    before = {"woman": 40, "man": 31}
    assert tell_apart(before, {"woman": 41, "man": 31}) == ["woman"]
    assert tell_apart(before, {"woman": 45, "man": 31}) == []
    assert tell_apart(before, before) == []
    assert tell_apart(before, {**before, "another": 3}) == ["another"]


@settings(max_examples=100)
@given(st.lists(st.integers(0, 100), min_size=2, max_size=6))
def test_no_two_releases_of_a_series_can_be_subtracted_to_a_few_people(series: list[int]) -> None:
    """A ledger that lets a release through only if it can be told from none before it by too few."""
    let_through: list[int] = []
    for count in series:
        if not any(tell_apart({"x": before}, {"x": count}) for before in let_through):
            let_through.append(count)
    for one, other in pairwise(sorted(set(let_through))):
        assert other - one >= LEAST


def test_the_constants_are_those_of_the_sources() -> None:
    assert (disclosure.LEAST, disclosure.BASE, disclosure.LEAST_BASE) == (5, 5, 22.5)
