import time
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from tests.methods.selection.oracles import people, promise_by_one_programme
from tremplin.methods.selection import exact
from tremplin.methods.selection import limits as limits_module
from tremplin.methods.selection.clash import Clash, Side
from tremplin.methods.selection.limits import Limit
from tremplin.methods.selection.merit import Merit, MeritWithin
from tremplin.methods.selection.outcome import BadEvidence, Scored, Selection
from tremplin.methods.selection.panels import decompose
from tremplin.methods.selection.panels_pool import Quota

BASIS = "call for applications, article 4"


def made(count: int, seed: int, values: tuple[int, ...]) -> tuple[list[Scored], np.ndarray]:
    chance = np.random.default_rng(seed)
    merit = chance.normal(size=count)
    middle = np.round(merit + chance.normal(size=count) * 0.5, 2)
    half = np.round(chance.gamma(4, 0.1, count), 2)
    groups = np.stack([chance.integers(0, many, count) for many in values], axis=1)
    rows = people(*((float(m - h), float(m + h)) for m, h in zip(middle, half, strict=True)))
    return rows, groups


def held(found: Selection, groups: np.ndarray, limit: Limit) -> Fraction:
    here = groups[:, limit.attribute] == limit.value
    return sum((chance for chance, counts in zip(found.chances, here, strict=True) if counts), Fraction())


def gap(found: Selection) -> Fraction:
    assert found.certificate is not None
    return found.certificate.gap


def possible(
    rows: list[Scored], groups: np.ndarray, wanted: list[Limit], some: tuple[Side, ...], places: int
) -> bool:
    """Whether chances can keep these sides of limits, asked of another solver."""
    lines, ends = [np.ones(len(rows)), -np.ones(len(rows))], [places, -places]
    for side in some:
        limit, sign = wanted[side.limit], 1 if side.side == "at most" else -1
        lines.append(sign * (groups[:, limit.attribute] == limit.value).astype(float))
        ends.append(sign * side.number)
    found = linprog(np.zeros(len(rows)), A_ub=np.array(lines), b_ub=ends, bounds=(0, 1), method="highs-ipm")
    return bool(found.status == 0)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(6, 24), data=st.data())
def test_limits_are_met_exactly_and_the_promise_is_the_best_within_them(
    seed: int, count: int, data: st.DataObject
) -> None:
    rows, groups = made(count, seed, (2, 3))
    places = data.draw(st.integers(1, count - 1))
    wanted = []
    for attribute, value in [(0, 0), (1, 0), (1, 2)]:
        low = data.draw(st.integers(0, places))
        wanted.append(Limit(attribute, value, low, data.draw(st.integers(low, places)), BASIS))
    masks = [(groups[:, limit.attribute] == limit.value, limit.low, limit.high) for limit in wanted]
    try:
        best = promise_by_one_programme(rows, places, masks)
    except AssertionError:
        with pytest.raises(Clash) as raised:
            MeritWithin(groups, tuple(wanted)).select(rows, places=places)
        sides = raised.value.limits
        for size in range(len(sides) + 1):
            for some in combinations(sides, size):
                assert possible(rows, groups, wanted, some, places) == (size < len(sides))
        near = tuple(
            Limit(one.attribute, one.value, *to, BASIS)
            for one, to in zip(wanted, raised.value.nearest, strict=True)
        )
        MeritWithin(groups, near).select(rows, places=places)
        return
    found = MeritWithin(groups, tuple(wanted)).select(rows, places=places)
    assert sum(found.chances) == places
    assert all(limit.low <= held(found, groups, limit) <= limit.high for limit in wanted)
    assert found.certificate is not None
    assert float(found.certificate.value) == pytest.approx(best, abs=1e-6)
    assert gap(found) == 0
    cells = [(int(a == 0), int(b == 0), int(b == 2)) for a, b in groups]
    for high, chance, cell in zip(rows, found.chances, cells, strict=True):
        for low, other, same in zip(rows, found.chances, cells, strict=True):
            if cell == same and high.low > low.high:
                assert chance == 1 or other == 0


def test_should_the_exact_system_not_hold_the_answer_limits_that_bind_are_still_met_exactly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows, groups = made(150, 5, (3, 3))
    wanted = (Limit(0, 0, 3, 3, BASIS), Limit(1, 2, 2, 2, BASIS), Limit(1, 0, 0, 3, BASIS))
    exactly = MeritWithin(groups, wanted).select(rows, places=8)
    monkeypatch.setattr(exact, "_lawful", lambda *_anything: False)
    found = MeritWithin(groups, wanted).select(rows, places=8)
    assert sum(found.chances) == 8
    assert [held(found, groups, limit) for limit in wanted[:2]] == [3, 2]
    assert 0 <= gap(found) < Fraction(1, 10**8)
    assert max(abs(a - b) for a, b in zip(found.chances, exactly.chances, strict=True)) < Fraction(1, 10**9)


def test_without_limits_that_bind_it_is_merit() -> None:
    rows, groups = made(60, 3, (2,))
    loose = MeritWithin(groups, (Limit(0, 0, 0, 8, BASIS),)).select(rows, places=8)
    plain = Merit().select(rows, places=8)
    assert loose.certificate is not None
    assert plain.certificate is not None
    assert loose.certificate.value == plain.certificate.value
    none = MeritWithin(groups, ()).select(rows, places=8)
    assert none.chances == plain.chances


def test_a_place_kept_for_a_group_far_below_goes_to_its_best_and_not_to_all_of_it() -> None:
    rows = people((8, 9), (7, 9), (8, 10), (3, 4), (2, 3.5), (1, 1.5), (0, 1))
    groups = np.array([[0], [0], [0], [1], [1], [1], [1]])
    found = MeritWithin(groups, (Limit(0, 1, 1, 1, BASIS, name="region"),)).select(rows, places=3)
    half = Fraction(1, 2)
    assert found.chances[3:] == (half, half, 0, 0)
    assert found.chances[:3] == (Fraction(2, 3),) * 3
    assert found.why("a0003").line == (3, 3.5)
    assert [found.why(f"a000{n}").cause for n in (0, 3, 6)] == ["limits", "limits", "in no top"]


def test_a_group_that_may_have_few_places_gives_them_to_its_best() -> None:
    rows = people((8, 9), (6, 7), (4, 5), (1, 2), (0, 1))
    groups = np.array([[0], [0], [0], [1], [1]])
    found = MeritWithin(groups, (Limit(0, 0, 0, 1, BASIS),)).select(rows, places=2)
    assert found.chances[:3] == (1, 0, 0)
    assert sum(found.chances[3:]) == 1


@pytest.mark.parametrize("seed", range(4))
def test_permuting_people_and_limits_permutes_the_chances(seed: int) -> None:
    rows, groups = made(80, seed, (2, 4))
    wanted = (Limit(0, 1, 5, 6, BASIS), Limit(1, 2, 2, 3, BASIS), Limit(1, 3, 0, 1, BASIS))
    found = MeritWithin(groups, wanted).select(rows, places=9)
    order = np.random.default_rng(seed).permutation(80)
    again = MeritWithin(groups[order], wanted[::-1]).select([rows[n] for n in order], places=9)
    assert [found.chances[n] for n in order] == list(again.chances)


@pytest.mark.parametrize("seed", range(3))
def test_3000_applicants_and_8_places_are_certified_in_a_second(seed: int) -> None:
    rows, groups = made(3000, seed, (2, 5, 3))
    wanted = (
        Limit(0, 0, 3, 5, BASIS),
        Limit(1, 1, 1, 2, BASIS),
        Limit(1, 4, 1, 3, BASIS),
        Limit(2, 2, 2, 4, BASIS),
    )
    began = time.process_time()
    found = MeritWithin(groups, wanted).select(rows, places=8)
    assert time.process_time() - began < 1.0
    assert gap(found) == 0
    assert all(limit.low <= held(found, groups, limit) <= limit.high for limit in wanted)


def test_limits_that_clash_are_named_the_fewest_first() -> None:
    rows = people(*[(n, n + 2) for n in range(10)])
    groups = np.array([[n % 2, n % 5] for n in range(10)])
    fine = Limit(1, 0, 0, 2, BASIS)
    for wanted, fewest in [
        ((fine, Limit(0, 0, 6, 8, BASIS)), 1),
        ((fine, Limit(0, 0, 3, 4, BASIS), Limit(0, 1, 2, 4, BASIS)), 2),
        ((fine, *(Limit(1, value, 0, 1, BASIS) for value in (1, 2)), Limit(1, 3, 0, 0, BASIS)), 0),
    ]:
        if not fewest:
            MeritWithin(groups, wanted).select(rows, places=4)
            continue
        with pytest.raises(Clash, match="Loosen one") as raised:
            MeritWithin(groups, wanted).select(rows, places=4)
        assert len(raised.value.limits) == fewest
        assert 0 not in {side.limit for side in raised.value.limits}
        assert raised.value.places == 4
        assert [side.available for side in raised.value.limits] == [5] * fewest


def test_a_clash_of_more_than_three_limits_has_none_to_spare() -> None:
    rows = people(*[(n, n + 2) for n in range(10)])
    groups = np.array([[n % 5, 0] for n in range(10)])
    # Five groups of two, one place at most for each: five places at most.
    wanted = (*(Limit(0, value, 0, 1, BASIS) for value in range(5)), Limit(1, 0, 0, 9, BASIS))
    with pytest.raises(Clash) as raised:
        MeritWithin(groups, wanted).select(rows, places=6)
    assert [(side.limit, side.side) for side in raised.value.limits] == [(n, "at most") for n in range(5)]
    assert raised.value.nearest == ((0, 1),) * 4 + ((0, 2), (0, 9))


@pytest.mark.parametrize("places", [0, 4, 9])
def test_limits_hold_for_places_for_nobody_and_for_everybody_too(places: int) -> None:
    rows = people((1, 2), (2, 3), (3, 4), (4, 5))
    groups = np.array([[0], [0], [1], [1]])
    count = min(places, 4)
    met = MeritWithin(groups, (Limit(0, 1, 0, 2, BASIS),)).select(rows, places=places)
    assert sum(met.chances) == count
    with pytest.raises(Clash):
        MeritWithin(groups, (Limit(0, 1, 1, 1, BASIS),)).select(rows, places=places)
    assert MeritWithin(np.zeros((0, 1), dtype=int), ()).select([], places=3).chances == ()


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Limit(0, 1, 0, 1, " "), "legal basis"),
        (Limit(3, 1, 0, 1, BASIS), "column 3 of 1"),
        (Limit(0, 1, 2, 1, BASIS), "0 <= low <= high"),
        (Limit(0, 1, -1, 1, BASIS), "0 <= low <= high"),
    ],
)
def test_limits_that_mean_nothing_are_refused(wanted: Limit, words: str) -> None:
    with pytest.raises(BadEvidence, match=words):
        MeritWithin(np.array([[0], [1]]), (wanted,)).select(people((1, 2), (2, 3)), places=1)


def test_a_limit_given_twice_and_categories_of_another_shape_are_refused() -> None:
    rows = people((1, 2), (2, 3))
    twice = (Limit(0, 1, 0, 1, BASIS), Limit(0, 1, 1, 1, BASIS))
    with pytest.raises(BadEvidence, match="given twice"):
        MeritWithin(np.array([[0], [1]]), twice).select(rows, places=1)
    for shape in [(2,), (3, 1)]:
        with pytest.raises(BadEvidence, match="categories of shape"):
            MeritWithin(np.zeros(shape, dtype=int), ()).select(rows, places=1)


def test_a_name_says_what_a_limit_is_about() -> None:
    assert str(Limit(0, 1, 2, 3, BASIS, name="first of the family")) == "first of the family: 2 to 3"
    assert str(Limit(0, 1, 2, 3, BASIS)) == "column 0 is 1: 2 to 3"
    assert limits_module.cells_of(np.zeros((0, 3), dtype=bool), 3).tolist() == [0, 0, 0]


def test_chances_within_limits_become_panels_that_keep_them() -> None:
    """What the rule expects, panels of exactly k realise: each person's chance is met and every panel is lawful."""
    rows, groups = made(120, 4, (2, 3))
    wanted = (Limit(0, 0, 3, 5, BASIS), Limit(1, 2, 2, 4, BASIS))
    found = MeritWithin(groups, wanted).select(rows, places=8)
    people_ = {
        row.code: {"0": str(a), "1": str(b)} for row, (a, b) in zip(rows, groups.tolist(), strict=True)
    }
    quotas = [Quota(str(limit.attribute), str(limit.value), limit.low, limit.high) for limit in wanted]
    chances = {row.code: float(chance) for row, chance in zip(rows, found.chances, strict=True)}
    panels = decompose(people_, quotas, 8, chances)
    for code, chance in panels.chances().items():
        assert float(chance) == pytest.approx(chances[code], abs=1e-8)
    assert not panels.faults()
