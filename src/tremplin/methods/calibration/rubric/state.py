"""The crossed model of applicants, reviewers and criteria, where every mark is a normal observation or an interval.

**Model.** A reading of applicant i by reviewer j leaves an impression for each criterion,
x_ijc = m_c + a_ic + b_jc + e_ijc: merit a_i ~ N(0, A), severity b_j ~ N(0, B), and what this reviewer saw in this
application and no other would, e_ij ~ N(0, s_j^2 E). A, B and E are full matrices over criteria: E's off-diagonal is
the halo, by which marks of one reading resemble each other more than the applicant explains (Thorndike 1920). s_j is
the reviewer's noise. The mark says where exp(-g_j) x_ijc fell (see `scales`); g_j above 0 keeps to the middle.
A criterion that could not be judged has no bounds: the reading says of it what the others let guess, and no more.

**Likelihood.** Expectation propagation (Minka 2001) puts a normal site in place of each interval, of precision `tau`
and shift `nu`; given the sites all is normal. W_ij = (s_j^2 E + 1 / tau)^-1 is then the precision of a reading, and
applicants are eliminated one by one, so that only the severities' matrix is factored. O(N C^3) a round.
"""

from dataclasses import dataclass

import numpy as np

from tremplin.methods.calibration.reads import Array, Index
from tremplin.methods.calibration.rubric.scales import Scales
from tremplin.methods.calibration.rubric.small import by_one, collected, inverse, product, summed
from tremplin.methods.calibration.rubric.taken import Rubric

_TINY = 1e-290
_SURE = 1e-8  # never a cavity or a variance below that


@dataclass(slots=True)
class Laws:
    """What is common: covariances (C, C) of merit, severity and of one reading's own part."""

    merit: Array
    severity: Array
    own: Array


class State:
    """Everything at one point. `middle` (C,), `severity` (C, m), `noise` and `stretch` (m,): s_j and g_j.

    After `weigh`: `precise` W (C, C, N); `spread` (C, C, n) of merit given the severities, `merit` (C, n); `told`
    (C, N): W times what the impressions leave unexplained, the slope of the likelihood in each impression.
    """

    def __init__(self, rubric: Rubric, scales: Scales, laws: Laws) -> None:
        self.rubric, self.scales, self.laws = rubric, scales, laws
        table, size = rubric.table, rubric.size
        self.i, self.j, self.n, self.m = table.i, table.j, len(table.applicants), len(table.reviewers)
        self.middle, self.severity = np.zeros(size), np.zeros((size, self.m))
        self.noise, self.stretch = np.ones(self.m), np.zeros(self.m)
        self.tau, self.nu = np.zeros(rubric.marks.shape), np.zeros(rubric.marks.shape)
        self._sites(np.zeros_like(self.tau), np.ones_like(self.tau), 1.0)
        self.weigh()

    def bounds(self) -> tuple[Array, Array]:
        wide = np.exp(self.stretch)[self.j]
        return self.scales.low * wide, self.scales.high * wide

    def weigh(self) -> None:
        own, eye = self.laws.own, np.eye(self.rubric.size)[:, :, None]
        power, half = self.noise[self.j] ** 2, np.sqrt(self.tau)
        inner = inverse(eye + half[:, None] * half * (own[:, :, None] * power))
        self.precise = half[:, None] * half * inner
        shift = np.divide(self.nu, half, out=np.zeros_like(half), where=half > 0)
        seen = half * product(inner, shift)
        self.power = power
        self._seen = seen
        self.spread = inverse(
            np.linalg.inv(self.laws.merit)[:, :, None]
            + summed(self.precise, self.rubric.table.starts, self.n)
        )
        self.settle()

    def settle(self) -> None:
        """Merit and what is unexplained, where middle and severity stand."""
        fixed = self.middle[:, None] + self.severity[:, self.j]
        left = self._seen - product(self.precise, fixed)
        self.merit = product(self.spread, summed(left, self.rubric.table.starts, self.n))
        self.told = left - product(self.precise, self.merit[:, self.i])

    def sharpen(self, share: float) -> float:
        """One round of sites, a share of the way; the largest move of a site's centre in its own deviations."""
        mean, variance = self.impressions()
        moved = self._sites(mean, variance, share)
        self.weigh()
        return moved

    def impressions(self) -> tuple[Array, Array]:
        """Mean and variance of each impression, (C, N), given the severities."""
        own = by_one(self.laws.own, self.told) * self.power
        mean = self.middle[:, None] + self.severity[:, self.j] + self.merit[:, self.i] + own
        through = -by_one(self.laws.own, self.precise) * self.power
        through += np.eye(self.rubric.size)[:, :, None]
        variance = self.power * (through * self.laws.own[:, :, None]).sum(axis=1)
        variance += (product(through, self.spread[:, :, self.i]) * through).sum(axis=1)
        return mean, np.maximum(variance, _SURE)

    def _sites(self, mean: Array, variance: Array, share: float) -> float:
        """Sites from marginals; those without steps stand still after the first time."""
        low, high = self.bounds()
        rest = np.maximum(1 / variance - self.tau, _SURE)
        centre, wide = (mean / variance - self.nu) / rest, 1 / rest
        steps = self.scales.stepped
        tau, nu = self.tau.copy(), self.nu.copy()
        lines = ~steps
        tau[lines] = self.scales.judged[lines] / self.scales.fine[lines, None]
        nu[lines] = np.where(self.scales.judged[lines], low[lines], 0.0) * tau[lines]
        then, after, self.pull = np.zeros_like(mean), np.ones_like(mean), np.zeros_like(mean)
        then[steps], after[steps], self.pull[steps] = truncated(
            low[steps], high[steps], centre[steps], wide[steps]
        )
        with np.errstate(divide="ignore"):
            made = 1 / after[steps] - rest[steps]
        open_ = self.scales.judged[steps]
        made = np.where(open_, np.maximum(made, 0.0), 0.0)
        moved = np.where(open_, then[steps] * (made + rest[steps]) - centre[steps] * rest[steps], 0.0)
        tau[steps] += share * (made - tau[steps])
        nu[steps] += share * (moved - nu[steps])
        self.centre, self.wide = centre, wide
        change = float(np.abs(tau - self.tau).max() + np.abs(nu - self.nu).max())
        self.tau, self.nu = tau, nu
        return change


def truncated(low: Array, high: Array, mean: Array, variance: Array) -> tuple[Array, Array, Array]:
    """Mean and variance of a normal between bounds, and the slope of its log-probability in a common log width.

    Worked out in the lower tail, whichever side the bounds are on, so that no digits are lost.
    """
    from scipy.special import ndtr

    root = np.sqrt(variance)
    first, second = (low - mean) / root, (high - mean) / root
    turned = np.maximum(first, -1e3) + np.minimum(second, 1e3) > 0  # without bounds: neither way
    first, second = np.where(turned, -second, first), np.where(turned, -first, second)
    chance = np.maximum(ndtr(second) - ndtr(first), _TINY)
    one, two = _density(first) / chance, _density(second) / chance
    one_by, two_by = _times(first, one), _times(second, two)
    off = one - two
    shrunk = np.clip(1 + one_by - two_by - off**2, 1e-6, 1.0)
    sign = np.where(turned, -1.0, 1.0)
    # The slope in g, both bounds growing by exp(g): of the upper bound times itself less that of the lower.
    upper, lower = np.where(turned, one, two), np.where(turned, two, one)
    pull = (_times(high, upper) - _times(low, lower)) / root
    return mean + sign * root * off, variance * shrunk, pull


def _density(x: Array) -> Array:
    found: Array = np.exp(-0.5 * np.minimum(x * x, 1400.0)) / np.sqrt(2 * np.pi)
    return np.where(np.isfinite(x), found, 0.0)


def _times(x: Array, density: Array) -> Array:
    """x times a density, nothing at infinity."""
    return np.where(np.isfinite(x), np.where(np.isfinite(x), x, 0.0) * density, 0.0)


def gathered(state: State, values: Array) -> Array:
    """Sums over the readings of each reviewer: (C, m)."""
    return collected(values, state.j, state.m)


def columns(size: int, who: Index) -> Index:
    """Where the severities of these reviewers (g, c) stand in the vector of all: (g, c * C)."""
    found: Index = (who[:, :, None] * size + np.arange(size)).reshape(len(who), -1)
    return found
