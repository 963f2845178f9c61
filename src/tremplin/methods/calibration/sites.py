"""What comparisons say of merits: expectation propagation on their graph.

Each comparison has a normal site in the difference of two merits, of precision w and shift nu, moved until its first
two moments are those of the comparison itself beside all others (Minka 2001). A Gaussian that is only the nearest one
would be too narrow by five hundredths of its variance, and the slope too steep.

What all others say of a difference, the cavity, needs its variance. Up to 300 applicants it is read from the inverse.
Beyond, a random graph looks like a tree around each comparison, and the cavity follows from the variances of
the two merits alone; those come from exact draws (Papandreou and Yuille 2010), with the own part of each worked out
and only the neighbours' part drawn (Sidén, Lindgren, Bolin and Villani 2018).
"""

import numpy as np

from tremplin.methods.calibration.graph import EXACT, SMALL, Graph, Solver
from tremplin.methods.calibration.reads import Array

_NODES = 12
_LEAST = 1e-6
_FAR = np.array([30.0, 12.0])  # no slope and no tie width beyond
_PRIOR = 0.5  # log of the slope is N(0.5, 1), so that a handful of comparisons stays modest


class Sites:
    """All comparisons of one graph at one slope and tie width. `merit`, `variance` (n,) once `settle`d."""

    def __init__(self, graph: Graph, slope: float, width: float) -> None:
        from numpy.polynomial.hermite_e import hermegauss

        self.graph, self.slope, self.width = graph, slope, width
        self._points, weights = hermegauss(_NODES)
        self._shares = weights / weights.sum()
        edges = len(graph.first)
        self.weight, self.shift = np.full(edges, _LEAST), np.zeros(edges)
        self.merit, self.variance = graph.mean.copy(), 1 / graph.precision
        self._cavity()

    def _solved(self, draws: int, chance: np.random.Generator) -> Solver:
        graph = self.graph
        solver = Solver(graph, self.weight)
        right = graph.precision * graph.mean + graph.collect(self.shift)
        # From where it stands: only the difference is solved for.
        left = right - solver.diagonal * self.merit - solver.off @ self.merit
        self.merit = self.merit + solver(left, 1e-3)
        if solver.inverse is not None:
            self.variance = np.diag(solver.inverse).copy()
            self._between = solver.inverse[graph.first, graph.second]
        else:
            self.variance = solver.variances(self._drawn(solver, draws, chance))
        return solver

    def _drawn(self, solver: Solver, count: int, chance: np.random.Generator) -> Array:
        """Errors of merit drawn from the Gaussian: (n, count)."""
        graph = self.graph
        edges = chance.standard_normal((len(graph.first), count))
        right = graph.collect(np.sqrt(self.weight)[:, None] * edges)
        right += np.sqrt(graph.precision)[:, None] * chance.standard_normal((graph.n, count))
        return solver(right, 3e-3)

    def _cavity(self) -> None:
        """Mean and variance of each difference as all other comparisons have it: (e,), (e,)."""
        graph, weight = self.graph, self.weight
        one, two = self.variance[graph.first], self.variance[graph.second]
        if hasattr(self, "_between"):
            here = np.maximum(one + two - 2 * self._between, 1e-9)
            wide = 1 / np.maximum(1 / here - weight, 1e-3 / here)
        else:
            # On a tree: each merit without what the other says through comparisons of the two.
            together = np.bincount(graph.pair, weight)[graph.pair]
            first, second = 1 / one, 1 / two
            for _round in range(4):
                into_first, into_second = (together * p / (together + p) for p in (second, first))
                first = np.maximum(1 / one - into_first, graph.precision[graph.first])
                second = np.maximum(1 / two - into_second, graph.precision[graph.second])
            apart = 1 / (1 / first + 1 / second)
            wide, here = 1 / (apart + together - weight), 1 / (apart + together)
        self.wide = wide
        self.centre = wide * (graph.difference(self.merit) / here - self.shift)

    def _differences(self) -> Array:
        """The points (e, Q) at which each comparison is looked at."""
        found: Array = self.centre[:, None] + np.sqrt(self.wide)[:, None] * self._points
        return found

    def _chances(self, x: Array, slope: float, width: float) -> tuple[Array, Array]:
        """Chances (e, Q) that first is better than second, and of the other way where the two were judged equal.

        A tie is both together but for a factor that says nothing of merits; elsewhere the second is 1.
        """
        from scipy.special import expit

        better = expit(slope * x - width)
        if not self.graph.ties:
            return better, np.ones((1, 1))
        worse = np.ones_like(x)
        worse[self.graph.equal] = expit(-slope * x[self.graph.equal] - width)
        return better, worse

    def _shared(self, better: Array, worse: Array) -> Array:
        """Shares of the points in the comparison beside all others, (e, Q)."""
        found = better * worse * self._shares
        return np.asarray(found / np.maximum(found.sum(axis=1, keepdims=True), 1e-300))

    def _match(self, share: float) -> None:
        """Move the sites a share of the way."""
        x = self._differences()
        shares = self._shared(*self._chances(x, self.slope, self.width))
        mean = (shares * x).sum(axis=1)
        spread = np.maximum((shares * (x - mean[:, None]) ** 2).sum(axis=1), 1e-9)
        weight = np.maximum(1 / spread - 1 / self.wide, _LEAST)
        shift = mean * (weight + 1 / self.wide) - self.centre / self.wide
        self.weight = self.weight + share * (weight - self.weight)
        self.shift = self.shift + share * (shift - self.shift)

    def settle(self, rounds: int, draws: int, chance: np.random.Generator | None = None) -> None:
        """So many rounds of all."""
        for _turn in range(rounds):
            self._match(0.9)
            self._solved(draws, chance or np.random.default_rng(7))
            self._cavity()

    def deviations(self, draws: int, chance: np.random.Generator) -> Array:
        """Of all merits, (n,)."""
        solver = self._solved(draws, chance)
        if SMALL < self.graph.n <= EXACT:
            return np.asarray(np.sqrt(np.diag(solver.inverted())))
        return np.sqrt(self.variance)

    def score(self) -> float:
        """Slope of the log likelihood and prior in the logarithm of `slope`."""
        x = self._differences()
        better, worse = self._chances(x, self.slope, self.width)
        along = (worse - better) * x * self._shared(better, worse)
        return self.slope * float(along.sum()) - float(np.log(self.slope) - _PRIOR)

    def best(self) -> tuple[float, float]:
        """Slope and tie width at which the comparisons, each beside all others, are most likely: Newton's method."""
        here = np.array([self.slope, self.width])
        value = self._height(here)
        for _step in range(6):
            first, second = self._curved(here)
            move, share = np.linalg.solve(second, first), 1.0
            while True:
                then = np.minimum(np.clip(here + share * move, here / 2, 2 * here), _FAR)
                there = self._height(then)
                if there >= value or share < 1e-3:
                    break
                share /= 2
            if there < value:
                break
            here, value, moved = then, there, float(np.abs(then - here).max())
            if moved < 1e-4:
                break
        return float(here[0]), float(here[1])

    def _height(self, here: Array) -> float:
        """Sum of the logarithms of each comparison's chance beside all others, and the prior's."""
        better, worse = self._chances(self._differences(), *here.tolist())
        chances = (better * worse) @ self._shares
        ties = self.graph.ties * float(np.log(np.expm1(2 * here[1]))) if self.graph.ties else 0.0
        whole = float(np.log(np.maximum(chances, 1e-300)).sum()) + ties
        return whole - 0.5 * float(np.log(here[0]) - _PRIOR) ** 2

    def _curved(self, here: Array) -> tuple[Array, Array]:
        """Gradient (2,) and minus the second derivatives (2, 2), kept positive."""
        x = self._differences()
        better, worse = self._chances(x, *here.tolist())
        shares = self._shared(better, worse)
        along, across = (worse - better) * x, better + worse - 2
        bent, turned = better * (1 - better), worse * (1 - worse)
        one, two = (shares * along).sum(axis=1), (shares * across).sum(axis=1)
        first = np.array([one.sum(), two.sum()])
        mixed = float((one * two).sum() - (shares * ((bent - turned) * x + along * across)).sum())
        second = np.array(
            [
                [float((one**2).sum() + (shares * ((bent + turned) * x * x - along**2)).sum()), mixed],
                [mixed, float((two**2).sum() + (shares * (bent + turned - across**2)).sum())],
            ]
        )
        if self.graph.ties:
            # log of exp(2 t) - 1 for each tie.
            grown = np.exp(2 * here[1])
            first[1] += self.graph.ties * 2 * grown / (grown - 1)
            second[1, 1] += self.graph.ties * 4 * grown / (grown - 1) ** 2
        else:
            first[1], second[0, 1], second[1, 0], second[1, 1] = 0.0, 0.0, 0.0, 1.0
        first[0] -= (np.log(here[0]) - _PRIOR) / here[0]
        second[0, 0] += 1 / here[0] ** 2
        values, axes = np.linalg.eigh(second)
        return first, np.asarray(axes @ np.diag(np.maximum(np.abs(values), 1e-3)) @ axes.T)
