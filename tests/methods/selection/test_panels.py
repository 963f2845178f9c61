"""Fair lotteries over panels: against every panel written out, published instances, and their own proofs."""

import os
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from bench.panels.pools import Instance, alternate, generated
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from tremplin.methods import lottery
from tremplin.methods.selection.panels import (
    Clash,
    Pool,
    PoolError,
    Quota,
    decompose,
    over_panels,
    pool_of,
)


def pool_for(instance: Instance) -> Pool:
    return pool_of(instance.people, [Quota(*limit) for limit in instance.limits], instance.seats)


def all_panels(people: dict[str, dict[str, str]], quotas: list[Quota], seats: int) -> list[tuple[str, ...]]:
    def keeps(panel: tuple[str, ...]) -> bool:
        return all(
            quota.least
            <= sum(people[code].get(quota.category) == quota.value for code in panel)
            <= quota.most
            for quota in quotas
        )

    return [panel for panel in combinations(sorted(people), seats) if keeps(panel)]


def leximin_by_hand(codes: list[str], panels: list[tuple[str, ...]]) -> dict[str, float]:
    """Leximin over all panels written out: raise the least, then ask of each person alone whether more is possible."""
    member = np.array([[code in panel for panel in panels] for code in codes], dtype=float)
    settled: dict[int, float] = {}
    while len(settled) < len(codes):
        low = -np.hstack([member, [[0.0 if at in settled else -1.0] for at in range(len(codes))]])
        bounds = [-settled.get(at, 0.0) + 1e-10 for at in range(len(codes))]
        total = ([[1.0] * len(panels) + [0.0]], [1.0])
        best = linprog([0.0] * len(panels) + [-1.0], low, bounds, *total)
        level = -best.fun
        floors = [-settled.get(at, level) + 1e-10 for at in range(len(codes))]
        for at in set(range(len(codes))) - set(settled):
            most = linprog(-member[at], -member, floors, [[1.0] * len(panels)], [1.0])
            if -most.fun <= level + 1e-7:
                settled[at] = level
    return {code: settled[at] for at, code in enumerate(codes)}


SMALL = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.sampled_from("uv")), min_size=5, max_size=9
)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(SMALL, st.integers(2, 4), st.randoms(use_true_random=False))
def test_leximin_is_that_of_all_panels_written_out(
    traits: list[tuple[str, str, str]], seats: int, chance: object
) -> None:
    people = {f"c{at}": dict(zip("ABC", row, strict=True)) for at, row in enumerate(traits)}
    model = [list(people.values())[at] for at in chance.sample(range(len(people)), seats)]
    quotas = []
    for category, value in sorted({(c, v) for row in people.values() for c, v in row.items()}):
        count = sum(row[category] == value for row in model)
        quotas.append(
            Quota(category, value, max(0, count - chance.randint(0, 1)), count + chance.randint(0, 1))
        )
    found = over_panels(pool_of(people, quotas, seats))
    assert found.faults() == ()
    assert found.exact
    wanted = leximin_by_hand(sorted(people), all_panels(people, quotas, seats))
    assert {code: float(value) for code, value in found.chances().items()} == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize(("people", "seats"), [(200, 20), (2000, 200)])
def test_the_public_instances_of_flanigan_2021_give_the_published_least_chance_and_gini(
    people: int, seats: int
) -> None:
    """Nature 596, reference output: minimum 10.0 %, Gini 0.0 % for LEXIMIN on example_small and example_large."""
    found = over_panels(pool_for(alternate(people, seats)))
    assert (found.least(), found.gini()) == (Fraction(1, 10), 0.0)
    assert found.exact
    assert found.faults() == ()


@pytest.mark.parametrize("seed", range(1, 5))
def test_generated_pools_are_solved_exactly_with_a_proof_for_each_step(seed: int) -> None:
    found = over_panels(pool_for(generated(100, 12, 4, seed)))
    assert found.exact
    assert found.faults() == ()
    assert sum(found.chances().values()) == 12
    assert len(found.panels) <= len(found.pool.sizes) + len(found.pool.least)


def test_whole_people_who_exclude_each_other_in_pairs_share_one_seat() -> None:
    """Half of each of three people is a panel on paper only: the bound says 1/2 each, whole panels give 1/3."""
    people = {
        "a1": {"A": "1", "B": "1", "C": "0"},
        "a2": {"A": "1", "B": "0", "C": "1"},
        "a3": {"A": "0", "B": "1", "C": "1"},
        "z": {"A": "0", "B": "0", "C": "0"},
    }
    found = over_panels(pool_of(people, [Quota(category, "1", 0, 1) for category in "ABC"], 2))
    third = Fraction(1, 3)
    assert found.chances() == {"a1": third, "a2": third, "a3": third, "z": Fraction(1)}
    assert found.gap_of_whole
    assert found.faults() == ()


def test_a_pool_whose_fractional_bound_no_panels_reach() -> None:
    instance = generated(60, 8, 5, 1)
    found = over_panels(pool_for(instance))
    assert found.gap_of_whole
    assert found.exact
    assert found.faults() == ()


def test_what_is_changed_in_a_lottery_is_found() -> None:
    found = over_panels(pool_for(generated(60, 8, 3, 2)))
    assert found.faults() == ()
    light = replace(found, weights=(found.weights[0] + 1, *found.weights[1:]))
    assert "chances are not as far from the aim as said" in light.faults()
    assert (
        "a weight is not a positive whole number" in replace(found, weights=(0, *found.weights[1:])).faults()
    )
    other = ((*found.panels[0][:-1], found.panels[0][-1] + 1), *found.panels[1:])
    assert "a panel breaks a limit" in replace(found, panels=other).faults()
    better = replace(found.steps[0], chance=found.steps[0].chance + Fraction(1, 1000))
    assert "step 1 of the proof does not hold" in replace(found, steps=(better, *found.steps[1:])).faults()


def test_the_order_of_people_and_limits_changes_no_chance() -> None:
    instance = generated(60, 8, 3, 2)
    turned = Instance("", 8, dict(reversed(instance.people.items())), instance.limits[::-1])
    assert over_panels(pool_for(instance)).chances() == over_panels(pool_for(turned)).chances()


def test_another_process_with_another_hash_seed_gives_the_same_panels() -> None:
    code = (
        "from bench.panels.pools import generated\n"
        "from tests.methods.selection.test_panels import pool_for\n"
        "from tremplin.methods.selection.panels import over_panels\n"
        "found = over_panels(pool_for(generated(60, 8, 3, 3)))\n"
        "print(found.panels, found.weights)"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1]


def test_maximin_spreads_least_and_nash_multiplies_most_at_their_price() -> None:
    pool = pool_for(generated(100, 12, 3, 7))
    fair, flat, product = (over_panels(pool, aim) for aim in ("leximin", "maximin", "nash"))
    assert float(flat.least()) == pytest.approx(float(fair.least()), abs=1e-8)

    def spread(lottery: object) -> float:
        return sum((float(chance) - 0.12) ** 2 for chance in lottery.chances().values())

    def welfare(lottery: object) -> float:
        return float(sum(np.log(float(chance)) for chance in lottery.chances().values()))

    assert spread(flat) < spread(fair)
    assert welfare(product) > max(welfare(fair), welfare(flat))
    assert all(lottery.distance < Fraction(1, 10**7) for lottery in (flat, product))


def test_given_chances_become_panels_that_keep_the_quotas() -> None:
    people = {f"c{at}": {"G": "f" if at % 2 else "m"} for at in range(8)}
    quotas = [Quota("G", "f", 2, 2), Quota("G", "m", 2, 2)]
    chances = {"c0": 0.9, "c1": 0.8, "c2": 0.6, "c3": 0.5, "c4": 0.3, "c5": 0.4, "c6": 0.2, "c7": 0.3}
    found = decompose(people, quotas, 4, chances)
    assert found.faults() == ()
    assert {code: float(value) for code, value in found.chances().items()} == pytest.approx(chances, abs=1e-9)
    assert all(found.pool.admits(panel) for panel in found.panels)
    assert len(found.panels) <= 12


@settings(max_examples=20, deadline=None, derandomize=True)
@given(SMALL, st.integers(2, 4), st.randoms(use_true_random=False))
def test_chances_that_any_lottery_has_are_met(
    traits: list[tuple[str, str, str]], seats: int, chance: object
) -> None:
    people = {f"c{at}": dict(zip("ABC", row, strict=True)) for at, row in enumerate(traits)}
    quotas = [Quota("A", "a", 0, seats - 1), Quota("B", "x", 0, 2), Quota("C", "u", 0, seats - 1)]
    panels = all_panels(people, quotas, seats)
    if not panels:
        return
    some = chance.sample(panels, min(len(panels), 6))
    weights = [chance.random() for _panel in some]
    wanted = dict.fromkeys(people, 0.0)
    for panel, weight in zip(some, weights, strict=True):
        for code in panel:
            wanted[code] += weight / sum(weights)
    found = decompose(people, quotas, seats, wanted)
    assert found.faults() == ()
    assert {code: float(value) for code, value in found.chances().items()} == pytest.approx(wanted, abs=1e-8)


def test_chances_of_people_who_exclude_each_other_come_as_near_as_is_proven() -> None:
    people = {code: {} for code in ("a1", "a2", "a3", "z")}
    pairs = {"A": ("a1", "a2"), "B": ("a1", "a3"), "C": ("a2", "a3")}
    traits = {code: {name: str(int(code in pair)) for name, pair in pairs.items()} for code in people}
    found = decompose(traits, [Quota(name, "1", 0, 1) for name in pairs], 2, dict.fromkeys(people, 0.5))
    assert (found.distance, found.proven) == (Fraction(1, 2), Fraction(1, 2))
    assert found.gap_of_whole


def test_chances_that_break_a_quota_come_as_near_as_is_proven() -> None:
    people = {f"c{at}": {"G": "f" if at < 4 else "m"} for at in range(8)}
    quotas = [Quota("G", "f", 3, 4)]
    found = decompose(people, quotas, 4, dict.fromkeys(people, 0.5))
    assert found.distance == found.proven == Fraction(1, 4)
    assert sum(found.chances()[code] for code in ("c0", "c1", "c2", "c3")) == 3


def test_printed_weights_sum_to_a_million_and_cost_a_millionth_a_panel() -> None:
    found = over_panels(pool_for(generated(100, 12, 4, 1)))
    printed = found.printable()
    assert sum(printed.weights) == 1_000_000
    assert printed.faults() == ()
    assert printed.distance <= Fraction(len(found.panels), 1_000_000)


def test_a_lottery_over_panels_is_drawn_and_checked_as_any_draw() -> None:
    found = over_panels(pool_for(generated(60, 8, 3, 2))).printable()
    listing = lottery.by_panels(found.pool.groups, found.panels, found.weights, control=10)
    assert listing.probabilities() == found.chances()
    promise = lottery.seal("s", listed=listing.digest)
    made = lottery.run(listing, promise=promise, reveal=lottery.Reveal("s"))
    assert lottery.faults(lottery.dumps(made), published=promise.commitment) == ()
    chosen = tuple(sum(code in made.chosen for code in group) for group in found.pool.groups)
    assert found.pool.admits(chosen)


def test_a_reason_names_the_limits_that_hold_a_chance() -> None:
    people = {f"c{at}": {"G": "f" if at < 2 else "m"} for at in range(12)}
    found = over_panels(pool_of(people, [Quota("G", "m", 0, 3), Quota("G", "f", 0, 4)], 4))
    reason = found.why("c5")
    assert reason.chance == Fraction(3, 10)
    assert reason.sharing == 10
    assert ("at most", 3) in {
        (side.side, side.number) for side, _ in reason.holding if side.name.startswith("“m” in")
    }
    with pytest.raises(KeyError):
        found.why("nobody")


@pytest.mark.parametrize("aim", ["leximin", "maximin", "nash"])
def test_no_seats_everybody_and_one_person(aim: str) -> None:
    people = {f"c{at}": {"G": "f"} for at in range(3)}
    assert set(over_panels(pool_of(people, [], 3), aim).chances().values()) == {Fraction(1)}
    assert set(over_panels(pool_of(people, [], 0), "leximin").chances().values()) == {Fraction(0)}
    assert over_panels(pool_of({"one": {}}, [], 1), aim).chances() == {"one": Fraction(1)}
    assert over_panels(pool_of({}, [], 0), aim).chances() == {}


@settings(max_examples=25, deadline=None, derandomize=True)
@given(SMALL, st.integers(2, 4), st.randoms(use_true_random=False))
def test_a_clash_is_a_smallest_set_and_its_relaxation_is_nearest(
    traits: list[tuple[str, str, str]], seats: int, chance: object
) -> None:
    people = {f"c{at}": dict(zip("ABC", row, strict=True)) for at, row in enumerate(traits)}
    values = sorted({(c, v) for row in people.values() for c, v in row.items()})
    quotas = [Quota(c, v, low := chance.randint(0, 2), low + chance.randint(0, 1)) for c, v in values]
    if all_panels(people, quotas, seats):
        assert over_panels(pool_of(people, quotas, seats)).faults() == ()
        return
    with pytest.raises(Clash) as raised:
        over_panels(pool_of(people, quotas, seats))
    sides = [Quota(q.category, q.value, q.least, 99) for q in quotas] + [
        Quota(q.category, q.value, 0, q.most) for q in quotas
    ]
    named = raised.value.limits

    def clash(limits: list[Quota]) -> bool:
        return not all_panels(people, limits, seats)

    as_quotas = [
        Quota(
            quotas[x.limit].category,
            quotas[x.limit].value,
            x.number if x.side == "at least" else 0,
            99 if x.side == "at least" else x.number,
        )
        for x in named
    ]
    assert clash(as_quotas)
    assert not any(clash(list(some)) for some in combinations(sides, len(named) - 1))
    near = [Quota(q.category, q.value, *to) for q, to in zip(quotas, raised.value.nearest, strict=True)]
    assert all_panels(people, near, seats)
    away = sum(q.least - to.least + to.most - q.most for q, to in zip(quotas, near, strict=True))
    for moves in product(range(-1, 2), repeat=len(quotas)):
        if sum(map(abs, moves)) < away:
            nearer = [
                Quota(q.category, q.value, q.least + min(0, by), q.most + max(0, by))
                for q, by in zip(quotas, moves, strict=True)
            ]
            assert clash(nearer)


def test_faulty_input_says_what_where_and_what_to_do() -> None:
    people = {"ada": {"G": "f"}, "bo": {}}
    with pytest.raises(PoolError, match="bo has no value for “G”"):
        pool_of(people, [Quota("G", "f", 0, 1)], 1)
    with pytest.raises(PoolError, match="3 seats cannot be filled from 2 people"):
        pool_of(people, [], 3)
    with pytest.raises(PoolError, match="two limits"):
        pool_of(people, [Quota("G", "f", 0, 1)] * 2, 1)
    with pytest.raises(PoolError, match="cannot both hold"):
        pool_of(people, [Quota("G", "f", 2, 1)], 1)
    for chances, words in (
        ({"ada": 1.0}, "not in both"),
        ({"ada": float("nan"), "bo": 0.5}, "between 0 and 1"),
        ({"ada": 0.5, "bo": 0.4}, "not to the 1 seats"),
    ):
        with pytest.raises(PoolError, match=words):
            decompose(people, [], 1, chances)
