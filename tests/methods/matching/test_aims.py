"""Matchings for other aims than stability, against all matchings of small markets."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.matching.small import by_lot, markets, matchings
from tremplin.methods.matching import (
    BadMarket,
    Market,
    NoFlow,
    build,
    max_weight,
    rank_maximal,
    scholars_propose,
    smallest,
)
from tremplin.methods.matching.flow import _packed
from tremplin.methods.matching.market import Ints
from tremplin.methods.matching.rotations import scaled

some = settings(max_examples=100, deadline=None)
with_minimums = markets(ties=True, minimums=True, wants=2, people=4)


def profile(market: Market, held: Ints) -> list[int]:
    return np.bincount(market.wish.ravel()[held], minlength=10).tolist()


@some
@given(with_minimums, st.integers(0, 2**32), st.booleans())
def test_the_greatest_weight_and_of_equals_the_one_that_the_lot_picks(
    market: Market, seed: int, pairs_first: bool
) -> None:
    weight = np.random.default_rng(seed).integers(-1, 4, market.mentor.shape).astype(float)
    every = list(matchings(market))
    if not every:
        with pytest.raises(NoFlow):
            max_weight(market, weight, most_matched=pairs_first)
        return
    found = max_weight(market, weight, most_matched=pairs_first)

    def worth(held: Ints) -> tuple[int, float]:
        return len(held) if pairs_first else 0, float(weight.ravel()[held].sum())

    top = max(worth(held) for held in every)
    assert worth(found) == top
    assert by_lot(market, found) == min(by_lot(market, held) for held in every if worth(held) == top)


@some
@given(with_minimums)
def test_most_first_wishes_then_most_second_and_so_on(market: Market) -> None:
    every = list(matchings(market))
    if not every:
        with pytest.raises(NoFlow):
            rank_maximal(market)
        return
    found = rank_maximal(market)
    top = max(profile(market, held) for held in every)
    assert profile(market, found) == top
    assert by_lot(market, found) == min(
        by_lot(market, held) for held in every if profile(market, held) == top
    )


@some
@given(markets(ties=True, minimums=True, people=4), st.booleans())
def test_a_clash_is_found_where_there_is_no_matching_and_no_part_of_it_clashes(
    market: Market, everyone: bool
) -> None:
    wanted = int(market.wants.sum())
    possible = [held for held in matchings(market) if not everyone or len(held) == wanted]
    found = smallest(market, everyone=everyone)
    assert (found is None) == bool(possible)
    if found is None:
        assert len(rank_maximal(market, everyone=everyone)) <= wanted
        return
    with pytest.raises(NoFlow):
        rank_maximal(market, everyone=everyone)
    assert found.needed > found.available
    pairs = {tuple(pair) for pair in market.pairs(market.entries()).tolist()}
    if found.kind == "scholars":
        assert found.mentors == tuple(sorted({m for s, m in pairs if s in found.scholars}))
        assert found.needed == len(found.scholars)
        for out in found.scholars:  # without any one of them the others can be placed
            rest = [who for who in found.scholars if who != out]
            assert _fit(market, pairs, rest)
    else:
        assert found.scholars == tuple(sorted({s for s, m in pairs if m in found.mentors}))
        assert found.needed == sum(int(market.least[m]) for m in found.mentors)


@some
@given(markets(people=5, wants=3))
def test_of_people_who_need_several_nobody_can_be_left_out_of_a_clash(market: Market) -> None:
    found = smallest(market, everyone=True)
    possible = any(len(held) == market.wants.sum() for held in matchings(market))
    assert (found is None) == possible
    if found is None:
        return
    assert found.needed > found.available

    def only(who: set[int]) -> Market:
        asked = [want if at in who else 0 for at, want in enumerate(market.wants.tolist())]
        return replace(market, wants=np.array(asked), least=np.zeros_like(market.least))

    assert smallest(only(set(found.scholars)), everyone=True) is not None
    for out in found.scholars:
        assert smallest(only(set(found.scholars) - {out}), everyone=True) is None


def test_a_clash_among_thousands_is_named_at_once() -> None:
    """A thousand scholars for nine hundred places: one search each, no matching anew for each that is left out."""
    chance = np.random.default_rng(1)
    wish = np.full((1000, 300), -1)
    for row in wish:
        row[chance.choice(300, 50, replace=False)] = np.arange(50)
    market = build(wish, chance.random((1000, 300)).argsort(axis=0), most=np.full(300, 3))
    found = smallest(market, everyone=True)
    assert found is not None
    assert (len(found.scholars), found.needed, found.available) == (901, 901, 900)


def _fit(market: Market, pairs: set[tuple[int, ...]], who: list[int]) -> bool:
    if not who:
        return True
    room = market.most.tolist()

    def place(rest: list[int]) -> bool:
        if not rest:
            return True
        for mentor in [m for s, m in pairs if s == rest[0] and room[m]]:
            room[mentor] -= 1
            done = place(rest[1:])
            room[mentor] += 1
            if done:
                return True
        return False

    return place(who)


def test_many_places_need_more_than_one_flow_and_still_come_in_order() -> None:
    chance = np.random.default_rng(3)
    market = build(
        np.minimum(chance.random((60, 40)).argsort(axis=1), 25),
        np.zeros((60, 40), dtype=int),
        most=np.ones(40),
    )
    aims = iter([-(market.wish == place).astype(np.int64) for place in range(26)])
    from tremplin.methods.matching.drawn import Open

    cost, rest = _packed(Open(market, everyone=False), aims)
    assert cost is not None
    assert next(rest, None) is not None  # some aims did not fit into the first
    found = rank_maximal(market)
    assert len(found) <= 40
    first = max_weight(market, (market.wish == 0).astype(float), most_matched=False)
    assert profile(market, found)[0] == profile(market, first)[0] > 20


def test_the_weight_is_scipy_s_best_at_a_size_of_its_own() -> None:
    from scipy.optimize import linear_sum_assignment

    chance = np.random.default_rng(11)
    weight = np.round(chance.random((80, 30)), 4)
    market = build(
        chance.random((80, 30)).argsort(axis=1), np.zeros((80, 30), dtype=int), most=np.full(30, 3)
    )
    found = max_weight(market, market.aligned(weight))
    rows, columns = linear_sum_assignment(np.repeat(weight, 3, axis=1), maximize=True)
    best = np.repeat(weight, 3, axis=1)[rows, columns].sum()
    assert market.aligned(weight).ravel()[found].sum() == pytest.approx(best, abs=1e-9)


def test_weights_with_few_decimals_are_exact_and_others_close() -> None:
    assert scaled(np.array([0.1, 0.25])).tolist() == [10, 25]
    assert scaled(np.array([3.0, -2.0])).tolist() == [3, -2]
    assert scaled(np.array([1 / 3, 1.0])).tolist() == [333333, 1000000]
    assert scaled(np.zeros(2)).tolist() == [0, 0]
    with pytest.raises(BadMarket, match="not a number"):
        scaled(np.array([np.nan]))


def test_trading_stability_gains_what_it_says() -> None:
    chance = np.random.default_rng(8)
    market = build(
        chance.random((40, 20)).argsort(axis=1), chance.random((40, 20)).argsort(axis=0), most=[2] * 20
    )
    assert profile(market, rank_maximal(market)) > profile(market, scholars_propose(market))
