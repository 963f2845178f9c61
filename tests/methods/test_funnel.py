"""Steps of a way by group: nothing small can be worked out, by whoever knows all totals and all that is shown."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tremplin.methods.funnel import hide_steps, reach_steps, show_steps

Rows = tuple[tuple[int, ...], ...]


def compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in compositions(total - first, parts - 1))


def stopped(rows: Rows) -> list[list[int]]:
    return [[count - following for count, following in zip(row, (*row[1:], 0), strict=True)] for row in rows]


def worlds(rows: Rows, gone: frozenset[tuple[int, int]]) -> Iterator[Rows]:
    """Every table that somebody who knows all totals and all shown counts must think possible."""
    columns = [list(compositions(sum(column), len(rows))) for column in zip(*stopped(rows), strict=True)]
    for chosen in product(*columns):
        left = [list(row) for row in zip(*chosen, strict=True)]
        found = tuple(tuple(sum(row[step:]) for step in range(len(row))) for row in left)
        if all(
            found[i][s] == rows[i][s]
            for i in range(len(rows))
            for s in range(len(rows[i]))
            if (i, s) not in gone
        ):
            yield found


def nested(steps: int, most: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.lists(st.integers(0, most), min_size=steps, max_size=steps).map(
        lambda row: tuple(sorted(row, reverse=True))
    )


@settings(max_examples=40)
@given(st.lists(nested(2, 4), min_size=2, max_size=3).map(tuple))
def test_the_attack_knows_exactly_what_trying_every_table_tells(rows: Rows) -> None:
    gone = hide_steps(rows, least=2)
    possible = list(worlds(rows, gone))
    for i in range(len(rows)):
        for s in range(2):
            came = {world[i][s] for world in possible}
            assert reach_steps(rows, gone, ("came", i, s)) == (min(came), max(came))
            left = {stopped(world)[i][s] for world in possible}
            assert reach_steps(rows, gone, ("stopped", i, s)) == (min(left), max(left))


@settings(max_examples=150)
@given(st.lists(nested(4, 60), min_size=2, max_size=7).map(tuple))
def test_no_small_number_can_be_told_from_what_is_shown(rows: Rows) -> None:
    gone = hide_steps(rows)
    left = stopped(rows)
    for i, row in enumerate(rows):
        for s, count in enumerate(row):
            for kind, value, column in (
                ("came", count, [other[s] for other in rows]),
                ("stopped", left[i][s], [other[s] for other in left]),
            ):
                if sum(column) and value < 5:
                    low, high = reach_steps(rows, gone, (kind, i, s))
                    assert high >= min(5, sum(column))
                    assert low < high


@given(st.lists(nested(4, 200), min_size=2, max_size=6).map(tuple))
def test_what_is_shown_is_large_and_rounded(rows: Rows) -> None:
    for shown, row in zip(show_steps(rows), rows, strict=True):
        for count, true in zip(shown, row, strict=True):
            assert count is None or (count % 5 == 0 and abs(count - true) <= 2)
            assert count is None or true >= 5 or not sum(other[shown.index(count)] for other in rows)


def test_large_groups_are_shown_at_every_step() -> None:
    rows = ((120, 60, 30, 20), (130, 70, 34, 22))
    assert hide_steps(rows) == frozenset()
    assert show_steps(rows)[0] == (120, 60, 30, 20)


def test_a_small_group_takes_another_one_with_it() -> None:
    gone = hide_steps(((100, 40), (90, 36), (3, 1)))
    assert {(2, 0), (2, 1)} <= gone
    assert len({i for i, s in gone if s == 0}) >= 2


def test_how_few_stopped_cannot_be_read_from_two_counts() -> None:
    """Forty were offered a place and thirty-eight took it: two people said no."""
    rows = ((100, 40, 38), (100, 44, 20))
    low, high = reach_steps(rows, hide_steps(rows), ("stopped", 0, 1))
    assert low < 2 < high
    assert high >= 5
    assert not {(0, 1), (0, 2)}.isdisjoint(hide_steps(rows))


def test_that_everybody_of_a_group_was_left_behind_is_not_shown() -> None:
    rows = ((50, 0), (60, 30))
    assert (0, 1) in hide_steps(rows)


def test_groups_that_say_nothing_of_anybody_are_shown_where_nothing_else_asks_for_hiding() -> None:
    rows = ((100, 40), (90, 36), (3, 1))
    assert (2, 0) not in hide_steps(rows, silent={2})
    assert show_steps(rows, silent={2})[2] == (None, None)  # small all the same


def test_nobody_comes_to_a_later_step_without_the_one_before() -> None:
    with pytest.raises(ValueError, match="without the one before"):
        hide_steps(((3, 4),))


def test_no_groups_are_no_table() -> None:
    assert hide_steps(()) == frozenset()
