import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.assignment.instances import everything, large, rank, tiny, total
from tremplin.methods.assignment import Application, Plan, Problem, Reviewer, assign, why


def carried_out(plan: Plan, moves: tuple[object, ...]) -> tuple[tuple[str, str], ...]:
    pairs = set(plan.pairs)
    for move in moves:
        if move.giver:
            pairs.remove((move.application, move.giver))
    for move in moves:
        if move.taker:
            pairs.add((move.application, move.taker))
    return tuple(sorted(pairs))


@settings(max_examples=80)
@given(seed=st.integers(0, 10**6))
def test_the_cost_is_what_the_best_plan_without_or_with_the_pair_loses(seed: int) -> None:
    problem = tiny(seed, 4, 3, digits=4)
    every = list(everything(problem))
    if not every:
        return
    plan = assign(problem)
    best = rank(problem, plan.pairs)
    for one in problem.applications:
        for other in problem.reviewers:
            pair = (one.code, other.code)
            told = why(plan, *pair)
            if told.state not in ("given", "possible"):
                assert told.cost is None
                continue
            opposite = [pairs for pairs in every if (pair in pairs) != (told.state == "given")]
            if not opposite:
                assert told.cost is None
                continue
            then = max(rank(problem, pairs) for pairs in opposite)
            assert told.reads == best[0] - then[0]
            assert told.cost == pytest.approx(total(problem, plan.pairs) - then[2], abs=1e-7)
            done = carried_out(plan, told.moves)
            assert done in opposite
            assert rank(problem, done) == then


def test_it_says_what_bars_a_pair() -> None:
    problem = Problem(
        [Application("a", 1, "fr")],
        [
            Reviewer("best", 1),
            Reviewer("english", 1, frozenset({"en"})),
            Reviewer("friend", 1),
            Reviewer("never", 1),
            Reviewer("kept", 1),
        ],
        np.array([[0.9, 1.0, 0.8, 0.7, 0.1]]),
        conflicts=frozenset({("a", "friend")}),
        forbidden=frozenset({("a", "never")}),
    )
    plan = assign(problem)
    states = {one.code: why(plan, "a", one.code).state for one in problem.reviewers}
    assert states == {
        "best": "given",
        "english": "language",
        "friend": "conflict",
        "never": "forbidden",
        "kept": "possible",
    }
    told = why(plan, "a", "best")
    assert (told.rank, told.eligible, told.load) == (1, 2, 1)
    assert told.cost == pytest.approx(0.8)
    fixed = Problem(problem.applications, problem.reviewers, problem.scores, kept=frozenset({("a", "kept")}))
    assert why(assign(fixed), "a", "kept").state == "kept"
    with pytest.raises(KeyError):
        why(plan, "a", "nobody")


@pytest.mark.parametrize("slack", [1.02, 0.95])
def test_a_place_more_is_worth_its_price(slack: float) -> None:
    problem = large(120, 12, slack=slack)
    plan = assign(problem)
    for number in (0, 5, 11):
        told = why(plan, problem.applications[0].code, problem.reviewers[number].code)
        wider = [
            Reviewer(one.code, one.most + (at == number), one.languages)
            for at, one in enumerate(problem.reviewers)
        ]
        more = assign(Problem(problem.applications, wider, problem.scores, conflicts=problem.conflicts))
        assert more.total - plan.total == pytest.approx(told.price, abs=1e-6)
        assert len(more.pairs) - len(plan.pairs) == told.price_reads
