"""As few cells as can be, and no attacker who finds out more: against trying every choice, and thousands of tables."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.disclosure.brute import least
from tremplin.methods.disclosure import (
    DisclosureError,
    Guard,
    Publication,
    Reason,
    attack,
    dominant,
    linked,
    reach,
    show,
    small_guards,
    steps,
    suppress,
    table,
)
from tremplin.methods.disclosure.network import network

Rows = list[list[int]]


def drawn(chance: random.Random, high: int, wide: int, most: int) -> Rows:
    return [[chance.randrange(most) for _column in range(wide)] for _row in range(high)]


def a_table(chance: random.Random) -> Publication:
    return table(drawn(chance, 3, 3, 14), totals=chance.choice(["always", "hideable"]))


def two_linked(chance: random.Random) -> Publication:
    """Two tables of the same rows."""
    one = drawn(chance, 2, 2, 12)
    other = [[part := chance.randrange(sum(row) + 1), sum(row) - part] for row in one]
    return linked([(one, ("g1", "g2"), ("c1", "c2")), (other, ("g1", "g2"), ("s1", "s2"))], totals="always")


def a_tree(chance: random.Random) -> Publication:
    counts = drawn(chance, 3, 2, 15)
    return linked(
        [(counts, ("SN", "ML", "FR"), ("x", "y"))], parents={"SN": "Africa", "ML": "Africa"}, totals="always"
    )


def a_way(chance: random.Random) -> Publication:
    return steps([sorted((chance.randrange(25) for _step in range(2)), reverse=True) for _group in range(3)])


def few(publication: Publication) -> tuple[Guard, ...]:
    return small_guards(publication, least=4, narrow=1)


@pytest.mark.parametrize("build", [a_table, two_linked, a_tree, a_way])
@pytest.mark.parametrize("seed", range(4))
def test_no_choice_hides_fewer_cells_or_as_few_with_fewer_people(
    build: Callable[[random.Random], Publication], seed: int
) -> None:
    publication = build(random.Random(seed))
    found = suppress(publication, few(publication))
    extra = found.hidden - {guard.cell for guard in found.guards}
    people = sum(publication.values[cell] for cell in extra)
    assert found.certified
    assert (len(extra), people) == least(publication, found.kept)
    assert found.least_cells == len(found.hidden)
    assert not attack(publication, found.hidden, found.kept).broken


def sparse(seed: int) -> Rows:
    """120 people in a table of 4 × 8, as crowded in one corner as answers are."""
    chance = random.Random(seed)
    counts = [[0] * 8 for _row in range(4)]
    for _person in range(120):
        counts[min(3, int(chance.expovariate(0.9)))][min(7, int(chance.expovariate(0.5)))] += 1
    return counts


def test_the_naive_rule_gives_small_cells_away_and_this_one_none() -> None:
    """The measurement of the literature on 4 × 8 tables of 120 people: hiding only what is small leaks."""
    leaked = small = 0
    for seed in range(12):
        publication = table(sparse(seed), totals="always")
        naive = {cell for cell in range(32) if 0 < publication.values[cell] < 5}
        leaked += len(set(attack(publication, naive).recovered) & naive)
        small += len(naive)
        publication = table(sparse(seed))
        guards = small_guards(publication)
        found = suppress(publication, guards)
        assert found.certified
        assert not found.limited
        after = attack(publication, found.hidden, guards)
        assert after.share_recovered(found.hidden) == 0
        assert not after.broken
        if seed < 2:
            assert not attack(publication, found.hidden, guards, base=5).broken
    assert 0.08 < leaked / small < 0.24


def attacked(seed: int) -> None:
    chance = random.Random(seed)
    counts = drawn(chance, chance.randint(2, 5), chance.randint(2, 6), chance.choice([6, 12, 40]))
    if sum(map(sum, counts)) < 10:
        return
    publication = table(counts)
    guards = small_guards(publication)
    found = suppress(publication, guards)
    after = attack(publication, found.hidden, found.kept)
    assert found.certified
    assert not after.broken
    assert not set(after.recovered) & {guard.cell for guard in guards if guard not in found.limited}


@pytest.mark.parametrize("block", range(4))
def test_hundreds_of_tables_withstand_the_attack(block: int) -> None:
    for seed in range(block * 50, block * 50 + 50):
        attacked(seed)


@pytest.mark.soak
def test_ten_thousand_tables_withstand_the_attack() -> None:
    for seed in range(10_000):
        attacked(seed)


def test_the_textbook_table_needs_a_rectangle() -> None:
    publication = table([[20, 50, 10], [8, 3, 22], [17, 32, 12]], totals="always")
    found = suppress(publication, small_guards(publication))
    assert reach(publication, {4}, 4) == (3, 3)
    assert len(found.hidden) == 4
    low, high = reach(publication, found.hidden, 4)
    assert low < 3
    assert high is not None
    assert high >= 5


def test_of_several_optima_always_the_same_is_chosen_whatever_the_order_of_rows() -> None:
    counts = [[2, 9, 9, 9], [9, 9, 9, 9], [9, 9, 9, 9]]
    rows, columns = ["a", "b", "c"], ["w", "x", "y", "z"]
    publication = table(counts, rows, columns, totals="always")
    chosen = set(suppress(publication, small_guards(publication)).codes)
    for seed in range(6):
        chance = random.Random(seed)
        down, across = chance.sample(range(3), 3), chance.sample(range(4), 4)
        turned = table(
            [[counts[i][j] for j in across] for i in down],
            [rows[i] for i in down],
            [columns[j] for j in across],
            totals="always",
        )
        assert set(suppress(turned, small_guards(turned)).codes) == chosen
    assert len(chosen) == 4


def test_a_total_that_is_small_is_hidden_like_a_cell() -> None:
    found = show([[1, 1], [40, 30], [20, 25]])
    assert found.rows[0] is None
    assert found.total == 115
    assert sum(total is None for total in found.rows) >= 2
    assert found.by is not None
    assert not found.by.limited


def test_what_is_always_shown_gives_away_what_it_gives_away_and_that_is_said() -> None:
    publication = table([[1, 1], [40, 30]], totals="always")
    found = suppress(publication, small_guards(publication))
    assert {publication.codes[guard.cell] for guard in found.limited} == {"r0|c0", "r0|c1", "r1|c0", "r1|c1"}
    assert len(found.hidden) == 4
    assert found.certified


def test_every_hidden_cell_says_why() -> None:
    publication = table([[20, 50, 10], [8, 3, 22], [17, 32, 12]], totals="always")
    found = suppress(publication, small_guards(publication))
    assert found.why("r1|c1") == (Reason("small"),)
    assert found.why("r1|") == ()
    for code in set(found.codes) - {"r1|c1"}:
        assert found.why(code) == (Reason("complement", ("r1|c1",)),)
    with pytest.raises(DisclosureError, match="no cell"):
        found.why("elsewhere")


def test_what_was_hidden_before_is_used_first() -> None:
    publication = table([[20, 50, 10], [8, 3, 22], [17, 32, 12]], totals="always")
    given = {1, 0, 3}  # a rectangle with the small cell
    found = suppress(publication, small_guards(publication), given=given)
    assert found.hidden == {0, 1, 3, 4}


def test_a_greedy_choice_is_safe_and_says_that_it_may_not_be_the_least() -> None:
    for seed in range(3):
        publication = table(drawn(random.Random(seed), 5, 5, 30))
        guards = small_guards(publication)
        best, quick = suppress(publication, guards), suppress(publication, guards, effort=0)
        assert not attack(publication, quick.hidden, guards).broken
        assert len(quick.hidden) >= len(best.hidden) == best.least_cells >= quick.least_cells
        assert quick.certified is (quick.hidden == best.hidden and quick.rounds == 0)


def test_a_greedy_choice_of_linked_tables_is_safe_too() -> None:
    for seed in range(3):
        publication = two_linked(random.Random(seed))
        found = suppress(publication, few(publication), effort=0)
        assert not attack(publication, found.hidden, found.kept).broken


def test_linked_tables_are_guarded_together() -> None:
    """One small count in one table: what hides it there must not be undone by the margin that both share."""
    one = ([[30, 2], [40, 25]], ("g:w", "g:m"), ("c:FR", "c:SN"))
    other = ([[16, 16], [32, 33]], ("g:w", "g:m"), ("s:a", "s:b"))
    publication = linked([one, other])
    found = suppress(publication, small_guards(publication))
    assert network(publication) is None
    assert not attack(publication, found.hidden, found.kept).broken
    assert found.certified


def test_one_cell_cannot_be_two_numbers() -> None:
    with pytest.raises(DisclosureError, match="is 32 in one table and 33 in another"):
        linked([([[30, 2]], ("g:w",), ("a", "b")), ([[30, 3]], ("g:w",), ("x", "y"))])


def test_money_of_which_one_person_has_most_is_hidden_and_not_to_be_estimated() -> None:
    counts = [[9_000_00, 4_000_00], [5_000_00, 6_000_00]]
    publication = table(counts, totals="always")
    paid = {
        "r0|c0": [8_000_00, 500_00, 500_00],
        "r0|c1": [1_000_00] * 4,
        "r1|c0": [1_000_00] * 5,
        "r1|c1": [2_000_00] * 3,
    }
    guards = dominant(paid, publication, largest=1, percent=75, close=10)
    assert [publication.codes[guard.cell] for guard in guards] == ["r0|c0"]
    # 75 %: 8,000 must look like three quarters, so the sum like 10,666.67; p %: 10 % of 8,000 less the 500 of others.
    assert guards[0].up == 166_667
    found = suppress(publication, guards)
    low, high = reach(publication, found.hidden, 0)
    assert high is not None
    assert high >= 9_000_00 + 166_667
    assert low < 9_000_00


def test_two_holders_of_a_sum_know_each_other() -> None:
    publication = table([[1000, 5000]], totals="always")
    guards = dominant({"r0|c0": [900, 100], "r0|c1": [1000] * 5}, publication, largest=2, percent=100)
    assert guards == (Guard(0, "too-close", up=90),)
    with pytest.raises(DisclosureError, match="correct one"):
        dominant({"r0|c0": [900]}, publication)
    with pytest.raises(DisclosureError, match="no cell"):
        dominant({"x": [900]}, publication)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: table([]), "a row and a column"),
        (lambda: table([[1, 2], [3]]), "fill or drop"),
        (lambda: table([[1, 2], [3, 4]], ["a", "a"]), "stands twice"),
        (lambda: Publication(("a", "a"), (1, 2)), "stand twice"),
        (lambda: Publication(("a",), (-1,)), "not below zero"),
        (lambda: Publication(("a",), (1, 2)), "give one each"),
        (lambda: Publication(("a", "b"), (1, 2), (((0, 1), (1, -1)),)), "is -1, not 0"),
        (lambda: Publication(("a",), (1,), (), frozenset({0}), frozenset({0})), "not both"),
        (lambda: suppress(table([[1]]), [Guard(1, "small", up=1)]), "always shown"),
        (
            lambda: linked([([[1], [2]], ("a", "b"), ("x",))], parents={"a": "b1", "b1": "b2", "b2": "b1"}),
            "in a ring",
        ),
    ],
)
def test_what_is_no_publication_is_refused_in_words(build: Callable[[], object], words: str) -> None:
    with pytest.raises(DisclosureError, match=words):
        build()


def test_one_cell_alone_and_no_guards_need_nothing() -> None:
    assert suppress(table([[40]]), ()).hidden == frozenset()
    assert suppress(Publication((), ()), ()).codes == ()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=4),
    st.randoms(use_true_random=False),
)
def test_more_people_everywhere_need_no_more_hiding(counts: Rows, chance: random.Random) -> None:
    """Where no cell is small nothing is hidden, and turning a table round changes nothing."""
    large = [[count + 5 for count in row] for row in counts]
    wide = table(large)
    assert suppress(wide, small_guards(wide)).hidden == frozenset()
    there = table(counts)
    back = table([list(column) for column in zip(*counts, strict=True)])
    one, other = suppress(there, small_guards(there)), suppress(back, small_guards(back))
    assert (len(one.hidden), one.people) == (len(other.hidden), other.people)
