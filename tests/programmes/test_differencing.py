"""Nothing is shown that, held against what was shown before, would tell of a few people."""

import random
from itertools import combinations

import pytest

from tremplin.methods.disclosure import hide_row
from tremplin.programmes.differencing import Sums, Told, tells_of_few

BEFORE = {"woman": 40, "man": 31}


def told(counts: dict[str, int], *hidden: str) -> Told:
    return Told(counts, frozenset(counts) - {*hidden})


def few(before: dict[str, int], after: dict[str, int], *, least: int = 5, sums: Sums = ()) -> bool:
    return tells_of_few([told(before)], told(after), least=least, sums=sums)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({"woman": 41, "man": 31}, True),
        ({"woman": 36, "man": 31}, True),
        ({"woman": 45, "man": 31}, False),
        ({"woman": 35, "man": 31}, False),
        (BEFORE, False),
        ({**BEFORE, "another": 3}, True),
        ({**BEFORE, "another": 5}, False),
        ({"woman": 40}, False),
        ({"woman": 40, "man": 4}, False),
    ],
)
def test_a_count_that_moves_by_a_few_people_tells_of_them(after: dict[str, int], expected: bool) -> None:
    assert few(BEFORE, after) is expected


def test_every_earlier_release_counts_not_the_last_alone() -> None:
    releases = [told({"woman": 40}), told({"woman": 50})]
    assert tells_of_few(releases, told({"woman": 42}), least=5)
    assert not tells_of_few(releases, told({"woman": 45}), least=5)
    assert not tells_of_few([], told({"woman": 2}), least=5)


def test_whoever_is_in_no_part_of_a_sum_is_guarded_too() -> None:
    """Six more answered, five of them women: the sixth said nothing, and would be known to have done so."""
    before, after = {"answered": 80, **BEFORE}, {"answered": 86, "woman": 45, "man": 31}
    assert not few(before, after)
    assert few(before, after, sums=[("answered", ["woman", "man"])])
    ten = {"answered": 95, "woman": 45, "man": 31}
    assert not few(before, ten, sums=[("answered", ["woman", "man"])])


def test_two_patterns_of_hiding_do_not_show_a_small_group_between_them() -> None:
    """First the women are hidden beside the few, then the men: the first total and the growth give the few away."""
    sums = [("=", ["few", "woman", "man"])]
    first = told({"=": 53, "few": 3, "woman": 20, "man": 30}, "few", "woman")
    second = told({"=": 65, "few": 3, "woman": 32, "man": 30}, "few", "man")
    assert tells_of_few([first], second, least=5, sums=sums)
    same_pattern = told({"=": 65, "few": 3, "woman": 32, "man": 30}, "few", "woman")
    assert not tells_of_few([first], same_pattern, least=5, sums=sums)
    only_the_few_grew = told({"=": 72, "few": 10, "woman": 32, "man": 30})
    assert tells_of_few([same_pattern], only_the_few_grew, least=5, sums=sums)
    all_but_the_men_grew = told({"=": 84, "few": 10, "woman": 44, "man": 30})
    assert not tells_of_few([same_pattern], all_but_the_men_grew, least=5, sums=sums)


def test_what_one_release_tells_by_itself_is_no_matter_of_difference() -> None:
    sums = [("=", ["few", "man"])]
    first = told({"=": 33, "few": 3, "man": 30}, "few")  # 33 less 30, whoever let that pass
    second = told({"=": 43, "few": 3, "man": 40}, "few")
    assert not tells_of_few([first], second, least=5, sums=sums)


@pytest.mark.parametrize("seed", range(6))
def test_whoever_keeps_all_releases_and_subtracts_finds_no_few(seed: int) -> None:
    """Releases as a page makes them, over many weeks: any two that pass differ by groups alone."""
    rng, names = random.Random(seed), ["a", "b", "c"]
    sums = [("=", names)]
    counts = {"a": 3, "b": 25, "c": 40}
    passed: list[Told] = []
    for _week in range(12):
        numbers = [counts[name] for name in names]
        hidden = [names[place] for place in hide_row(numbers)]
        now = told({**counts, "=": sum(numbers) + 7}, *hidden)
        if not tells_of_few(passed, now, least=5, sums=sums):
            passed.append(now)
        grown = rng.choice(names[1:])
        counts = {**counts, grown: max(5, counts[grown] + rng.choice([-12, -6, 1, 6, 12, 25]))}
    assert len(passed) > 1
    for one, other in combinations(passed, 2):
        for name in (*names, "="):
            assert abs(one.counts[name] - other.counts[name]) not in range(1, 5)
