"""Exact tests against SciPy, against counting, and what they can find in so few places."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from tremplin.methods.disparity import (
    benjamini_hochberg,
    boschloo,
    detectable,
    fisher,
    holm,
    mid_p,
    missing_bounds,
    ratio,
)
from tremplin.methods.disparity.exact import chances
from tremplin.methods.disparity.rates import RateError

four = st.tuples(st.integers(1, 25), st.integers(1, 25), st.floats(0, 1), st.floats(0, 1)).map(
    lambda drawn: (round(drawn[0] * drawn[2]), drawn[0], round(drawn[1] * drawn[3]), drawn[1])
)


@settings(max_examples=60, deadline=None)
@given(four)
def test_fisher_is_scipys(counts: tuple[int, int, int, int]) -> None:
    x1, n1, x2, n2 = counts
    assert fisher(*counts) == pytest.approx(stats.fisher_exact([[x1, x2], [n1 - x1, n2 - x2]])[1])
    assert mid_p(*counts) <= fisher(*counts) + 1e-12


@pytest.mark.parametrize(
    "counts", [(7, 15, 12, 14), (1, 12, 7, 10), (3, 5, 0, 9), (2, 9, 2, 9), (0, 8, 5, 11)]
)
def test_boschloo_is_scipys(counts: tuple[int, int, int, int]) -> None:
    x1, n1, x2, n2 = counts
    theirs = stats.boschloo_exact([[x1, x2], [n1 - x1, n2 - x2]], n=64).pvalue
    assert boschloo(*counts) == pytest.approx(theirs, abs=2e-4)


def test_the_p_values_of_the_research_notes() -> None:
    """2 of 160 against 8 of 240: Fisher .33, mid-P .27, Boschloo .28."""
    counts = (2, 160, 8, 240)
    assert [round(test(*counts), 2) for test in (fisher, mid_p, boschloo)] == [0.33, 0.27, 0.28]


def four_fifths_fires(places: int, people: int = 4000) -> float:
    """How often the less chosen of two equal groups has under four fifths of the other's rate, with no bias at all."""
    weights, first = chances(places, people, 0, people)
    ours = np.arange(first, first + len(weights))
    least, most = np.minimum(ours, places - ours), np.maximum(ours, places - ours)
    return float(weights[least < 0.8 * most].sum())


def test_the_four_fifths_rule_would_fire_on_most_fair_draws() -> None:
    """On 8 places 73 % of the time: no such rule is anywhere in here."""
    published = {6: 0.687, 8: 0.726, 10: 0.753, 30: 0.583, 100: 0.263, 300: 0.044}
    for places, often in published.items():
        assert four_fifths_fires(places) == pytest.approx(often, abs=0.012)
    assert round(100 * four_fifths_fires(8)) == 73


def power_of_places(places: int, test: str) -> float:
    """400 applicants, 160 in the group, true odds ratio a half: how often the test finds it at 5 %."""
    people, group = 400, 160
    law = stats.nchypergeom_fisher(people, group, places, 0.5)
    found = {"fisher": fisher, "mid-p": mid_p}[test]
    return float(
        sum(
            law.pmf(part)
            for part in range(places + 1)
            if found(part, group, places - part, people - group) <= 0.05
        )
    )


def test_the_power_of_the_research_notes() -> None:
    """10 places: Fisher 5 %, mid-P 24 %; 20: 20 and 39 %; 100: 80 %."""
    for places, test, power in (
        (10, "fisher", 0.05),
        (10, "mid-p", 0.24),
        (20, "fisher", 0.20),
        (20, "mid-p", 0.39),
    ):
        assert power_of_places(places, test) == pytest.approx(power, abs=0.02)
    assert power_of_places(100, "mid-p") == pytest.approx(0.80, abs=0.03)


def test_what_a_table_could_have_shown() -> None:
    """Nothing at all for 8 places among hundreds; a third less for thousands; and by the definition of power."""
    few = detectable(160, 240, 0.02)
    assert few.fewer is None
    assert few.more is not None
    assert few.more > 3
    many = detectable(1500, 2000, 0.1)
    assert many.fewer is not None
    assert 0.6 < many.fewer < 0.8
    one = detectable(40, 60, 0.4)
    assert one.fewer is not None
    x1, x2 = np.meshgrid(np.arange(41), np.arange(61), indexing="ij")
    p1, p2 = x1 / 40, x2 / 60
    both = (x1 + x2) / 100
    with np.errstate(invalid="ignore"):
        z = (p1 - p2) / np.sqrt(both * (1 - both) * (1 / 40 + 1 / 60))
    found = np.abs(np.nan_to_num(z)) > 1.959963984540054
    first = stats.binom.pmf(np.arange(41), 40, 0.4 * one.fewer)
    assert first @ found @ stats.binom.pmf(np.arange(61), 60, 0.4) == pytest.approx(0.8, abs=1e-6)


def test_beyond_what_can_be_listed_power_is_normal_and_near_what_is_listed() -> None:
    listed, normal = detectable(1990, 2000, 0.2), detectable(2010, 2000, 0.2)
    assert listed.fewer == pytest.approx(normal.fewer, abs=0.01)
    assert detectable(10, 10, 0.0).more is None
    assert detectable(5000, 5000, 1.0).more is None


def test_power_is_of_people() -> None:
    with pytest.raises(RateError, match="somebody in them"):
        detectable(0, 5, 0.5)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 3),
    st.integers(0, 4),
    st.integers(0, 3),
    st.integers(0, 4),
    st.integers(0, 3),
    st.integers(0, 3),
)
def test_no_way_of_placing_the_silent_goes_beyond_the_bounds(
    x1: int, r1: int, x2: int, r2: int, chosen: int, passed: int
) -> None:
    n1, n2 = x1 + r1, x2 + r2
    if not n1 or not x2:
        return
    found = [
        ((x1 + a) / (n1 + a + b)) / ((x2 + chosen - a) / (n2 + chosen - a + passed - b))
        for a in range(chosen + 1)
        for b in range(passed + 1)
    ]
    assert missing_bounds(x1, n1, x2, n2, chosen, chosen + passed) == pytest.approx((min(found), max(found)))


def test_without_silence_the_bounds_are_the_ratio() -> None:
    assert missing_bounds(3, 10, 4, 10, 0, 0) == (ratio(3, 10, 4, 10).value,) * 2
    with pytest.raises(RateError, match="silent people"):
        missing_bounds(1, 2, 1, 2, 3, 2)


@given(st.lists(st.floats(0, 1), max_size=8))
@example([0.0, 0.0, 0.4190783697593542])
def test_holm_and_benjamini_hochberg_by_their_definitions(ps: list[float]) -> None:
    """Adjusted p at most α exactly where the stepwise procedure rejects; SciPy's own for the second."""
    strict, loose = holm(ps), benjamini_hochberg(ps)
    if ps:
        assert loose == pytest.approx(list(stats.false_discovery_control(ps)))
    for alpha in (0.01, 0.05, 0.2):
        rejected = set()
        for rank, place in enumerate(sorted(range(len(ps)), key=lambda at: ps[at])):
            if ps[place] * (len(ps) - rank) > alpha:
                break
            rejected.add(place)
        assert {place for place, p in enumerate(strict) if p <= alpha} == rejected
    assert all(p <= one and two <= one for p, one, two in zip(ps, strict, loose, strict=True))


def test_what_is_no_p_value_is_refused() -> None:
    with pytest.raises(RateError, match="Number 2 is"):
        holm([0.1, float("nan")])
    with pytest.raises(RateError, match="is no share"):
        mid_p(3, 2, 1, 1)
