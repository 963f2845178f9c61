"""Comparisons of rounded counts: what is said of them holds for every count that they may have been made of."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tremplin.methods.disclosure import rounded, rounding_interval
from tremplin.methods.disparity import (
    CANNOT_TELL,
    DIFFERENCE_LIKELY,
    HINGES_ON_SILENCE,
    NO_EVIDENCE,
    Asked,
    RateError,
    Spanned,
    compared,
    compared_spans,
    detectable,
    missing_bounds,
)

COUNTS = st.tuples(st.integers(25, 90), st.integers(25, 90), st.floats(0.1, 0.9), st.floats(0.1, 0.9))


def exact(asked: Asked, everybody: tuple[int, int] | None = None) -> Spanned:
    ends = [(count, count) for count in asked.counts]
    return Spanned(asked, *ends, everybody)


def of_rounded(asked: Asked) -> Spanned:
    """What somebody can make of the four counts who sees them to the nearest five."""
    shown = [rounded(count) for count in asked.counts]
    spans = [rounding_interval(count) for count in shown]
    part, whole, other, others = shown
    return Spanned(Asked(min(part, whole), whole, min(other, others), others), *spans)


def test_counts_that_are_known_give_what_they_always_gave() -> None:
    asked = [Asked(60, 140, 70, 150), Asked(3, 40, 20, 50)]
    plain, spanned = compared(asked), compared_spans([exact(one) for one in asked])
    assert [replace(one, could_show=None) for one in spanned] == [
        replace(one, could_show=None) for one in plain
    ]


@settings(max_examples=40, deadline=None)
@given(COUNTS)
def test_an_interval_holds_that_of_the_counts_behind_and_p_is_no_smaller(
    drawn: tuple[int, int, float, float],
) -> None:
    whole, others, share, other_share = drawn
    truth = Asked(max(5, round(share * whole)), whole, max(5, round(other_share * others)), others)
    (behind,), (shown,) = compared([truth], with_power=False), compared_spans([of_rounded(truth)])
    assert shown.ratio.low <= behind.ratio.low + 1e-9
    assert shown.ratio.high >= behind.ratio.high - 1e-9
    assert shown.difference.low <= behind.difference.low + 1e-9
    assert shown.difference.high >= behind.difference.high - 1e-9
    assert shown.rate.low <= behind.rate.low + 1e-9
    assert shown.rate.high >= behind.rate.high - 1e-9
    assert shown.p >= behind.p - 0.02  # mid-P is lumpy between the corners


def test_what_rounding_alone_could_make_is_no_finding() -> None:
    sharp = compared_spans([exact(Asked(10, 30, 20, 30))])[0]
    blurred = compared_spans([of_rounded(Asked(10, 30, 20, 30))])[0]
    assert sharp.code == DIFFERENCE_LIKELY
    assert blurred.code in {NO_EVIDENCE, CANNOT_TELL}
    even = compared_spans([of_rounded(Asked(50, 100, 51, 100))])[0]
    assert even.p == 1.0


def test_those_of_whom_nothing_is_known_can_undo_a_finding() -> None:
    asked = Asked(60, 200, 110, 200)
    known = compared_spans([exact(asked, (170, 400))])[0]
    assert known.code == DIFFERENCE_LIKELY
    assert known.bounds is None
    quiet = compared_spans([exact(asked, (270, 700))])[0]
    assert quiet.code == HINGES_ON_SILENCE
    assert quiet.bounds == missing_bounds(*asked.counts, 100, 300)


def test_several_are_held_against_each_other() -> None:
    one = exact(Asked(30, 100, 45, 100))
    assert compared_spans([one])[0].code == DIFFERENCE_LIKELY
    assert compared_spans([one] * 20)[0].code == NO_EVIDENCE
    assert compared_spans([]) == ()


def test_a_span_that_no_counts_have_is_refused() -> None:
    with pytest.raises(RateError):
        compared_spans([Spanned(Asked(1, 2, 1, 2), (3, 1), (2, 2), (1, 1), (2, 2))])
    with pytest.raises(RateError):
        compared_spans([Spanned(Asked(0, 1, 1, 2), (0, 0), (0, 0), (1, 1), (2, 2))])


def test_less_effort_says_nearly_the_same() -> None:
    full, quick = detectable(400, 500, 0.3), detectable(400, 500, 0.3, effort=1000)
    assert full.fewer == pytest.approx(quick.fewer, abs=0.02)
    assert full.more == pytest.approx(quick.more, abs=0.02)
