"""How a mark comes about, given the applicant's merit and the reviewer's habits: the two likelihoods.

Merit a ~ N(0, 1). A reviewer has three habits: generosity b, the use of the scale g, and noise z. Their impression
is a + b + exp(z + mu) e, with e ~ N(0, 1), divided by exp(g): a reviewer with g above 0 keeps to the middle.

* `Marks`: few possible marks (1 to 7). The impression falls between common cut-points c_1 < ... < c_(K-1), so that
  P(mark <= k) = Phi(t_k), t_k = exp(-z - mu) (exp(g) c_k - a - b): a cumulative probit with severity, scale use and
  noise of each reviewer (graded response: Samejima 1969; rater effects: Johnson 1996). A ceiling is no trouble here:
  the top mark says "above c_(K-1)" and no more.
* `Scores`: a score without steps. y = M + S times the impression: t = exp(-z - mu) (exp(g) (y - M) / S - a - b).

Parameters stand in one vector: (b, g, z) of each reviewer, then what is common to all: (c_1 ... c_(K-1), mu) or
(M, log S, mu). `x` (Q,) are the values of merit at which all is evaluated.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

import numpy as np

from tremplin.methods.calibration.reads import Array, Index, Table

LOCAL = 3  # habits of a reviewer
_TINY = 1e-200
_SIZE = 6000  # reads at a time: the arrays stay in the cache


class Family(ABC):
    """One likelihood at one point: set by `at`, then asked for logarithms, slopes and information."""

    # mu, the log of noise over merit, is weakly known: reliability 0.26 of one read, as in `crossed`.
    CENTRE: ClassVar[tuple[float, float]] = (0.4, 0.6)
    SHARP: ClassVar[float] = 0.7
    shared: int
    mu: float
    common_prior: Array  # (2, shared): centre and precision of what is common

    def __init__(self, table: Table, x: Array) -> None:
        self.table, self.x = table, x
        self.m = len(table.reviewers)
        self.parts = tuple(table.groups(_SIZE))

    @abstractmethod
    def start(self) -> Array:
        """First values of all parameters."""

    @abstractmethod
    def at(self, parameters: Array) -> bool:
        """Go to these parameters; False where the likelihood is zero."""

    @abstractmethod
    def logs(self, rows: Index) -> Array:
        """Log-likelihood of the reads `rows` (g, c) of g applicants at each x: (g, Q), reads summed."""

    @abstractmethod
    def slopes(self, rows: Index) -> tuple[Array, Array]:
        """Derivatives of `logs`: by the habits of each reader (g, c, 3, Q), and by what is common (g, shared, Q)."""

    @abstractmethod
    def gradient(self, weights: Array) -> Array:
        """Derivative of the sum over reads and x of weights (N, Q) times the log-likelihood of the read."""

    @abstractmethod
    def information(self, weights: Array) -> Array:
        """Fisher information of each reviewer's reads: (m, 3 + shared, 3 + shared); `weights` (m, Q) of their x."""

    @abstractmethod
    def typical(self, merit: Array, spread: Array) -> Array:
        """The score an average reviewer would give, expected, for each `merit` (n,). `spread` (3,): of habits."""

    @abstractmethod
    def informed(self, merit: Array) -> Array:
        """Information on merit in one more read by an average reviewer, (n,)."""

    @abstractmethod
    def corrected(self, rows: Index, on_scale: Callable[[Array], Array]) -> Array:
        """Each read's score as an average reviewer would have given it, (r,)."""

    def _far(self, g: Array, z: Array) -> bool:
        """Habits so far out that they are of no use to anybody; their exponentials would only overflow."""
        return bool(max(np.abs(g).max(initial=0), np.abs(z).max(initial=0), abs(self.mu)) > 5)

    def _habits(self, parameters: Array) -> tuple[Array, Array, Array, Array]:
        b, g, z = parameters[: LOCAL * self.m].reshape(self.m, LOCAL).T
        return b, g, z, parameters[LOCAL * self.m :]


class Marks(Family):
    """Cumulative probit over the marks that occur; `levels` (K,) are their values."""

    def __init__(self, table: Table, x: Array) -> None:
        super().__init__(table, x)
        self.levels, kinds = np.unique(table.y, return_inverse=True)
        self.k = kinds.astype(np.intp)
        self.shared = len(self.levels)
        self.common_prior = np.zeros((2, self.shared))
        self.common_prior[:, -1] = self.CENTRE[0], self.CENTRE[1] ** -2
        cell = table.j * len(self.levels) + self.k
        self._order = np.argsort(cell, kind="stable")
        self._cells, self._first = np.unique(cell[self._order], return_index=True)

    def start(self) -> Array:
        from scipy.special import ndtri

        counts = np.bincount(self.k, minlength=len(self.levels))
        share = np.cumsum(counts)[:-1] / len(self.k)
        found = np.zeros(LOCAL * self.m + self.shared)
        found[LOCAL * self.m : -1] = 1.4 * ndtri(share)
        found[-1] = np.log(0.8)
        # A first guess of generosity: how far a reviewer's mean rank stands off.
        middle = (np.cumsum(counts) - counts / 2) / len(self.k)
        seen = np.bincount(self.table.j, weights=ndtri(middle)[self.k], minlength=self.m)
        found[: LOCAL * self.m : LOCAL] = 1.2 * seen / (self.table.n_j + 6)
        return found

    def at(self, parameters: Array) -> bool:
        from scipy.special import ndtr

        b, g, z, common = self._habits(parameters)
        self.mu = float(common[-1])
        cuts, kinds, nodes = common[:-1], len(self.levels), len(self.x)
        if np.any(np.diff(cuts) <= 0) or not np.all(np.isfinite(parameters)):
            return False
        if self._far(g, z):
            return False
        e = np.exp(-(z + common[-1]))
        self._e, self._h = e, np.exp(g) * e
        inner = self._h[:, None, None] * cuts[:, None] - e[:, None, None] * (self.x + b[:, None, None])
        t = np.zeros((self.m, kinds + 1, nodes))
        t[:, 1:-1] = inner
        low, tail = inner < 0, ndtr(-np.abs(inner))
        below, above = np.zeros_like(t), np.zeros_like(t)
        below[:, -1] = above[:, 0] = 1
        below[:, 1:-1], above[:, 1:-1] = np.where(low, tail, 1 - tail), np.where(low, 1 - tail, tail)
        # From the nearer tail, so that a difference of two probabilities near one loses no digits.
        p = np.where(below[:, :-1] > 0.5, above[:, :-1] - above[:, 1:], below[:, 1:] - below[:, :-1])
        self._p = np.maximum(p, _TINY)
        density = np.zeros_like(t)
        density[:, 1:-1] = np.exp(-0.5 * inner * inner) / np.sqrt(2 * np.pi)
        self._upper, self._lower, self._t = density[:, 1:] / self._p, density[:, :-1] / self._p, t
        self._log = np.log(self._p)
        self._cuts = np.concatenate(([0.0], cuts, [0.0]))
        self._slope: Array | None = None
        return True

    def logs(self, rows: Index) -> Array:
        found: Array = self._log[self.table.j[rows], self.k[rows]].sum(axis=1)
        return found

    def _slopes(self) -> Array:
        """Slope of each mark's logarithm: (m, K, 3 + 2, Q): habits, then upper and lower cut-point."""
        if self._slope is None:
            up, low, e, h = self._upper, self._lower, self._e[:, None, None], self._h[:, None, None]
            cuts = self._cuts[:, None]
            self._slope = np.stack(
                (
                    (low - up) * e,
                    (up * cuts[1:] - low * cuts[:-1]) * h,
                    low * self._t[:, :-1] - up * self._t[:, 1:],
                    up * h,
                    -low * h,
                ),
                axis=2,
            )
        return self._slope

    def slopes(self, rows: Index) -> tuple[Array, Array]:
        found = self._slopes()[self.table.j[rows], self.k[rows]]
        habits = found[:, :, :LOCAL]
        many, reads, nodes = len(rows), rows.shape[1], len(self.x)
        common = np.zeros((many, self.shared + 1, nodes))  # one row too many: below the first cut-point
        at = np.arange(many)
        for read in range(reads):
            kind = self.k[rows[:, read]]
            inner = kind < self.shared - 1
            common[at[inner], kind[inner] + 1] += found[inner, read, 3]
            common[at, kind] += found[:, read, 4]
        common[:, -1] = habits[:, :, 2].sum(axis=1)  # mu moves all noise alike
        return habits, common[:, 1:]

    def gradient(self, weights: Array) -> Array:
        kinds = len(self.levels)
        sums = np.zeros((self.m * kinds, len(self.x)))
        sums[self._cells] = np.add.reduceat(weights[self._order], self._first, axis=0)
        found = np.matmul(self._slopes(), sums.reshape(self.m, kinds, -1, 1))[..., 0]
        common = np.zeros(self.shared)
        cuts = found[:, :, 3:].sum(axis=0)
        common[:-1] = cuts[:-1, 0] + cuts[1:, 1]
        habits = found[:, :, :LOCAL].sum(axis=1)
        common[-1] = habits[:, 2].sum()
        return np.concatenate((habits.ravel(), common))

    def information(self, weights: Array) -> Array:
        slope, kinds = self._slopes(), len(self.levels)
        full = np.zeros((self.m, LOCAL + self.shared, kinds, len(self.x)))
        full[:, :LOCAL] = slope[:, :, :LOCAL].transpose(0, 2, 1, 3)
        for kind in range(kinds):
            if kind < kinds - 1:
                full[:, LOCAL + kind, kind] = slope[:, kind, 3]
            if kind:
                full[:, LOCAL + kind - 1, kind] = slope[:, kind, 4]
        full[:, -1] = full[:, 2]
        flat = full.reshape(self.m, LOCAL + self.shared, -1)
        weight = (self._p * weights[:, None, :]).reshape(self.m, 1, -1)
        return np.asarray(np.matmul(flat * weight, flat.transpose(0, 2, 1)))

    def _average(self, merit: Array, mu: float) -> tuple[Array, Array]:
        """Probabilities (n, K) of an average reviewer's marks and their slopes in merit."""
        from scipy.special import ndtr

        t = np.exp(-mu) * (self._cuts[1:-1] - merit[:, None])
        edge = np.ones((len(merit), 1))
        below = np.concatenate((0 * edge, ndtr(t), edge), axis=1)
        density = np.concatenate((0 * edge, np.exp(-0.5 * t * t) / np.sqrt(2 * np.pi), 0 * edge), axis=1)
        return np.diff(below, axis=1), -np.exp(-mu) * np.diff(density, axis=1)

    def typical(self, merit: Array, spread: Array) -> Array:
        # Generosity varies from reviewer to reviewer: to an unknown one it is noise.
        wide = 0.5 * np.log(np.exp(2 * self.mu + 2 * spread[2] ** 2) + spread[0] ** 2)
        found: Array = self._average(merit, wide)[0] @ self.levels
        return found

    def informed(self, merit: Array) -> Array:
        p, slope = self._average(merit, self.mu)
        found: Array = (slope**2 / np.maximum(p, 1e-12)).sum(axis=1)
        return found

    def corrected(self, rows: Index, on_scale: Callable[[Array], Array]) -> Array:
        # What this mark says of merit from this reviewer, against what it says from an average one.
        average = self._average(self.x, self.mu)[0].T[self.k[rows]]
        here = self._p[self.table.j[rows], self.k[rows]]
        prior = np.exp(-0.5 * self.x**2)
        said = [(part * prior) @ self.x / (part @ prior) for part in (here, average)]
        moved = self.table.y[rows] + on_scale(said[0]) - on_scale(said[1])
        return np.asarray(np.clip(moved, self.levels[0], self.levels[-1]))


class Scores(Family):
    """Normal scores with severity, scale use and noise of each reviewer."""

    SHARP: ClassVar[float] = 0.4  # no steps hide how sharp a reader is

    def __init__(self, table: Table, x: Array) -> None:
        super().__init__(table, x)
        self.shared = 3
        self.common_prior = np.array([[0.0, 0.0, self.CENTRE[0]], [0.0, 0.0, self.CENTRE[1] ** -2]])

    def start(self) -> Array:
        y = self.table.y
        found = np.zeros(LOCAL * self.m + 3)
        found[-3:] = y.mean(), np.log(max(float(y.std()), 1e-9) / 1.5), np.log(0.8)
        seen = np.bincount(self.table.j, weights=y - y.mean(), minlength=self.m)
        found[: LOCAL * self.m : LOCAL] = seen / (self.table.n_j + 6) / np.exp(found[-2])
        return found

    def at(self, parameters: Array) -> bool:
        b, g, z, common = self._habits(parameters)
        noise, self.mu = z + common[-1], float(common[-1])
        if not np.all(np.isfinite(parameters)) or self._far(g, z):
            return False
        self._b, self._g, self._noise = b, g, noise
        self._middle, self._unit = float(common[0]), float(np.exp(common[1]))
        self._e, self._h = np.exp(-noise), np.exp(g - noise)
        self._u = self._h[self.table.j] * (self.table.y - self._middle) / self._unit
        return True

    def _t(self, rows: Index) -> tuple[Array, Array, Index]:
        """Standardised errors (g, c, Q), impressions (g, c, 1), and who read (g, c)."""
        j = self.table.j[rows]
        u = self._u[rows][..., None]
        t = u - self._e[j][..., None] * (self.x + self._b[j][..., None])
        return t, u, j

    def logs(self, rows: Index) -> Array:
        t, _u, j = self._t(rows)
        level = (self._g - self._noise)[j].sum(axis=1) - rows.shape[1] * np.log(self._unit)
        found: Array = -0.5 * (t * t).sum(axis=1) + level[:, None]
        return found

    def slopes(self, rows: Index) -> tuple[Array, Array]:
        t, u, j = self._t(rows)
        habits = np.stack((t * self._e[j][..., None], 1 - t * u, t * t - 1), axis=2)
        middle = (t * (self._h[j] / self._unit)[..., None]).sum(axis=1)
        common = np.stack((middle, -habits[:, :, 1].sum(axis=1), habits[:, :, 2].sum(axis=1)), axis=1)
        return habits, common

    def gradient(self, weights: Array) -> Array:
        # t is linear in x: the first two moments of x are all that is needed.
        j, u = self.table.j, self._u
        total, first, second = weights.sum(axis=1), weights @ self.x, weights @ self.x**2
        e, b = self._e[j], self._b[j]
        base = u - e * b
        t1 = base * total - e * first
        t2 = base**2 * total - 2 * base * e * first + e**2 * second
        sums = [
            np.bincount(j, weights=value, minlength=self.m) for value in (t1 * e, total - t1 * u, t2 - total)
        ]
        middle = float((t1 * self._h[j]).sum()) / self._unit
        common = [middle, -float(sums[1].sum()), float(sums[2].sum())]
        return np.concatenate((np.stack(sums, axis=1).ravel(), common))

    def information(self, weights: Array) -> Array:
        # A slope is c0 + c1 t + c2 t^2 with t ~ N(0, 1); E t^2 = 1, E t^4 = 3, odd moments vanish.
        v = self._e[:, None] * (self.x + self._b[:, None])
        flat, one = np.ones_like(v), np.zeros((3, LOCAL + 3))
        one[0] = 0, 1, -1, 0, -1, -1
        one[2] = 0, -1, 1, 0, 1, 1
        line = np.stack(
            (
                self._e[:, None] * flat,
                -v,
                0 * flat,
                (self._h / self._unit)[:, None] * flat,
                v,
                0 * flat,
            ),
            axis=1,
        )
        fixed = (
            np.outer(one[0], one[0])
            + np.outer(one[0], one[2])
            + np.outer(one[2], one[0])
            + 3 * np.outer(one[2], one[2])
        )
        found: Array = weights.sum(axis=1)[:, None, None] * fixed
        found += np.matmul(line * weights[:, None, :], line.transpose(0, 2, 1))
        return found

    def typical(self, merit: Array, spread: Array) -> Array:
        found: Array = self._middle + self._unit * merit
        return found

    def informed(self, merit: Array) -> Array:
        return np.full(len(merit), np.exp(-2 * self.mu))

    def corrected(self, rows: Index, on_scale: Callable[[Array], Array]) -> Array:
        j = self.table.j[rows]
        off = np.exp(self._g[j]) * (self.table.y[rows] - self._middle)
        found: Array = self._middle + off - self._unit * self._b[j]
        return found
