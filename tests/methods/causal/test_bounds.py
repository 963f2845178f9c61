"""What the missing could change, and what so few people could show: by hand, by trying, and as published."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tremplin.methods.causal import (
    CausalError,
    Trial,
    even,
    lee_bounds,
    manski_bounds,
    smallest_mean,
    smallest_share,
    systematic,
)

NAN = math.nan


def trial_of(outcomes: list[float], offered: int) -> Trial:
    many = len(outcomes)
    return Trial.of(
        even(["x"] * many, {"x": offered}, draws=50), [1] * offered + [0] * (many - offered), outcomes
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([0.0, 1.0, NAN]), min_size=4, max_size=6))
def test_no_way_of_filling_the_gaps_goes_beyond_manskis_bounds(outcomes: list[float]) -> None:
    found = manski_bounds(trial_of(outcomes, 2), least=0, most=1)
    effects = []
    for fill in product((0.0, 1.0), repeat=sum(map(math.isnan, outcomes))):
        rest = iter(fill)
        whole = [next(rest) if math.isnan(value) else value for value in outcomes]
        effects.append(np.mean(whole[:2]) - np.mean(whole[2:]))
    assert (found.low, found.high) == pytest.approx((min(effects), max(effects)))


def test_lees_bounds_trim_the_arm_that_answers_more() -> None:
    """Offered: five of five answer, control: four of five. A fifth is set aside: the highest, or the lowest."""
    found = lee_bounds(trial_of([1, 2, 3, 4, 10, 2, 2, 2, 2, NAN], 5))
    assert found.trimmed == pytest.approx(0.2)
    assert found.low == pytest.approx((1 + 2 + 3 + 4) / 4 - 2)
    assert found.high == pytest.approx((2 + 3 + 4 + 10) / 4 - 2)
    turned = lee_bounds(trial_of([2, 2, 2, 2, NAN, 1, 2, 3, 4, 10], 5))
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))


def test_a_person_at_the_edge_is_trimmed_in_part() -> None:
    found = lee_bounds(trial_of([1, 2, 3, 0, 0, NAN, NAN], 3))
    assert found.trimmed == pytest.approx(0.5)
    assert found.low == pytest.approx((1 + 2 * 0.5) / 1.5)
    assert found.high == pytest.approx((3 + 2 * 0.5) / 1.5)


def test_nothing_missing_leaves_nothing_open() -> None:
    outcomes = [1.0, 0, 1, 0, 0, 1]
    lee, manski = lee_bounds(trial_of(outcomes, 3)), manski_bounds(trial_of(outcomes, 3), least=0, most=1)
    assert lee.low == lee.high == manski.low == manski.high == pytest.approx(1 / 3)


def test_bounds_weigh_people_by_their_chances() -> None:
    design = systematic([0.25, 0.75, 0.5, 0.5])
    world = next(row for row in design.worlds.tolist() if row[1] == 1)
    found = manski_bounds(Trial.of(design, world, [1, 1, 0, 1]), least=0, most=1)
    p = [0.25, 0.75, 0.5, 0.5]
    y = [1, 1, 0, 1]
    ours = np.average([y[n] for n in range(4) if world[n]], weights=[1 / p[n] for n in range(4) if world[n]])
    theirs = np.average(
        [y[n] for n in range(4) if not world[n]], weights=[1 / (1 - p[n]) for n in range(4) if not world[n]]
    )
    assert found.low == found.high == pytest.approx(ours - theirs)


def test_bounds_refuse_what_they_cannot_hold() -> None:
    with pytest.raises(CausalError, match="between 0 and 1"):
        manski_bounds(trial_of([2, 0], 1), least=0, most=1)
    with pytest.raises(CausalError, match="Nobody of one arm"):
        lee_bounds(trial_of([NAN, 0], 1))
    with pytest.raises(CausalError, match="An arm has nobody"):
        manski_bounds(trial_of([1, 0], 2), least=0, most=1)


@pytest.mark.parametrize(
    ("offered", "control", "points"), [(10, 30, 49), (30, 90, 29), (60, 180, 20), (100, 200, 17)]
)
def test_what_a_draw_could_show_is_as_large_as_the_research_notes_say(
    offered: int, control: int, points: int
) -> None:
    """80 % power from a base of 30 %: one cohort proves nothing."""
    found = smallest_share(offered, control, 0.3).up
    assert found is not None
    assert 100 * found == pytest.approx(points, abs=2)


def test_eight_places_could_show_only_what_is_huge() -> None:
    found = smallest_share(8, 24, 0.3)
    assert found.down is None
    assert found.up is not None
    assert found.up > 0.45


def test_for_numbers_the_smallest_effect_has_the_power_that_was_asked() -> None:
    found = smallest_mean(20, 30, 2.0)
    assert found.up is not None
    chance = np.random.default_rng(1)
    hits = 0
    for _draw in range(600):
        ours, theirs = chance.normal(found.up, 2, 20), chance.normal(0, 2, 30)
        hits += stats.ttest_ind(ours, theirs).pvalue < 0.05
    assert 0.75 <= hits / 600 <= 0.85
    assert found.down == -found.up
    with pytest.raises(CausalError, match="spread above 0"):
        smallest_mean(2, 2, 0)
