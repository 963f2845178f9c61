"""Shares, ratios, differences: published tables, a second library, the definition itself, and coverage by counting."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from statsmodels.stats.proportion import confint_proportions_2indep

from tremplin.methods.disparity import difference, differences, pooled_ratio, ratio, ratios, share
from tremplin.methods.disparity.rates import RateError

Z = 1.959963984540054


def test_wilsons_interval_is_that_of_the_books() -> None:
    """Newcombe 1998 (Statistics in Medicine 17, 857–872), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29."""
    for part, whole, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        found = share(part, whole)
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_differences_are_those_of_the_books() -> None:
    """Newcombe 1998 (873–890), table II, method 6 (Miettinen–Nurminen): 56/70 − 48/80, 9/10 − 3/10, 10/10 − 0/10."""
    for counts, low, high in (
        ((56, 70, 48, 80), 0.0528, 0.3382),
        ((9, 10, 3, 10), 0.1700, 0.8406),
        ((10, 10, 0, 10), 0.6636, 1.0),
    ):
        found = difference(*counts)
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_the_ratio_of_the_research_notes() -> None:
    """2 of 160 against 8 of 240: ratio 0.375, score interval 0.09 to 1.53."""
    found = ratio(2, 160, 8, 240)
    assert found.value == pytest.approx(0.375)
    assert (round(found.low, 2), round(found.high, 2)) == (0.09, 1.53)
    assert not found.excludes(1)


def fitted(at: float, counts: tuple[int, int, int, int], *, of_ratio: bool) -> float:
    """The score by its definition: the likeliest shares under the hypothesis found numerically."""
    x1, n1, x2, n2 = counts

    def first(q: float) -> float:
        return at * q if of_ratio else q + at

    def worth(q: float) -> float:
        pairs = ((x1, first(q)), (n1 - x1, 1 - first(q)), (x2, q), (n2 - x2, 1 - q))
        return -sum(many * math.log(max(p, 1e-300)) for many, p in pairs if many)

    low, high = (0.0, min(1.0, 1 / at)) if of_ratio else (max(0.0, -at), min(1.0, 1 - at))
    inner = optimize.minimize_scalar(worth, bounds=(low, high), method="bounded", options={"xatol": 1e-13}).x
    q = min((low, high, float(inner)), key=worth)
    p, weight = first(q), at if of_ratio else 1.0
    spread = p * (1 - p) / n1 + weight**2 * q * (1 - q) / n2
    if not of_ratio:
        spread *= (n1 + n2) / (n1 + n2 - 1)
    return (x1 / n1 - weight * x2 / n2 - (0 if of_ratio else at)) / math.sqrt(max(spread, 1e-300))


four = st.tuples(st.integers(2, 60), st.integers(2, 60), st.floats(0, 1), st.floats(0, 1)).map(
    lambda drawn: (round(drawn[0] * drawn[2]), drawn[0], round(drawn[1] * drawn[3]), drawn[1])
)


@settings(max_examples=50, deadline=None)
@given(four)
def test_at_each_end_the_score_is_what_it_must_be(counts: tuple[int, int, int, int]) -> None:
    found = ratio(*counts)
    if counts[0]:
        assert fitted(found.low, counts, of_ratio=True) == pytest.approx(Z, abs=1e-5)
    if counts[2]:
        assert fitted(found.high, counts, of_ratio=True) == pytest.approx(-Z, abs=1e-5)
    apart = difference(*counts)
    if apart.low > -1 + 1e-9:
        assert fitted(apart.low, counts, of_ratio=False) == pytest.approx(Z, abs=1e-5)
    if apart.high < 1 - 1e-9:
        assert fitted(apart.high, counts, of_ratio=False) == pytest.approx(-Z, abs=1e-5)


@settings(max_examples=50, deadline=None)
@given(four.filter(lambda c: 0 < c[0] < c[1] and 0 < c[2] < c[3]))
def test_ratios_are_those_of_statsmodels(counts: tuple[int, int, int, int]) -> None:
    """Where nobody's share is all or none: there its ends are not roots of the score (0.15.0)."""
    for corrected in (False, True):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = confint_proportions_2indep(
                *counts, compare="ratio", method="score", correction=corrected
            )
        ours = ratios(*counts, corrected=corrected)
        assert [float(end) for end in ours] == pytest.approx(theirs, rel=1e-5)


@settings(deadline=None)
@given(four)
def test_turned_round_a_ratio_is_its_inverse_and_a_difference_its_negative(
    counts: tuple[int, int, int, int],
) -> None:
    turned = (*counts[2:], *counts[:2])
    there, back = ratio(*counts), ratio(*turned)
    assert there.low == pytest.approx(1 / back.high if math.isfinite(back.high) else 0, rel=1e-6, abs=1e-12)
    one, other = difference(*counts), difference(*turned)
    assert one.low == pytest.approx(-other.high, abs=1e-8)
    assert one.low - 1e-9 <= one.value <= one.high + 1e-9


def test_many_at_once_are_each_alone() -> None:
    rows = np.array([[0, 12, 3, 28], [12, 12, 28, 28], [3, 40, 9, 50], [0, 5, 0, 9]])
    low, high = ratios(*rows.T)
    apart_low, apart_high = differences(*rows.T)
    for place, row in enumerate(rows.tolist()):
        assert (float(low[place]), float(high[place])) == (ratio(*row).low, ratio(*row).high)
        assert (float(apart_low[place]), float(apart_high[place])) == pytest.approx(
            (difference(*row).low, difference(*row).high)
        )
    assert math.isnan(ratio(0, 5, 0, 9).value)
    assert ratio(0, 5, 0, 9).high == math.inf


def coverage(n1: int, n2: int, true: float) -> float:
    """How often the interval of the ratio covers it, over all outcomes, averaged over base rates."""
    x1, x2 = np.meshgrid(np.arange(n1 + 1), np.arange(n2 + 1), indexing="ij")
    low, high = ratios(x1, n1, x2, n2)
    covers = (low <= true) & (true <= high)
    found = []
    for second in np.linspace(0.1, min(0.9, 0.95 / true), 15):
        one = stats.binom.pmf(np.arange(n1 + 1), n1, true * second)
        other = stats.binom.pmf(np.arange(n2 + 1), n2, second)
        found.append(one @ covers @ other)
    return float(np.mean(found))


@pytest.mark.parametrize("sizes", [(12, 12), (12, 28), (20, 20), (30, 60), (40, 160), (200, 300)])
def test_the_interval_of_a_ratio_covers_as_it_says_from_twelve_people_on(sizes: tuple[int, int]) -> None:
    for true in (0.5, 0.8, 1.0):
        assert 0.945 <= coverage(*sizes, true) <= 0.957
    assert 0.945 <= np.mean([coverage(*sizes, true) for true in (0.5, 0.8, 1.0)]) <= 0.955


def test_one_cohort_pooled_is_that_cohort_and_many_are_narrower() -> None:
    one = pooled_ratio([(4, 40, 9, 50)])
    low, high = ratios(4, 40, 9, 50, corrected=True)
    assert (one.low, one.high) == pytest.approx((float(low), float(high)))
    several = pooled_ratio([(4, 40, 9, 50)] * 5)
    assert several.value == pytest.approx(one.value)
    assert several.high - several.low < one.high - one.low


def test_cohorts_of_different_rates_are_compared_within_themselves() -> None:
    """Simpson's paradox: within each cohort the chances are the same."""
    found = pooled_ratio([(40, 100, 4, 10), (2, 20, 20, 200)])
    assert found.value == pytest.approx(1)
    assert ratio(42, 120, 24, 210).excludes(1)
    assert not found.excludes(1)
    assert pooled_ratio([(0, 5, 0, 5)]).high == math.inf


@pytest.mark.parametrize("counts", [(0, 0, 1, 2), (3, 2, 1, 2), (1, 2, -1, 2), (math.nan, 2, 1, 2)])
def test_what_is_no_share_is_refused_with_its_numbers(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(RateError, match="is no share"):
        ratio(*counts)


def test_other_wrong_words_are_refused() -> None:
    with pytest.raises(RateError, match="is no share"):
        share(3, 2)
    with pytest.raises(RateError, match="between 0 and 1"):
        share(1, 2, level=1)
    with pytest.raises(RateError, match="four counts"):
        pooled_ratio([(1, 2, 3)])
