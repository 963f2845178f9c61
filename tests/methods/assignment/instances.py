"""Small problems, and everything that could be done with them, by trying all of it."""

import random
from collections.abc import Iterator
from itertools import combinations, product

import numpy as np

from tremplin.methods.assignment import Application, Problem, Reviewer

Pairs = tuple[tuple[str, str], ...]


def tiny(seed: int, n: int, m: int, *, digits: int = 2, limits: bool = True) -> Problem:
    """A problem with languages, conflicts, forbidden pairs and, if wished, least reads and least loads."""
    chance = random.Random(seed)
    applications = []
    for number in range(n):
        reads = chance.randint(0, 2)
        least = chance.randint(0, reads) if limits and chance.random() < 0.3 else 0
        applications.append(Application(f"a{number}", reads, chance.choice(["en", "fr", ""]), least))
    reviewers = []
    for number in range(m):
        most = chance.randint(0, 3)
        least = chance.randint(0, min(most, 1)) if limits and chance.random() < 0.3 else 0
        languages = frozenset(chance.sample(["en", "fr"], chance.randint(0, 2)))
        reviewers.append(Reviewer(f"r{number}", most, languages, least))
    every = list(product([one.code for one in applications], [one.code for one in reviewers]))
    scores = np.array([[round(chance.random(), digits) for _ in range(m)] for _ in range(n)]).reshape(n, m)
    return Problem(
        applications,
        reviewers,
        scores,
        conflicts=frozenset(pair for pair in every if chance.random() < 0.1),
        forbidden=frozenset(pair for pair in every if chance.random() < 0.05),
    )


def may(problem: Problem, application: Application, reviewer: Reviewer) -> bool:
    pair = (application.code, reviewer.code)
    speaks = not application.language or not reviewer.languages or application.language in reviewer.languages
    return speaks and pair not in problem.conflicts and pair not in problem.forbidden


def everything(problem: Problem) -> Iterator[Pairs]:
    """Every assignment within all limits."""
    choices = []
    for one in problem.applications:
        able = [other.code for other in problem.reviewers if may(problem, one, other)]
        groups = [g for size in range(one.least, one.reads + 1) for g in combinations(able, size)]
        choices.append([tuple((one.code, code) for code in group) for group in groups])
    for picked in product(*choices):
        pairs = tuple(pair for group in picked for pair in group)
        loads = {one.code: one.carried for one in problem.reviewers}
        for _application, reviewer in pairs:
            loads[reviewer] += 1
        if problem.mandatory <= set(pairs) and all(
            one.least <= loads[one.code] <= one.most for one in problem.reviewers
        ):
            yield tuple(sorted(pairs))


def total(problem: Problem, pairs: Pairs) -> float:
    assert problem.scores is not None
    return sum(float(problem.scores[problem.row[a], problem.column[r]]) for a, r in pairs)


def rank(problem: Problem, pairs: Pairs) -> tuple[int, int, float]:
    """What is aimed at, in order: most reads, an even shortfall, the greatest total."""
    got = {one.code: 0 for one in problem.applications}
    for application, _reviewer in pairs:
        got[application] += 1
    lacking = [one.reads - got[one.code] for one in problem.applications]
    return len(pairs), -sum(missing * missing for missing in lacking), round(total(problem, pairs), 9)


def large(n: int, m: int, *, seed: int = 0, slack: float = 1.1, digits: int = 6) -> Problem:
    """Three reads each, four languages, one pair in a hundred in conflict."""
    chance = np.random.default_rng(seed)
    topics, minds = chance.normal(size=(n, 8)), chance.normal(size=(m, 8))
    scores = 1 / (1 + np.exp(-topics @ minds.T / 3))
    names = ("en", "fr", "pt", "tr")
    spoken = chance.choice(4, n, p=[0.55, 0.25, 0.12, 0.08])
    speaks = chance.random((m, 4)) < [0.85, 0.5, 0.35, 0.3]
    speaks[np.arange(m), np.arange(m) % 4] = True
    most = int(np.ceil(3 * n / m * slack))
    conflicts = np.argwhere(chance.random((n, m)) < 0.01).tolist()
    return Problem(
        [Application(f"a{row:05d}", 3, names[language]) for row, language in enumerate(spoken.tolist())],
        [
            Reviewer(f"r{column:03d}", most, frozenset(names[k] for k in np.flatnonzero(able).tolist()))
            for column, able in enumerate(speaks)
        ],
        np.round(scores, digits),
        conflicts=frozenset((f"a{row:05d}", f"r{column:03d}") for row, column in conflicts),
    )
