"""Lists, tables and steps as people see them: nothing small, and nothing small to be worked out."""

from itertools import combinations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tremplin.methods.disclosure import (
    LEAST,
    attack,
    hide_row,
    hide_steps,
    show,
    show_steps,
    small_guards,
    table,
)

tables = st.tuples(st.integers(2, 4), st.integers(2, 5)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(0, 30), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)


def nested(steps: int, most: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.lists(st.integers(0, most), min_size=steps, max_size=steps).map(
        lambda row: tuple(sorted(row, reverse=True))
    )


def test_a_lone_small_count_in_a_row_takes_another_with_it() -> None:
    assert hide_row([30, 3, 12, 20]) == {1, 2}


def test_two_empty_cells_protect_each_other_from_nobody() -> None:
    """Both would follow: the shown ones make up the whole total."""
    assert hide_row([20, 0, 0, 15]) == {1, 2, 3}


def test_a_count_that_is_nearly_everybody_is_hidden() -> None:
    assert hide_row([38, 1, 1]) == {0, 1, 2}


def test_two_small_counts_of_a_row_hide_each_other() -> None:
    assert hide_row([40, 30, 4, 0]) == {2, 3}


def test_a_list_of_one_is_its_total() -> None:
    assert hide_row([3]) == {0}
    assert hide_row([30]) == frozenset()
    assert hide_row([]) == frozenset()


@settings(max_examples=200)
@given(st.lists(st.integers(0, 40), min_size=2, max_size=6))
def test_no_fewer_positions_of_a_row_would_do(counts: list[int]) -> None:
    first = {p for p, count in enumerate(counts) if count < LEAST or sum(counts) - count <= 2}

    def safe(hidden: set[int]) -> bool:
        return not first or (len(hidden) > 1 and sum(counts[p] for p in hidden) > 0)

    gone = set(hide_row(counts))
    assert first <= gone
    everything = set(range(len(counts)))
    assert safe(gone) or gone == everything
    if safe(everything):
        others = sorted(everything - first)
        best = min(
            (len(extra), sum(counts[p] for p in extra))
            for many in range(len(others) + 1)
            for extra in combinations(others, many)
            if safe(first | set(extra))
        )
        assert (len(gone - first), sum(counts[p] for p in gone - first)) == best


@settings(max_examples=30, deadline=None)
@given(tables)
@example([[0, 0], [0, 30]])
@example([[1, 30, 30], [30, 1, 30], [30, 30, 1]])
@example([[0, 9, 9], [9, 0, 9], [9, 9, 0]])
def test_nothing_small_is_left_in_a_table_or_follows_from_it(counts: list[list[int]]) -> None:
    found = show(counts)
    shown = [*found.rows, *found.columns, *(cell for row in found.cells for cell in row)]
    assert all(cell is None or (cell >= LEAST and cell % 5 == 0) for cell in shown)
    if found.by is not None:
        publication = table(counts)
        assert not attack(publication, found.by.hidden, small_guards(publication)).broken


def test_what_is_shown_is_rounded_with_its_totals() -> None:
    found = show([[21, 33], [40, 9]])
    assert found.cells == ((20, 35), (40, 10))
    assert (found.rows, found.columns, found.total) == ((55, 50), (60, 40), 105)


def test_nothing_is_shown_of_too_few_people() -> None:
    assert show([[2, 2], [2, 3]]).total is None


@settings(max_examples=30, deadline=None)
@given(st.lists(nested(4, 60), min_size=2, max_size=7).map(tuple))
def test_no_small_number_of_a_way_can_be_told(rows: tuple[tuple[int, ...], ...]) -> None:
    found = hide_steps(rows)
    after = attack(found.publication, found.hidden, found.guards)
    values = dict(zip(found.publication.codes, found.publication.values, strict=True))
    assert found.certified
    for guard in found.guards:
        kind, _group, step = found.publication.codes[guard.cell].split("|")
        whole = sum(values[f"{kind}|{group}|{step}"] for group in range(len(rows)))
        low, high = after.ranges[guard.cell]
        value = found.publication.values[guard.cell]
        assert high is not None
        if value < LEAST:
            assert high >= min(LEAST, whole)
            assert low < high


@settings(deadline=None)
@given(st.lists(nested(4, 200), min_size=2, max_size=6).map(tuple))
def test_what_is_shown_of_a_way_is_large_and_rounded(rows: tuple[tuple[int, ...], ...]) -> None:
    for shown, row in zip(show_steps(rows), rows, strict=True):
        for count, true in zip(shown, row, strict=True):
            assert count is None or (count % 5 == 0 and abs(count - true) <= 2)


def test_large_groups_are_shown_at_every_step() -> None:
    rows = ((120, 60, 30, 20), (130, 70, 34, 22))
    assert hide_steps(rows).hidden == frozenset()
    assert show_steps(rows)[0] == (120, 60, 30, 20)


def test_a_small_group_takes_another_one_with_it() -> None:
    gone = set(hide_steps(((100, 40), (90, 36), (3, 1))).codes)
    assert {"came|2|0", "came|2|1"} <= gone
    assert len({code for code in gone if code.endswith("|0")}) >= 2


def test_how_few_stopped_cannot_be_read_from_two_counts() -> None:
    """Forty were offered a place and thirty-eight took it: two people said no."""
    found = hide_steps(((100, 40, 38), (100, 44, 20)))
    cell = found.publication.codes.index("stopped|0|1")
    low, high = attack(found.publication, found.hidden, found.guards).ranges[cell]
    assert low < 2 < (high or 0)
    assert (high or 0) >= 5
    assert not {"came|0|1", "came|0|2"}.isdisjoint(found.codes)


def test_that_everybody_of_a_group_was_left_behind_is_not_shown() -> None:
    assert "came|0|1" in hide_steps(((50, 0), (60, 30))).codes


def test_groups_that_say_nothing_of_anybody_are_hidden_before_any_other() -> None:
    rows = ((100, 40), (90, 36), (3, 1))
    assert "came|2|0" not in hide_steps(rows, silent={2}).codes
    assert show_steps(rows, silent={2})[2] == (None, None)  # small all the same
    with_rest = hide_steps(((100, 40), (3, 2), (30, 12)), silent={2})
    assert not {code for code in with_rest.codes if code.startswith("came|0")}


def test_nobody_comes_to_a_later_step_without_the_one_before() -> None:
    with pytest.raises(ValueError, match="without the one before"):
        show_steps(((3, 4),))


def test_no_groups_are_no_table() -> None:
    assert show_steps(()) == ()
