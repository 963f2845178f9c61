import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tremplin.methods.matching import (
    BlockingPair,
    Profile,
    blocking_pairs,
    deferred_acceptance,
    fit,
    local_hours,
    suggest,
)


def market(
    seed: int, scholars: int, mentors: int
) -> tuple[dict[str, list[str]], dict[str, list[str]], dict[str, int]]:
    chance = random.Random(seed)
    names, hosts = [f"s{n}" for n in range(scholars)], [f"m{n}" for n in range(mentors)]
    wishes = {name: chance.sample(hosts, chance.randint(0, mentors)) for name in names}
    ranks = {host: chance.sample(names, chance.randint(0, scholars)) for host in hosts}
    return wishes, ranks, {host: chance.randint(0, 2) for host in hosts}


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**6), scholars=st.integers(0, 7), mentors=st.integers(1, 5))
def test_no_pair_would_rather_have_each_other(seed: int, scholars: int, mentors: int) -> None:
    wishes, ranks, room = market(seed, scholars, mentors)
    found = deferred_acceptance(wishes, ranks, room)
    assert blocking_pairs(found.pairs, wishes, ranks, room) == []
    assert sorted([*found.pairs, *found.unmatched]) == sorted(wishes)
    assert all(len(found.of_host(host)) <= room[host] for host in ranks)


@pytest.mark.parametrize("seed", range(25))
def test_every_scholar_gets_the_best_of_all_stable_matchings(seed: int) -> None:
    wishes, ranks, room = market(seed, 4, 3)
    found = deferred_acceptance(wishes, ranks, room)
    names = sorted(wishes)
    for choice in product([None, *ranks], repeat=len(names)):
        pairs = {name: host for name, host in zip(names, choice, strict=True) if host is not None}
        allowed = all(host in wishes[name] and name in ranks[host] for name, host in pairs.items())
        fits = all(list(pairs.values()).count(host) <= room[host] for host in ranks)
        if allowed and fits and not blocking_pairs(pairs, wishes, ranks, room):
            for name in names:
                mine = wishes[name].index(found.pairs[name]) if name in found.pairs else len(wishes[name])
                other = wishes[name].index(pairs[name]) if name in pairs else len(wishes[name])
                assert mine <= other


def test_a_change_by_hand_shows_whom_it_wrongs() -> None:
    wishes = {"ada": ["mo", "lu"], "bo": ["mo", "lu"]}
    ranks = {"mo": ["ada", "bo"], "lu": ["ada", "bo"]}
    assert blocking_pairs({"ada": "lu", "bo": "mo"}, wishes, ranks, {}) == [BlockingPair("ada", "mo")]


def test_a_list_that_names_somebody_twice_or_a_negative_room_is_refused() -> None:
    with pytest.raises(ValueError):
        deferred_acceptance({"ada": ["mo", "mo"]}, {"mo": ["ada"]}, {})
    with pytest.raises(ValueError):
        deferred_acceptance({"ada": ["mo"]}, {"mo": ["ada", "ada"]}, {})
    with pytest.raises(ValueError):
        deferred_acceptance({"ada": ["mo"]}, {"mo": ["ada"]}, {"mo": -1})


def test_fit_counts_topics_hours_and_languages_and_says_which() -> None:
    scholar = Profile("ada", {"vision": 3, "audio": 1}, frozenset({"en", "fr"}), frozenset(range(20)))
    mentor = Profile("mo", {"vision": 2, "text": 3}, frozenset({"fr"}), frozenset(range(15, 40)))
    found = fit(scholar, mentor)
    assert found.shared_topics == ("vision",)
    assert (found.shared_hours, found.shared_languages, found.obstacle) == (5, ("fr",), "")
    assert found.score == pytest.approx(0.6 * 2 / 4 + 0.25 * 5 / 10 + 0.15)


@pytest.mark.parametrize(
    ("scholar", "mentor", "conflict", "obstacle"),
    [
        (
            Profile("a", languages=frozenset({"en"})),
            Profile("m", languages=frozenset({"fr"})),
            False,
            "language",
        ),
        (Profile("a", hours=frozenset({1})), Profile("m", hours=frozenset({2})), False, "hours"),
        (Profile("a"), Profile("m"), True, "conflict"),
        (Profile("a"), Profile("m", languages=frozenset({"fr"}), hours=frozenset({2})), False, ""),
    ],
)
def test_what_makes_a_pair_impossible_and_what_is_merely_unknown(
    scholar: Profile, mentor: Profile, conflict: bool, obstacle: str
) -> None:
    found = fit(scholar, mentor, conflict=conflict)
    assert found.obstacle == obstacle
    assert found.score == 0 or not obstacle


def test_evening_hours_in_two_zones_meet_where_clocks_say_so() -> None:
    paris = local_hours([0], 18, 22, utc_offset_minutes=60)
    new_york = local_hours([0], 12, 16, utc_offset_minutes=-300)
    assert paris == {17, 18, 19, 20}
    assert paris & new_york == {17, 18, 19, 20}
    assert local_hours([0], 9, 11, utc_offset_minutes=330) == {4}
    assert local_hours([0], 0, 1, utc_offset_minutes=60) == {167}
    with pytest.raises(ValueError):
        local_hours([0], 12, 9, utc_offset_minutes=0)


def test_a_suggestion_follows_named_wishes_before_fit_and_never_a_conflict() -> None:
    scholars = [Profile("ada", {"vision": 3}), Profile("bo", {"text": 3})]
    mentors = [Profile("mo", {"vision": 3}), Profile("lu", {"text": 3})]
    by_fit = suggest(scholars, mentors, {})
    assert by_fit.matching.pairs == {"ada": "mo", "bo": "lu"}
    assert [code for code, _fit in by_fit.alternatives("ada")] == ["lu"]
    asked = suggest(scholars, mentors, {}, wishes={"ada": ["lu"]}, ranks={"lu": ["ada"]})
    assert asked.matching.pairs == {"ada": "lu", "bo": "mo"}
    barred = suggest(scholars, mentors, {"mo": 2, "lu": 2}, conflicts=frozenset({("ada", "mo")}))
    assert barred.matching.pairs == {"ada": "lu", "bo": "lu"}


def test_a_thousand_scholars_and_three_hundred_mentors_are_matched_without_recursion() -> None:
    chance = random.Random(7)
    names, hosts = [f"s{n}" for n in range(1000)], [f"m{n}" for n in range(300)]
    wishes = {name: chance.sample(hosts, 50) for name in names}
    ranks = {host: chance.sample(names, 1000) for host in hosts}
    room = dict.fromkeys(hosts, 4)
    found = deferred_acceptance(wishes, ranks, room)
    assert len(found.pairs) > 990
    assert blocking_pairs(found.pairs, wishes, ranks, room) == []
