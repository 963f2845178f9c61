"""Comparisons in pairs, alone or together with marks: one likelihood, one scale.

**Model** (Bradley and Terry 1952, with ties after Rao and Kupper 1967). Applicant i is judged better than k with
probability L(s (a_i - a_k) - t), L the logistic function, worse with L(s (a_k - a_i) - t), and equal otherwise, t >= 0.
Merit a is N(0, 1) alone. After a calibration it is what the marks have left open, N(estimate, deviation^2), so that
marks and comparisons meet in one posterior, on the scale of the marks; s, how sharply comparisons tell merits apart,
is found from the data either way.

**Estimate.** For given s and t the posterior is log-concave: Newton's method on the graph of comparisons, each step by
conjugate gradients. Random graphs fill in when they are factored (10,000 applicants would become a dense matrix), so
variances come from exact draws of the Gaussian (perturb, then optimise: Papandreou and Yuille 2010), with the own
part of each worked out and only the neighbours' part drawn (Sidén, Lindgren, Bolin and Villani 2018); up to 1,500
applicants the matrix is inverted. The diagonal of the matrix alone would leave variances a tenth too small. Then s and
t move to where their slope, averaged over the draws, is zero (EM, sped up by Aitken), and estimates to the centre of
the nearest Gaussian.

**Cost.** O(comparisons) a step: 10,000 applicants and 100,000 comparisons in about a second.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from tremplin.methods.calibration.reads import Array, FaultyReads, Index
from tremplin.methods.calibration.result import Calibration

_SMALL, _EXACT = 200, 1500  # up to so many applicants: all by the inverse; variances by the inverse
_UNSURE = 3000  # up to so many applicants the slope is uncertain enough to count
_DRAWS, _FINAL, _MOST = 8, 24, 240  # pairs of draws on the way, and at the end; and of few applicants


@dataclass(frozen=True, slots=True)
class Comparison:
    """One judgement: `better` over `worse`, or the two `equal` in whichever order."""

    better: str
    worse: str
    equal: bool = False


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


class _Graph:
    """Comparisons as wins between positions; a tie is a win of each (its likelihood is the product of the two)."""

    def __init__(
        self, names: Sequence[str], rows: Sequence[Comparison], mean: Array, precision: Array
    ) -> None:
        at = {name: position for position, name in enumerate(names)}
        one = np.array([at[row.better] for row in rows], dtype=np.intp)
        two = np.array([at[row.worse] for row in rows], dtype=np.intp)
        equal = np.array([row.equal for row in rows], dtype=bool)
        one, two = np.where(
            equal & (one > two), (two, one), (one, two)
        )  # whichever of two equals is named first
        order = np.lexsort((equal, two, one))  # so that the order of rows changes nothing
        one, two, equal = one[order], two[order], equal[order]
        self.first: Index = np.concatenate((one, two[equal]))
        self.second: Index = np.concatenate((two, one[equal]))
        self.ties, self.n = int(equal.sum()), len(names)
        self.count = np.bincount(np.concatenate((one, two)), minlength=self.n)
        self.mean, self.precision = mean, precision

    def difference(self, merit: Array) -> Array:
        """First less second, for merits (n, ...)."""
        found: Array = merit[self.first] - merit[self.second]
        return found

    def collect(self, values: Array) -> Array:
        """The other way: sums of values (e, ...) at the first less those at the second."""
        from scipy.sparse import csr_matrix

        if not hasattr(self, "_incidence"):
            at = np.arange(len(self.first))
            ones = np.ones(len(at))
            shape = (self.n, len(at))
            self._incidence = csr_matrix((ones, (self.first, at)), shape) - csr_matrix(
                (ones, (self.second, at)), shape
            )
        found: Array = self._incidence @ values
        return found

    def matrix(self, weights: Array) -> Any:
        """Prior precision plus the Laplacian with these weights (e,), sparse."""
        from scipy.sparse import csr_matrix

        both = np.concatenate((self.first, self.second)), np.concatenate((self.second, self.first))
        off = csr_matrix((-np.concatenate((weights, weights)), both), (self.n, self.n))
        off.sum_duplicates()
        total = np.bincount(self.first, weights, self.n) + np.bincount(self.second, weights, self.n)
        return off, self.precision + total


def _logistic(x: Array) -> Array:
    from scipy.special import expit

    found: Array = expit(x)
    return found


class _Solver:
    """Solves with the matrix of one graph: directly when it is small, else by conjugate gradients, columns together."""

    def __init__(self, graph: _Graph, weights: Array) -> None:
        self.off, self.diagonal = graph.matrix(weights)
        self.inverse: Array | None = None
        if graph.n <= _SMALL:
            self.inverse = self._inverted()

    def _inverted(self) -> Array:
        return np.asarray(np.linalg.inv(self.off.toarray() + np.diag(self.diagonal)))

    def __call__(self, right: Array, exact: float = 1e-5) -> Array:
        if self.inverse is not None:
            return np.asarray(self.inverse @ right)
        diagonal = self.diagonal if right.ndim == 1 else self.diagonal[:, None]
        x = right / diagonal
        left = right - diagonal * x - self.off @ x
        z = left / diagonal
        way, size = z.copy(), (left * z).sum(axis=0)
        enough = exact**2 * np.maximum((right * right / diagonal).sum(axis=0), 1e-300)
        for _step in range(500):
            if np.all(size <= enough):
                break
            through = diagonal * way + self.off @ way
            share = size / np.maximum((way * through).sum(axis=0), 1e-300)
            x, left = x + share * way, left - share * through
            z = left / diagonal
            now = (left * z).sum(axis=0)
            way, size = z + now / np.maximum(size, 1e-300) * way, now
        return np.asarray(x)

    def variances(self, errors: Array) -> Array:
        """The diagonal of the inverse, (n,), from draws (n, S) of errors: own part exact, the neighbours' drawn."""
        if len(self.diagonal) <= _EXACT:
            return np.asarray(np.diag(self._inverted()))
        around = self.off @ errors
        found: Array = 1 / self.diagonal + (around**2).mean(axis=1) / self.diagonal**2
        return found


class _Posterior:
    """Merit given slope and tie width: the mode, then draws about it."""

    def __init__(self, graph: _Graph, slope: float, width: float, start: Array) -> None:
        self.graph, self.slope, self.width = graph, slope, width
        self.merit = self._mode(start)
        self.weights = self._weights(self.merit)
        self.solver = _Solver(graph, self.weights)

    def _won(self, merit: Array) -> Array:
        return _logistic(self.slope * self.graph.difference(merit) - self.width)

    def gradient(self, merit: Array) -> Array:
        graph = self.graph
        prior = graph.precision * (merit.T - graph.mean)
        found: Array = graph.collect(self.slope * (1 - self._won(merit))) - prior.T
        return found

    def _weights(self, merit: Array) -> Array:
        won = self._won(merit)
        found: Array = self.slope**2 * won * (1 - won)
        return found

    def _value(self, merit: Array) -> float:
        margin = self.slope * self.graph.difference(merit) - self.width
        off = merit - self.graph.mean
        return -float(np.logaddexp(0, -margin).sum()) - 0.5 * float(self.graph.precision @ off**2)

    def _mode(self, merit: Array) -> Array:
        value = self._value(merit)
        for _step in range(60):
            move = _Solver(self.graph, self._weights(merit))(self.gradient(merit), 1e-3)
            share, there = 1.0, self._value(merit + move)
            while there < value - 1e-9 and share > 1e-4:
                share /= 2
                there = self._value(merit + share * move)
            merit, value = merit + share * move, there
            if np.abs(move).max() < 1e-3:
                break
        return merit

    def draws(self, chance: np.random.Generator, count: int) -> Array:
        """Errors of merit drawn from the Gaussian: (n, count)."""
        graph = self.graph
        edges = chance.standard_normal((len(graph.first), count))
        right = graph.collect(np.sqrt(self.weights)[:, None] * edges)
        right += np.sqrt(graph.precision)[:, None] * chance.standard_normal((graph.n, count))
        return self.solver(right, 3e-3)

    def settle(self, errors: Array) -> None:
        """To the nearest Gaussian: its centre where the mean slope over it vanishes, its precision the mean curvature.

        `errors` are draws of the Gaussian so far.
        """
        both = self.merit[:, None] + np.concatenate((errors, -errors), axis=1)
        won = self._won(both)
        prior = self.graph.precision * (self.merit - self.graph.mean)
        slope = self.graph.collect(self.slope * (1 - won.mean(axis=1))) - prior
        self.weights = self.slope**2 * (won * (1 - won)).mean(axis=1)
        self.solver = _Solver(self.graph, self.weights)
        self.merit = self.merit + self.solver(slope)


def _best(graph: _Graph, merits: Array, slope: float, width: float) -> tuple[float, float]:
    """Slope and tie width at which the comparisons, averaged over these merits (n, S), are most likely: Newton."""
    off, count = graph.difference(merits), merits.shape[1]
    here = np.array([slope, width])
    for _step in range(20):
        won = _logistic(here[0] * off - here[1])
        lost, weight = 1 - won, won * (1 - won)
        first = np.array([(lost * off).sum(), -lost.sum()]) / count
        second = np.array([[(weight * off**2).sum(), -(weight * off).sum()], [0.0, weight.sum()]]) / count
        second[1, 0] = second[0, 1]
        # log of exp(2t) - 1 for each tie.
        if graph.ties:
            grown = np.exp(2 * here[1])
            first[1] += graph.ties * 2 * grown / (grown - 1)
            second[1, 1] += graph.ties * 4 * grown / (grown - 1) ** 2
        else:
            first[1], second[0, 1], second[1, 0], second[1, 1] = 0.0, 0.0, 0.0, 1.0
        # A weak prior: log of slope N(0.5, 1), so that a handful of comparisons stays modest.
        first[0] -= (np.log(here[0]) - 0.5) / here[0]
        second[0, 0] += 1 / here[0] ** 2
        move = np.linalg.solve(second, first)
        then = np.maximum(here + move, here / 3)
        here, moved = then, np.abs(then - here).max()
        if moved < 1e-6:
            break
    return float(here[0]), float(here[1])


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
    graph = _Graph(names, comparisons, mean, spread**-2)
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


def _fit(graph: _Graph, chance: np.random.Generator) -> tuple[float, float, Array, Array]:
    """Slope, tie width, merits (n,) and their deviations (n,)."""
    slope, width = 1.5, 0.5 if graph.ties else 0.0
    many = int(np.clip(8000 // graph.n, _DRAWS, _MOST))  # the errors of many even out, those of few do not
    steps: list[float] = []
    merit = graph.mean.copy()
    for turn in range(40):
        found = _Posterior(graph, slope, width, merit)
        merit = found.merit
        for _round in range(2):
            errors = found.draws(np.random.default_rng(7), many)
            found.settle(errors)
        around = np.concatenate((found.merit[:, None] + errors, found.merit[:, None] - errors), axis=1)
        better, width = _best(graph, around, slope, width)
        steps.append(float(np.log(better / slope)))
        slope = better
        if abs(steps[-1]) < 2e-3:
            break
        if turn and turn % 2 and 0 < steps[-1] / steps[-2] < 0.95:
            rate = steps[-1] / steps[-2]  # Aitken: the steps left add up to a geometric series
            slope *= float(np.exp(np.clip(steps[-1] * rate / (1 - rate), -1, 1)))
    errors = found.draws(chance, max(many, _FINAL))
    found.settle(errors)
    deviation = np.sqrt(found.solver.variances(np.concatenate((errors, -errors), axis=1)))
    if graph.n <= _UNSURE:
        deviation = np.hypot(deviation, _through_slope(graph, found, many))
    return slope, width, found.merit, deviation


def _through_slope(graph: _Graph, found: _Posterior, many: int) -> Array:
    """What not knowing the slope adds to each deviation: its own deviation times how the merits move with it. (n,)

    The slope's information is how its score falls between a little less and a little more of it (Fisher's identity).
    """
    step, scores, merits = 0.1, [], []
    for side in (-1, 1):
        there = _Posterior(graph, found.slope * float(np.exp(side * step)), found.width, found.merit)
        for _round in range(2):
            errors = there.draws(np.random.default_rng(7), many)
            there.settle(errors)
        around = np.concatenate((there.merit[:, None] + errors, there.merit[:, None] - errors), axis=1)
        margin = there.slope * graph.difference(around)
        score = ((1 - _logistic(margin - there.width)) * margin).sum() / around.shape[1]
        scores.append(float(score) - (np.log(there.slope) - 0.5))
        merits.append(there.merit)
    information = max((scores[0] - scores[1]) / (2 * step), 1.0)
    moved: Array = np.abs(merits[1] - merits[0]) / (2 * step)
    return np.asarray(moved / np.sqrt(information))


def _places(
    names: Sequence[str],
    graph: _Graph,
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


def _islands(graph: _Graph, names: Sequence[str], marks: Calibration | None) -> int:
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
