"""Comparisons in pairs, alone or together with marks: one likelihood, one scale.

**Model** (Bradley and Terry 1952, with ties after Rao and Kupper 1967). Applicant i is judged better than k with
probability L(s (a_i - a_k) - t), L the logistic function, worse with L(s (a_k - a_i) - t), and equal otherwise, t >= 0.
Merit a is N(0, 1) alone. After a calibration it is what the marks have left open, N(estimate, deviation^2), so that
marks and comparisons meet in one posterior, on the scale of the marks; s, how sharply comparisons tell merits apart,
is found from the data either way.

**Estimate.** For given s and t by expectation propagation on the graph of comparisons (see `sites`), each solution by
conjugate gradients: random graphs fill in when they are factored, and 10,000 applicants would become a dense matrix.
Then s and t move to where every comparison is most likely beside all others, sped up by Aitken, until nothing moves.

**Cost.** O(comparisons) a step: 10,000 applicants and 100,000 comparisons in about a second.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from tremplin.methods.calibration.graph import Comparison, Graph
from tremplin.methods.calibration.reads import Array, FaultyReads
from tremplin.methods.calibration.result import Calibration
from tremplin.methods.calibration.sites import Sites

_UNSURE = 3000  # up to so many applicants the slope is uncertain enough to count
_DRAWS, _FINAL = 8, 24  # pairs of draws on the way, and at the end
_STILL = 2e-3


@dataclass(frozen=True, slots=True)
class Place:
    """One applicant: merit in standard deviations of all, its interval, and how many comparisons stand behind it.

    `score`, `score_low`, `score_high`: the same on the scale of the marks, where there are marks.
    """

    applicant: str
    merit: float
    low: float
    high: float
    deviation: float
    comparisons: int
    score: float | None
    score_low: float | None
    score_high: float | None


@dataclass(frozen=True, slots=True)
class Compared:
    """Everybody, best first (ties by code). `slope`: log odds of one standard deviation of merit; `tie_width`: half
    the width, in log odds, of what is judged equal; 0 where nothing ever was. `islands`: groups of applicants that no
    comparison (and no reviewer) joins.
    """

    places: tuple[Place, ...]
    slope: float
    tie_width: float
    level: float
    islands: int


def compare(
    comparisons: Sequence[Comparison],
    *,
    marks: Calibration | None = None,
    applicants: Sequence[str] = (),
    level: float = 0.9,
    seed: int = 1,
) -> Compared:
    """Everybody's merit from comparisons in pairs; with `marks` from both together, on the scale of the marks.

    `applicants` adds people never compared. Deterministic under `seed`, whatever the order of the comparisons.
    Raises FaultyReads for no comparisons or somebody compared with themselves, ValueError for a level outside (0, 1).
    """
    if not 0 < level < 1:
        raise ValueError(f"level: {level} is not a probability; give one between 0 and 1, such as 0.9")
    _check(comparisons)
    known = {row.applicant: row for row in marks.estimates} if marks else {}
    seen = {name for row in comparisons for name in (row.better, row.worse)}
    names = sorted(seen.union(applicants, known))
    mean = np.array([known[name].merit if name in known else 0.0 for name in names])
    spread = np.array([known[name].merit_deviation if name in known else 1.0 for name in names])
    graph = Graph(names, comparisons, mean, spread**-2)
    slope, width, merit, deviation = _fit(graph, np.random.default_rng(seed))
    places = _places(names, graph, merit, deviation, level, marks)
    return Compared(places, slope, width, level, _islands(graph, names, marks))


def _check(comparisons: Sequence[Comparison]) -> None:
    if not comparisons:
        raise FaultyReads("there are no comparisons", "", "give at least one")
    for row in comparisons:
        if row.better == row.worse:
            raise FaultyReads(
                "compared with themselves", f"comparison of {row.better}", "take this comparison out"
            )


def _fit(graph: Graph, chance: np.random.Generator) -> tuple[float, float, Array, Array]:
    """Slope, tie width, merits (n,) and their deviations (n,)."""
    found = Sites(graph, 1.5, 0.5 if graph.ties else 0.0)
    steps: list[float] = []
    found.settle(4, _DRAWS)
    for turn in range(40):
        better, found.width = found.best()
        steps.append(float(np.log(better / found.slope)))
        found.slope = better
        if abs(steps[-1]) < _STILL:
            break
        if turn and turn % 2 and 0 < steps[-1] / steps[-2] < 0.95:
            rate = steps[-1] / steps[-2]  # Aitken: the steps left add up to a geometric series
            found.slope *= float(np.exp(np.clip(steps[-1] * rate / (1 - rate), -1, 1)))
        found.settle(2, _DRAWS)
    found.settle(2, _DRAWS)
    deviation = found.deviations(_FINAL, chance)
    if graph.n <= _UNSURE:
        deviation = np.hypot(deviation, _through_slope(graph, found))
    return found.slope, found.width, found.merit, deviation


def _through_slope(graph: Graph, found: Sites) -> Array:
    """What not knowing the slope adds to each deviation: its own deviation times how the merits move with it. (n,)

    The slope's information is how its score falls between a little less and a little more of it.
    """
    step, scores, merits = 0.1, [], []
    for side in (-1, 1):
        there = Sites(graph, found.slope * float(np.exp(side * step)), found.width)
        there.settle(6, _DRAWS)
        scores.append(there.score())
        merits.append(there.merit)
    information = max((scores[0] - scores[1]) / (2 * step), 1.0)
    moved: Array = np.abs(merits[1] - merits[0]) / (2 * step)
    return np.asarray(moved / np.sqrt(information))


def _places(
    names: Sequence[str],
    graph: Graph,
    merit: Array,
    deviation: Array,
    level: float,
    marks: Calibration | None,
) -> tuple[Place, ...]:
    wide = NormalDist().inv_cdf(0.5 + level / 2)
    ends = [merit, merit - wide * deviation, merit + wide * deviation]
    scores: list[Array] | None = None
    if marks is not None:
        unit = float(np.sqrt(marks.merit_variance)) if marks.model == "severity" else 1.0
        scores = [marks.posterior.on_scale(unit * end) for end in ends]
    rows = [
        Place(
            name,
            float(merit[at]),
            float(ends[1][at]),
            float(ends[2][at]),
            float(deviation[at]),
            int(graph.count[at]),
            *((float(part[at]) for part in scores) if scores else (None, None, None)),
        )
        for at, name in enumerate(names)
    ]
    return tuple(sorted(rows, key=lambda row: (-round(row.merit, 9), row.applicant)))


def _islands(graph: Graph, names: Sequence[str], marks: Calibration | None) -> int:
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    first, second = graph.first.tolist(), graph.second.tolist()
    if marks is not None:
        at = {name: position for position, name in enumerate(names)}
        for island in marks.islands:
            first += [at[island[0]]] * (len(island) - 1)
            second += [at[name] for name in island[1:]]
    ones = np.ones(len(first))
    return int(
        connected_components(csr_matrix((ones, (first, second)), (graph.n, graph.n)), directed=False)[0]
    )
