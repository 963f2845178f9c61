import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.assignment.instances import Pairs, everything, large, tiny, total
from tests.methods.research import research
from tremplin.methods.assignment import Application, Infeasible, Problem, ProblemFault, Reviewer, assign, fair


def totals(problem: Problem, pairs: Pairs) -> list[float]:
    return [
        round(total(problem, tuple(pair for pair in pairs if pair[0] == one.code)), 9)
        for one in problem.applications
    ]


@settings(max_examples=80)
@given(seed=st.integers(0, 10**6), digits=st.integers(1, 4))
def test_no_assignment_lifts_the_worst_higher_or_has_a_greater_sum_there(seed: int, digits: int) -> None:
    problem = tiny(seed, 4, 4, digits=digits)
    every = list(everything(problem))
    if not every:
        with pytest.raises(Infeasible):
            fair(problem)
        return
    found = fair(problem)
    counts = [len([pair for pair in found.plan.pairs if pair[0] == one.code]) for one in problem.applications]
    read = [row for row, count in enumerate(counts) if count]
    if not read:
        assert found.levels == ()
        return
    alike = [
        pairs
        for pairs in every
        if [sum(pair[0] == one.code for pair in pairs) for one in problem.applications] == counts
    ]
    worst = max(min(totals(problem, pairs)[row] for row in read) for pairs in alike)
    assert found.levels[0].value == pytest.approx(worst, abs=1e-6)
    assert found.levels[0].gap == pytest.approx(0, abs=1e-6)
    most = max(
        total(problem, pairs)
        for pairs in alike
        if min(totals(problem, pairs)[row] for row in read) >= worst - 1e-6
    )
    assert found.plan.total == pytest.approx(most, abs=1e-6)
    assert found.plan.pairs in alike


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6))
def test_the_next_worst_is_lifted_without_letting_the_worst_down(seed: int) -> None:
    problem = tiny(seed, 4, 4, digits=3, limits=False)
    found = fair(problem, levels=4)
    values = [level.value for level in found.levels]
    assert values == sorted(values)
    held: set[str] = set()
    by_code = dict(zip([one.code for one in problem.applications], found.plan.totals.tolist(), strict=True))
    for level in found.levels:
        assert level.applications
        assert held.isdisjoint(level.applications)
        held |= set(level.applications)
        assert all(by_code[code] >= level.value - 1e-6 for code in level.applications)


def test_the_worst_is_better_off_and_the_sum_hardly_less() -> None:
    problem = large(300, 30)
    plain, found = assign(problem), fair(problem)
    assert found.worst_before == pytest.approx(float(plain.totals.min()))
    assert found.plan.totals.min() > plain.totals.min()
    assert found.plan.total > 0.99 * plain.total
    assert found.plan.proof is not None
    assert found.plan.proof.gap < 1e-6


def test_what_is_fixed_counts_towards_the_totals() -> None:
    problem = Problem(
        [Application("a", 2), Application("b", 2)],
        [Reviewer(code, 2) for code in "wxyz"],
        np.array([[0.9, 0.1, 0.3, 0.2], [0.5, 0.4, 0.35, 0.3]]),
        mandatory=frozenset({("a", "w")}),
    )
    found = fair(problem)
    assert found.levels[0].value == pytest.approx(0.9)
    assert ("a", "w") in found.plan.pairs


def test_midl_of_fairir_table_2_kobren_saha_mccallum_kdd_2019() -> None:
    """118 papers, 177 reviewers, 3 reviews, loads up to 4: TPMS 201.88 / .90, FairIR 201.83 / .93, FairFlow .94.

    The bound on the worst total is .9448; with it the sum is 201.7687: above both published ones at their own aim.
    """
    scores = np.load(research("assignment", "midl_scores.npy")).T
    reads = np.load(research("assignment", "midl_covs.npy"))
    most = np.load(research("assignment", "midl_loads.npy"))
    problem = Problem(
        [Application(f"p{row:03d}", int(number)) for row, number in enumerate(reads)],
        [Reviewer(f"r{column:03d}", int(number)) for column, number in enumerate(most)],
        scores,
    )
    plain = assign(problem)
    assert (round(plain.total, 4), round(float(plain.totals.min()), 4)) == (201.8849, 0.9033)
    started = time.process_time()
    found = fair(problem)
    assert time.process_time() - started < 3  # the bar is 1 s on a machine of its own: see bench/assignment
    assert (round(found.levels[0].value, 4), round(found.plan.total, 4)) == (0.9448, 201.7687)
    assert found.levels[0].gap < 1e-6


@pytest.mark.parametrize(
    ("change", "levels"),
    [
        ({"scores": None}, 1),
        ({"margin": 0.1}, 1),
        ({"reviewers": [Reviewer("x", 1, most_length=2.0)]}, 1),
        ({}, 0),
    ],
)
def test_it_says_what_it_cannot_do(change: dict[str, object], levels: int) -> None:
    whole: dict[str, object] = {
        "applications": [Application("a", 1)],
        "reviewers": [Reviewer("x", 1)],
        "scores": np.ones((1, 1)),
    }
    with pytest.raises(ProblemFault):
        fair(Problem(**{**whole, **change}), levels=levels)


def test_nothing_to_read_has_no_levels() -> None:
    assert fair(Problem([], [], np.zeros((0, 0)))).levels == ()
    assert fair(Problem([Application("a", 2)], [], np.zeros((1, 0)))).levels == ()
