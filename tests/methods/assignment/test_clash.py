import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.assignment.instances import everything, tiny
from tremplin.methods.assignment import Application, Infeasible, Problem, Reviewer, assign, clash


@settings(max_examples=150)
@given(seed=st.integers(0, 10**6))
def test_a_clash_is_named_exactly_when_nothing_is_possible(seed: int) -> None:
    problem = tiny(seed, 4, 3)
    assert (clash(problem) is None) == any(True for _pairs in everything(problem))


def portuguese() -> Problem:
    pt, every = frozenset({"pt"}), frozenset({"en", "pt"})
    return Problem(
        [Application(f"p{n}", 3, "pt", least=3) for n in range(4)]
        + [Application(f"e{n}", 2, "en", least=2) for n in range(3)],
        [
            Reviewer("ana", 4, pt),
            Reviewer("bia", 4, every),
            Reviewer("eve", 9),
            Reviewer("carl", 9, frozenset({"en"})),
        ],
        conflicts=frozenset({("p0", "eve"), ("p1", "eve"), ("p2", "eve"), ("p3", "eve")}),
    )


def test_portuguese_needs_four_more_reads() -> None:
    with pytest.raises(Infeasible) as caught:
        assign(portuguese())
    found = caught.value.clash
    assert (found.kind, found.languages, found.missing) == ("reads", ("pt",), 4)
    assert found.applications == ("p0", "p1", "p2", "p3")
    assert found.reviewers == ("ana", "bia")
    assert "Raise a limit" in str(caught.value)


def test_none_of_the_core_can_be_left_out() -> None:
    found = clash(portuguese())
    assert found is not None
    problem = portuguese()
    for code in found.core:
        rest = [
            Application(one.code, 3, "pt", least=3 if one.code in found.core and one.code != code else 0)
            for one in problem.applications
            if one.language == "pt"
        ]
        assert clash(Problem(rest, problem.reviewers, conflicts=problem.conflicts)) is None


def test_reviewers_who_must_read_more_than_there_is() -> None:
    problem = Problem(
        [Application("a", 1, "fr"), Application("b", 1, "en")],
        [Reviewer("x", 2, frozenset({"fr"}), least=2), Reviewer("y", 2)],
        np.zeros((2, 2)),
    )
    found = clash(problem)
    assert found is not None
    assert (found.kind, found.reviewers, found.needed, found.available, found.core) == (
        "loads",
        ("x",),
        2,
        1,
        ("x",),
    )


@pytest.mark.parametrize(
    ("mandatory", "most", "conflicts", "needed"),
    [
        ({("a", "x")}, 2, {("a", "x")}, 1),
        ({("a", "x"), ("b", "x")}, 1, set(), 2),
        ({("a", "x"), ("a", "y")}, 2, set(), 2),
    ],
)
def test_mandatory_pairs_that_cannot_be(
    mandatory: set[tuple[str, str]], most: int, conflicts: set[tuple[str, str]], needed: int
) -> None:
    problem = Problem(
        [Application("a", 1), Application("b", 1)],
        [Reviewer("x", most), Reviewer("y", most)],
        mandatory=frozenset(mandatory),
        conflicts=frozenset(conflicts),
    )
    with pytest.raises(Infeasible) as caught:
        assign(problem)
    found = caught.value.clash
    assert (found.kind, found.needed, set(found.pairs)) == ("mandatory", needed, mandatory)
    assert found.missing > 0


def test_the_limits_alone_may_leave_reads_missing_without_a_clash() -> None:
    problem = Problem([Application("a", 2, least=1)], [Reviewer("x", 1)], np.ones((1, 1)))
    assert clash(problem) is None
    assert [(short.missing, short.reason) for short in assign(problem).short] == [(1, "language")]
