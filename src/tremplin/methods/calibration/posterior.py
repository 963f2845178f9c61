"""What is known of everybody's merit after a calibration: one face for the exact and the marginal model.

Merit of applicant i is mean_i plus own error plus gain_i times the error of what is shared (reviewers' habits and
what is common to all), whose precision has a Cholesky factor. Draws, ranks, ties between pools and the value of one
more read are all worked out from that.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from tremplin.methods.calibration.reads import Array, Index, Table


@dataclass(frozen=True, slots=True)
class Gains:
    """Applicants with equally many reads: who (g,), columns of what is shared (g, D), and gains on merit (g, D)."""

    who: Index
    columns: Index
    values: Array


class Posterior(ABC):
    """Merit in the model's own unit. `mean`, `own` (n,) variance given what is shared; `factor` (d, d) lower."""

    table: Table
    mean: Array
    own: Array
    gains: tuple[Gains, ...]
    factor: Array
    level: float

    @abstractmethod
    def on_scale(self, merit: Array) -> Array:
        """Merit as an expected score; never falling."""

    @abstractmethod
    def estimates(self) -> Array:
        """The estimate of everybody, on the scale of the scores."""

    @abstractmethod
    def informed(self) -> Array:
        """Information on merit, (n,), in one more read of each applicant by an average reviewer."""

    @abstractmethod
    def reasons(self, rows: slice) -> tuple[Array, Array, Array]:
        """For each read of one applicant: corrected score, weight, and the estimate without it."""

    @abstractmethod
    def without(self, reviewer: int) -> Array:
        """All estimates had this reviewer read nothing."""

    def gain_matrix(self) -> Array:
        """Gains as one matrix (n, d), dense: for some thousand applicants."""
        found = np.zeros((len(self.mean), len(self.factor)))
        for part in self.gains:
            np.add.at(found, (part.who[:, None], part.columns), part.values)
        return found

    def spread_out(self, errors: Array) -> Array:
        """What errors (d, S) of what is shared do to each merit: (n, S)."""
        found = np.zeros((len(self.mean), errors.shape[1]))
        for part in self.gains:
            for column in range(part.columns.shape[1]):
                found[part.who] += part.values[:, column, None] * errors[part.columns[:, column]]
        return found

    def covariance(self) -> Array:
        """Of all merits, (n, n). O(n^2 d)."""
        from scipy.linalg import solve_triangular

        half = solve_triangular(self.factor, self.gain_matrix().T, lower=True)
        found: Array = half.T @ half
        found[np.diag_indices(len(found))] += self.own
        return found

    def contrast(self, weights: Array) -> tuple[float, float]:
        """Variance of the sum of weights (n,) times merit: what is shared adds, and what is own adds."""
        from scipy.linalg import solve_triangular

        shared = np.zeros(len(self.factor))
        for part in self.gains:
            np.add.at(shared, part.columns, part.values * weights[part.who][:, None])
        half = solve_triangular(self.factor, shared, lower=True)
        return float(half @ half), float(weights**2 @ self.own)

    def draws(self, count: int, seed: int) -> Array:
        """Merits drawn together, (n, count); pairs of draws mirror each other. The same for the same seed."""
        from scipy.linalg import solve_triangular

        chance = np.random.default_rng(seed)
        half = (count + 1) // 2
        errors = solve_triangular(
            self.factor, chance.standard_normal((len(self.factor), half)), lower=True, trans=1
        )
        off = self.spread_out(errors)
        off += np.sqrt(self.own)[:, None] * chance.standard_normal((len(self.mean), half))
        return np.concatenate((self.mean[:, None] + off, self.mean[:, None] - off), axis=1)[:, :count]
