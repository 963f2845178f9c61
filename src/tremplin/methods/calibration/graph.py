"""The graph of comparisons in pairs, and solving with its matrix."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tremplin.methods.calibration.reads import Array, Index

SMALL, EXACT = 300, 1500  # up to so many applicants: all by the inverse; variances by the inverse


@dataclass(frozen=True, slots=True)
class Comparison:
    """One judgement: `better` over `worse`, or the two `equal` in whichever order."""

    better: str
    worse: str
    equal: bool = False


class Graph:
    """Comparisons between positions: `first` is better than `second`, or the two are `equal`."""

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
        self.first: Index = one
        self.second: Index = two
        self.equal = equal
        self.ties, self.n = int(equal.sum()), len(names)
        # Who is compared with whom: comparisons of the same two hang together.
        self.pair = np.unique(np.minimum(one, two) * self.n + np.maximum(one, two), return_inverse=True)[1]
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


class Solver:
    """Solves with the matrix of one graph: directly when it is small, else by conjugate gradients, columns together."""

    def __init__(self, graph: Graph, weights: Array) -> None:
        self.off, self.diagonal = graph.matrix(weights)
        self.inverse: Array | None = None
        if graph.n <= SMALL:
            self.inverse = self.inverted()

    def inverted(self) -> Array:
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
        around = self.off @ errors
        found: Array = 1 / self.diagonal + (around**2).mean(axis=1) / self.diagonal**2
        return found
