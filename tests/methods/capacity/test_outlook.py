"""The outlook, against what can be worked out by hand, and what must hold whatever the figures."""

import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tremplin.methods.capacity import (
    BadSeason,
    Changed,
    Coming,
    Habits,
    Reader,
    Season,
    Size,
    outlook,
    simulate,
)
from tremplin.methods.capacity.simulated import _shared
from tremplin.methods.forecast import forecast

CERTAIN = Habits(trust=float("inf"), leaves=0.0, steady=True)
POISSON = Habits(trust=float("inf"), leaves=0.0)
SMALL = Size(worlds=20, each=5)
MANY = Size(worlds=400, each=25, beyond=2)


def test_one_reviewer_at_an_even_pace_is_a_matter_of_counting() -> None:
    season = Season(1, 9, {"en": (10,)}, (Reader("ada", 7),), habits=CERTAIN)
    found = outlook(season, SMALL)
    assert (found.unread.value, found.people.middle, found.missing.middle) == (1, 1, 1)
    assert found.late == (1, 1, 1)
    assert [day.unread.value for day in found.days[7:11]] == [1, 1, 0, 0]
    assert outlook(replace(season, ends=10), SMALL).unread.value == 0
    twice = outlook(replace(season, reads=2, piles={"en": (10, 0)}, ends=10), SMALL)
    assert (twice.unread.value, twice.short.value, twice.missing.middle) == (0, 1, 10)
    assert twice.late == (None, None, None)  # nobody reads an application twice: a second reviewer is needed
    pair = (Reader("ada", 7), Reader("bo", 7))
    assert (
        outlook(replace(season, reads=2, piles={"en": (10, 0)}, ends=10, readers=pair), SMALL).short.value
        == 0
    )


def test_a_reviewer_who_starts_later_or_takes_only_so_many() -> None:
    season = Season(1, 10, {"en": (10,)}, (Reader("ada", 7, starts=3),), habits=CERTAIN)
    assert outlook(season, SMALL).missing.middle == 3
    few = replace(season, readers=(Reader("ada", 7, most=4),))
    assert outlook(few, SMALL).missing.middle == 6
    other = replace(season, readers=(Reader("ada", 70, frozenset({"fr"})),))
    assert outlook(other, SMALL).missing.middle == 10


def test_extra_reads_begin_when_all_is_read_and_their_rounds_wait_for_each_other() -> None:
    season = Season(1, 20, {"en": (10,)}, (Reader("ada", 7),), habits=CERTAIN, extra=(2, 2, 2))
    found = outlook(season, SMALL)
    in_by = next(day.day for day in found.days if not day.extra.value)
    assert in_by == 16, "ten days for ten reads, then two days a round"
    assert (found.extra.value, found.short.value) == (0, 0)
    early = outlook(replace(season, ends=15), SMALL)
    assert (early.extra.value, early.extra_missing.middle, early.short.value) == (1, 1, 0)
    quick = outlook(replace(season, readers=(Reader("ada", 700),)), SMALL)
    assert next(day.day for day in quick.days if not day.extra.value) == 4, "a day a round, however quick"
    few = outlook(replace(season, readers=(Reader("ada", 7, most=12),)), SMALL)
    assert few.extra_missing.middle == 4


def test_extra_reads_wait_for_those_who_are_still_to_come() -> None:
    coming = Coming(0, guess=(5, 5), along=((0.0, 0.0), (9.0, 0.0), (10.0, 1.0)))
    season = Season(1, 20, {}, (Reader("ada", 70),), coming=coming, habits=CERTAIN, extra=(1,))
    found = outlook(season, SMALL)
    assert next(day.day for day in found.days if not day.extra.value) == 11


def test_what_is_read_first_comes_off_the_time_of_each() -> None:
    season = Season(1, 10, {"en": (10,)}, (Reader("ada", 7),), habits=CERTAIN)
    assert outlook(season, SMALL).missing.middle == 0
    first = replace(season, readers=(Reader("ada", 7, first=4),))
    assert outlook(first, SMALL).missing.middle == 4
    for wrong in (replace(season, extra=(-1,)), replace(season, readers=(Reader("ada", 7, first=-1),))):
        with pytest.raises(BadSeason):
            outlook(wrong, SMALL)


def test_reads_by_chance_are_poisson() -> None:
    season = Season(1, 14, {"en": (16,)}, (Reader("ada", 8),), habits=POISSON)
    found = outlook(season, MANY)
    truth = stats.poisson.cdf(15, 16)
    assert found.unread.value == pytest.approx(truth, abs=0.02)
    assert found.unread.low < truth < found.unread.high
    left = simulate(season, MANY).unread[13, 0]
    assert left.mean() == pytest.approx(
        np.maximum(16 - np.arange(60), 0) @ stats.poisson.pmf(np.arange(60), 16), abs=0.1
    )


def test_several_reviewers_are_one_with_the_sum_of_their_paces() -> None:
    readers = tuple(Reader(f"r{number}", pace) for number, pace in enumerate((2, 3, 5)))
    found = outlook(Season(1, 14, {"en": (20,)}, readers, habits=POISSON), MANY)
    assert found.unread.value == pytest.approx(stats.poisson.cdf(19, 20), abs=0.02)


@pytest.mark.parametrize(("done", "weeks"), [(0, 0.0), (5, 2.0), (40, 2.0)])
def test_a_pace_that_is_not_known_makes_reads_negative_binomial_around_what_was_seen(
    done: int, weeks: float
) -> None:
    reader = Reader("ada", 10, done=done, weeks=weeks)
    habits = Habits(trust=4, leaves=0)
    season = Season(1, 14, {"en": (20,)}, (reader,), habits=habits)
    shape, rate = 4 + done, 4 / 10 + weeks
    truth = stats.nbinom.cdf(19, shape, rate / (rate + 2))
    found = outlook(season, Size(worlds=3000, each=3, beyond=1))
    assert found.unread.value == pytest.approx(truth, abs=0.025)
    # Were the pace known, the chance would be anything between these:
    paces = stats.gamma.ppf([0.95, 0.05], shape, scale=1 / rate)
    least, most = stats.poisson.cdf(19, 2 * paces)
    sure = outlook(season, Size(worlds=200, each=100, beyond=1)).unread
    assert sure.least == pytest.approx(least, abs=0.08)
    assert sure.most == pytest.approx(most, abs=0.08)


def test_whoever_stops_reads_no_more() -> None:
    season = Season(
        1, 28, {"en": (10**6,)}, (Reader("ada", 700),), habits=Habits(trust=float("inf"), leaves=0.2)
    )
    runs = simulate(season, MANY)
    weekly = -np.log(0.8)
    expected = 700 * (1 - np.exp(-4 * weekly)) / weekly
    assert 10**6 - runs.unread[27, 0].mean() == pytest.approx(expected, rel=0.02)


def test_who_comes_is_what_the_forecast_says_and_on_the_days_of_the_curve() -> None:
    coming = Coming(120, 0.4, along=((0, 0), (4, 0.25), (5, 1)), by_language={"en": 90, "fr": 30})
    season = Season(1, 10, {"en": (90,), "fr": (30,)}, (), coming, POISSON)
    runs = simulate(season, Size(worlds=2000, each=2))
    come = runs.unread.sum(axis=1)
    known = forecast(120, 0.4)
    assert known is not None
    low, middle, high = np.quantile(come[-1], (0.05, 0.5, 0.95))
    assert low == pytest.approx(known.low, rel=0.05)
    assert middle == pytest.approx(known.middle, rel=0.06)
    assert high == pytest.approx(known.high, rel=0.12)
    assert (come[5] == come[-1]).all()
    late = (come[3] - 120).mean() / (come[-1] - 120).mean()
    assert late == pytest.approx(0.25, abs=0.01)
    french = runs.unread[-1, 1] - 30
    assert french.mean() / (come[-1] - 120).mean() == pytest.approx(0.25, abs=0.02)


def test_before_anybody_has_come_a_guess_is_enough() -> None:
    season = Season(1, 30, {}, (), Coming(0, 0.01, guess=(200, 800), along=((0, 0), (20, 1))))
    come = simulate(season, Size(worlds=3000, each=1)).unread[-1].sum(axis=0)
    assert np.quantile(come, 0.5) == pytest.approx(400, rel=0.05)
    assert np.quantile(come, 0.05) == pytest.approx(200, rel=0.08)
    assert outlook(season, SMALL).unread.value == 1


def test_what_is_read_so_far_counts() -> None:
    readers = tuple(Reader(f"r{number}", 10) for number in range(3))
    early = Season(3, 14, {"en": (25, 0, 0)}, readers, habits=POISSON)
    middle = replace(early, piles={"en": (5, 5, 5)})
    assert outlook(early, SMALL).short.value > 0.95
    assert outlook(middle, SMALL).short.value < 0.05
    none = outlook(replace(early, piles={"en": (0, 0, 0)}))
    assert (none.short.value, none.unread.value, none.late) == (0, 0, (0, 0, 0))
    assert none.short.high < 0.02


def test_the_interval_of_the_simulation_covers() -> None:
    truth = stats.poisson.cdf(15, 16)
    season = Season(1, 14, {"en": (16,)}, (Reader("ada", 8),), habits=POISSON)
    inside = 0
    for seed in range(60):
        found = outlook(season, Size(worlds=60, each=2, beyond=1, seed=seed)).unread
        inside += found.low <= truth <= found.high
    assert 52 <= inside <= 60


def scene(seed: int, languages: int, *, capped: bool = True) -> Season:
    chance = random.Random(seed)
    names = ["de", "en", "fr"][:languages]
    reads = chance.randint(1, 3)
    piles = {name: tuple(chance.randint(0, 12) for _read in range(reads)) for name in names}
    readers = tuple(
        Reader(
            f"r{number}",
            chance.choice((0, 3, 8)),
            frozenset(chance.sample(names, chance.randint(0, len(names)))),
            starts=chance.choice((0, 0, 4)),
            most=chance.choice((None, None, 6)) if capped else None,
            done=chance.randint(0, 9),
            weeks=chance.choice((0.0, 1.5)),
        )
        for number in range(chance.randint(0, 5))
    )
    coming = Coming(30, 0.7, along=((0, 0), (6, 1)), by_language=dict.fromkeys(names, 10))
    return Season(reads, 12, piles, readers, coming, Habits(leaves=chance.choice((0.0, 0.1))))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3), st.sampled_from(["de", "en", ""]))
def test_more_of_anything_never_hurts_while_nobody_s_reads_are_counted_out(
    seed: int, languages: int, language: str
) -> None:
    # Whoever takes on only so many can spend them early on second reads, and lack them later for a first.
    season = scene(seed, languages, capped=False)
    before = simulate(season, SMALL)
    more = (Reader("new", 5, frozenset({language} if language else ())),)
    for changed in (Changed(more=more), Changed(effort=1.4), Changed(fewer=0.3)):
        after = simulate(season, SMALL, changed)
        for left, was in ((after.missing, before.missing), (after.unread, before.unread)):
            if languages == 1:
                assert (left <= was).all()
            assert (left[11] > 0).any(axis=0).sum() <= (was[11] > 0).any(axis=0).sum()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_the_same_seed_gives_the_same_answer_in_whatever_order_people_stand(seed: int) -> None:
    season = scene(seed, 3)
    turned = replace(season, readers=season.readers[::-1], piles=dict(reversed(season.piles.items())))
    assert outlook(season, SMALL) == outlook(turned, SMALL) == outlook(season, SMALL)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=1, max_size=4),
    st.lists(st.integers(0, 40), min_size=3, max_size=3),
)
def test_reads_go_to_the_longest_piles_until_they_are_alike(piles: list[list[int]], reads: list[int]) -> None:
    table, given_ = np.array(piles), np.array(reads)
    taken = _shared(table, given_)
    left = table - taken
    assert (taken >= 0).all()
    assert (left >= 0).all()
    assert (taken.sum(axis=0) == np.minimum(table.sum(axis=0), given_)).all()
    for run in range(3):
        touched = taken[:, run] > 0
        if touched.any():
            assert left[touched, run].max() - left[touched, run].min() <= 1
            assert left[:, run].max() <= left[touched, run].min() + 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"reads": 0}, "reads is 0"),
        ({"ends": float("nan")}, "reading ends in nan"),
        ({"piles": {"en": (1, 2)}}, "give 1 whole numbers"),
        ({"piles": {"en": (-1,)}}, "whole numbers"),
        ({"piles": {"en": (1.5,)}}, "whole numbers"),
        ({"readers": (Reader("ada", 1), Reader("ada", 2))}, "'ada' stands twice"),
        ({"readers": (Reader("ada", -1),)}, "figures of 'ada'"),
        ({"readers": (Reader("ada", float("inf")),)}, "figures of 'ada'"),
        ({"coming": Coming(3, 0)}, "share"),
        ({"coming": Coming(0, 0.5)}, "give a guess"),
        ({"coming": Coming(1, 0.5, guess=(5, 2))}, "smaller number first"),
        ({"coming": Coming(1, 0.5, along=((0, 0), (5, 0.5)))}, "must rise"),
        ({"coming": Coming(1, 0.5, along=((5, 0), (4, 1)))}, "must rise"),
        ({"habits": Habits(trust=0)}, "trust"),
        ({"habits": Habits(leaves=1)}, "trust"),
    ],
)
def test_figures_that_cannot_be_are_refused(wrong: dict[str, Any], words: str) -> None:
    season = replace(Season(1, 5, {"en": (1,)}, ()), **wrong)
    with pytest.raises(BadSeason, match=words):
        outlook(season, SMALL)


def test_without_applications_or_reviewers_nothing_breaks() -> None:
    assert outlook(Season(1, 0, {}, ()), SMALL).unread.value == 0
    assert outlook(Season(2, 0, {"en": (3, 0)}, ()), SMALL).unread.value == 1
