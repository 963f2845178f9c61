"""Exchanges find panels of more worth, and column generation says when it has asked for enough."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from bench.panels.pools import generated
from hypothesis import given, settings
from hypothesis import strategies as st

from tremplin.methods.selection.panels import Pool, Quota, over_panels, pool_of
from tremplin.methods.selection.panels_columns import Finder, OutOfPatience, compose, nearest
from tremplin.methods.selection.panels_near import Exchanges


def pool(people: int, seats: int, categories: int, seed: int) -> Pool:
    made = generated(people, seats, categories, seed)
    return pool_of(made.people, [Quota(*limit) for limit in made.limits], made.seats)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_what_is_found_keeps_all_limits_and_is_worth_more(seed: int) -> None:
    here, chance = pool(24, 5, 3, seed % 7), np.random.default_rng(seed)
    start, prices = (
        Finder(here).best(chance.normal(size=len(here.sizes))),
        chance.normal(size=len(here.sizes)),
    )
    assert start is not None
    for panel in Exchanges(here).better([start], prices, 5):
        assert here.admits(panel)
        assert prices @ np.array(panel) > prices @ np.array(start)


@pytest.mark.parametrize("seed", range(12))
def test_no_exchange_of_one_or_two_is_overlooked_in_a_small_pool(seed: int) -> None:
    """Against every panel there is that shares all people but two."""
    here, chance = pool(14, 4, 2, seed % 4), np.random.default_rng(seed)
    prices = chance.normal(size=len(here.sizes))
    start = Finder(here).best(chance.normal(size=len(here.sizes)))
    assert start is not None
    people = [group for group, size in enumerate(here.sizes.tolist()) for _one in range(size)]
    every = {
        tuple(np.bincount(some, minlength=len(here.sizes)).tolist())
        for some in combinations(people, here.seats)
    }
    near = [one for one in every if here.admits(one) and abs(np.array(one) - start).sum() <= 4]
    gain = max(float(prices @ np.array(one)) for one in near) - float(prices @ np.array(start))
    assert bool(Exchanges(here).better([start], prices, 1)) == (gain > 1e-6)


def test_out_of_patience_is_neither_a_yes_nor_a_no() -> None:
    here = pool(60, 8, 5, 2)  # whole panels fall short of the fractional bound here
    finder = Finder(here)
    first = finder.best(np.zeros(len(here.sizes)))
    assert first is not None
    target = tuple(Fraction(value) for value in first)
    assert compose(here, target, [], patience=2) is not None
    even = tuple(Fraction(int(size) * here.seats, here.people) for size in here.sizes)
    with pytest.raises(OutOfPatience):
        nearest(here, even, [first], patience=0)


@pytest.mark.parametrize("seed", range(8))
def test_more_is_found_exactly_where_there_is_more(seed: int) -> None:
    here = pool(24, 5, 3, seed % 5)
    prices = np.random.default_rng(seed).normal(size=len(here.sizes)) * 1e-3
    finder = Finder(here)
    best = finder.best(prices)
    assert best is not None
    worth = float(prices @ np.array(best))
    assert finder.more(prices, worth) is None
    found = finder.more(prices, worth - 1e-6)
    assert found is not None
    assert here.admits(found)
    assert float(prices @ np.array(found)) > worth - 1e-6


@pytest.mark.parametrize(
    ("people", "seats", "categories", "seed"), [(80, 9, 4, 1), (80, 8, 5, 6), (40, 9, 6, 10)]
)
def test_where_whole_panels_fall_short_every_chance_is_proven_exactly(
    people: int, seats: int, categories: int, seed: int
) -> None:
    found = over_panels(pool(people, seats, categories, seed))
    assert found.gap_of_whole
    assert found.exact
    assert found.faults() == ()
    prices = [price for step in found.steps for price in step.prices]
    assert (
        0 < max(prices) < 10_000
    )  # read from the panels, not rounded: a rounded proof needs far longer numbers


@pytest.mark.soak
@pytest.mark.parametrize(("people", "seats", "categories", "seed"), [(160, 9, 6, 13), (160, 9, 6, 28)])
def test_the_hardest_pools_of_the_thirty_are_certified(
    people: int, seats: int, categories: int, seed: int
) -> None:
    """Whole panels fall short of fractional ones in both, and the solver is asked a hundred times."""
    found = over_panels(pool(people, seats, categories, seed))
    assert found.gap_of_whole
    assert found.exact
    assert found.faults() == ()
