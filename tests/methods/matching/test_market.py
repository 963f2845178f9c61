"""What a market is made of, and what it refuses."""

from collections.abc import Callable

import numpy as np
import pytest

from tremplin.methods.matching import (
    BadMarket,
    Market,
    best_stable,
    build,
    mentors_propose,
    ordered,
    scholars_propose,
)


def test_lists_in_order_and_tables_of_places_make_the_same_market() -> None:
    chance = np.random.default_rng(5)
    order, rank = chance.random((12, 6)).argsort(axis=1), chance.random((12, 6)).argsort(axis=0)
    rank[chance.random(rank.shape) < 0.2] = -1
    one = build(order.argsort(axis=1), rank, most=np.full(6, 2))
    other = ordered(order, rank, most=np.full(6, 2))
    for part in ("mentor", "rank"):
        assert np.array_equal(getattr(one, part), getattr(other, part))
    assert scholars_propose(one).tolist() == scholars_propose(other).tolist()


def test_tied_mentors_stand_in_the_order_of_their_lot() -> None:
    lots = [2, 0, 1]
    one = build([[0, 0, 0]], [[0, 0, 0]], mentor_lot=lots)
    other = ordered([[0, 1, 2]], [[0, 0, 0]], wish=np.zeros((1, 3)), mentor_lot=lots)
    assert one.mentor.tolist() == other.mentor.tolist() == [[1, 2, 0]]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: build(np.zeros(3), np.zeros(3)), "dimensions"),
        (lambda: build(np.zeros((2, 2)), np.zeros((2, 3))), "scholars by mentors"),
        (lambda: build([[0.5]], [[0]]), "whole numbers"),
        (lambda: build([[np.nan]], [[0]]), "whole numbers"),
        (lambda: build([["a"]], [[0]]), "whole numbers"),
        (lambda: build([[0]], [[0]], most=[1.5]), "whole numbers count people"),
        (lambda: build([[0]], [[0]], most=[-1]), "negative"),
        (lambda: build([[0]], [[0]], most=[1, 2]), "1 numbers are needed"),
        (lambda: build([[0]], [[0]], least=[2]), "at least 2 and at most 1"),
        (lambda: build([[0], [1]], [[0], [1]], scholar_lot=[0, 0]), "a lot holds each number"),
        (lambda: ordered([[0, 0]], [[0, 1]]), "names a mentor twice"),
        (lambda: ordered([[2]], [[0, 1]]), "numbers run from 0 to 1"),
        (lambda: ordered([0, 1], [[0, 1]]), "one list for each of 1"),
    ],
)
def test_what_cannot_be_is_refused_in_words(make: Callable[[], Market], words: str) -> None:
    with pytest.raises(BadMarket, match=words):
        make()


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int16, np.int64, np.float64])
def test_places_may_be_numbers_of_any_width(kind: type) -> None:
    chance = np.random.default_rng(9)
    wish, rank = chance.random((90, 30)).argsort(axis=1), chance.random((90, 30)).argsort(axis=0)
    plain = build(wish, rank, most=np.full(30, 2))
    other = build(wish.astype(kind), rank.astype(kind), most=np.full(30, 2))
    for solve in (scholars_propose, mentors_propose):
        assert solve(other).tolist() == solve(plain).tolist()
    assert best_stable(other, -other.rank.astype(float)).tolist() == mentors_propose(plain).tolist()
