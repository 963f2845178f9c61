"""By codes: lists in, an answer out that explains itself, says why not, and what would be otherwise."""

import random
from hashlib import sha256
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tremplin.methods.matching import (
    BadMarket,
    Infeasible,
    Other,
    Passed,
    Rule,
    Table,
    changes,
    lot,
    match,
    table,
)

RULES: tuple[Rule, ...] = ("scholars", "mentors", "welfare", "most", "ranks", "weight")


def crowd(seed: int, scholars: int, mentors: int) -> Table:
    chance = random.Random(seed)
    names, hosts = [f"s{n}" for n in range(scholars)], [f"m{n}" for n in range(mentors)]

    def listed(codes: list[str]) -> list[str | list[str]]:
        order = chance.sample(codes, chance.randint(0, len(codes)))
        if len(order) > 2 and chance.random() < 0.5:
            return [order[0], order[1:3], *order[3:]]
        return list(order)

    wishes = {name: listed(hosts) for name in names}
    ranks = {host: listed(names) for host in hosts}
    return table(wishes, ranks, most={host: chance.randint(0, 2) for host in hosts}, seed=str(seed))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(RULES))
def test_the_order_in_which_people_come_changes_nothing(seed: int, rule: Rule) -> None:
    one = crowd(seed, 6, 4)
    chance = random.Random(seed + 1)
    most, least, wants = one.limits()

    def shuffled(rows: dict[str, Any]) -> dict[str, Any]:
        return dict(chance.sample(list(rows.items()), len(rows)))

    other = table(
        shuffled(dict(one.wishes)),
        shuffled(dict(one.ranks)),
        most=shuffled(most),
        least=least,
        wants=wants,
        seed=one.seed,
    )
    weight = np.random.default_rng(seed).random((6, 4)).round(2) if rule == "weight" else None
    assert match(one, rule, weight=weight).pairs == match(other, rule, weight=weight).pairs


def test_the_lot_is_one_that_anybody_can_draw_again() -> None:
    codes = ["ada", "bo", "cy", "di"]
    drawn = sorted(codes, key=lambda code: sha256(f"2027\nscholar\n{code}".encode()).digest())
    numbers = lot("2027", "scholar", codes)
    assert sorted(codes, key=lambda code: numbers[codes.index(code)]) == drawn
    without = [code for code in drawn if code != drawn[1]]
    assert sorted(without, key=lambda code: lot("2027", "scholar", without)[without.index(code)]) == without
    assert {tuple(lot(str(seed), "scholar", codes).tolist()) for seed in range(200)} >= {
        tuple(row) for row in ([0, 1, 2, 3], [3, 2, 1, 0])
    }


def test_a_tie_goes_to_whom_the_lot_drew_first_and_the_answer_says_so() -> None:
    for seed in ("a", "b", "c", "d"):
        first = "ada" if lot(seed, "scholar", ["ada", "bo"])[0] == 0 else "bo"
        other = {"ada": "bo", "bo": "ada"}[first]
        found = match(table({"ada": ["mo"], "bo": ["mo"]}, {"mo": [["ada", "bo"]]}, seed=seed))
        assert found.pairs == ((first, "mo"),)
        assert found.unmatched == ((other, 1),)
        assert found.why(other).passed == (Passed("mo", 1, "lot", 1, 1),)


def test_an_answer_says_who_was_preferred_why_not_and_who_else_there_is() -> None:
    wishes = {"ada": ["mo", "lu", "no", "vi"], "bo": ["mo"], "cy": ["lu"]}
    ranks = {"mo": ["bo", "ada"], "lu": ["cy"], "no": ["cy", "ada"], "vi": ["ada"]}
    found = match(table(wishes, ranks, most={"vi": 0}))
    why = found.why("ada")
    assert why.has == (("no", 3, 2),)
    assert why.passed == (Passed("mo", 1, "full", 2, 1), Passed("lu", 2, "refused"))
    assert why.others == (Other("vi", 4, 1, would=False),)
    assert found.of("ada") == ("no",)
    assert found.of_mentor("mo") == ("bo",)
    assert found.of_mentor("vi") == ()


def test_a_traded_pair_is_listed_and_explained() -> None:
    wishes, ranks = {"ada": ["mo", "lu"], "bo": ["mo"]}, {"mo": ["ada", "bo"], "lu": ["ada"]}
    lists = table(wishes, ranks)
    assert match(lists).unmatched == (("bo", 1),)
    traded = match(lists, "weight", weight={("ada", "mo"): 1.0, ("ada", "lu"): 0.5, ("bo", "mo"): 0.6})
    assert traded.pairs == (("ada", "lu"), ("bo", "mo"))
    assert [(pair.scholar, pair.mentor) for pair in traded.blocking] == [("ada", "mo")]
    assert traded.why("ada").passed == (Passed("mo", 1, "traded", 1, 2),)
    lonely = match(
        lists,
        "weight",
        weight={("ada", "mo"): 1.0, ("ada", "lu"): 0.1, ("bo", "mo"): 0.2},
        most_matched=False,
    )
    assert lonely.pairs == (("ada", "mo"),)


def test_a_scholar_with_two_mentors() -> None:
    wishes = {"ada": ["mo", "lu", "no"], "bo": ["mo", "no"]}
    ranks = {"mo": ["bo", "ada"], "lu": ["ada"], "no": ["ada", "bo"]}
    found = match(table(wishes, ranks, wants={"ada": 2}))
    assert found.of("ada") == ("lu", "no")
    assert found.of("bo") == ("mo",)
    assert found.blocking == ()
    assert found.why("ada").passed == (Passed("mo", 1, "full", 2, 1),)


def test_what_if_a_mentor_leaves_a_wish_changes_or_there_is_one_more_place() -> None:
    wishes = {"ada": ["mo", "lu"], "bo": ["mo", "lu"], "cy": ["mo"]}
    ranks = {"mo": ["ada", "bo", "cy"], "lu": ["bo", "ada"]}
    lists = table(wishes, ranks, least={"lu": 1})
    before = match(lists)
    assert before.pairs == (("ada", "mo"), ("bo", "lu"))
    more = changes(before, match(table(wishes, ranks, most={"mo": 2})))
    assert [(one.code, one.before, one.after, one.gain) for one in more] == [
        ("bo", ("lu",), ("mo",), 1),
        ("lu", ("bo",), (), -1),
        ("mo", ("ada",), ("ada", "bo"), 1),
    ]
    gone = changes(before, match(lists.without_mentor("mo")))
    assert [(one.side, one.code, one.gain) for one in gone] == [("scholar", "ada", -1), ("mentor", "mo", -1)]
    wished = changes(before, match(lists.with_wishes("ada", ["lu"])))
    assert [(one.code, one.before, one.after, one.gain) for one in wished] == [
        ("ada", ("mo",), ("lu",), 1),
        ("bo", ("lu",), ("mo",), 1),
        ("lu", ("bo",), ("ada",), -1),
        ("mo", ("ada",), ("bo",), -1),
    ]
    with pytest.raises(BadMarket, match="nobody"):
        lists.with_room("mo", -1)
    with pytest.raises(BadMarket, match="no mentor is called 'xx'"):
        lists.without_mentor("xx")


def test_impossible_limits_are_named_with_the_smallest_clash() -> None:
    wishes = {"ada": ["mo"], "bo": ["mo"], "cy": ["mo", "lu"], "di": ["lu"]}
    ranks = {"mo": ["ada", "bo", "cy"], "lu": ["cy", "di"]}
    with pytest.raises(
        Infeasible, match=r"ada and bo need 2 places, and on their lists \(mo\) there is 1"
    ) as refusal:
        match(table(wishes, ranks, most={"lu": 2}), "ranks", everyone=True)
    assert (refusal.value.kind, refusal.value.scholars, refusal.value.mentors) == (
        "scholars",
        ("ada", "bo"),
        ("mo",),
    )
    with pytest.raises(
        Infeasible, match=r"lu is to have at least 3 scholars, and only 2 on the list \(cy and di\)"
    ) as refusal:
        match(table(wishes, ranks, most={"lu": 3}, least={"lu": 3}), "ranks")
    assert refusal.value.scholars == ("cy", "di")
    why = match(table(wishes, ranks, most={"lu": 2})).clash()
    assert why is not None
    assert why.scholars == ("ada", "bo")
    assert match(table({"ada": ["mo"]}, {"mo": ["ada"]})).clash() is None


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"s5": []}, r"s5 needs 1 place, and nobody is on the list: "),
        ({"s1": ["mo"], "s2": ["mo"], "s3": ["mo"]}, r"s1, s2 and s3 need 3 places.* \(mo\) there are 2: "),
    ],
)
def test_a_clash_of_one_and_of_several_reads_as_english(wishes: dict[str, list[str]], words: str) -> None:
    lists = table({**wishes, "ada": ["lu"]}, {"mo": [*wishes], "lu": ["ada"]}, most={"mo": 2})
    with pytest.raises(Infeasible, match=words):
        match(lists, "ranks", everyone=True)


def test_a_clash_of_many_names_the_first_and_counts_the_others() -> None:
    many = [f"s{at:02}" for at in range(40)]
    lists = table({who: ["mo"] for who in many}, {"mo": many}, most={"mo": 39})
    with pytest.raises(
        Infeasible, match=r"s00, s01, .*, s07 and 32 others need 40 places, and on"
    ) as refusal:
        match(lists, "ranks", everyone=True)
    assert refusal.value.scholars == tuple(many)


@pytest.mark.parametrize("rule", ["scholars", "mentors", "welfare", "most"])
def test_a_minimum_that_only_an_unstable_matching_meets(rule: Rule) -> None:
    wishes = {"ada": ["mo", "lu"], "bo": ["mo"]}
    lists = table(wishes, {"mo": ["ada", "bo"], "lu": ["ada"]}, least={"lu": 1}, most={"mo": 2})
    with pytest.raises(Infeasible, match="in no stable matching does lu reach the minimum") as refusal:
        match(lists, rule)
    assert (refusal.value.kind, refusal.value.mentors, refusal.value.needed, refusal.value.available) == (
        "stability",
        ("lu",),
        1,
        0,
    )
    traded = match(lists, "ranks")
    assert traded.of_mentor("lu") == ("ada",)
    assert len(traded.blocking) == 1


@pytest.mark.parametrize(
    ("wishes", "ranks", "more", "words"),
    [
        ({"ada": ["mo", "mo"]}, {"mo": ["ada"]}, {}, "the list of ada names 'mo' twice"),
        ({"ada": ["mo"]}, {"mo": ["ada", ["ada"]]}, {}, "the list of mo names 'ada' twice"),
        ({"ada": ["mo", "xx"]}, {"mo": ["ada"]}, {}, "the list of ada names 'xx'"),
        ({"ada": "mo"}, {"mo": ["ada"]}, {}, "is one text"),
        ({"ada": ["mo"]}, {"mo": ["ada"]}, {"most": {"mo": -1}}, "most of mo is -1"),
        ({"ada": ["mo"]}, {"mo": ["ada"]}, {"most": {"mo": 1.5}}, "most of mo is 1.5"),
        ({"ada": ["mo"]}, {"mo": ["ada"]}, {"least": {"xx": 1}}, "least names 'xx'"),
        ({"ada": ["mo"]}, {"mo": ["ada"]}, {"least": {"mo": 2}}, "mo is to take at least 2 and at most 1"),
    ],
)
def test_lists_that_cannot_be_are_refused_by_name(
    wishes: dict[str, Any], ranks: dict[str, Any], more: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadMarket, match=words):
        table(wishes, ranks, **more)


def test_rules_that_cannot_be_are_refused() -> None:
    lists = table({"ada": ["mo"]}, {"mo": ["ada"]})
    with pytest.raises(BadMarket, match="needs weights"):
        match(lists, "weight")
    with pytest.raises(BadMarket, match="cannot promise everyone"):
        match(lists, "scholars", everyone=True)
    with pytest.raises(BadMarket, match="no weight for ada with mo"):
        match(lists, "weight", weight={})
    with pytest.raises(BadMarket, match="scholars by mentors"):
        match(lists, "weight", weight=np.zeros((2, 2)))
    with pytest.raises(BadMarket, match="no scholar is called 'xx'"):
        match(lists).why("xx")


def test_nobody_is_matched_where_nobody_is() -> None:
    empty = match(table({}, {}))
    assert (empty.pairs, empty.unmatched, empty.blocking) == ((), (), ())
    assert match(table({"ada": []}, {"mo": []})).unmatched == (("ada", 1),)


def test_a_thousand_scholars_with_lists_of_fifty() -> None:
    chance = random.Random(7)
    names, hosts = [f"s{n}" for n in range(1000)], [f"m{n}" for n in range(300)]
    found = match(
        table(
            {name: chance.sample(hosts, 50) for name in names},
            {host: chance.sample(names, 1000) for host in hosts},
            most=dict.fromkeys(hosts, 4),
        )
    )
    assert len(found.pairs) > 990
    assert found.blocking == ()
