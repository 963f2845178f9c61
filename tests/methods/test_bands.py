from math import inf
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tremplin.methods.bands import Scored, sort_into_bands


def people(*estimates: float, width: float = 0.4) -> list[Scored]:
    return [Scored(f"a{n:02}", value, value - width, value + width) for n, value in enumerate(estimates)]


def test_the_clear_top_is_admitted_the_middle_drawn_the_rest_declined() -> None:
    found = sort_into_bands(people(9, 8, 5.2, 5.1, 5.0, 4.9, 2, 1), places=4)
    assert found.members("admit") == ("a00", "a01")
    assert found.members("lottery") == ("a02", "a03", "a04", "a05")
    assert found.members("decline") == ("a06", "a07")
    assert (found.line, found.admitted, found.drawn) == (pytest.approx(5.05), 2, 2)


def test_wide_intervals_admit_nobody_without_a_draw() -> None:
    found = sort_into_bands(people(9, 8, 5.2, 5.1, 5.0, 4.9, 2, 1, width=5), places=4)
    assert found.admitted == 0
    assert len(found.members("lottery")) == 8


def test_the_lottery_leaves_out_those_whose_interval_does_not_reach_the_line() -> None:
    found = sort_into_bands(people(9, 5.1, 5.0, 4.9, 2, 1), places=2, band_factor=5)
    assert found.members("lottery") == ("a01", "a02", "a03")


def test_all_who_are_tied_at_an_edge_fare_alike() -> None:
    found = sort_into_bands(people(9, 9, 5, 5, 5, 5, 5, 1), places=3, admit_share=0.4, band_factor=1)
    assert found.members("admit") == ()
    assert found.members("lottery") == ("a00", "a01", "a02", "a03", "a04", "a05", "a06")
    assert [row.rank for row in found.placed] == [1, 1, 3, 3, 3, 3, 3, 8]


def test_by_score_alone_only_a_tie_for_the_last_place_is_drawn() -> None:
    clear = sort_into_bands(people(5, 4, 3, 2), places=2, method="top")
    assert (clear.members("admit"), clear.members("lottery"), clear.drawn) == (("a00", "a01"), (), 0)
    tied = sort_into_bands(people(5, 4, 4, 4, 2), places=2, method="top")
    assert (tied.members("admit"), tied.members("lottery")) == (("a00",), ("a01", "a02", "a03"))
    assert tied.drawn == 1


def test_places_for_all_admit_all_and_no_places_nobody() -> None:
    everyone = sort_into_bands(people(3, 2), places=5)
    assert (everyone.members("admit"), everyone.line) == (("a00", "a01"), -inf)
    assert sort_into_bands(people(3, 2), places=0).members("decline") == ("a00", "a01")
    assert sort_into_bands([], places=2).placed == ()


@given(
    values=st.lists(st.integers(0, 6), min_size=1, max_size=30),
    width=st.floats(0, 3),
    places=st.integers(0, 32),
    share=st.floats(0, 1),
    factor=st.floats(1, 4),
    method=st.sampled_from(["draw", "top"]),
)
def test_nobody_in_a_lower_band_scored_higher_and_places_always_add_up(
    values: list[int], width: float, places: int, share: float, factor: float, method: Literal["draw", "top"]
) -> None:
    rows = people(*values, width=width)
    found = sort_into_bands(rows, places=places, method=method, admit_share=share, band_factor=factor)
    order = {"admit": 0, "lottery": 1, "decline": 2}
    estimates = {row.code: row.estimate for row in rows}
    for first in found.placed:
        for second in found.placed:
            if estimates[first.code] >= estimates[second.code]:
                assert order[first.band] <= order[second.band]
    assert found.admitted + found.drawn == min(places, len(rows))
    assert len(found.members("lottery")) >= found.drawn
    assert len(found.members("admit")) == found.admitted


@pytest.mark.parametrize(
    ("rows", "kwargs"),
    [
        ([*people(1), *people(1)], {"places": 1}),
        (people(1), {"places": -1}),
        (people(1), {"places": 1, "admit_share": 1.5}),
        (people(1), {"places": 1, "band_factor": 0.5}),
        ([Scored("a", 5, 6, 7)], {"places": 1}),
    ],
)
def test_faulty_input_is_named(rows: list[Scored], kwargs: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        sort_into_bands(rows, **kwargs)
