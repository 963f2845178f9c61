import random
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tremplin.methods import assignment
from tremplin.methods.assignment import Plan, Problem, ProblemFault
from tremplin.methods.assignment import Reviewer as Reader


@dataclass(frozen=True)
class Paper:
    code: str
    language: str = ""


def assign(
    papers: Sequence[Paper],
    readers: Sequence[Reader],
    *,
    reads: int | dict[str, int],
    kept: Collection[tuple[str, str]] = (),
    conflicts: Collection[tuple[str, str]] = (),
    seed: int = 0,
) -> Plan:
    """No expertise: reads in one number or one for each code."""
    wanted = [reads if isinstance(reads, int) else reads.get(paper.code, 0) for paper in papers]
    return assignment.assign(
        Problem(
            [
                assignment.Application(paper.code, number, paper.language)
                for paper, number in zip(papers, wanted, strict=True)
            ],
            readers,
            kept=frozenset(kept),
            conflicts=frozenset(conflicts),
            seed=seed,
        )
    )


BOTH = frozenset({"en", "fr"})


def instance(seed: int, papers: int, readers: int) -> tuple[list[Paper], list[Reader], set[tuple[str, str]]]:
    chance = random.Random(seed)
    codes = [f"p{n}" for n in range(papers)]
    people = [f"r{n}" for n in range(readers)]
    conflicts = {pair for pair in product(codes, people) if chance.random() < 0.25}
    return (
        [Paper(code, chance.choice(["en", "fr", ""])) for code in codes],
        [
            Reader(code, chance.randint(0, 4), frozenset(chance.sample(["en", "fr"], chance.randint(0, 2))))
            for code in people
        ],
        conflicts,
    )


def allowed(paper: Paper, reader: Reader, conflicts: set[tuple[str, str]]) -> bool:
    speaks = not paper.language or not reader.languages or paper.language in reader.languages
    return speaks and (paper.code, reader.code) not in conflicts


def best_by_hand(
    papers: list[Paper], readers: list[Reader], reads: int, conflicts: set[tuple[str, str]]
) -> tuple[int, int]:
    """Most reads, and then the least sum of squared loads, by trying everything."""
    choices = []
    for paper in papers:
        able = [n for n, reader in enumerate(readers) if allowed(paper, reader, conflicts)]
        choices.append(
            [group for size in range(min(reads, len(able)) + 1) for group in combinations(able, size)]
        )
    best = (0, 0)
    for picked in product(*choices):
        loads = [0] * len(readers)
        for group in picked:
            for n in group:
                loads[n] += 1
        if all(load <= reader.most for load, reader in zip(loads, readers, strict=True)):
            best = max(best, (sum(loads), -sum(load * load for load in loads)))
    return best[0], -best[1]


@settings(max_examples=120, deadline=None)
@given(
    seed=st.integers(0, 10**6), papers=st.integers(1, 5), readers=st.integers(1, 4), reads=st.integers(1, 2)
)
def test_no_other_plan_has_more_reads_or_more_even_loads(
    seed: int, papers: int, readers: int, reads: int
) -> None:
    instance_papers, instance_readers, conflicts = instance(seed, papers, readers)
    found = assign(instance_papers, instance_readers, reads=reads, conflicts=conflicts, seed=seed)
    loads = list(found.loads.values())
    assert (sum(loads), sum(load * load for load in loads)) == best_by_hand(
        instance_papers, instance_readers, reads, conflicts
    )
    by_code = {reader.code: reader for reader in instance_readers}
    papers_by_code = {paper.code: paper for paper in instance_papers}
    assert all(allowed(papers_by_code[p], by_code[r], conflicts) for p, r in found.added)
    assert len(set(found.added)) == len(found.added)
    assert sum(short.missing for short in found.short) == papers * reads - sum(loads)


def test_everybody_gets_their_reads_and_loads_differ_by_one_at_most() -> None:
    papers = [Paper(f"p{n}", "en") for n in range(550)]
    readers = [Reader(f"r{n}", 100) for n in range(17)]
    found = assign(papers, readers, reads=2)
    assert (len(found.added), found.short, found.spread) == (1100, (), 1)


def test_reads_are_handed_on_to_make_room_for_a_scarce_language() -> None:
    papers = [Paper("fr1", "fr"), Paper("en1", "en"), Paper("en2", "en")]
    readers = [Reader("both", 1, BOTH), Reader("english", 2, frozenset({"en"}))]
    kept = [("en1", "english")]
    found = assign(papers, readers, reads=1, kept=kept)
    assert found.added == (("en2", "english"), ("fr1", "both"))
    assert found.short == ()


@pytest.mark.parametrize("seed", range(12))
def test_whatever_chance_gave_away_first_nobody_stays_unread_who_could_be_read(seed: int) -> None:
    """Each paper has two possible readers; if p3 takes “a” first, somebody must hand on to free a place."""
    papers = [Paper("p1"), Paper("p2"), Paper("p3")]
    readers = [Reader("a", 1), Reader("b", 1), Reader("c", 1)]
    conflicts = [("p1", "c"), ("p2", "c"), ("p3", "b")]
    found = assign(papers, readers, reads=1, conflicts=conflicts, seed=seed)
    assert (len(found.added), found.short) == (3, ())
    assert dict(found.added)["p3"] == "c"


def test_what_exists_is_kept_even_where_it_is_uneven() -> None:
    papers = [Paper(f"p{n}") for n in range(4)]
    readers = [Reader("a", 9), Reader("b", 9)]
    kept = [(f"p{n}", "a") for n in range(4)]
    found = assign(papers, readers, reads=2, kept=kept, conflicts=[("p0", "a")])
    assert set(found.added) == {(f"p{n}", "b") for n in range(4)}
    assert found.loads == {"a": 4, "b": 4}
    again = assign(papers, readers, reads=2, kept=[*kept, *found.added])
    assert again.added == ()


@pytest.mark.parametrize(
    ("readers", "conflicts", "reason", "eligible"),
    [
        ([Reader("a", 9, frozenset({"en"})), Reader("b", 9, frozenset({"fr"}))], [], "language", 1),
        ([Reader("a", 9), Reader("b", 9)], [("p", "b")], "conflicts", 1),
        ([Reader("a", 9), Reader("b", 0)], [], "capacity", 2),
        ([], [], "language", 0),
    ],
)
def test_it_says_why_an_application_stays_short(
    readers: list[Reader], conflicts: list[tuple[str, str]], reason: str, eligible: int
) -> None:
    short = assign([Paper("p", "fr")], readers, reads=2, conflicts=conflicts).short[0]
    assert (short.application, short.reason, short.language, short.eligible) == ("p", reason, "fr", eligible)
    assert short.missing == (2 if not readers else 1)


def test_what_a_reviewer_carries_elsewhere_counts() -> None:
    readers = [Reader("busy", 9, carried=5), Reader("free", 9), Reader("full", 3, carried=3)]
    found = assign([Paper("p"), Paper("q")], readers, reads=1)
    assert {reader for _paper, reader in found.added} == {"free"}
    assert found.loads == {"busy": 5, "free": 2, "full": 3}


def test_each_application_may_need_its_own_number_of_reads() -> None:
    papers = [Paper("close"), Paper("clear")]
    found = assign(papers, [Reader(f"r{n}", 5) for n in range(4)], reads={"close": 3})
    assert [paper for paper, _reader in found.added] == ["close"] * 3


def test_one_seed_gives_one_plan_and_another_seed_mixes_pairs_of_reviewers_anew() -> None:
    papers = [Paper(f"p{n}") for n in range(60)]
    readers = [Reader(f"r{n}", 30) for n in range(6)]

    def pairs(plan: Plan) -> set[frozenset[str]]:
        by_paper: dict[str, set[str]] = {}
        for paper, reader in plan.added:
            by_paper.setdefault(paper, set()).add(reader)
        return {frozenset(group) for group in by_paper.values()}

    first = assign(papers, readers, reads=2, seed=1)
    assert first.added == assign(papers, readers, reads=2, seed=1).added
    assert first.added != assign(papers, readers, reads=2, seed=2).added
    assert len(pairs(first)) > 10  # of 15 possible pairs: scores of all can be compared


def test_pairs_of_unknown_people_are_ignored() -> None:
    found = assign([Paper("p")], [Reader("a", 1)], reads=1, kept=[("gone", "a")], conflicts=[("p", "left")])
    assert found.added == (("p", "a"),)


def test_faulty_input_is_named() -> None:
    with pytest.raises(ProblemFault):
        assign([Paper("p"), Paper("p")], [], reads=1)
    with pytest.raises(ProblemFault):
        assign([], [Reader("a", 1), Reader("a", 1)], reads=1)
    with pytest.raises(ProblemFault):
        assign([], [Reader("a", -1)], reads=1)
    with pytest.raises(ProblemFault):
        assign([], [Reader("a", 1, carried=-1)], reads=1)
    with pytest.raises(ProblemFault):
        assign([Paper("p")], [], reads=-1)


def test_nothing_to_read_is_no_fault() -> None:
    nothing = assign([], [Reader("a", 1)], reads=2)
    assert (nothing.added, nothing.loads, nothing.short) == ((), {"a": 0}, ())
    assert assign([], [], reads=2).spread == 0


def test_a_thousand_applications_and_twenty_reviewers_take_less_than_a_second() -> None:
    papers = [Paper(f"p{n}", "fr" if n % 3 else "en") for n in range(1000)]
    readers = [Reader(f"r{n}", 160, BOTH if n % 2 else frozenset({"en"})) for n in range(20)]
    started = time.thread_time()
    assign(papers, readers, reads=3)
    assert time.thread_time() - started < 1
