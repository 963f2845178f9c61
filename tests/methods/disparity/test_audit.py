"""Words as codes, small groups drawn together, and chances instead of draws."""

import math
import random
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special

from tremplin.methods.disparity import (
    CANNOT_TELL,
    CODES,
    DIFFERENCE_LIKELY,
    HINGES_ON_SILENCE,
    NO_EVIDENCE,
    Asked,
    assigned,
    audit,
    compared,
    over_cohorts,
    pooled,
    together,
)
from tremplin.methods.disparity.rates import RateError

STEPS = ("applied", "read", "offered")


def test_no_code_is_a_badge() -> None:
    for code in CODES:
        assert not {"fair", "pass", "compliant", "fifths", "ok"} & set(code.split("-"))


def test_few_places_say_nothing_and_it_is_said_that_they_could_not() -> None:
    found = {(one.group, one.step): one for one in audit("g", STEPS, {"w": (200, 40, 2), "m": (200, 42, 6)})}
    offered = found["w", "offered"]
    assert offered.code == NO_EVIDENCE
    assert offered.could_show is not None
    assert offered.could_show.fewer is None or offered.could_show.fewer < 0.1
    assert offered.bounds is None


def test_a_large_difference_is_called_likely_and_silence_can_undo_it() -> None:
    groups = {"w": (300, 30, 8), "m": (300, 90, 24)}
    by_step = {(one.group, one.step): one.code for one in audit("g", STEPS, groups)}
    assert by_step["w", "read"] == by_step["m", "read"] == DIFFERENCE_LIKELY
    quiet = {(one.group, one.step): one for one in audit("g", STEPS, groups, silent=(400, 100, 10))}
    assert quiet["w", "read"].code == HINGES_ON_SILENCE
    low, high = quiet["w", "read"].bounds or (0, 0)
    assert low < quiet["w", "read"].ratio.value < 1 < high


def test_a_handful_cannot_tell() -> None:
    assert compared([Asked(2, 5, 3, 6)])[0].code == CANNOT_TELL
    assert compared([]) == ()


def test_many_comparisons_are_held_against_each_other() -> None:
    (one,) = compared([Asked(10, 100, 22, 100)])
    assert one.p < 0.05
    assert one.code == DIFFERENCE_LIKELY
    many = compared([Asked(10, 100, 22, 100), *[Asked(30, 100, 30, 100)] * 19], with_power=False)
    assert many[0].could_show is None
    assert many[0].code == NO_EVIDENCE
    assert together([one]) == (one,)
    assert many[0].p < many[0].discovery <= many[0].holm


def test_fair_chances_raise_an_alarm_in_one_audit_of_twenty_at_most() -> None:
    chance = np.random.default_rng(3)
    alarms = 0
    for _cohort in range(150):
        groups = {}
        for code, people in (("a", 200), ("b", 120), ("c", 60)):
            read = chance.binomial(people, 0.4)
            groups[code] = (people, read, chance.binomial(read, 0.2))
        alarms += any(one.code == DIFFERENCE_LIKELY for one in audit("g", STEPS, groups, with_power=False))
    assert alarms <= 15  # 5 % of 150, and what 1 in 200 allows above


def test_base_and_minimum_are_chosen() -> None:
    groups = {"w": (100, 50, 25), "m": (100, 50, 30), "x": (2, 1, 0)}
    found = audit("g", STEPS, groups, least=5, from_first=False)
    assert {one.group for one in found} == {"w", "m"}
    offered = next(one for one in found if (one.group, one.step) == ("w", "offered"))
    assert (offered.part, offered.whole, offered.other_part, offered.other_whole) == (25, 50, 30, 51)
    with pytest.raises(RateError, match="w: one count for each"):
        audit("g", STEPS, {"w": (1, 2, 3)})
    assert audit("g", STEPS, {}) == ()


def test_the_interval_narrows_by_cohort() -> None:
    widths = [
        math.log(one.high / one.low)
        for one in over_cohorts([(10, 60, 20, 90), (8, 50, 18, 100), (12, 70, 22, 90)])
    ]
    assert widths == sorted(widths, reverse=True)
    assert over_cohorts([(0, 0, 1, 2)]) == ()


def slow(parts: list[int], wholes: list[int], which: int) -> float:
    """The same posterior mean by adaptive quadrature."""

    def weight(shrink: float, mean: float) -> float:
        a, b = mean * shrink / (1 - shrink), (1 - mean) * shrink / (1 - shrink)
        terms = [
            special.betaln(a + x, b + n - x) - special.betaln(a, b)
            for x, n in zip(parts, wholes, strict=True)
        ]
        return math.exp(sum(terms) + 40)

    def mean_of(shrink: float, mean: float) -> float:
        strength = shrink / (1 - shrink)
        return weight(shrink, mean) * (mean * strength + parts[which]) / (strength + wholes[which])

    span = (1e-9, 1 - 1e-9)
    top, _error = integrate.dblquad(mean_of, *span, *span, epsrel=1e-6)
    bottom, _error = integrate.dblquad(weight, *span, *span, epsrel=1e-6)
    return float(top / bottom)


def test_pooled_rates_are_those_of_adaptive_quadrature() -> None:
    parts, wholes = [1, 6, 12], [4, 20, 60]
    found = pooled(parts, wholes)
    for which in (0, 1):
        assert found.rates[which].value == pytest.approx(slow(parts, wholes, which), abs=2e-4)


def test_small_groups_are_drawn_further_and_empty_ones_wholly() -> None:
    found = pooled([0, 30, 33, 29, 0], [3, 100, 100, 100, 0])
    assert 0.1 < found.rates[0].value < 0.32
    assert found.shrunk[0] > found.shrunk[1]
    assert found.shrunk[4] == pytest.approx(1)
    assert found.rates[4].low < found.mean.value < found.rates[4].high
    for one in found.rates:
        assert 0 <= one.low <= one.value <= one.high <= 1
    assert pooled([], []).rates == ()
    with pytest.raises(RateError, match="none larger"):
        pooled([3], [2])


def test_pooled_intervals_cover() -> None:
    """Rates drawn anew for each of 60 selections of eight small groups: 90 % intervals hold about 90 %, and a little
    more where rates pile up at none and all, beyond which nothing can fall."""
    chance = np.random.default_rng(5)
    held = many = 0
    for _selection in range(60):
        mean, shrink = chance.random(), chance.random()
        strength = max(shrink / (1 - shrink), 1e-2)
        rates = chance.beta(mean * strength, (1 - mean) * strength, size=8)
        wholes = chance.integers(1, 30, size=8)
        found = pooled(chance.binomial(wholes, rates).tolist(), wholes.tolist(), level=0.9)
        held += sum(
            one.low - 1e-6 <= rate <= one.high + 1e-6 for one, rate in zip(found.rates, rates, strict=True)
        )
        many += 8
    assert 0.87 <= held / many <= 0.97


def test_chances_are_audited_without_the_noise_of_the_draw() -> None:
    """Everybody has the same chance: a ratio of one whoever is drawn, and nothing to explain."""
    groups = ["w"] * 30 + ["m"] * 70
    for one in assigned([0.08] * 100, groups):
        assert one.ratio == pytest.approx(1)
        assert one.p == 1
    assert [one.places for one in assigned([0.08] * 100, groups)] == pytest.approx([5.6, 2.4])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=4, max_size=6), st.integers(1, 3))
def test_the_exact_p_is_that_of_all_ways_to_share_out_the_name(chances: list[float], many: int) -> None:
    groups = ["a"] * many + ["b"] * (len(chances) - many)
    seen = sum(chances[:many])
    middle = many * sum(chances) / len(chances)
    ways = [abs(sum(way[:many]) - middle) >= abs(seen - middle) - 1e-9 for way in permutations(chances)]
    found = assigned(chances, groups)[0]
    assert found.exact
    assert found.p == pytest.approx(sum(ways) / len(ways))


def test_many_people_are_sampled_the_same_each_time() -> None:
    drawn = random.Random(1)
    chances = [0.05 + 0.1 * drawn.random() for _person in range(200)]
    groups = ["a" if place % 5 == 0 else "b" if place % 5 < 4 else "not_said" for place in range(200)]
    once, again = (assigned(chances, groups, silent=("not_said",)) for _time in range(2))
    assert once == again
    assert [one.group for one in once] == ["a", "b"]
    assert not once[0].exact
    higher = [chance + 0.1 * (group == "a") for chance, group in zip(chances, groups, strict=True)]
    assert assigned(higher, groups)[0].p < 0.001


def test_what_are_no_chances_is_refused() -> None:
    with pytest.raises(RateError, match="Number 1 has a chance of nan"):
        assigned([math.nan], ["a"])
    with pytest.raises(RateError, match="give one each"):
        assigned([0.1], [])
    assert assigned([], []) == ()
    (alone,) = assigned([0.5, 0.2], ["a", "a"])
    assert math.isnan(alone.ratio)
