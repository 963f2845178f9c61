"""Every draw that could have been: by listing, by joint chances, and by running it again."""

import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tremplin.methods.causal import CausalError, Design, even, listed, redrawn, systematic


def test_an_even_draw_lists_each_choice_once() -> None:
    found = even(["a"] * 5, {"a": 2})
    assert found.exact
    assert sorted(map(tuple, found.worlds.tolist())) == sorted(
        tuple(int(person in chosen) for person in range(5)) for chosen in combinations(range(5), 2)
    )
    assert found.offered.tolist() == [0.4] * 5
    joint = found.joint(1, 1)
    assert joint[0, 1] == pytest.approx(2 / 5 * 1 / 4)
    assert joint[0, 0] == pytest.approx(0.4)
    assert found.joint(1, 0)[0, 1] == pytest.approx(2 / 5 * 3 / 4)


def test_strata_and_reserve_keep_their_chances() -> None:
    strata = ["fr", "fr", "fr", "en", "en", "en", "en"]
    found = even(strata, {"fr": 1, "en": 2}, reserve={"en": 1})
    assert len(found.worlds) == 3 * 12
    assert found.offered.tolist() == pytest.approx([1 / 3] * 3 + [1 / 2] * 4)
    assert found.control.tolist() == pytest.approx([2 / 3] * 3 + [1 / 4] * 4)
    assert (found.chances @ (found.worlds == 1)).tolist() == pytest.approx(found.offered.tolist())
    assert (found.chances @ (found.worlds == 0)).tolist() == pytest.approx(found.control.tolist())


@pytest.mark.parametrize("arms", [(1, 1), (1, 0), (0, 0), (0, 1), (1, -1)])
def test_chances_of_pairs_are_those_of_all_worlds(arms: tuple[int, int]) -> None:
    found = even(["b", "a", "a", "b", "a", "c"], {"a": 1, "b": 1}, reserve={"a": 1})
    listed_alone = Design(found.worlds, found.chances, True, found.offered, found.control)
    assert found.joint(*arms) == pytest.approx(listed_alone.joint(*arms))


def test_a_large_draw_is_run_again_the_same_each_time() -> None:
    strata = ["a"] * 40 + ["b"] * 30
    once, again = (even(strata, {"a": 10, "b": 5}, reserve={"a": 4}, draws=3000) for _time in range(2))
    assert not once.exact
    assert (once.worlds == again.worlds).all()
    assert set((once.worlds[:, :40] == 1).sum(1)) == {10}
    assert set((once.worlds[:, :40] == -1).sum(1)) == {4}
    assert set((once.worlds[:, 40:] == 1).sum(1)) == {5}
    assert (once.chances @ (once.worlds == 1)) == pytest.approx(once.offered, abs=0.05)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=9), st.integers(0, 2**20))
def test_a_systematic_draw_keeps_unequal_chances_exactly(drawn: list[float], seed: int) -> None:
    chance = np.array(drawn)
    gap = np.ceil(chance.sum()) - chance.sum()
    chance = np.append(chance, gap)  # whole places
    random.Random(seed).shuffle(drawn)
    found = systematic(chance.tolist())
    assert found.exact
    assert len(found.worlds) <= len(chance) + 1
    assert found.offered == pytest.approx(chance, abs=1e-9)
    assert set((found.worlds == 1).sum(1)) == {round(chance.sum())}


def test_any_mechanism_can_be_run_again() -> None:
    def draw(number: int) -> list[int]:
        return [1, 0, 0] if number % 4 else [0, 1, -1]

    found = redrawn(draw, draws=400)
    assert found.offered.tolist() == pytest.approx([0.75, 0.25, 0])
    assert found.control.tolist() == pytest.approx([0.25, 0.75, 0.75])
    told = redrawn(draw, offered=[0.7, 0.3, 0], control=[0.3, 0.7, 0.7], draws=8)
    assert told.offered.tolist() == [0.7, 0.3, 0]


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: even(["a", "a"], {"a": 3}), "Stratum a has 2 people, 3"),
        (lambda: even(["a"], {"b": 1}), "Stratum b has 0 people"),
        (lambda: even(["a"], {"a": -1}), "Stratum a"),
        (lambda: listed([[1, 0]], [0.5]), "sum to 0.5"),
        (lambda: listed([], []), "One row of arms"),
        (lambda: listed([[2]], [1]), "Arms are"),
        (lambda: systematic([0.5, 0.7]), "places are whole"),
        (lambda: systematic([float("nan")]), "between 0 and 1"),
    ],
)
def test_what_is_no_design_is_refused(build: object, words: str) -> None:
    assert callable(build)
    with pytest.raises(CausalError, match=words):
        build()
