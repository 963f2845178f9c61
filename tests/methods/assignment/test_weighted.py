import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.assignment.instances import everything, tiny, total
from tremplin.methods.assignment import Application, Infeasible, Problem, Reviewer, assign


def with_lengths(seed: int) -> Problem:
    chance, plain = random.Random(seed), tiny(seed, 4, 3, digits=3)
    return Problem(
        [
            Application(one.code, one.reads, one.language, one.least, float(chance.randint(1, 4)))
            for one in plain.applications
        ],
        [
            Reviewer(
                one.code, one.most, one.languages, one.least, most_length=chance.choice([3.0, 6.0, None])
            )
            for one in plain.reviewers
        ],
        plain.scores,
        conflicts=plain.conflicts,
        forbidden=plain.forbidden,
    )


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6))
def test_no_assignment_within_the_lengths_is_better(seed: int) -> None:
    problem = with_lengths(seed)
    if all(one.most_length is None for one in problem.reviewers):
        return
    length = {one.code: one.length for one in problem.applications}
    every = [
        pairs
        for pairs in everything(problem)
        if all(
            one.most_length is None or sum(length[a] for a, r in pairs if r == one.code) <= one.most_length
            for one in problem.reviewers
        )
    ]
    if not every:
        with pytest.raises(Infeasible) as caught:
            assign(problem)
        assert caught.value.clash.missing > 0
        return
    found = assign(problem)
    assert found.pairs in every
    most = max(len(pairs) for pairs in every)
    assert len(found.pairs) == most
    best = max(total(problem, pairs) for pairs in every if len(pairs) == most)
    assert found.total == pytest.approx(best, abs=1e-5)
    assert found.proof is not None
    assert found.proof.bound >= best - 1e-6


def test_lengths_that_clash_with_least_reads_are_named() -> None:
    problem = Problem(
        [Application("long", 1, least=1, length=5), Application("short", 1, least=1, length=1)],
        [Reviewer("x", 3, most_length=4.0)],
    )
    with pytest.raises(Infeasible) as caught:
        assign(problem)
    found = caught.value.clash
    assert (found.kind, found.applications, found.needed, found.available) == ("lengths", ("long",), 1, 0)


def test_long_applications_are_shared_out() -> None:
    """Nobody can carry both long ones."""
    problem = Problem(
        [
            Application("long1", 1, length=5),
            Application("long2", 1, length=5),
            Application("short", 1, length=1),
        ],
        [Reviewer("x", 3, most_length=6.0), Reviewer("y", 3, most_length=6.0)],
    )
    found = assign(problem)
    load = {code: sum(5 if a.startswith("long") else 1 for a, r in found.pairs if r == code) for code in "xy"}
    assert len(found.pairs) == 3
    assert max(load.values()) <= 6
