"""Effects against their definitions: every draw listed, every hypothesis tried, every estimator's expectation taken."""

import math
import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tremplin.methods.causal import (
    CausalError,
    Design,
    Trial,
    even,
    horvitz_thompson,
    offer,
    systematic,
    taking_part,
    together,
)

Values = list[float]
NAN = math.nan


def loud(values: Values, arms: list[int]) -> float:
    """The difference of means, written out."""
    ours = [value for value, arm in zip(values, arms, strict=True) if arm == 1]
    theirs = [value for value, arm in zip(values, arms, strict=True) if arm == 0]
    return sum(ours) / len(ours) - sum(theirs) / len(theirs)


def p_of(effect: float, outcomes: Values, dose: Values, arms: list[int]) -> float:
    """How often a draw speaks as loudly once the effect is taken off: Fisher's test by its definition."""
    left = [value - effect * got for value, got in zip(outcomes, dose, strict=True)]
    people, chosen = len(arms), sum(arms)
    seen = abs(loud(left, arms))
    worlds = [[int(n in pick) for n in range(people)] for pick in combinations(range(people), chosen)]
    return sum(abs(loud(left, world)) >= seen - 1e-9 for world in worlds) / len(worlds)


def trial_of(outcomes: Values, arms: list[int], took: Values | None = None) -> Trial:
    return Trial.of(even(["all"] * len(arms), {"all": sum(arms)}), arms, outcomes, took)


outcomes_of_eight = st.lists(st.integers(-6, 6).map(float), min_size=7, max_size=8)


@settings(max_examples=25, deadline=None)
@given(outcomes_of_eight, st.lists(st.booleans(), min_size=8, max_size=8))
def test_the_set_of_effects_is_what_fishers_test_keeps(outcomes: Values, taken: list[bool]) -> None:
    arms = [1, 1, 1] + [0] * (len(outcomes) - 3)
    offered = [float(arm) for arm in arms]
    found = offer(trial_of(outcomes, arms), level=0.9)
    assert found.value == pytest.approx(loud(outcomes, arms))
    assert found.p == pytest.approx(p_of(0, outcomes, offered, arms))
    took = [float(arm and flag) for arm, flag in zip(arms, taken, strict=False)]
    by_part = taking_part(trial_of(outcomes, arms, took), level=0.9)
    for effect in np.linspace(-12.03, 12.07, 25).tolist():
        for kept, dose in ((found.kept, offered), (by_part.kept, took)):
            inside = any(low <= effect <= high for low, high in kept.pieces)
            edge = any(abs(effect - end) < 1e-6 for piece in kept.pieces for end in piece)
            assert edge or inside == (p_of(effect, outcomes, dose, arms) > 0.1 + 1e-9)


def test_in_every_draw_the_true_effect_is_kept_as_often_as_said() -> None:
    """All 70 draws of four among eight with a constant effect: at least 90 % keep it, by counting."""
    chance = random.Random(4)
    base = [chance.gauss(0, 1) for _person in range(8)]
    kept = 0
    for pick in combinations(range(8), 4):
        arms = [int(person in pick) for person in range(8)]
        found = offer(
            trial_of([value + 2.5 * arm for value, arm in zip(base, arms, strict=True)], arms), level=0.9
        )
        kept += found.low - 1e-9 <= 2.5 <= found.high + 1e-9
    assert kept / 70 >= 0.9
    assert kept < 70


def test_the_offer_as_an_instrument_finds_the_effect_of_taking_part() -> None:
    chance = np.random.default_rng(2)
    held = 0
    for _trial in range(40):
        arms = np.zeros(60, int)
        arms[chance.choice(60, 30, replace=False)] = 1
        complier = chance.random(60) < 0.7
        took = (arms == 1) & complier
        outcomes = chance.normal(0, 1, 60) + complier + 1.5 * took
        design = even(["x"] * 60, {"x": 30}, draws=600, seed=1)
        trial = Trial.of(design, arms.tolist(), outcomes.tolist(), took.astype(float).tolist())
        found = taking_part(trial, level=0.9)
        wald = offer(trial).value / (took[arms == 1].mean() - took[arms == 0].mean())
        assert found.value == pytest.approx(wald)
        held += found.low <= 1.5 <= found.high
    assert held >= 31  # 36 expected; 31 or fewer once in 100


def test_an_offer_that_nobody_takes_up_tells_nothing_and_says_so() -> None:
    found = taking_part(trial_of([1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 0, 0], [0.0] * 6))
    assert "interval-without-end" in found.codes
    assert (found.low, found.high) == (-math.inf, math.inf)
    assert math.isnan(found.value)
    weak = taking_part(trial_of([1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 0, 0], [1.0, 0, 0, 0, 0, 0]), level=0.6)
    assert not weak.kept.bounded


def designs() -> list[Design]:
    return [
        even(["a"] * 5, {"a": 2}),
        even(["a"] * 3 + ["b"] * 3, {"a": 1, "b": 2}),
        even(["a"] * 5, {"a": 2}, reserve={"a": 1}),
        systematic([0.2, 0.5, 0.3, 0.6, 0.4]),
    ]


@pytest.mark.parametrize("number", range(4))
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_horvitz_thompson_is_right_on_average_and_so_cautious(number: int, data: st.DataObject) -> None:
    """Over all worlds: the mean is the true effect, and the mean of the estimated variance not below the true one."""
    design = designs()[number]
    values = st.lists(st.integers(-5, 5).map(float), min_size=design.people, max_size=design.people)
    with_offer, without = np.array(data.draw(values)), np.array(data.draw(values))
    truth = float((with_offer - without).mean())
    found = []
    for world in design.worlds:
        seen = np.where(world == 1, with_offer, np.where(world == 0, without, NAN))
        # Whoever is in neither arm has an outcome as well; only whoever is lost to follow-up has none.
        trial = Trial.of(design, world.tolist(), np.where(np.isnan(seen), without, seen).tolist())
        found.append(horvitz_thompson(trial))
    mean = float(design.chances @ [one.value for one in found])
    assert mean == pytest.approx(truth, abs=1e-9)
    variance = float(design.chances @ [(one.value - mean) ** 2 for one in found])
    assert float(design.chances @ [one.error**2 for one in found]) >= variance - 1e-9


def test_with_equal_chances_both_estimators_are_the_difference_of_means() -> None:
    outcomes, arms = [3.0, 5, 1, 2, 2, 8], [1, 1, 0, 0, 0, 0]
    trial = trial_of(outcomes, arms)
    assert horvitz_thompson(trial).value == pytest.approx(loud(outcomes, arms))
    assert offer(trial).value == pytest.approx(loud(outcomes, arms))
    assert "interval-holds-zero" in offer(trial).codes


def test_unequal_chances_are_weighted_and_certain_people_left_out() -> None:
    design = systematic([1.0, 0.5, 0.5, 0.25, 0.75])
    arms = design.worlds[0].tolist()
    trial = Trial.of(design, arms, [9.0, 2, 4, 6, 8])
    found = offer(trial)
    assert found.offered + found.control == 4
    ours = [n for n in range(1, 5) if arms[n] == 1]
    theirs = [n for n in range(1, 5) if arms[n] == 0]
    p = [1.0, 0.5, 0.5, 0.25, 0.75]
    y = [9.0, 2, 4, 6, 8]
    mean = np.average([y[n] for n in ours], weights=[1 / p[n] for n in ours])
    other = np.average([y[n] for n in theirs], weights=[1 / (1 - p[n]) for n in theirs])
    assert found.value == pytest.approx(mean - other)


def test_permuting_people_changes_nothing() -> None:
    chance = random.Random(1)
    outcomes, arms = [chance.gauss(0, 1) for _n in range(9)], [1, 1, 1, 1, 0, 0, 0, 0, 0]
    first = offer(trial_of(outcomes, arms))
    order = chance.sample(range(9), 9)
    again = offer(trial_of([outcomes[n] for n in order], [arms[n] for n in order]))
    assert (again.value, again.p) == pytest.approx((first.value, first.p))
    assert (again.low, again.high) == pytest.approx((first.low, first.high))


def test_cohorts_together_tell_more_and_the_picture_narrows() -> None:
    chance = np.random.default_rng(7)
    trials = []
    for cohort in range(4):
        arms = np.zeros(30, int)
        arms[chance.choice(30, 10, replace=False)] = 1
        outcomes = chance.normal(0, 1, 30) + 0.8 * arms
        design = even(["x"] * 30, {"x": 10}, draws=1500, seed=cohort)
        trials.append(Trial.of(design, arms.tolist(), outcomes.tolist()))
    found = together(trials, draws=1500)
    widths = [one.high - one.low for one in found]
    assert widths[3] < 0.7 * widths[0]
    assert found[0].value == pytest.approx(offer(trials[0]).value)
    assert (found[0].low, found[0].high) == pytest.approx(
        (offer(trials[0]).low, offer(trials[0]).high), abs=0.15
    )
    assert found[3].offered == 40
    assert found[3].error < found[0].error
    assert found == together(trials, draws=1500)
    with pytest.raises(CausalError, match="No cohort"):
        together([])


def test_the_standard_error_is_near_neymans() -> None:
    chance = np.random.default_rng(8)
    arms = np.array([1] * 40 + [0] * 60)
    outcomes = chance.normal(0, 1, 100) + 0.5 * arms
    design = even(["x"] * 100, {"x": 40}, draws=4000)
    found = offer(Trial.of(design, arms.tolist(), outcomes.tolist()))
    neyman = math.sqrt(outcomes[:40].var(ddof=1) / 40 + outcomes[40:].var(ddof=1) / 60)
    assert found.error == pytest.approx(neyman, rel=0.1)
    assert "draws-sampled" in found.codes


def test_missing_outcomes_are_counted_and_said() -> None:
    found = offer(trial_of([1, NAN, 3, 4, 5, NAN, 2], [1, 1, 1, 0, 0, 0, 0]))
    assert (found.offered, found.control, found.missing) == (2, 3, 2)
    assert "outcomes-missing" in found.codes


@pytest.mark.parametrize(
    ("arms", "outcomes", "took", "words"),
    [
        ([1, 0], [1.0, 2, 3], None, "has 3 people"),
        ([1, 2, 0], [1.0, 2, 3], None, "Arms are"),
        ([1, 0, 0], [1.0, math.inf, 3], None, "finite or unknown"),
        ([1, 0, 0], [1.0, 2, 3], [NAN, 0, 0], "known of everybody"),
    ],
)
def test_what_is_no_trial_is_refused(
    arms: list[int], outcomes: Values, took: Values | None, words: str
) -> None:
    with pytest.raises(CausalError, match=words):
        Trial.of(even(["a"] * 3, {"a": 1}), arms, outcomes, took)


def test_no_effect_is_read_from_an_arm_with_nobody() -> None:
    with pytest.raises(CausalError, match="nobody of whom an outcome is known"):
        offer(trial_of([NAN, 1, 2], [1, 0, 0]))
    with pytest.raises(CausalError, match="No outcome is known"):
        horvitz_thompson(trial_of([NAN, NAN], [1, 0]))
    with pytest.raises(CausalError, match="it is another draw"):
        Trial.of(systematic([1.0, 0.5, 0.5]), [0, 1, 1], [1, 2, 3])
