"""Stable matchings, against all matchings of small markets and the theorems about them."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.matching.small import blocks_by_the_book, markets, matchings, stable, strict
from tremplin.methods.matching import (
    BadMarket,
    Market,
    best_stable,
    blocking,
    build,
    mentors_propose,
    most_stable,
    rotations,
    scholars_propose,
)
from tremplin.methods.matching.market import Ints

many = settings(max_examples=120, deadline=None)


def loads(market: Market, held: Ints) -> list[int]:
    return np.bincount(market.mentor.ravel()[held], minlength=market.mentors).tolist()


@many
@given(markets(ties=True, wants=2))
def test_blocking_pairs_are_those_of_the_definition(market: Market) -> None:
    for held in list(matchings(market))[::7]:
        assert blocking(market, held).tolist() == blocks_by_the_book(market, held)


@many
@given(markets(ties=True, wants=2))
def test_whoever_proposes_the_matching_is_stable_with_co_mentors_and_ties(market: Market) -> None:
    for held in (scholars_propose(market), mentors_propose(market)):
        assert not len(blocking(strict(market), held))
        assert not len(blocking(market, held))


@many
@given(markets(ties=True))
def test_the_side_that_proposes_gets_the_best_that_any_stable_matching_gives_it(market: Market) -> None:
    best, worst = scholars_propose(market), mentors_propose(market)
    every = stable(strict(market))
    assert any(np.array_equal(best, held) for held in every)
    assert any(np.array_equal(worst, held) for held in every)
    for held in every:
        assert (best <= held).all()  # entries of a scholar stand in the order of the wishes
        assert (worst >= held).all()


@many
@given(markets())
def test_the_rural_hospitals_theorem_holds(market: Market) -> None:
    best = scholars_propose(market)
    for held in stable(market):
        assert (held // market.width).tolist() == (best // market.width).tolist()
        assert loads(market, held) == loads(market, best)
        for mentor in np.flatnonzero(np.array(loads(market, best)) < market.most).tolist():
            who = best // market.width
            assert set(who[market.mentor.ravel()[best] == mentor].tolist()) == set(
                (held // market.width)[market.mentor.ravel()[held] == mentor].tolist()
            )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 2**32))
def test_the_best_welfare_is_the_best_of_all_stable_matchings_and_then_the_scholars_best(
    seed: int, other: int
) -> None:
    chance = np.random.default_rng(seed)
    n = 6  # full lists on both sides, one place each: where rotations are
    market = build(
        chance.random((n, n)).argsort(axis=1), chance.random((n, n)).argsort(axis=0), most=np.ones(n)
    )
    every = [held for held in _full(market) if not len(blocking(market, held))]
    weight = np.random.default_rng(other).integers(0, 4, market.mentor.shape).astype(float)
    found = best_stable(market, weight)
    top = max(weight.ravel()[held].sum() for held in every)
    assert weight.ravel()[found].sum() == top
    for held in every:
        if weight.ravel()[held].sum() == top:
            assert (found <= held).all()


def _full(market: Market) -> list[Ints]:
    place = np.argsort(market.mentor, axis=1)
    rows = np.arange(market.scholars)
    return [rows * market.width + place[rows, list(order)] for order in permutations(range(market.mentors))]


@many
@given(markets(ties=True), st.integers(0, 2**32))
def test_the_best_welfare_with_places_and_gaps(market: Market, seed: int) -> None:
    weight = np.random.default_rng(seed).integers(0, 4, market.mentor.shape).astype(float)
    every = stable(strict(market))
    found = best_stable(market, weight)
    assert any(np.array_equal(found, held) for held in every)
    assert weight.ravel()[found].sum() == max(weight.ravel()[held].sum() for held in every)


def test_the_rotations_of_a_ring_go_from_one_side_s_best_to_the_other_s() -> None:
    wish = np.array([[0, 1, 2], [2, 0, 1], [1, 2, 0]])
    market = build(wish, 2 - wish, most=[1, 1, 1])
    start, found = rotations(market)
    assert start.tolist() == scholars_propose(market).tolist()
    assert [len(one.leaves) for one in found] == [3, 3]
    assert [one.after for one in found] == [(), (0,)]
    held = set(start.tolist())
    for one in found:
        held = held.difference(one.leaves).union(one.takes)
    assert sorted(held) == mentors_propose(market).tolist()


def test_rotations_are_for_one_mentor_a_scholar() -> None:
    with pytest.raises(BadMarket, match="co-mentors"):
        rotations(build(np.zeros((1, 2)), np.zeros((1, 2)), wants=[2]))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 2).flatmap(lambda wants: markets(ties=True, minimums=True, wants=wants, people=4)))
def test_with_ties_the_most_that_a_stable_matching_can_match(market: Market) -> None:
    every, found = stable(market), most_stable(market)
    if found is None:
        assert not every
        return
    assert any(np.array_equal(found, held) for held in every)
    assert len(found) == max(len(held) for held in every)
    wishes = [int(market.wish.ravel()[held].sum()) for held in every if len(held) == len(found)]
    assert int(market.wish.ravel()[found].sum()) == min(wishes)


def test_the_lot_can_cost_a_pair_that_the_rule_of_most_pairs_finds() -> None:
    # Mentor 0 likes both alike; scholar 1 knows no other. The lot favours scholar 0, who could go to mentor 1.
    market = build([[0, 1], [0, -1]], [[0, 0], [0, -1]], scholar_lot=[0, 1])
    assert len(scholars_propose(market)) == 1
    found = most_stable(market)
    assert found is not None
    assert market.pairs(found).tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize("most", [2, 4])
def test_three_hundred_mentors_with_few_and_with_enough_places(most: int) -> None:
    chance = np.random.default_rng(most)
    wish, rank = chance.random((900, 300)).argsort(axis=1), chance.random((900, 300)).argsort(axis=0)
    market = build(wish, rank, most=np.full(300, most))
    best, worst = scholars_propose(market), mentors_propose(market)
    assert len(best) == len(worst) == min(900, 300 * most)
    assert not len(blocking(market, best))
    assert not len(blocking(market, worst))
    assert (best <= worst).all()
    assert best_stable(market, -market.wish.astype(float)).tolist() == best.tolist()
    assert best_stable(market, -market.rank.astype(float)).tolist() == worst.tolist()


def test_nobody_and_nothing() -> None:
    for market in (build(np.zeros((0, 0)), np.zeros((0, 0))), build(np.zeros((0, 3)), np.zeros((0, 3)))):
        assert not len(scholars_propose(market))
        assert not len(mentors_propose(market))
        assert not len(blocking(market, scholars_propose(market)))
        assert not len(best_stable(market, np.zeros(market.mentor.shape)))
    alone = build([[-1, 0]], [[0, -1]])
    assert not len(scholars_propose(alone))
